// Dead letters: what is said of one, and replaying some.

import { html, nothing } from "./lib.js";
import { change, newKey } from "./api.js";
import { confirm } from "./dialog.js";
import { count, number, tally, words } from "./format.js";

export const PATH = "api/v1/dead-letters";

/** @param wanted ids, or a selection as the interface has it; @param many how to call them */
export function replay(wanted, many, done) {
  const key = newKey();
  confirm({
    title: `Replay ${many}?`,
    what: html`<p>They are read again by today's rules. What can be read now is applied to both stores, unless a newer
      event of its node is known; what fails again goes to the quarantine topic. No letter is deleted.</p>`,
    action: "Replay",
    foresee: async () => {
      const forecast = await change("POST", `${PATH}/replay`, { ...wanted, dry_run: true });
      return { view: forecastView(forecast), warning: warningOf(forecast) };
    },
    run: async () => {
      const report = await change("POST", `${PATH}/replay`, wanted, key);
      done();
      return `Replayed ${count(report.letters.length, "letter")}: ${countsText(report.counts)}${missingText(report)}.`
        + (report.more ? " More may be left." : "");
    },
  });
}

function forecastView({ counts, letters, missing, more }) {
  return html`
    <p><strong>A dry run says:</strong> ${countsText(counts)}${missingText({ missing })}.
      ${more ? "There may be more letters than were looked at." : nothing}</p>
    ${letters.length > 0 && letters.length <= 5 ? html`<ul>${letters.map((letter) => html`
      <li><code>${letter.node_id ?? letter.id}</code> ${words(letter.outcome)}
        ${letter.detail ? html`<span class="detail">${letter.detail}</span>` : nothing}</li>`)}</ul>` : nothing}`;
}

/** What is read again in vain only moves to the quarantine topic. */
const warningOf = ({ counts, more }) => (counts.would_apply || more ? null : "Replay all the same");

const countsText = (counts) => tally(counts) || "nothing to replay";

const missingText = ({ missing }) => (missing?.length ? `, ${number(missing.length)} not there any more` : "");
