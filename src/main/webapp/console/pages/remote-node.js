// One node of another region, as that region tells.

import { html, nothing } from "../lib.js";
import { Problem, encoded, read } from "../api.js";
import { fleet, keyOf } from "../fleet.js";
import { isSingle } from "../json.js";
import { number, words } from "../format.js";
import { detail, empty, facts, linkState, loading, nodeLink, oldView, panel, regionBadge, state, time, tree, trouble }
  from "../parts.js";
import { Poll } from "../poll.js";

const EVERY_MS = 5_000;

let id = null;
let region = null;
let seen = null;
let node = null;

export const remoteNodePage = {
  title: (name) => name,
  heading: (name) => html`<span class="node">${name}</span>`,
  enter(name, parameters) {
    id = name;
    region = parameters.get("region");
    seen = streamed();
    node = new Poll((signal) => read(path(), signal), EVERY_MS).start();
  },
  asked(parameters) {
    if (parameters.get("region") === region) return;
    node.stop();
    remoteNodePage.enter(id, parameters);
  },
  leave: () => node.stop(),
  view,
};

/** By the query where a path would be folded or refused by a container. */
function path() {
  const nodes = `api/v1/regions/${encoded(region)}/registrations`;
  return id === "." || id === ".." || id === "watch" || /[\p{C}]|^\s|\s$/u.test(id)
    ? `${nodes}/-?node_id=${encoded(id)}` : `${nodes}/${encoded(id)}`;
}

const streamed = () => fleet.remote.get(keyOf({ node_id: id, from_region: region }))?.revision;

function view() {
  const now = streamed();
  if (now !== seen) {
    seen = now; // the stream tells of a change before the next question would
    node.refresh();
  }
  if (node.error instanceof Problem && node.error.status === 404) {
    return empty("This region has no such node", html`It has published none with this id, or that it has left.
      <a href=${`#/regions/${encodeURIComponent(region)}`}>Region ${region}</a>
      ${nodeLink(id)}`);
  }
  if (node.data === null) return node.error ? trouble(node.error, "node") : loading("the node");
  const { registration: it, state: link, revision, imported_at: at, unreadable_since: unread } = node.data;
  return html`
    <div class="under">
      <p>${regionBadge(region, link)} ${linkState(link)} ${detail("published")} ${time(at)}</p>
      <p>${it.node_type}${it.node_role ? ` · ${it.node_role}` : ""}${it.version ? ` · version ${it.version}` : ""}</p>
      ${it.callable === false ? html`<p>${state("not callable", "bad")} ${detail(plain(it.not_callable_reason))}</p>` : nothing}
      <p>${state(it.status)} ${state(it.health)} ${detail(it.status_reason && words(it.status_reason))}</p>
      ${it.cordon ? html`<p>${state("cordoned", "bad")} ${detail(plain(it.cordon.reason))}</p>` : nothing}
      <p class="note">It is registered there, and changed there only.</p>
    </div>
    ${node.error ? oldView(node) : nothing}
    ${unread ? html`<p class="old">${state("unreadable", "bad")} Since ${time(unread)} the newest record of it cannot be
      read; this is of an earlier one.</p>` : nothing}
    ${fleet.nodes.has(id) ? html`<p class="old">${state("also here", "fair")} A node with this id is registered in this
      region too: ${nodeLink(id)}</p>` : nothing}
    <div class="columns">
      ${panel("capabilities", "Capabilities", tree(it.capabilities ?? {}))}
      ${panel("endpoints", "Endpoints", tree(it.endpoints ?? {}))}
    </div>
    <div class="columns">
      ${panel("identity", "Identity", facts([
        ["Environment", plain(it.environment)], ["Region", plain(it.region)], ["Network", plain(it.network_id)],
        ["Deployment", plain(it.deployment_id)], ["Revision there", number(revision)],
        ["Registered", it.registered_at && shownTime(it.registered_at)],
        ["Updated", it.updated_at && shownTime(it.updated_at)],
      ].map(([name, value]) => [name, value ?? null])))}
      ${panel("metadata", "Metadata", tree(it.metadata ?? {}))}
    </div>`;
}

/** What another region has published may be of any type. */
const plain = (value = null) => (isSingle(value) ? value : tree(value));

/** Anything may stand there; what is no time is shown as it is, and broken like any text. */
const shownTime = (value) => (Number.isNaN(Date.parse(value)) ? plain(value) : time(String(value)));
