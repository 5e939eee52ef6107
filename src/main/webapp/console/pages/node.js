// One node: what it can do, where it is, what each store says of it, its lease, and what became of it.

import { html, nothing } from "../lib.js";
import { Problem, encoded, read } from "../api.js";
import { copyButton } from "../copy.js";
import { curlOf } from "../curl.js";
import { fleet } from "../fleet.js";
import { sentence, number, words } from "../format.js";
import { isSingle, stringify } from "../json.js";
import { leaseView } from "../lease-view.js";
import { linksTo } from "../links.js";
import { cordonButton, deregisterButton, forgetButton } from "../node-actions.js";
import { comparisonView } from "../comparison.js";
import { historyView } from "../history.js";
import { detail, empty, facts, loading, nodeAddress, oldView, panel, polled, state, time, tree, trouble } from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";
import { session } from "../session.js";

const EVERY_MS = 5_000;
const MOST_CHANGES = 50;

let id = null;
let seen = null;
let node = null;
let history = null;
/** whether the address asks for the JSON */
let raw = false;

/** By the query where a path would be folded, refused by a container, or mean another thing. */
const byQuery = (name) => name === "." || name === ".." || name === "watch" || /[\p{C}]|^\s|\s$/u.test(name);
const pathOf = (name) => (rest = "", query = "") => (byQuery(name)
  ? `api/v1/registrations/-${rest}?node_id=${encoded(name)}${query && `&${query}`}`
  : `api/v1/registrations/${encoded(name)}${rest}${query && `?${query}`}`);
const path = (...parts) => pathOf(id)(...parts);

export const nodePage = {
  title: (name) => name,
  heading: (name) => html`<span class="node">${name}</span>`,
  enter(name, asked) {
    id = name;
    take(asked);
    seen = fleet.nodes.get(id)?.row_version;
    node = new Poll((signal) => read(path(), signal), EVERY_MS).start();
    history = new Poll((signal) => read(path("/history", `limit=${MOST_CHANGES}`), signal), EVERY_MS).start();
  },
  asked: take,
  leave() {
    node.stop();
    history.stop();
  },
  view,
};

function take(asked) {
  raw = asked.get("view") === "json";
  redraw();
}

/** What the actions are about, also where another node is shown by the time they are confirmed. */
function of() {
  const shown = node;
  return { id, path: pathOf(id), refresh: () => shown === node && shown.refresh() };
}

/** The stream tells of a change before the next question would. */
function followStream() {
  const now = fleet.nodes.get(id)?.row_version;
  if (now === seen) return;
  seen = now;
  node.refresh();
  history.refresh();
}

