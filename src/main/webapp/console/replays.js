// Replays of the topics: what came of each, how far one is, starting and cancelling them.

import { actionButton } from "./actions.js";
import { html, nothing, repeat } from "./lib.js";
import { change, encoded, newKey, read } from "./api.js";
import { confirm, dismiss, show } from "./dialog.js";
import { number, sentence, tally, words } from "./format.js";
import { detail, empty, loading, none, panel, polled, state, table, time } from "./parts.js";
import { Poll } from "./poll.js";
import { redraw } from "./redraw.js";
import { signedInFirst } from "./sign-in.js";

const PATH = "api/v1/replays";
const WHY = "To replay the topics, sign in as an administrator.";
const MOST_LISTED = 20;
const MOST_DIFFERENCES = 100;
const COLUMNS = [
  "Asked for", "By", "Kind", "State", "Read", "What came of it", html`<span class="visually-hidden">Actions</span>`,
];

export const replays = new Poll((signal) => read(PATH, signal), 2_000);

export function replaysPanel() {
  const busy = replays.data?.replays.some(runs);
  return panel("replays", "Replays of the topics", polled(replays, "replays", listView), { actions: html`
    ${actionButton("Dry run …", () => start(true), { role: "admin", disabled: busy })}
    ${actionButton("Rebuild …", () => start(false), { role: "admin", look: "danger", disabled: busy })}` });
}

const runs = (replay) => replay.status === "running";
const kindOf = (replay) => (replay.dry_run ? "dry run" : "rebuild");

function listView({ replays: list }) {
  if (list.length === 0) {
    return empty("None yet", `The topics tell again what they still have: a dry run says how PostgreSQL differs from
      that, a rebuild brings back what it has lost.`);
  }
  return table("Replays", COLUMNS, repeat(list.slice(0, MOST_LISTED), ({ id }) => id, rowView));
}

function rowView(replay) {
  return html`
    <tr><td>${time(replay.requested_at)}</td><td class="wrap">${replay.requested_by}</td>
      <td>${kindOf(replay)} ${detail(replay.from !== "earliest" && `from ${fromText(replay.from)}`)}</td>
      <td>${state(runs(replay) && replay.cancel_requested ? "cancelling" : replay.status)}</td>
      <td>${runs(replay)
        ? html`<progress max="100" .value=${replay.percent} aria-label="Read so far"></progress>` : nothing}
        ${number(replay.records_read)} of ${number(replay.records_total)} (${number(replay.percent)} %)</td>
      <td class="wrap">${tally(replay.counts ?? {}) || none(runs(replay) ? "nothing yet" : "nothing")}
        ${detail(replay.error)}</td>
      <td>${actionView(replay)}</td></tr>`;
}

const fromText = (from) => (typeof from === "string" ? from : "offsets");

function actionView(replay) {
  if (runs(replay)) {
    return actionButton("Cancel …", () => cancel(replay),
      { role: "admin", look: replay.dry_run ? "" : "danger", disabled: replay.cancel_requested });
  }
  return replay.dry_run && replay.status === "done"
    ? html`<button type="button" @click=${() => showDifferences(replay)}>What would change …</button>` : nothing;
}

function start(dryRun) {
  // the same beginning twice is the same wish; another one is another
  const keys = {};
  signedInFirst(WHY, () => confirm({
    title: dryRun ? "Compare PostgreSQL with the topics?" : "Build PostgreSQL again from the topics?",
    what: html`
      ${dryRun ? DRY_RUN : rebuildView()}
      <label>From, in the time of this browser; if empty, from the first record that the topics still have
        <input type="datetime-local" name="from" step="1"></label>`,
    action: dryRun ? "Begin the dry run" : "Begin the rebuild",
    danger: !dryRun,
    run: async (given) => {
      const from = given.get("from") ? new Date(given.get("from")).toISOString() : "earliest";
      keys[from] ??= newKey();
      const begun = await change("POST", PATH, { from, dry_run: dryRun }, keys[from]);
      replays.refresh();
      return `The ${kindOf(begun)} has begun. How far it is stands in the list of replays.`;
    },
  }), "admin");
}

const DRY_RUN = html`<p>The input topics are read again and compared with PostgreSQL. At its end it says which nodes a
  rebuild would register, update or deregister. Nothing is changed.</p>`;

function rebuildView() {
  return html`
    <p>What the input topics still have goes into the live tables, while the registry goes on working; nothing old wins
      over what is newer. Until its end no lease ends and Consul is left alone; then Consul is given what
      PostgreSQL says, and all nodes are asked to introduce themselves.</p>
    <p>Nodes that left without a shutdown event come back until their leases end. Nodes whose rows were lost get the cordons
      back that Consul still shows, without an end. Manual registrations and deregistrations never were on a topic and have to
      be done again.</p>
    <p>${forecast()}</p>`;
}

function forecast() {
  const last = replays.data?.replays.find((replay) => replay.dry_run && replay.status === "done");
  return last
    ? html`<strong>The last dry run said</strong> ${time(last.finished_at)}: ${tally(last.counts ?? {}) || "nothing"}.`
    : "No dry run has said yet what would change.";
}

function cancel(replay) {
  const key = newKey();
  signedInFirst(WHY, () => confirm({
    title: `Cancel this ${kindOf(replay)}?`,
    what: html`
      <p>${sentence(kindOf(replay))} by ${replay.requested_by}, ${time(replay.requested_at)}, ${number(replay.percent)} % read.</p>
      ${replay.dry_run
        ? html`<p>It ends after the batch under way, and says nothing of what would change.</p>`
        : html`<p>It ends after the batch under way and keeps what it has done so far; Consul is then given what
            PostgreSQL says. A rebuild that is started again begins at its beginning.</p>`}`,
    action: `Cancel the ${kindOf(replay)}`,
    refusal: "Let it go on",
    danger: !replay.dry_run,
    run: async () => {
      await change("DELETE", `${PATH}/${encoded(replay.id)}`, undefined, key);
      replays.refresh();
      return `The ${kindOf(replay)} ends after the batch under way.`;
    },
  }), "admin");
}

function showDifferences({ id }) {
  let found = loading("what would change");
  read(`${PATH}/${encoded(id)}`)
    .then(({ differences }) => { found = differencesView(differences ?? []); })
    .catch((failure) => { found = html`<p class="wrong" role="alert">${failure.message}</p>`; })
    .finally(redraw);
  show("What would change", () => html`${found}
    <menu><button type="button" class="primary" autofocus @click=${dismiss}>Close</button></menu>`);
}

function differencesView(differences) {
  if (differences.length === 0) return html`<p>Nothing: PostgreSQL has all that the topics still have.</p>`;
  return html`
    ${table("Nodes that would change", ["Node", "What", "Its event", "PostgreSQL has"],
      differences.slice(0, MOST_DIFFERENCES).map((each) => html`
        <tr><th scope="row"><span class="node">${each.node_id}</span></th><td>${words(each.kind)}</td>
          <td>${time(each.event_timestamp)}</td><td>${time(each.stored_timestamp, "nothing")}</td></tr>`))}
    ${differences.length > MOST_DIFFERENCES
      ? html`<p class="note">The first ${number(MOST_DIFFERENCES)} are shown; the API lists up to a thousand.</p>`
      : nothing}`;
}
