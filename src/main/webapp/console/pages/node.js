// One node: what it can do, where it is, what each store says of it, its lease, and what became of it.

import { actionButton } from "../actions.js";
import { html, nothing } from "../lib.js";
import { Problem, change, encoded, newKey, read } from "../api.js";
import { confirm } from "../dialog.js";
import { fleet } from "../fleet.js";
import { sentence, number, words } from "../format.js";
import { isSingle } from "../json.js";
import { comparisonView } from "../comparison.js";
import { historyView } from "../history.js";
import { detail, empty, facts, loading, nodeAddress, oldView, panel, polled, state, time, tree, trouble } from "../parts.js";
import { Poll } from "../poll.js";
import { signedInFirst } from "../sign-in.js";

const EVERY_MS = 5_000;
const MOST_CHANGES = 50;

let id = null;
let seen = null;
let node = null;
let history = null;

/** By the query where a path would be folded, refused by a container, or mean another thing. */
const byQuery = () => id === "." || id === ".." || id === "watch" || /[\p{C}]|^\s|\s$/u.test(id);
const path = (rest = "", query = "") => byQuery()
  ? `api/v1/registrations/-${rest}?node_id=${encoded(id)}${query && `&${query}`}`
  : `api/v1/registrations/${encoded(id)}${rest}${query && `?${query}`}`;

export const nodePage = {
  title: (name) => name,
  heading: (name) => html`<span class="node">${name}</span>`,
  enter(name) {
    id = name;
    seen = fleet.nodes.get(id)?.revision;
    node = new Poll((signal) => read(path(), signal), EVERY_MS).start();
    history = new Poll((signal) => read(path("/history", `limit=${MOST_CHANGES}`), signal), EVERY_MS).start();
  },
  leave() {
    node.stop();
    history.stop();
  },
  view,
};

/** The stream tells of a change before the next question would. */
function followStream() {
  const now = fleet.nodes.get(id)?.revision;
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
        ${it.cordon
          ? actionButton("Uncordon …", () => uncordon(it)) : actionButton("Cordon …", () => cordon(it))}
        <a href=${`#/why/${encoded(it.node_id)}`}>Do callers find it?</a>
        ${actionButton("Deregister …", () => deregister(it), { look: "danger" })}
        ${forgetButton()}</div>
    </div>
    ${node.error ? oldView(node) : nothing}
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
        ["Deployment", it.deployment_id], ["Epoch", it.epoch === undefined ? null : String(it.epoch)], ["Revision", number(it.revision)],
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

const PROBES = {
  answered: "answered", busy: "answered that it is busy", status: "answered with an error",
  timeout: "did not answer in time",
  unreachable: "could not be reached", refused_address: "was not made: the address is not allowed",
  redirected: "was redirected", invalid: "was not made: the endpoint is no URL",
};

function leaseView(it) {
  const lease = it.lease ?? { expires_at: it.lease_expires_at };
  const over = lease.expires_at && Date.parse(lease.expires_at) < Date.now();
  return facts([
    [over ? "Ended" : "Ends", html`${time(lease.expires_at)}${over ? html` ${state("over", "fair")}` : nothing}`],
    ["Lease TTL", lease.ttl_seconds ? `${number(lease.ttl_seconds)} s` : null],
    ["Watched by", lease.watched_by],
    ["Last heartbeat", time(it.last_heartbeat)],
    ["Last seen", it.last_seen_at ? html`${time(it.last_seen_at)} ${detail(it.last_seen_by)}` : null],
    ["Last probe", lease.probe ? html`${PROBES[lease.probe.result] ?? words(lease.probe.result)} ${time(lease.probe.at)}
      ${detail(lease.probe.detail)}` : null],
    ["Reported health", it.health_status ? state(it.health_status) : null],
    ["Held as it is until", it.damped_until ? time(it.damped_until) : null],
    ["Running operations", it.active_operations === undefined ? null : number(it.active_operations)],
    ["Processor", it.cpu_percent === undefined ? null : `${number(it.cpu_percent)} %`],
    ["Memory", it.memory_mb === undefined ? null : `${number(it.memory_mb)} MB`],
  ]);
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
        <div class="actions">${forgetButton()}</div>
        ${panel("history", "What became of it", historyView(history.data.changes))}` : nothing}`;
}

const forgetButton = () => actionButton("Forget …", forget, { role: "admin", look: "danger" });

function forget() {
  const node_id = id;
  const key = newKey();
  signedInFirst("To forget a node, sign in as an admin.", () => confirm({
    title: "Forget this node?",
    what: html`
      <p><strong class="node">${node_id}</strong> is removed from PostgreSQL and Consul with its tombstone and its owner;
        the history stays. Its next introspection event is that of a new node, regardless of its epoch before, and the first to
        sign for it becomes its owner.</p>`,
    action: "Forget",
    danger: true,
    run: async () => {
      const result = await change("DELETE", path("", "forget=true"), undefined, key);
      node.refresh();
      return result.status === "partial"
        ? `${node_id} is forgotten; the next comparison removes its entry in Consul.`
        : `${node_id} is forgotten.`;
    },
  }), "admin");
}

function cordon(it) {
  const key = newKey();
  signedInFirst("To cordon a node, sign in as an operator.", () => confirm({
    title: "Cordon this node?",
    what: html`
      <p>Nobody is to call <strong class="node">${it.node_id}</strong> any more: in Consul its check is critical and says
        why. It stays registered, and nothing that it announces ends the cordon.</p>
      <label>Reason <input name="reason" maxlength="500" required></label>
      <label>Ends by itself at <input type="datetime-local" name="until" step="1"></label>`,
    action: "Cordon",
    danger: true,
    run: async (given) => {
      const until = given.get("until");
      const result = await change("PUT", path("/cordon"), {
        reason: given.get("reason"), ...(until ? { until: new Date(until).toISOString() } : {}),
      }, key);
      node.refresh();
      return result.consul_pending
        ? `${it.node_id} is cordoned in PostgreSQL; Consul follows.`
        : `${it.node_id} is cordoned.`;
    },
  }));
}

function uncordon(it) {
  const key = newKey();
  signedInFirst("To end a cordon, sign in as an operator.", () => confirm({
    title: "End this cordon?",
    what: html`
      <p>Callers find <strong class="node">${it.node_id}</strong> again as soon as its health lets them.</p>`,
    action: "Uncordon",
    run: async () => {
      const result = await change("DELETE", path("/cordon"), undefined, key);
      node.refresh();
      return result.consul_pending
        ? `${it.node_id} is not cordoned any more; Consul follows.`
        : `${it.node_id} is not cordoned any more.`;
    },
  }));
}

function deregister(it) {
  const key = newKey();
  signedInFirst("To deregister a node, sign in as an operator.", () => confirm({
    title: "Deregister this node?",
    what: html`
      <p><strong class="node">${it.node_id}</strong> is taken out of PostgreSQL and Consul at once, and callers no
        longer find it. The node itself is not stopped.</p>
      <p>It comes back with its next introspection event. Its heartbeats alone do not bring it back, but the registry then
        asks it to introduce itself.</p>`,
    action: "Deregister",
    danger: true,
    run: async () => {
      const result = await change("DELETE", path(), undefined, key);
      node.refresh();
      return result.status === "partial"
        ? `${it.node_id} is deregistered in one store; the other follows.`
        : `${it.node_id} is deregistered.`;
    },
  }));
}
