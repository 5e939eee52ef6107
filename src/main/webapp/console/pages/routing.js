// What a caller would get now, and why.

import { html, nothing } from "../lib.js";
import { read } from "../api.js";
import { chart } from "../chart.js";
import { duration, inert, number, words } from "../format.js";
import { chips, detail, empty, none, nodeLink, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";
import { lines } from "../shares.js";

const EVERY_MS = 2_000;
const SHARES_EVERY_MS = 5_000;

/** The members of the form, as the API calls them; some are of how to choose, not of what fits. */
const FIELDS = [
  { name: "node_type", label: "Type", values: ["effect", "compute", "reducer", "orchestrator"] },
  { name: "capability", label: "Capability" },
  { name: "version", label: "Version", hint: "^1.4" },
  { name: "region", label: "Region" },
  { name: "metadata", label: "Metadata", hint: "key=value" },
  { name: "strategy", chooses: true, label: "Strategy", values: ["p2c", "weighted", "least", "hash"], first: "p2c" },
  { name: "key", chooses: true, label: "Key", only: (asked) => asked.strategy === "hash" },
  { name: "n", chooses: true, label: "How many", values: ["1", "5", "10", "50"], first: "10" },
];

const asked = {};
let answer = null;
let shares = null;

export const routingPage = {
  title: () => "Routing",
  enter(rest, parameters) {
    take(parameters);
    // a preview: it must not count as a call
    answer = new Poll((signal) => read(`api/v1/route?${query()}&preview=true`, signal), EVERY_MS).start();
    shares = new Poll(
      (signal) => read(`api/v1/route/shares?${query(({ chooses }) => !chooses)}`, signal), SHARES_EVERY_MS).start();
  },
  asked(parameters) {
    take(parameters);
    answer.forget();
    answer.start();
    shares.forget();
    shares.start();
  },
  leave() {
    answer.stop();
    shares.stop();
  },
  view: () => html`
    <form class="filters" aria-label="What is asked for" @submit=${(event) => event.preventDefault()}>
      ${FIELDS.filter(({ only }) => !only || only(asked)).map(fieldView)}
    </form>
    ${panel("route", "What a caller would get now", polled(answer, "route", answerView),
      { note: html`as <code>GET /api/v1/route?${query()}</code> answers` })}
    ${panel("shares", "Which nodes callers were given", polled(shares, "shares", sharesView),
      { note: "by this replica, in percent of the calls of each of the last 15 minutes" })}`,
};

function take(parameters) {
  FIELDS.forEach(({ name, first = "" }) => { asked[name] = parameters.get(name) ?? first; });
}

function query(which = () => true) {
  return new URLSearchParams(FIELDS
    .filter(which)
    .filter(({ name, only }) => asked[name] && (!only || only(asked)))
    .map(({ name }) => [name, asked[name]])).toString();
}

function ask(name, value) {
  asked[name] = value;
  location.hash = `#/routing?${query()}`;
  redraw();
}

function fieldView({ name, label, values, hint = "", first }) {
  return html`<label>${label} ${values ? html`
    <select name=${name} @change=${(event) => ask(name, event.target.value)}>
      ${first ? nothing : html`<option value="" ?selected=${!asked[name]}>any</option>`}
      ${values.map((value) => html`<option value=${value} ?selected=${asked[name] === value}>${value}</option>`)}
    </select>` : html`
    <input name=${name} placeholder=${hint} .value=${asked[name]}
           @change=${(event) => ask(name, event.target.value.trim())}>`}</label>`;
}

function answerView(data) {
  const left = Object.entries(data.left_out).filter(([, nodes]) => nodes > 0);
  return html`
    ${data.candidates.length === 0
      ? empty("Nobody", left.length ? "All nodes that fit are left out." : "No node fits.")
      : table("Candidates", ["Node", "Address", "Score", "Operations", "Processor", "Heard of", "Why"],
        data.candidates.map(candidateView))}
    <p class="note">As of ${duration(Math.round(data.age_ms / 1000))} ago.
      ${left.length ? html`Left out: ${left.map(([why, nodes]) => html`${state(why)} ${number(nodes)} `)}` : nothing}</p>`;
}

function sharesView(data) {
  if (data.total === 0) return empty("No call yet", "A caller is counted when it asks for a node; this page is not.");
  const { samples, series } = lines(data);
  const all = (calls) => calls.reduce((sum, each) => sum + each, 0);
  const others = all(data.others);
  return html`
    ${chart("shares", samples, series, { title: "Shares of the calls", unit: "%", tabulated: false })}
    ${table("Shares", ["Node", "Share", "Calls"], [
      ...data.nodes.map(({ node_id: id, share, handed_out: handedOut }) => shareView(nodeLink(id), share, all(handedOut))),
      ...(others > 0 ? [shareView("all others", others / data.total, others)] : []),
    ])}`;
}

function shareView(name, share, calls) {
  return html`<tr><th scope="row">${name}</th><td>${number(Math.round(share * 1000) / 10)} %</td><td>${number(calls)}</td></tr>`;
}

function candidateView(each) {
  const { active_operations: operations, cpu_percent: cpu, age_ms: age } = each.load;
  return html`<tr><th scope="row" class="wrap">${nodeLink(each.node_id)} ${detail(each.region && inert(each.region))}</th>
    <td class="wrap"><code>${each.address}:${each.port}</code></td>
    <td>${each.score === undefined ? none() : number(each.score)}</td>
    <td>${operations === undefined ? none() : number(operations)}</td>
    <td>${cpu === undefined ? none() : `${number(cpu)} %`}</td>
    <td>${age === undefined ? none("never") : time(new Date(Date.now() - age).toISOString())}</td>
    <td>${chips(each.reasons.map(words))}</td></tr>`;
}
