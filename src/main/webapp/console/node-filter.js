// Which nodes are shown, and in what order. Ten thousand are gone through only when something has changed.

import { fleet } from "./fleet.js";
import { FIELDS, valuesOf } from "./node-fields.js";
import { hasAll, partsOf } from "./node-query.js";

/** More than that nobody chooses from. */
const MOST_OPTIONS = 500;

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Of a node with many values any may be the one. */
export const FILTERS = FIELDS.filter(({ filter }) => filter);

const SORTS = new Map(FIELDS.filter(({ sort }) => sort).map((field) => [field.name, field]));

/** What an address asks for: an unknown column is none. */
export function askedBy(parameters) {
  const asked = { q: parameters.get("q") ?? "", scope: parameters.get("scope") === "all" ? "all" : "local" };
  for (const { name } of FILTERS) asked[name] = parameters.get(name) ?? "";
  const sort = parameters.get("sort") ?? "";
  asked.sort = SORTS.has(sort.replace(/^-/, "")) ? sort : "node_id";
  return asked;
}

/** The address that asks for it. */
export function addressOf(asked) {
  const parameters = new URLSearchParams(Object.entries(asked).filter(([name, value]) =>
    value && !(name === "sort" && value === "node_id") && !(name === "scope" && value === "local")));
  return `#/nodes${parameters.size ? `?${parameters}` : ""}`;
}

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
  known.values[name] ??= valuesThereAre(FILTERS.find((filter) => filter.name === name));
  const values = known.values[name];
  return set && !values.includes(set) ? [...values, set].sort() : values;
}

function valuesThereAre(field) {
  const values = new Set(all().flatMap((node) => valuesOf(field, node)));
  return [...values].sort().slice(0, MOST_OPTIONS);
}

/** Those of other regions are there only while they are followed. */
const all = () => [...fleet.nodes.values(), ...fleet.remote.values()];

function found(asked) {
  const parts = partsOf(asked.q);
  const active = FILTERS.filter(({ name }) => asked[name]);
  const nodes = all().filter((node) =>
    active.every((field) => valuesOf(field, node).includes(asked[field.name])) && hasAll(node, parts));
  const descending = asked.sort.startsWith("-");
  const by = SORTS.get(asked.sort.replace("-", ""));
  const sorted = (node) => by.of(node) ?? "";
  // equal ones in the order of their ids, whichever way the column goes, and our own first
  const order = (a, b) =>
    (descending ? -1 : 1) * COLLATOR.compare(sorted(a), sorted(b)) || COLLATOR.compare(a.node_id, b.node_id)
    || COLLATOR.compare(a.from_region ?? "", b.from_region ?? "");
  return nodes.sort(order);
}
