// Dead-lettered records: to look at, and to try again.

import { refusalFor } from "../access.js";
import { actionButton } from "../actions.js";
import { html, nothing } from "../lib.js";
import { encoded, readAsOperator } from "../api.js";
import { count, number } from "../format.js";
import { PATH, replay } from "../letters.js";
import {
  detail, empty, fieldView, nodeLink, none, panel, polled, signedOut, state, table, time,
} from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";
import { signedIn } from "../session.js";

const WHY = "Dead letters are shown to operators only, because their payloads may be confidential.";
const STATES = ["open", "applied", "unchanged", "stale", "unknown", "ignored", "quarantined", "truncated"];
const REASONS = ["unreadable", "unidentified", "refused", "defect"];

const EVER = "1970-01-01T00:00:00Z";

const USUAL = { status: "open", reason: "", node_id: "" };
const asked = { ...USUAL };
const chosen = new Set();
/** Where to go on, where few letters of many fit. */
let cursor = "";

const letters = new Poll((signal) => {
  const query = new URLSearchParams(Object.entries({ ...asked, cursor }).filter(([, value]) => value));
  return readAsOperator(`${PATH}?limit=200&${query}`, signal);
}, 10_000);

export const deadLettersPage = {
  title: () => "Dead letters",
  enter(rest, parameters) {
    take(parameters);
    if (signedIn()) letters.start();
  },
  asked(parameters) {
    take(parameters);
    again();
  },
  leave() {
    letters.forget();
    chosen.clear();
  },
  view() {
    if (!signedIn()) {
      letters.forget();
      return signedOut(WHY);
    }
    const refusal = refusalFor("operator");
    if (refusal) return empty("Your roles do not allow this", `${refusal} ${WHY}`);
    letters.start();
    if (letters.error?.status === 401) return signedOut(WHY);
    if (letters.error?.status === 403) return empty("Your roles do not allow this", WHY);
    return panel("letters", "Dead-lettered records",
      html`${filtersView()}${polled(letters, "dead letters", listView)}`, { actions: actionsView() });
  },
};

function actionsView() {
  const done = () => {
    chosen.clear();
    letters.refresh();
  };
  const some = () => replay({ ids: [...chosen] }, count(chosen.size, "dead letter"), done);
  const all = () => replay({ from: EVER, ...reason() }, `all open ${asked.reason} dead letters`, done);
  return html`
    ${actionButton(`Replay ${chosen.size ? count(chosen.size, "letter") : "chosen"} …`, some,
      { disabled: chosen.size === 0 })}
    ${actionButton("Replay all open …", all, { disabled: asked.node_id !== "" })}`;
}

const reason = () => (asked.reason ? { reason: asked.reason } : {});

function filtersView() {
  return html`<form class="filters" @submit=${(event) => event.preventDefault()}>
    ${selectView("status", "State", STATES)}${selectView("reason", "Reason", REASONS)}
    <label>Node <input type="search" .value=${asked.node_id}
      @change=${(event) => ask({ node_id: event.target.value })}></label></form>`;
}

function take(parameters) {
  for (const name of Object.keys(USUAL)) asked[name] = parameters.get(name) ?? USUAL[name];
  cursor = parameters.get("cursor") ?? "";
}

/** The address carries what was asked, so that it can be passed on. */
function ask(changes) {
  Object.assign(asked, changes);
  cursor = "";
  history.replaceState(null, "", address());
  again();
}

function address() {
  const unusual = Object.entries({ ...asked, cursor }).filter(([name, value]) => value !== (USUAL[name] ?? ""));
  const query = new URLSearchParams(unusual).toString();
  return `#/dead-letters${query && `?${query}`}`;
}

function again() {
  chosen.clear();
  letters.forget();
  if (signedIn()) letters.start();
  redraw();
}

/** A place of its own, so that the browser's way back leads to the newer ones. */
function further(next) {
  cursor = next;
  location.hash = address();
}

function selectView(name, label, values) {
  const choose = (event) => ask({ [name]: event.target.value });
  return html`<label>${label} <select @change=${choose}><option value="">any</option>${values.map((value) => html`
    <option value=${value} ?selected=${asked[name] === value}>${value}</option>`)}</select></label>`;
}

function listView({ dead_letters: list, next_cursor: more }) {
  if (list.length === 0 && !more) {
    return asked.status === "open" && !asked.reason && !asked.node_id && !cursor
      ? empty("None is open", "Every record could be read, or what could not has been replayed.")
      : empty("No dead letter is like that", "Choose another state, reason or node.");
  }
  return html`
    ${list.length ? table("Dead letters", COLUMNS, list.map(rowView)) : empty("None is like that so far", nothing)}
    ${more ? html`<p class="note">${cursor ? "" : `The newest ${number(list.length)} are shown.`}
      <button type="button" @click=${() => further(more)}>Look further back</button></p>` : nothing}`;
}

const COLUMNS = [
  html`<span class="visually-hidden">Choose</span>`, "Letter", "Node", "Reason", "What is wrong", "State", "Dead-lettered",
];

function rowView(letter) {
  const fields = letter.fields ?? [];
  return html`
    <tr>
      <td><input type="checkbox" aria-label="Choose ${letter.id}" .checked=${chosen.has(letter.id)}
           @change=${() => toggle(letter.id)}></td>
      <th scope="row" class="wrap"><a href="#/dead-letters/${encoded(letter.id)}">${letter.id}</a></th>
      <td>${letter.node_id ? nodeLink(letter.node_id) : none("not known")}</td>
      <td>${state(letter.reason)}</td>
      <td class="wrap"><ul>${fields.slice(0, 2).map(fieldView)}</ul>
        ${fields.length > 2 ? detail(`and ${fields.length - 2} more`) : nothing}</td>
      <td>${state(letter.status)}</td>
      <td>${time(letter.dead_lettered_at)}</td>
    </tr>`;
}

function toggle(id) {
  if (!chosen.delete(id)) chosen.add(id);
  redraw();
}
