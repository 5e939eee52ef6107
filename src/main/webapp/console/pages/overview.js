// Can discovery be trusted? Answered first in one sentence, then by what it rests on.

import { actionButton } from "../actions.js";
import { html, nothing, repeat } from "../lib.js";
import { change } from "../api.js";
import { chart } from "../chart.js";
import { shownDetails } from "../component-details.js";
import { confirm } from "../dialog.js";
import { fleet } from "../fleet.js";
import { absolute, count, number, rate, sentence, words } from "../format.js";
import { docsLink, linksTo } from "../links.js";
import { chips, detail, empty, facts, loading, nodeLink, panel, polled, state, time } from "../parts.js";
import { signedInFirst } from "../sign-in.js";
import { statistics } from "../statistics.js";
import { drift, health, judged, preservation } from "../trust.js";
import { verdictView } from "../verdict-view.js";

const NAMES = { kafka: "Kafka", consul: "Consul", postgres: "PostgreSQL" };
const ROLES = { kafka: "What nodes announce", consul: "Where callers look", postgres: "The record of truth" };
const MOST_CHANGES = 12;
const POLLS = [judged, drift, preservation, statistics];

export const overviewPage = {
  title: () => "Overview",
  enter: () => POLLS.forEach((poll) => poll.start()),
  leave: () => POLLS.forEach((poll) => poll.stop()),
  view: () => html`
    ${verdictView()}
    <div class="tiles">${tiles()}</div>
    ${preservation.data?.active ? heldView(preservation.data) : nothing}
    <div class="columns wide-first">
      <div class="stack">
        ${panel("components", "Components", polled(health, "components", componentsView))}
        ${panel("figures", "The last hour", polled(statistics, "statistics", chartsView), { note: chartsNote() })}
      </div>
      ${panel("changes", "Last changes", changesView(), { actions: html`<a href="#/activity">All changes</a>` })}
    </div>`,
};

function tile(name, value, detail, mood = "plain", href = null) {
  const body = html`<span class="name">${name}</span><strong>${value}</strong><span class="detail">${detail}</span>`;
  return href ? html`<a class="tile ${mood}" href=${href}>${body}</a>` : html`<div class="tile ${mood}">${body}</div>`;
}

function tiles() {
  const now = statistics.data?.latest ?? {};
  const registered = health.data?.components.postgres?.details?.registered_nodes;
  const lag = health.data?.components.kafka?.details?.lag ?? now.lag;
  const driftCount = drift.data?.checked_at
    ? Object.values(drift.data.counts ?? {}).reduce((sum, nodes) => sum + nodes, 0)
    : null;
  const open = judged.data?.open_dead_letters;
  const held = preservation.data?.cohorts.reduce((sum, cohort) => sum + cohort.held, 0) ?? null;
  return [
    tile("Nodes", number(registered ?? (fleet.state === "loading" ? null : fleet.nodes.size)), statuses(), "plain",
      "#/nodes"),
    tile("Throughput", html`${rate(now.events)} <small>events/s</small>`,
      `${rate(now.heartbeats)} heartbeats/s`),
    tile("Lag", number(lag), now.batch_duration ? `a batch takes ${rate(now.batch_duration * 1000)} ms` : "events to be read",
      lag > 500 ? "fair" : "plain"),
    tile("Pending Consul writes", number(now.pending_consul_writes), "rows not confirmed yet",
      now.pending_consul_writes > 0 ? "fair" : "plain"),
    tile("Drift", number(driftCount), driftCount !== null ? html`compared ${time(drift.data.checked_at)}`
      : drift.data ? "not compared yet" : "not known", driftCount > 0 ? "fair" : "plain", "#/drift"),
    tile("Self-preservation", held === null ? "–" : held > 0 ? `${number(held)} held` : "off",
      held === null ? "not known"
        : preservation.data.blocked ? words(preservation.data.blocked.reason)
        : held > 0 ? "their leases wait" : "leases end as usual",
      held > 0 || preservation.data?.blocked ? "fair" : "plain"),
    tile("Dead letters", number(open), "open", open > 0 ? "fair" : "plain", "#/dead-letters"),
  ];
}

function statuses() {
  if (fleet.state === "loading") return fleet.arriving ? `${number(fleet.arriving)} read so far` : "registered";
  const counts = {};
  for (const node of fleet.nodes.values()) counts[node.status] = (counts[node.status] ?? 0) + 1;
  const rest = Object.entries(counts).filter(([status]) => status !== "active");
  return rest.length ? rest.map(([status, nodes]) => `${number(nodes)} ${words(status)}`).join(", ")
    : fleet.nodes.size > 0 ? "all active" : "none is registered";
}

function componentsView({ components }) {
  return html`<ul class="components">${Object.entries(components).map(componentView)}</ul>`;
}

