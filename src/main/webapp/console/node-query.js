// The search of the list of nodes: parts with spaces between, all of which a node must have. A part is looked for in the
// node's texts or, with a prefix as in type:effect, in that field alone; one with spaces stands in quotes.

import { FIELDS, valuesOf } from "./node-fields.js";

/** The first prefix of each field, as it is to be typed. */
export const PREFIXES = FIELDS.flatMap(({ prefixes }) => prefixes.slice(0, 1));

const TYPES = ["effect", "compute", "reducer", "orchestrator"];
const PART = /([a-z]+:)?(?:"([^"]*)"?|(\S+))/gi;

const byPrefix = new Map(FIELDS.flatMap((field) => field.prefixes.map((prefix) => [prefix, field])));
/** What is found without a prefix: not a state such as "active", of which ids are full. */
const TEXTS = ["node_id", "name", "node_type", "node_role", "version", "region", "environment", "capability"];

/** [{field, text}]: field is missing where all texts are meant; texts are in lower case. */
export function partsOf(query) {
  return [...query.matchAll(PART)].flatMap(([whole, prefix = "", quoted, word]) => {
    const field = byPrefix.get(prefix.toLowerCase().replace(":", ""));
    if (field) return [{ field, text: (quoted ?? word).toLowerCase() }];
    // a prefix of which nothing stands behind yet asks for nothing
    if (byPrefix.has(whole.toLowerCase().replace(/:$/, "")) && whole.endsWith(":")) return [];
    return [{ text: (quoted !== undefined && !prefix ? quoted : whole).toLowerCase() }];
  }).filter(({ text }) => text !== "");
}

const texts = new WeakMap();

function textOf(node) {
  let text = texts.get(node);
  if (text === undefined) {
    text = FIELDS.filter(({ name }) => TEXTS.includes(name)).flatMap((field) => valuesOf(field, node)).join("\n")
      .toLowerCase();
    texts.set(node, text);
  }
  return text;
}

export const hasAll = (node, parts) => parts.every(({ field, text }) => (field
  ? valuesOf(field, node).some((value) => value.toLowerCase().includes(text)) : textOf(node).includes(text)));

/**
 * What the API can be asked for of what is searched and filtered: it compares whole names, so a type that is one.
 *
 * @param asked what the page asks for
 * @returns {node_type, region, capability}: those that are given
 */
export function cordonFilter(asked) {
  const parts = partsOf(asked.q);
  const given = (name) => asked[name] || parts.find(({ field }) => field?.name === name)?.text;
  const found = Object.fromEntries(["node_type", "region", "capability"].map((name) => [name, given(name)]));
  return { ...found, node_type: TYPES.includes(found.node_type) ? found.node_type : undefined };
}
