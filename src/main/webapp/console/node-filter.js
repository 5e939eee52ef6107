// Which nodes are shown, and in what order. Ten thousand are gone through only when something has changed.

import { namesIn } from "./json.js";
import { fleet } from "./fleet.js";

/** More than that nobody chooses from. */
const MOST_OPTIONS = 500;

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Of a node with many values any may be the one. */
export const FILTERS = [
  { name: "node_type", label: "Type", of: (node) => node.node_type },
  { name: "status", label: "Status", of: (node) => node.status },
  { name: "health", label: "Health", of: (node) => node.health },
  { name: "consul", label: "Consul", of: (node) => node.stores?.consul },
  { name: "region", label: "Region", of: (node) => node.region ?? node.from_region },
  { name: "capability", label: "Capability", of: (node) => namesIn(node.capabilities) },
  { name: "cordoned", label: "Cordoned", of: (node) => (node.cordon ? "yes" : "no") },
];

export const SORTS = {
  node_id: (node) => node.node_id,
  node_type: (node) => node.node_type,
  version: (node) => node.version ?? "",
  status: (node) => node.status,
  health: (node) => node.health ?? "",
  consul: (node) => node.stores?.consul ?? "",
  place: (node) => node.region ?? node.from_region ?? "",
  last_heartbeat: (node) => node.last_heartbeat ?? "",
};

/** What an address asks for: an unknown column is none. */
export function askedBy(parameters) {
  const asked = { q: parameters.get("q") ?? "", scope: parameters.get("scope") === "all" ? "all" : "local" };
  for (const { name } of FILTERS) asked[name] = parameters.get(name) ?? "";
  const sort = parameters.get("sort") ?? "";
  asked.sort = Object.hasOwn(SORTS, sort.replace(/^-/, "")) ? sort : "node_id";
  return asked;
}

/** The address that asks for it. */
export function addressOf(asked) {
  const parameters = new URLSearchParams(Object.entries(asked).filter(([name, value]) =>
    value && !(name === "sort" && value === "node_id") && !(name === "scope" && value === "local")));
  return `#/nodes${parameters.size ? `?${parameters}` : ""}`;
}

const searched = new WeakMap();
let last = { key: null, nodes: [] };
let known = { version: -1, values: {} };

export function filtered(asked) {
  const key = JSON.stringify([fleet.version, asked]);
  if (key !== last.key) last = { key, nodes: found(asked) };
  return last.nodes;
}

/** The values that a filter can be set to: those that there are, and the one it is set to. */
export function options(name, set) {
  if (known.version !== fleet.version) known = { version: fleet.version, values: {} };
  known.values[name] ??= valuesOf(FILTERS.find((filter) => filter.name === name));
  const values = known.values[name];
  return set && !values.includes(set) ? [...values, set].sort() : values;
}

function valuesOf({ of }) {
  const values = new Set();
  for (const node of all()) {
    for (const value of [of(node)].flat()) if (value) values.add(value);
  }
  return [...values].sort().slice(0, MOST_OPTIONS);
}

/** Those of other regions are there only while they are followed. */
const all = () => [...fleet.nodes.values(), ...fleet.remote.values()];

function found(asked) {
  const text = asked.q.trim().toLowerCase();
  const active = FILTERS.filter(({ name }) => asked[name]);
  const nodes = all().filter((node) =>
    active.every(({ name, of }) => [of(node)].flat().includes(asked[name])) && (text === "" || textOf(node).includes(text)));
  const descending = asked.sort.startsWith("-");
  const by = SORTS[asked.sort.replace("-", "")];
  // equal ones in the order of their ids, whichever way the column goes, and our own first
  const order = (a, b) =>
    (descending ? -1 : 1) * COLLATOR.compare(by(a), by(b)) || COLLATOR.compare(a.node_id, b.node_id)
    || COLLATOR.compare(a.from_region ?? "", b.from_region ?? "");
  return nodes.sort(order);
}

function textOf(node) {
  let text = searched.get(node);
  if (text === undefined) {
    text = [node.node_id, node.node_type, node.node_role, node.region ?? node.from_region, node.environment, node.version,
      node.metadata?.name, ...namesIn(node.capabilities)].filter(Boolean).join(" ").toLowerCase();
    searched.set(node, text);
  }
  return text;
}
