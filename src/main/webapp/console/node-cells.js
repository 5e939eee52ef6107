// The cells of the list of nodes, by the name of their column.

import { copyButton } from "./copy.js";
import { alsoIn, fleet } from "./fleet.js";
import { html, nothing } from "./lib.js";
import { nameOf } from "./node-fields.js";
import { namesIn } from "./json.js";
import { detail, nodeLink, none, regionBadge, state, time } from "./parts.js";

export const CELLS = {
  node_id: nodeCell,
  name: nameCell,
  node_type: (node) => node.node_type,
  node_role: (node) => node.node_role ?? none(),
  version: (node) => node.version ?? none(),
  status: statusCell,
  health: (node) => state(node.health),
  consul: consulCell,
  region: regionCell,
  environment: (node) => node.environment ?? none(),
  capability: capabilitiesCell,
  last_heartbeat: heartbeatCell,
};

function nodeCell(node) {
  const others = node.from_region ? [] : alsoIn(node.node_id);
  return html`<span class="id">${nodeLink(node.node_id, node.from_region)}${copyButton(node.node_id, node.node_id)}
    ${detail(others.length > 0 && `also in ${others.join(", ")}`)}</span>`;
}

/** A role in place of a name is not one. */
function nameCell(node) {
  const name = nameOf(node);
  if (!name) return none();
  return name === node.metadata?.name ? html`<span title=${name}>${name}</span>` : detail(name);
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
  const names = namesIn(node.capabilities).join(", ");
  return names === "" ? none() : html`<span title=${names}>${names}</span>`;
}

function regionCell(node) {
  return node.from_region
    ? html`${regionBadge(node.from_region, fleet.regions.get(node.from_region))} ${detail(node.region)}`
    : node.region ?? none();
}