function view() {
  followStream();
  if (node.error instanceof Problem && node.error.status === 404) return goneView();
  if (node.data === null) return node.error ? trouble(node.error, "node") : loading("the node");
  const it = node.data;
  return html`
    <div class="under">
      <p>${it.node_type}${it.node_role ? ` · ${it.node_role}` : ""}${it.version ? ` · version ${it.version}` : ""}</p>
      ${it.callable === false ? html`<p>${state("not callable", "bad")} ${detail(it.not_callable_reason)}</p>` : nothing}
      ${it.sidecar_error ? html`<p>${state("no mesh proxy", "bad")} ${detail(it.sidecar_error)}</p>` : nothing}
      <p>${state(it.status)} ${state(it.health)} ${detail(it.status_reason && words(it.status_reason))}</p>
      ${it.cordon ? html`<p>${state("cordoned", "bad")} ${detail(it.cordon.reason)} ${detail(`by ${it.cordon.by}`)}
        ${it.cordon.until ? html`${detail("until")} ${time(it.cordon.until)}` : nothing}</p>` : nothing}
      <div class="actions">
        ${copyButton(id, `the id of ${id}`, "Copy id")}
        ${copyButton(curlOf(path(), document.baseURI, session), "a curl command", "Copy curl")}
        <a href=${nodeAddress(id) + (raw ? "" : "?view=json")}>${raw ? "As a page" : "As JSON"}</a>
        <a href=${`#/why/${encoded(id)}`}>Do callers find it?</a>
        ${linksTo(["grafana", "consul"], { node_id: id, node_type: it.node_type })}
        ${cordonButton(of(), it)} ${deregisterButton(of())} ${forgetButton(of())}</div>
    </div>
    ${node.error ? oldView(node) : nothing}
    ${raw ? jsonView(it) : partsView(it)}`;
}

function jsonView(it) {
  const text = stringify(it, 2);
  return panel("json", "As the API has it", html`<pre tabindex="0" role="region" aria-label="JSON">${text}</pre>`,
    { actions: copyButton(text, `the JSON of ${id}`, "Copy JSON"), note: html`<code>GET /${path()}</code>` });
}

function partsView(it) {
  return html`
    ${it.malformed ? html`<p class="old">${state("malformed", "bad")} Another program has written what no node can
      announce: ${it.malformed.join(", ")}. It is shown as it is.</p>` : nothing}
    ${it.conflict ? conflictView(it.conflict) : nothing}
    ${it.also_in ? html`<p class="old">${state("also elsewhere", "fair")} Nodes with this id are registered in
      ${it.also_in.map((region) => html`<a href=${nodeAddress(id, region)}>${region}</a> `)} too.</p>`
      : nothing}
    <div class="columns">
      ${panel("capabilities", "Capabilities", tree(it.capabilities ?? {}))}
      <div class="stack">
        ${panel("endpoints", "Endpoints", endpointsView(it.endpoints ?? {}))}
        ${panel("lease", "Lease", leaseView(it))}
      </div>
    </div>
    ${panel("stores", "Both stores", comparisonView(it))}
    <div class="columns">
      ${panel("identity", "Identity", facts([
        ["Environment", it.environment], ["Region", it.region], ["Network", it.network_id],
        ["Deployment", it.deployment_id], ["Epoch", it.epoch === undefined ? null : String(it.epoch)], ["Row version", number(it.row_version)],
        ["Registered", time(it.registered_at)], ["Updated", time(it.updated_at)],
        ["Newest event", time(it.event_timestamp)],
      ]))}
      ${panel("metadata", "Metadata", tree(it.metadata ?? {}))}
    </div>
    ${panel("history", "History", changesView(it.recent_changes))}`;
}

/** Which of them is right is not for the registry to say. */
function conflictView({ since, seen_at, evidence, processes }) {
  return html`<p class="old">${state("conflict", "bad")} Two live processes announce themselves as this node, since
    ${time(since)}, last seen ${time(seen_at)}: their ${evidence === "start" ? "starts" : "introspection events"} alternate.
    ${processes.map((each) => html`<span class="detail">${[each.instance_id, ...Object.values(each.endpoints),
      each.started_at && `started ${each.started_at}`].filter(Boolean).join(", ")}</span> `)}</p>`;
}

/** The address is the node's own word: only what the browser opens as a page becomes a link. */
function endpointsView(endpoints) {
  if (isSingle(endpoints) || Array.isArray(endpoints)) return tree(endpoints);
  const all = Object.entries(endpoints);
  return all.length === 0 ? html`<p class="none">It has announced none.</p>` : facts(all.map(([name, url]) => [name,
    /^https?:\/\//i.test(url) ? html`<a href=${url} rel="noreferrer noopener" target="_blank">${url}</a>`
      : tree(url)]));
}

function changesView(recent) {
  if (history.data === null && history.error) {
    return recent ? historyView(recent) : empty("No history here", sentence(history.error.message));
  }
  return polled(history, "history", ({ changes }) => historyView(changes));
}

function lastView(last) {
  return last === null ? "It has left long ago, or never announced itself."
    : html`${state(last.status)} ${time(last.changed_at, "")} ${last.reason ? words(last.reason) : nothing}
      ${detail(last.actor && `by ${last.actor}`)}`;
}

function goneView() {
  return html`
    ${empty("This node is not registered", html`${lastView(node.error.lastState)}
      <a href=${`#/why/${encoded(id)}`}>Why?</a> <a href="#/nodes">All nodes</a>`)}
    ${history.data?.changes?.length
      ? html`
        <div class="actions">${forgetButton(of())}</div>
        ${panel("history", "What became of it", historyView(history.data.changes))}` : nothing}`;
}
