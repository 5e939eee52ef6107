// All registered nodes: live, filtered, sorted, and only as many rows in the page as fit on the screen.

import { actionButton } from "../actions.js";
import { COLUMNS, showColumn, shownColumns } from "../columns.js";
import { changeMany } from "../cordons.js";
import { say } from "../dialog.js";
import { MOST_EXPORTED, csvOf, jsonOf, save } from "../export.js";
import { fleet, follow, keepSignsOfLife, keyOf } from "../fleet.js";
import { count, number } from "../format.js";
import { html, nothing, repeat } from "../lib.js";
import { CELLS } from "../node-cells.js";
import { FILTERS, addressOf, askedBy, filtered, options } from "../node-filter.js";
import { PREFIXES, cordonFilter } from "../node-query.js";
import { detail, empty, loading, trouble } from "../parts.js";
import { redraw } from "../redraw.js";
import { Rows } from "../rows.js";

const HINT = `All parts must be there; ${PREFIXES.map((prefix) => `${prefix}:`).join(" ")} look in one field, as in
  type:effect region:eu capability:stamp`;

const asked = { q: "", sort: "node_id", scope: "local" };
let rows = null;
let ending = null;

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
        <input type="search" id="search" placeholder="type:effect region:eu capability:stamp text   /" title=${HINT}
               .value=${asked.q} @input=${(event) => ask({ q: event.target.value })}></label>
      ${FILTERS.map(filterView)}
      <label>Scope
        <select name="scope" @change=${(event) => ask({ scope: event.target.value })}>
          <option value="local" ?selected=${asked.scope === "local"}>this region</option>
          <option value="all" ?selected=${asked.scope === "all"}>all regions</option></select></label>
    </form>
    <div class="toolbar">
      <p class="count" role="status">
        ${narrowed() ? `${number(nodes.length)} of ` : ""}${count(fleet.nodes.size + fleet.remote.size, "node")}
        ${fleet.remote.size ? detail(`${number(fleet.remote.size)} of other regions`) : nothing}</p>
      <button type="button" class="quiet" ?disabled=${!narrowed()} @click=${clear}>Clear</button>
      <a href="#/why">Those that have gone</a>
      <div class="actions">
        ${columnsView()}
        <button type="button" ?disabled=${nodes.length === 0} @click=${() => exported(nodes, "csv")}>Export CSV</button>
        <button type="button" ?disabled=${nodes.length === 0} @click=${() => exported(nodes, "json")}>Export JSON</button>
        ${actionButton("Cordon many …", () => changeMany("cordon", cordonFilter(asked)), { look: "danger" })}
        ${actionButton("End cordons …", () => changeMany("uncordon", cordonFilter(asked)))}</div>
    </div>
    ${nodes.length === 0
      ? html`<div class="empty"><strong>No node is like that</strong>
          ${asked.q ? html`<p><a href=${`#/why/${encodeURIComponent(asked.q)}`}>Why is ${asked.q} not there?</a></p>`
            : nothing}
          <p><button type="button" @click=${clear}>Clear the filters</button></p></div>`
      : table(nodes)}`;
}

function filterView({ name, label, one = label }) {
  return html`<label>${one}
    <select name=${name} @change=${(event) => ask({ [name]: event.target.value })}>
      <option value="" ?selected=${!asked[name]}>any</option>
      ${options(name, asked[name]).map((value) => html`
        <option value=${value} ?selected=${asked[name] === value}>${value.replaceAll("_", " ")}</option>`)}
    </select></label>`;
}

function columnsView() {
  const shown = shownColumns();
  const choose = (event) => {
    showColumn(event.target.name, event.target.checked);
    redraw();
  };
  return html`<details class="choice"><summary>Columns</summary>
    <fieldset><legend class="visually-hidden">Columns that are shown</legend>
      ${COLUMNS.slice(1).map((column) => html`<label><input type="checkbox" name=${column.name}
        .checked=${shown.includes(column)} @change=${choose}> ${column.label}</label>`)}</fieldset></details>`;
}

function exported(nodes, form) {
  if (form === "csv") save("nodes.csv", "text/csv;charset=utf-8", csvOf(shownColumns(), nodes));
  else save("nodes.json", "application/json", jsonOf(nodes));
  say(nodes.length > MOST_EXPORTED ? `The first ${number(MOST_EXPORTED)} of ${count(nodes.length, "node")} are in the file.`
    : `${count(nodes.length, "node")} ${nodes.length === 1 ? "is" : "are"} in the file.`);
}

function table(nodes) {
  const columns = shownColumns();
  const visible = rows.of(nodes.length);
  const gap = html`<tr class="gap" aria-hidden="true"><td colspan=${columns.length}></td></tr>`;
  return html`
    <div class="rows" tabindex="0" role="region" aria-label="Table of nodes" @keydown=${(event) => rows.keyed(event)}
         ${rows.box()}>
      <table class="nodes" aria-rowcount=${nodes.length + 1}>
        <caption class="visually-hidden">Registered nodes; the arrow keys go from row to row</caption>
        <colgroup>${columns.map(({ name }) => html`<col class=${name}>`)}</colgroup>
        <thead><tr aria-rowindex="1">${columns.map(headCell)}</tr></thead>
        <tbody>${gap}</tbody>
        <tbody>${repeat(visible, ({ index }) => keyOf(nodes[index]), ({ index }) => html`
          <tr aria-rowindex=${index + 2} data-index=${index}>${columns.map(({ name }, column) => column === 0
            ? html`<th scope="row">${CELLS[name](nodes[index])}</th>` : html`<td>${CELLS[name](nodes[index])}</td>`)}</tr>`)}</tbody>
        <tbody>${gap}</tbody>
      </table>
    </div>`;
}

function headCell({ name, label, sort }) {
  if (!sort) return html`<th scope="col">${label}</th>`;
  const direction = asked.sort === name ? "ascending" : asked.sort === `-${name}` ? "descending" : "none";
  const next = direction === "ascending" ? `-${name}` : name;
  return html`<th scope="col" aria-sort=${direction}>
    <button type="button" @click=${() => ask({ sort: next })}>${label}</button></th>`;
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
