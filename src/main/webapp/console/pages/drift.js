// Where Consul and PostgreSQL disagree, and the comparisons that found it.

import { actionButton } from "../actions.js";
import { html, nothing } from "../lib.js";
import { change, newKey, read } from "../api.js";
import { confirm } from "../dialog.js";
import { absolute, count, duration, number, plain, words } from "../format.js";
import { detail, empty, facts, nodeLink, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";
import { signedInFirst } from "../sign-in.js";
import { DRIFTS } from "../trust.js";

const LIMIT = 200;
let kind = "";

const found = new Poll(
  (signal) => read(`api/v1/drift?limit=${LIMIT}${kind ? `&kind=${kind}` : ""}`, signal), 5_000);
const past = new Poll((signal) => read("api/v1/reconciliations", signal), 5_000);

export const driftPage = {
  title: () => "Drift",
  enter(rest, asked) {
    kind = asked.get("kind") ?? "";
    found.start();
    past.start();
  },
  asked(asked) {
    kind = asked.get("kind") ?? "";
    found.refresh();
  },
  leave() {
    found.forget();
    past.stop();
  },
  view: () => html`
    ${panel("comparison", "Last comparison", polled(found, "drift", comparisonView), { actions: html`
      ${actionButton("Dry run …", () => compare(true))}
      ${actionButton("Compare and repair …", () => compare(false))}` })}
    ${panel("findings", "What the two stores disagree about", polled(found, "drift", findingsView))}
    ${panel("past", "Earlier comparisons", polled(past, "comparisons", pastView),
      { note: "those that were asked for, and those that found something" })}`,
};

function comparisonView(data) {
  if (!data.checked_at) return empty("Not compared yet", data.message ?? "");
  return html`${facts([
    ["Made", html`${time(data.checked_at)}${data.dry_run ? " as a dry run" : ""}`],
    ["By replica", data.checked_by],
    ["Next", time(data.next_pass_at)],
    ["PostgreSQL should show", count(data.nodes, "node")],
    ["Consul had", count(data.entries, "entry", "entries")],
    ["Removals held", data.deletions_blocked ? words(data.deletions_blocked) : null],
  ])}
  <ul class="kinds">${Object.entries(data.counts ?? {}).map(([name, nodes]) => html`
    <li><a class="chip" href=${kind === name ? "#/drift" : `#/drift?kind=${name}`} aria-current=${kind === name}>
      <strong>${number(nodes)}</strong> ${DRIFTS[name] ?? name}</a></li>`)}
  </ul>`;
}

function findingsView(data) {
  if (data.drift.length === 0) {
    return kind ? empty("None of this kind", html`<a href="#/drift">All kinds</a>`)
      : empty("They agree", "What a comparison finds it puts right; here is what it could not, or has yet to do.");
  }
  return html`
    ${table("Findings", ["Node", "Kind", "Known for", "Difference", "What is done"], data.drift.map((each) => html`
      <tr><th scope="row">${nodeLink(each.node_id)}</th>
        <td>${state(each.kind)}</td>
        <td title=${absolute(each.since)}>${duration(each.age_seconds)}</td>
        <td class="wrap">${(each.fields ?? []).map(sidesView)}</td>
        <td class="wrap">${words(each.action)} ${detail(each.reason && words(each.reason))}</td></tr>`))}
    ${data.next_cursor
      ? html`<p class="note">The first ${number(data.drift.length)} are shown; the API lists all.</p>` : nothing}`;
}

/** However the two sides are called. */
function sidesView({ field, ...sides }) {
  return html`<div class="sides"><code>${field}</code> ${Object.entries(sides).map(([side, value]) => html`
    <span>${detail(words(side))} ${plain(value)}</span>`)}</div>`;
}

function pastView({ reconciliations }) {
  if (reconciliations.length === 0) return empty("None yet", "A comparison is listed when it finds something new.");
  return table("Earlier comparisons", ["Asked for", "By", "Kind", "State", "What came of it"],
    reconciliations.slice(0, 20).map((each) => html`
      <tr><td>${time(each.requested_at)}</td><td class="wrap">${each.requested_by}</td>
        <td>${each.dry_run ? "dry run" : "repair"}</td><td>${state(each.status)}</td>
        <td class="wrap">${each.error ?? reportText(each.report)}</td></tr>`));
}

/** A report's figures, those that are not 0; nested ones by their inner names. */
function reportText(report) {
  if (!report) return "–";
  const figures = (value) => Object.entries(value).flatMap(([name, each]) =>
    typeof each === "number" && each > 0 ? [`${words(name)} ${number(each)}`]
      : each && typeof each === "object" && !Array.isArray(each) ? figures(each) : []);
  return figures(report).join(", ") || "nothing to do";
}

function compare(dryRun) {
  const key = newKey();
  signedInFirst("To compare the stores, sign in as an operator.", () => confirm({
    title: dryRun ? "Compare as a dry run?" : "Compare and repair?",
    what: dryRun
      ? html`<p>The leader reads all of Consul and all of PostgreSQL and says what a repair would do. Nothing is
          changed.</p>`
      : html`<p>The leader reads all of Consul and all of PostgreSQL and makes Consul what PostgreSQL says: what is
          missing or different is written, entries of nodes that have left are removed, a few in one run.</p>
          <p>It does so by itself every minute; this only does it now.</p>`,
    action: dryRun ? "Compare" : "Compare and repair",
    run: async () => {
      const done = await change("POST", `api/v1/reconciliations?dry_run=${dryRun}`, undefined, key);
      found.refresh();
      past.refresh();
      redraw();
      return done.status === "done" ? `Compared: ${reportText(done.report)}.`
        : done.status === "failed" ? `The comparison failed: ${done.error}`
        : "The comparison goes on; it is listed below when it is done.";
    },
  }));
}
