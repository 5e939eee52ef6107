// Who changed what and when, over all nodes.

import { html, nothing } from "../lib.js";
import { read } from "../api.js";
import { number, words } from "../format.js";
import { changeMood } from "../history.js";
import { empty, nodeLink, none, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";

const EVERY_MS = 3_000;
const PAGE = 50;
/** In one page. */
const MOST_SHOWN = 2_000;

const KINDS = ["registered", "updated", "health", "suspect", "recovered", "draining", "expired", "departed",
  "owner_released", "cordoned", "uncordoned"];
/** What actors begin with, and how to call them. */
const ACTORS = { "user:": "a user", "token:": "a token", "kafka:": "Kafka", "leader:": "the registry" };

const asked = { change: "", actor: "" };
/** older changes that were asked for, and where more are; null before the first of them */
let older = null;
let problem = null;

const query = (cursor) => new URLSearchParams(Object.entries({ ...asked, limit: PAGE, cursor }).filter(([, value]) => value));

const newest = new Poll((signal) => read(`api/v1/changes?${query("")}`, signal), EVERY_MS);

export const activityPage = {
  title: () => "Activity",
  enter(rest, parameters) {
    take(parameters);
    begin();
  },
  asked(parameters) {
    take(parameters);
    begin();
  },
  leave: () => newest.forget(),
  view: () => panel("activity", "Changes of all nodes", html`
    <form class="filters" aria-label="Changes" @submit=${(event) => event.preventDefault()}>
      <label>Change <select name="change" @change=${(event) => ask({ change: event.target.value })}>
        <option value="">any</option>${KINDS.map((kind) => html`
        <option value=${kind} ?selected=${asked.change === kind}>${words(kind)}</option>`)}</select></label>
      <label>By <input name="actor" list="actors" placeholder="user:operator" .value=${asked.actor}
        @change=${(event) => ask({ actor: event.target.value.trim() })}></label>
      <datalist id="actors">${Object.entries(ACTORS).map(([prefix, label]) => html`
        <option value=${prefix}>${label}</option>`)}</datalist>
    </form>
    ${polled(newest, "changes", listView)}`, { note: "the newest first" }),
};

function take(parameters) {
  asked.change = parameters.get("change") ?? "";
  asked.actor = parameters.get("actor") ?? "";
}

/** The address carries what was asked, so that it can be passed on. */
function ask(changes) {
  Object.assign(asked, changes);
  const parameters = new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
  history.replaceState(null, "", `#/activity${parameters && `?${parameters}`}`);
  begin();
}

function begin() {
  older = problem = null;
  newest.forget();
  newest.start();
  redraw();
}

/** What is new meanwhile would leave a gap before what is older, so nothing new comes from here on. */
async function loadOlder(cursor) {
  newest.stop();
  older ??= { changes: [], next: cursor };
  const list = older;
  try {
    const page = await read(`api/v1/changes?${query(cursor)}`);
    // another filter may have been chosen meanwhile
    if (older !== list) return;
    problem = null;
    older = { changes: [...list.changes, ...page.changes], next: page.next_cursor ?? null };
  } catch (failure) {
    problem = failure;
  }
  redraw();
}

function listView({ changes, next_cursor: first = null }) {
  const all = [...changes, ...older?.changes ?? []];
  const next = older === null ? first : older.next;
  return html`
    ${all.length > 0 ? table("Changes", ["When", "Who", "What", "Node", "Type", "Why", "Revision"], all.map(rowView))
      : next === null ? empty("No change is like that", "Changes are cleared after their retention time.")
      : empty("None is like that so far", "Older ones were not looked through yet.")}
    ${problem ? html`<p class="old">Older changes are not there: ${problem.message}</p>` : nothing}
    <p class="note">
      ${next !== null && all.length < MOST_SHOWN
        ? html`<button type="button" @click=${() => loadOlder(next)}>Load older</button>` : nothing}
      ${older === null ? nothing : html`Newer changes are not added now.
        <button type="button" class="quiet" @click=${begin}>Show the newest</button>`}</p>`;
}

function rowView({ revision, node_id: id, node_type: type, change, reason, actor, changed_at: at }) {
  return html`<tr>
    <td>${time(at)}</td>
    <td class="wrap">${actor ?? none("not known")}</td>
    <td>${state(change, changeMood(change))}</td>
    <th scope="row">${nodeLink(id)}</th>
    <td>${type}</td>
    <td class="wrap">${reason ? words(reason) : none()}</td>
    <td>${number(revision)}</td></tr>`;
}
