// Other regions: how it stands with each, and the nodes of one.

import { actionButton } from "../actions.js";
import { html, nothing } from "../lib.js";
import { change, encoded, read } from "../api.js";
import { confirm } from "../dialog.js";
import { count, inert, number, stillToRead } from "../format.js";
import { chips, detail, empty, facts, linkState, nodeLink, none, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";
import { signedInFirst } from "../sign-in.js";

const EVERY_MS = 3_000;
const MOST_NODES = 100;

const links = new Poll((signal) => read("api/v1/regions", signal), EVERY_MS);
const one = { region: "", nodes: null };

export const regionsPage = {
  title: () => "Regions",
  enter: () => links.start(),
  leave: () => links.stop(),
  view: () => polled(links, "regions", (data) => html`
    ${panel("other-regions", "Other regions", linksView(data.regions),
      { note: "in the order in which callers are given their nodes" })}
    ${panel("own-region", "Published for other regions", exportView(data))}`),
};

export const regionPage = {
  title: (region) => `Region ${region}`,
  enter(region) {
    one.region = region;
    one.nodes = new Poll(
      (signal) => read(`api/v1/regions/${encoded(region)}/registrations?limit=${MOST_NODES}`, signal), EVERY_MS);
    one.nodes.start();
  },
  leave: () => one.nodes.stop(),
  view: () => html`
    <p><a href="#/regions">All regions</a></p>
    ${panel("remote-nodes", "Nodes", polled(one.nodes, "nodes", nodesView),
      { note: "as that region tells; they are registered there" })}`,
};

function linksView(all) {
  if (all.length === 0) {
    return empty("None", html`Nodes of other regions are known where <code>registry.regions</code> names them.`);
  }
  return table("Other regions", ["Region", "Link", "Nodes", "Last heard", "Revision", "Passed over", ""],
    all.map((each) => html`
      <tr><th scope="row" class="wrap"><a href="#/regions/${encodeURIComponent(each.region)}">${inert(each.region)}</a>
          ${each.configured ? nothing : state("not configured", "fair")}
          ${each.said_region && each.said_region !== each.region
            ? detail(html`calls itself ${inert(each.said_region)}`) : nothing}</th>
        <td class="wrap">${linkState(each.state)} ${detail(each.reason)}</td>
        <td>${number(each.nodes)}</td>
        <td>${time(each.heard_at)}</td>
        <td>${number(each.revision)} ${detail(stillToRead(each))}</td>
        <td class="wrap">${passedOver(each) === 0 ? none("none")
          : html`${number(passedOver(each))} ${detail(each.last_error && inert(each.last_error))}`}</td>
        <td>${actionButton("Forget …", () => forget(each), { role: "admin", look: "danger" })}</td></tr>`));
}

const passedOver = (link) => link.unreadable_records + link.refused_records;

function exportView({ region, export: own }) {
  if (!own) return empty("Nothing", html`This registry has no region of its own: <code>registry.region</code> is not set.`);
  return facts([["Region", region], ["Topic", own.topic], ["Revision", number(own.revision)],
    ["All nodes published", own.complete ? "yes" : "not yet"], ["History", own.history_id]]);
}

function nodesView({ registrations, next_cursor: more }) {
  if (registrations.length === 0) return empty("None", "The region has published no node that can be discovered.");
  return html`
    ${table("Nodes", ["Node", "Type", "State", "Version", "Capabilities", "Published"], registrations.map(({
      node_id: id, registration: it, imported_at: at, unreadable_since: unread }) => html`
      <tr><th scope="row">${nodeLink(id, one.region)}</th>
        <td class="wrap">${it.node_type}</td>
        <td>${state(it.status)} ${state(it.health)} ${it.cordon ? state("cordoned", "bad") : nothing}
          ${unread ? state("unreadable", "bad") : nothing}</td>
        <td class="wrap">${it.version ? inert(it.version) : none()}</td>
        <td class="wrap">${chips(Object.keys(it.capabilities ?? {}).map(inert))}</td>
        <td>${time(at)}</td></tr>`))}
    ${more ? html`<p class="note">The first ${number(registrations.length)}; <code>GET
      /api/v1/regions/${one.region}/registrations</code> lists all.</p>` : nothing}`;
}

function forget({ region, nodes, configured }) {
  signedInFirst("To forget a region, sign in as an admin.", () => confirm({
    title: `Forget region ${region}?`,
    what: html`<p>${count(nodes, "node")} of it will not be known here any more.
      ${configured ? "It is still configured: where its topic is there, all of it is read again." : nothing}</p>
      <p>Nothing is changed in that region.</p>`,
    action: "Forget",
    danger: true,
    run: async () => {
      await change("DELETE", `api/v1/regions/${encoded(region)}`);
      links.refresh();
      return `Region ${region} is forgotten.`;
    },
  }), "admin");
}
