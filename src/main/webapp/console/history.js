// What became of a node, the newest first, with what each change has changed.

import { differences } from "./differences.js";
import { html, nothing, repeat } from "./lib.js";
import { number, plain, words } from "./format.js";
import { detail, empty, moodOf, none, state, time } from "./parts.js";

const MOODS = {
  registered: "good", recovered: "good", updated: "plain", health: "plain", expired: "bad", departed: "fair",
  owner_released: "plain", cordoned: "fair", uncordoned: "plain",
};

export const changeMood = (change) => MOODS[change] ?? moodOf(change);

export function historyView(changes) {
  if (changes.length === 0) return empty("Nothing is kept of it", "Changes are cleared after their retention time.");
  return html`<ol class="history">${repeat(changes, (each) => each.revision, (each, at) => html`
    <li>
      <div>
        ${state(each.change, changeMood(each.change))}
        ${detail([each.reason, ...(each.changed_fields ?? [])].filter(Boolean).map(words).join(", "))}
        ${time(each.changed_at)} ${detail(`revision ${number(each.revision)}`)}
        ${each.actor ? detail(`by ${each.actor}`) : nothing}
      </div>
      ${diffView(each, changes.slice(at + 1).find((older) => older.content))}
    </li>`)}</ol>`;
}

function diffView(newer, older) {
  if (!newer.content || !older) return nothing;
  const lines = differences(older.content, newer.content);
  if (lines.length === 0) return nothing;
  return html`
    <details>
      <summary>${lines.length === 1 ? "1 difference" : `${lines.length} differences`} from before</summary>
      <table class="diff">
        <thead class="visually-hidden">
          <tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr>
        </thead>
        <tbody>${lines.map(({ path, before, after }) => html`
          <tr><th scope="row">${path}</th>
            <td>${before === undefined ? none() : html`<del>${plain(before)}</del>`}</td>
            <td>${after === undefined ? none() : html`<ins>${plain(after)}</ins>`}</td></tr>`)}
        </tbody>
      </table>
    </details>`;
}
