// All registered nodes: live, filtered, sorted, and only as many rows in the page as fit on the screen.

import { namesIn } from "../json.js";
import { actionButton } from "../actions.js";
import { html, nothing, repeat } from "../lib.js";
import { changeMany } from "../cordons.js";
import { alsoIn, fleet, follow, keepSignsOfLife, keyOf } from "../fleet.js";
import { count, number } from "../format.js";
import { detail, empty, loading, nodeLink, none, regionBadge, state, time, trouble } from "../parts.js";
import { FILTERS, SORTS, addressOf, askedBy, filtered, options } from "../node-filter.js";
import { redraw } from "../redraw.js";
import { Rows } from "../rows.js";

const asked = { q: "", sort: "node_id", scope: "local" };
let rows = null;
let ending = null;

const COLUMNS = [
  { name: "node_id", label: "Node", view: nodeCell },
  { name: "node_type", label: "Type", view: (node) => node.node_type },
  { name: "version", label: "Version", view: (node) => node.version ?? none() },
  { name: "status", label: "Status", view: statusCell },
  { name: "health", label: "Health", view: (node) => state(node.health) },
  { name: "consul", label: "Consul", view: consulCell },
  { name: "place", label: "Region", view: placeCell },
  { name: "capabilities", label: "Capabilities", view: capabilitiesCell },
  { name: "last_heartbeat", label: "Last heartbeat", view: heartbeatCell },
];

export const nodesPage = {
  title: () => "Nodes",
  enter(rest, parameters) {
    take(parameters);
    rows = new Rows();
    ending = new AbortController();
    keepSignsOfLife(ending.signal);
    addEventListener("keydown", shortcut);
  },
  asked: take,
  leave() {
    ending.abort();
    rows.end();
    removeEventListener("keydown", shortcut);
  },
  drawn: () => rows.drawn(),
  view,
};

function view() {
  if (fleet.state === "loading") {
    if (fleet.error) return trouble(fleet.error, "nodes");
    return loading(fleet.arriving ? `nodes, ${number(fleet.arriving)} so far` : "nodes");
  }
  if (fleet.nodes.size === 0 && asked.scope === "local") {
    return empty("No node is registered yet", html`A node appears here as soon as it announces itself on Kafka, or is
      registered by <code>POST /api/v1/registrations</code>.`);
  }
  const nodes = filtered(asked);
  return html`
    ${fleet.state === "lost"
      ? html`<p class="old">Changes do not arrive now; this is what was known before.</p>` : nothing}
    <form class="filters" role="search" aria-label="Nodes" @submit=${(event) => event.preventDefault()}>
      <label class="search"><span class="visually-hidden">Search nodes</span>
        <input type="search" id="search" placeholder="Search id, role, region, capability   /" .value=${asked.q}
               @input=${(event) => ask({ q: event.target.value })}></label>
      ${FILTERS.map(filterView)}
      <label>Scope
        <select name="scope" @change=${(event) => ask({ scope: event.target.value })}>
          <option value="local" ?selected=${asked.scope === "local"}>this region</option>
          <option value="all" ?selected=${asked.scope === "all"}>all regions</option></select></label>
      <button type="button" class="quiet" ?disabled=${!narrowed()} @click=${clear}>Clear</button>
      <p class="count" role="status">
        ${narrowed() ? `${number(nodes.length)} of ` : ""}${count(fleet.nodes.size + fleet.remote.size, "node")}
        ${fleet.remote.size ? detail(`${number(fleet.remote.size)} of other regions`) : nothing}</p>
      <a href="#/why">Those that have gone</a>
      <div class="actions">
        ${actionButton("Cordon many …", () => changeMany("cordon", asked))}
        ${actionButton("End cordons …", () => changeMany("uncordon", asked))}</div>
    </form>
    ${nodes.length === 0
      ? html`<div class="empty"><strong>No node is like that</strong>
          ${asked.q ? html`<p><a href=${`#/why/${encodeURIComponent(asked.q)}`}>Why is ${asked.q} not there?</a></p>`
            : nothing}
          <p><button type="button" @click=${clear}>Clear the filters</button></p></div>`
      : table(nodes)}`;
}