function componentView([name, component]) {
  const details = shownDetails(component.details);
  return html`
    <li>
      <div><strong>${NAMES[name] ?? sentence(name)}</strong> ${state(component.status)}</div>
      <p>${ROLES[name] ?? name}: ${component.message} ${linksTo([name], {})}</p>
      ${details.notes.map(({ texts, docs }) => html`<p class="todo">${texts.map((text) => html`${text} `)}
        ${docsLink(docs, "What to do")}</p>`)}
      ${facts(details.facts)}
    </li>`;
}

function changesView() {
  if (fleet.state === "loading") return loading("changes");
  const seen = new Set(fleet.changes.map((each) => each.node_id));
  const latest = [...fleet.changes, ...newest().filter((each) => !seen.has(each.node_id))].slice(0, MOST_CHANGES);
  if (latest.length === 0) {
    return empty("Nothing has changed yet", "A node appears here as soon as it announces itself on Kafka.");
  }
  return html`<ul class="changes">${repeat(latest, (each) => each.node_id + each.at + each.kind, (each) => html`
    <li>${state(each.kind)} ${each.kind === "removed" ? html`<span class="node">${each.node_id}</span>`
      : nodeLink(each.node_id)}
      ${time(each.at)}
      ${detail(each.reason ? words(each.reason) : (each.fields ?? []).map(words).join(", "))}</li>`)}</ul>`;
}

/** Before the changes that are seen: those nodes that were changed last. */
function newest() {
  return [...fleet.nodes.values()]
    .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1))
    .slice(0, MOST_CHANGES)
    .map((node) => ({ at: node.updated_at, node_id: node.node_id,
      kind: node.updated_at === node.registered_at ? "added" : "updated" }));
}

const COLORS = ["accent", "second", "good", "fair", "bad", "faint"];

/** Title, unit, and the series by their names in the statistics; those of times are shown in milliseconds. */
const CHARTS = {
  events: ["Events", "per second", { events_applied: "applied", events_unchanged: "unchanged", events_stale: "stale",
    events_dead_lettered: "dead-lettered", heartbeats: "heartbeats", events_ignored: "ignored" }],
  lag: ["Lag", "records", { lag: "to be read" }],
  "node-states": ["By state", "nodes", { nodes_active: "active", nodes_suspect: "suspect", nodes_draining: "draining",
    nodes_expired: "expired" }],
  agreement: ["Not agreed", "nodes", { pending_consul_writes: "pending Consul writes", drift: "drift" }],
  requests: ["HTTP requests", "per second", { http_requests: "all", http_errors: "answered with 5xx" }],
  times: ["Time taken", "ms", { http_p99: "HTTP, 99th percentile", batch_duration: "a batch of records, mean" }, 1000],
};

function chartsView({ samples }) {
  return html`<div class="charts">${Object.entries(CHARTS).map(([id, [title, unit, names, factor = 1]]) =>
    chart(id, samples, Object.entries(names).map(([name, label], at) => ({
      label, color: COLORS[at], value: ({ values }) => (name in values ? values[name] * factor : null),
    })), { title, unit }))}</div>`;
}

/** With several replicas the next answer may be another one's. */
function chartsNote() {
  const { replica, startedAt } = statistics.data ?? {};
  return html`${replica ? html`of ${replica}, which started ${time(startedAt)}` : nothing}
    ${linksTo(["grafana"], {})}`;
}

function heldView({ cohorts }) {
  return panel("held", "Self-preservation", html`<ul class="cohorts">${cohorts.map((cohort) => html`
    <li>
      <p><strong>${count(cohort.held, "node")} of type ${cohort.node_type}${cohort.region ? ` in ${cohort.region}` : ""}
        held</strong> since ${time(cohort.since)}: ${cohort.reason}.</p>
      <p class="detail">It ends when ${cohort.ends_when.join("; or ")}.</p>
      ${cohort.confirmed_at ? html`<p>Confirmed ${time(cohort.confirmed_at)} by ${cohort.confirmed_by}.</p>`
        : actionButton("They are gone …", () => giveUp(cohort), { look: "danger" })}
    </li>`)}</ul>`);
}

function giveUp({ node_type: type, region, held, held_nodes: names, since }) {
  signedInFirst("To confirm that nodes are gone, sign in as an operator.", () => confirm({
    title: `Give up ${count(held, "node")} of type ${type}${region ? ` in ${region}` : ""}?`,
    what: html`
      <p>The leader takes these nodes out of both stores at its next sweep, unless they send a heartbeat or answer a
        probe by then. Callers no longer find them. They are held since ${absolute(since)}.</p>
      <p>${chips(names.slice(0, 12))} ${held > 12 ? `and ${number(held - 12)} more` : nothing}</p>`,
    action: "Give them up",
    danger: true,
    run: async () => {
      const done = await change("POST", "api/v1/preservation/confirm", { node_type: type, region });
      preservation.refresh();
      return `${count(done.nodes, "node")} confirmed gone; the leader expires them at its next sweep.`;
    },
  }));
}
