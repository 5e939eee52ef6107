// The verdict, with its reasons or in one line.

import { html, nothing } from "./lib.js";
import { polled } from "./parts.js";
import { judged, verdict } from "./trust.js";

const PAGE = "/overview";

/** With all reasons, and where to look. */
export function verdictView() {
  const found = verdict();
  if (found === null) return polled(judged, "the verdict", () => nothing);
  return html`
    <section class="verdict ${found.mood}" aria-labelledby="verdict">
      <h2 id="verdict">${found.title}</h2>
      <ul>${found.reasons.map(({ message, page }) => html`<li>${message}
        ${page && page !== PAGE ? html`<a href=${`#${page}`}>See more<span class="visually-hidden">: ${message}</span></a>`
          : nothing}</li>`)}</ul>
    </section>`;
}

/** Leads to the reasons. */
export function verdictLine() {
  const found = verdict();
  return found === null ? nothing : html`
    <p class="verdict line ${found.mood}"><strong>${found.title}</strong> <a href=${`#${PAGE}`}>Why?<span
      class="visually-hidden"> ${found.title}</span></a></p>`;
}
