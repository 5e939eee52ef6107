// What the list of nodes knows of a node: what is shown, searched, filtered, sorted and exported by one name.

import { namesIn } from "./json.js";

/** What people call it, where its id is a number: its name, else its role. */
export const nameOf = (node) =>
  [node.metadata?.name, node.node_role].find((each) => typeof each === "string" && each !== node.node_id);

/**
 * of is one value or many, and may be missing; prefixes are those of the search; filter: whether there is a list to choose
 * from; column: shown at first ("yes"), on request ("no"), or never; sort: whether the list can be sorted by it
 */
export const FIELDS = [
  { name: "node_id", label: "Node", prefixes: ["id"], column: "yes", sort: true, of: (node) => node.node_id },
  { name: "name", label: "Name", prefixes: ["name"], column: "yes", sort: true, of: nameOf },
  { name: "node_type", label: "Type", prefixes: ["type"], column: "yes", sort: true, filter: true,
    of: (node) => node.node_type },
  { name: "node_role", label: "Role", prefixes: ["role"], column: "no", sort: true, of: (node) => node.node_role },
  { name: "version", label: "Version", prefixes: ["version"], column: "yes", sort: true, of: (node) => node.version },
  { name: "status", label: "Status", prefixes: ["status"], column: "yes", sort: true, filter: true,
    of: (node) => node.status },
  { name: "health", label: "Health", prefixes: ["health"], column: "yes", sort: true, filter: true,
    of: (node) => node.health },
  { name: "consul", label: "Consul", prefixes: ["consul"], column: "yes", sort: true, filter: true,
    of: (node) => node.stores?.consul },
  { name: "region", label: "Region", prefixes: ["region"], column: "yes", sort: true, filter: true,
    of: (node) => node.region ?? node.from_region },
  { name: "environment", label: "Environment", prefixes: ["environment", "env"], column: "yes", sort: true, filter: true,
    of: (node) => node.environment },
  { name: "capability", label: "Capabilities", one: "Capability", prefixes: ["capability", "cap"], column: "yes",
    filter: true, of: (node) => namesIn(node.capabilities) },
  { name: "cordoned", label: "Cordoned", prefixes: ["cordoned"], filter: true, of: (node) => (node.cordon ? "yes" : "no") },
  { name: "last_heartbeat", label: "Last heartbeat", prefixes: [], column: "yes", sort: true,
    of: (node) => node.last_heartbeat },
];

/** The values of a field that a node has, as texts. */
export const valuesOf = ({ of }, node) =>
  [of(node)].flat().filter((value) => value !== undefined && value !== null && value !== "").map(String);