function filterView({ name, label }) {
  return html`<label>${label}
    <select @change=${(event) => ask({ [name]: event.target.value })}>
      <option value="" ?selected=${!asked[name]}>any</option>
      ${options(name, asked[name]).map((value) => html`
        <option value=${value} ?selected=${asked[name] === value}>${value.replaceAll("_", " ")}</option>`)}
    </select></label>`;
}

function table(nodes) {
  const visible = rows.of(nodes.length);
  return html`
    <div class="rows" tabindex="0" role="region" aria-label="Table of nodes" @keydown=${(event) => rows.keyed(event)}
         ${rows.box()}>
      <table class="nodes" aria-rowcount=${nodes.length + 1}>
        <caption class="visually-hidden">Registered nodes; the arrow keys go from row to row</caption>
        <thead><tr aria-rowindex="1">${COLUMNS.map(headCell)}</tr></thead>
        <tbody>${gap}</tbody>
        <tbody>${repeat(visible, ({ index }) => keyOf(nodes[index]), ({ index }) => html`
          <tr aria-rowindex=${index + 2} data-index=${index}>${COLUMNS.map(({ view: cell }, column) => column === 0
            ? html`<th scope="row">${cell(nodes[index])}</th>` : html`<td>${cell(nodes[index])}</td>`)}</tr>`)}</tbody>
        <tbody>${gap}</tbody>
      </table>
    </div>`;
}

const gap = html`<tr class="gap" aria-hidden="true"><td colspan=${COLUMNS.length}></td></tr>`;

function headCell({ name, label }) {
  if (!SORTS[name]) return html`<th scope="col">${label}</th>`;
  const direction = asked.sort === name ? "ascending" : asked.sort === `-${name}` ? "descending" : "none";
  const next = direction === "ascending" ? `-${name}` : name;
  return html`<th scope="col" aria-sort=${direction}>
    <button type="button" @click=${() => ask({ sort: next })}>${label}</button></th>`;
}

function nodeCell(node) {
  const name = [node.metadata?.name, node.node_role].find((each) => typeof each === "string");
  const others = node.from_region ? [] : alsoIn(node.node_id);
  return html`${nodeLink(node.node_id, node.from_region)} ${detail(name !== node.node_id && name)}
    ${detail(others.length > 0 && `also in ${others.join(", ")}`)}`;
}

function statusCell(node) {
  const ended = node.lease_expires_at && Date.parse(node.lease_expires_at) < Date.now() && node.status === "active";
  return html`${state(node.status)} ${detail(ended && "lease over")}
    ${node.cordon ? html`<span title=${node.cordon.reason}>${state("cordoned", "bad")}</span>` : nothing}
    ${node.unreadable_since
      ? html`<span title="the newest record of it cannot be read">${state("unreadable", "bad")}</span>` : nothing}
    ${node.callable === false ? state("not callable", "bad") : nothing}`;
}

function consulCell(node) {
  if (node.from_region) return none();
  const held = node.stores?.consul;
  return node.consul_error ? html`<span title=${node.consul_error}>${state(held)}</span>` : state(held);
}

/** Heartbeats of other regions are not published. */
function heartbeatCell(node) {
  return node.from_region ? none() : time(node.last_heartbeat);
}

function capabilitiesCell(node) {
  const names = namesIn(node.capabilities);
  return names.length === 0 ? none() : html`<span title=${names.join(", ")}>${names.join(", ")}</span>`;
}

function placeCell(node) {
  const place = [node.region, node.environment].filter(Boolean).join(" · ");
  return node.from_region
    ? html`${regionBadge(node.from_region, fleet.regions.get(node.from_region))} ${detail(place)}`
    : place || none();
}

const narrowed = () => asked.q !== "" || FILTERS.some(({ name }) => asked[name]);

function clear() {
  ask({ q: "", ...Object.fromEntries(FILTERS.map(({ name }) => [name, ""])) });
}

/** The address carries what was asked, so that it can be passed on. */
function ask(changes) {
  Object.assign(asked, changes);
  follow(asked.scope);
  history.replaceState(null, "", addressOf(asked));
  rows.toTop();
  redraw();
}

function take(parameters) {
  Object.assign(asked, askedBy(parameters));
  follow(asked.scope);
}

function shortcut(event) {
  if (event.key !== "/" || event.target.closest("input, select, textarea, dialog")) return;
  event.preventDefault();
  document.getElementById("search")?.focus();
}
