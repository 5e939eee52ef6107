// Which clients ask by xDS, and what they do not receive.

import { html, nothing } from "../lib.js";
import { read } from "../api.js";
import { count, inert, number, words } from "../format.js";
import { chips, detail, empty, facts, none, nodeLink, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";

const EVERY_MS = 3_000;

const xds = new Poll((signal) => read("api/v1/xds", signal), EVERY_MS);

export const callersPage = {
  title: () => "Callers",
  enter() {
    xds.start();
  },
  leave() {
    xds.stop();
  },
  view: () => html`
    ${panel("callers", "Callers that ask by xDS", polled(xds, "callers", clientsView), { note: "of this replica" })}
    ${panel("nacks", "Refused answers", polled(xds, "refused answers", nacksView),
      { note: "a caller that refuses one goes on with what it had" })}
    ${panel("left-out", "Nodes that callers do not receive", polled(xds, "nodes", leftOutView))}
    ${panel("mesh-services", "Services", polled(xds, "services", servicesView))}`,
};

function clientsView(data) {
  if (!data.enabled) return empty("Off", "registry.xds.port is not set: callers can ask by REST only.");
  return html`
    ${facts([["Version", data.version], ["Streams", number(data.streams)]])}
    ${data.clients.length === 0 ? empty("Nobody", "No caller has a stream open.")
      : table("Callers", ["Caller", "Address", "Signed in as", "Since", "Asks for", "Version"],
        data.clients.map((each) => clientView(each, data.version)))}
    ${data.streams > data.clients.length
      ? html`<p class="note">${count(data.streams - data.clients.length, "more stream")}</p>` : nothing}`;
}

function clientView(client, version) {
  return html`<tr><th scope="row" class="wrap">${inert(client.id || "without a name")}
      ${detail(inert([client.region, client.user_agent].filter(Boolean).join(" · ")))}</th>
    <td><code>${client.address}</code></td>
    <td class="wrap">${client.signed_in_as}</td>
    <td>${time(client.connected_at)}</td>
    <td class="wrap">${client.subscriptions.map(subscriptionView)}</td>
    <td>${client.waiting ? state("waiting", "fair") : versionView(client, version)}
      ${client.last_nack ? state("has refused", "bad") : nothing}</td></tr>`;
}

function subscriptionView({ type, names, total }) {
  return html`<div>${words(type)}: ${total === 0 ? "all" : chips(names.map(inert))}
    ${total > names.length ? `and ${number(total - names.length)} more` : nothing}</div>`;
}

/** What it has accepted of the newest that it was sent. */
function versionView({ subscriptions }, version) {
  const open = subscriptions.filter((each) => each.sent_version !== each.acknowledged_version);
  const last = subscriptions.map((each) => each.acknowledged_version).filter(Boolean).map(Number);
  if (last.length === 0) return none("none yet");
  const newest = String(Math.max(...last));
  return html`${newest} ${open.length ? state("not accepted yet", "fair") : nothing}
    ${newest === version ? nothing : detail("nothing it asks for has changed since")}`;
}

function nacksView(data) {
  if (data.nacks.length === 0) return empty("None", "Every answer so far was accepted.");
  return table("Refused answers", ["When", "Caller", "What", "Version", "Why"], data.nacks.map((each) => html`
    <tr><th scope="row">${time(each.at)}</th><td class="wrap">${inert(each.client)}</td><td>${words(each.type)}</td>
      <td>${each.version}</td><td class="wrap">${inert(each.message)}</td></tr>`));
}

function leftOutView(data) {
  if (data.left_out.length === 0) return empty("None", "Every node that can be called is sent.");
  const all = Object.values(data.left_out_total).reduce((sum, each) => sum + each, 0);
  return html`
    ${table("Nodes left out", ["Node", "Service", "Why", "Detail"], data.left_out.map((each) => html`
      <tr><th scope="row" class="wrap">${leftOutNode(each)}</th><td class="wrap">${inert(each.service)}</td>
        <td>${state(each.reason, "fair")}</td><td class="wrap">${each.detail ? inert(each.detail) : none()}</td></tr>`))}
    ${all > data.left_out.length
      ? html`<p class="note">The first ${number(data.left_out.length)} of ${number(all)}.</p>` : nothing}`;
}

/** A node of another region has no page here, and may have the id of one of ours. */
function leftOutNode({ node_id: id, region }) {
  return region ? html`<span class="node">${inert(id)}</span> ${detail(inert(`region ${region}`))}` : nodeLink(id);
}

function servicesView(data) {
  if (data.services.length === 0) return empty("None", "No node is registered.");
  return table("Services", ["Service", "Healthy", "Unhealthy", "Draining", "Of other regions"], data.services.map((each) => html`
    <tr><th scope="row" class="wrap"><code>xds:///${inert(each.name)}</code> ${each.withheld ? state("withheld", "fair") : nothing}</th>
      <td>${number(each.healthy)}</td><td>${number(each.unhealthy)}</td><td>${number(each.draining)}</td>
      <td>${number(each.other_regions)}</td></tr>`));
}
