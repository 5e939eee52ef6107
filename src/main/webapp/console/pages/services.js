// What there is: capabilities and node types, with how many nodes of each can be called.

import { html, nothing } from "../lib.js";
import { read } from "../api.js";
import { byCapability } from "../capabilities.js";
import { count, duration, inert, number } from "../format.js";
import { linksTo } from "../links.js";
import { detail, empty, none, panel, polled, state, table } from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";
import { judged } from "../trust.js";
import { verdictLine } from "../verdict-view.js";

const EVERY_MS = 3_000;
const MOST_SHOWN = 3;
const MOST_CAPABILITIES = 100;

/** In the order of what somebody should look at first. */
const TROUBLES = ["critical", "cordoned", "not_callable", "suspect", "draining"];

const SERVICE_COLUMNS = ["Service", "Nodes", "Can be called", "Not", "Versions", "Regions"];

const asked = { q: "" };

const services = new Poll((signal) => read("api/v1/services", signal), EVERY_MS);

export const servicesPage = {
  title: () => "Services",
  enter(rest, parameters) {
    take(parameters);
    services.start();
    judged.start();
  },
  asked: take,
  leave() {
    services.stop();
    judged.stop();
  },
  view: () => html`${verdictLine()}${polled(services, "services", servicesView)}`,
};

function servicesView({ services: all, age_ms: age }) {
  if (all.length === 0) {
    return empty("No node is registered yet", html`A node appears here as soon as it announces itself on Kafka, or is
      registered by <code>POST /api/v1/registrations</code>.`);
  }
  return html`
    ${panel("services", "Services", table("Services", SERVICE_COLUMNS, all.map((each) => rowView(html`
      <a class="node" href="#/nodes?node_type=${each.node_type}">${each.node_type}</a>`, each))),
      { note: `as of ${duration(Math.round(age / 1000))} ago, from this replica's memory` })}
    ${panel("capabilities", "By capability", capabilitiesView(byCapability(all, asked.q)))}
    ${all.map(serviceView)}`;
}

function take(parameters) {
  asked.q = parameters.get("q") ?? "";
}

/** The address carries what was asked, so that it can be passed on. */
function ask(q) {
  asked.q = q;
  history.replaceState(null, "", q ? `#/services?${new URLSearchParams({ q })}` : "#/services");
  redraw();
}

function capabilitiesView(all) {
  return html`
    <form class="filters" role="search" aria-label="Capabilities" @submit=${(event) => event.preventDefault()}>
      <label class="search"><span class="visually-hidden">Search capabilities</span>
        <input type="search" placeholder="Search capabilities" .value=${asked.q}
               @input=${(event) => ask(event.target.value)}></label>
      <p class="count" role="status">${count(all.length, "capability", "capabilities")}</p>
    </form>
    ${all.length === 0 ? empty("No capability is called like that", "Nodes say what they can do when they announce themselves.")
      : table("Capabilities", ["Capability", "Nodes", "Can be called", "Types", "Routing"],
        all.slice(0, MOST_CAPABILITIES).map(capabilityView))}
    ${all.length > MOST_CAPABILITIES
      ? html`<p class="note">Those of most nodes are shown; search for others.</p>` : nothing}`;
}

function capabilityView({ capability, total, callable, types }) {
  const parameters = new URLSearchParams({ capability });
  return html`<tr>
    <th scope="row"><a class="node" href="#/nodes?${parameters}">${inert(capability)}</a></th>
    <td>${number(total)}</td><td>${number(callable)}</td>
    <td>${types.map(({ type, total: nodes }) => html`${type} ${number(nodes)} `)}</td>
    <td><a href="#/routing?${parameters}" aria-label="Which node with ${inert(capability)} a caller would get">
      Which one?</a></td></tr>`;
}

function serviceView({ node_type: type, capabilities, ...all }) {
  return panel(`service-${type}`, type, html`
    ${table(`Nodes of type ${type}`, ["Capability", ...SERVICE_COLUMNS.slice(1)], [
      rowView(html`<a href="#/nodes?node_type=${type}">all</a>`, all),
      ...capabilities.map((one) => rowView(
        html`<a class="node" href="#/nodes?node_type=${type}&capability=${encodeURIComponent(one.capability)}">
          ${inert(one.capability)}</a>`, one)),
    ])}`, { actions: html`<a href="#/routing?node_type=${type}">Which one would a caller get?</a>
      ${linksTo(["grafana", "consul"], { node_type: type })}` });
}

function rowView(name, { nodes, versions, regions }) {
  return html`<tr><th scope="row">${name}</th>
    <td>${number(nodes.total)}</td>
    <td>${number(nodes.callable)} ${detail(nodes.warning ? `${number(nodes.warning)} warning` : "")}</td>
    <td>${TROUBLES.some((name_) => nodes[name_])
      ? TROUBLES.filter((name_) => nodes[name_]).map((name_) => html`
        ${state(name_)} ${number(nodes[name_])} `)
      : none()}</td>
    <td class="wrap">${countsView(versions)}</td><td class="wrap">${countsView(regions)}</td></tr>`;
}

function countsView(counts) {
  const all = Object.entries(counts);
  return all.length === 0 ? none() : html`
    ${all.slice(0, MOST_SHOWN).map(([value, nodes]) => html`<code>${inert(value)}</code> ${number(nodes)} `)}
    ${all.length > MOST_SHOWN ? detail(`and ${number(all.length - MOST_SHOWN)} more`) : nothing}`;
}
