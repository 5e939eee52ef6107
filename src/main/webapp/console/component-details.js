// What the health of a component says beside its state: figures, and sentences for what somebody has to act on.

import { count, number, plain, sentence } from "./format.js";
import { isSingle } from "./json.js";

/** By the name of the detail: where the docs say what to do, and a sentence for each of its parts. */
const SENTENCES = {
  dead_letter_topics_too_small: {
    docs: "docs/operations.md#truncated-letters",
    say: (topics) => Object.entries(topics).map(([topic, bytes]) => `The topic ${topic} takes records of at most ${
      number(bytes)} bytes: larger dead letters are truncated. Raise its max.message.bytes.`),
  },
  topics_at_risk: {
    docs: "docs/operations.md#health",
    say: (topics) => Object.entries(topics).map(([topic, risks]) => `The settings of the topic ${topic} void guarantees (${
      risks.join("; ")}).`),
  },
  undecodable: {
    docs: "docs/operations.md#an-undecodable-batch",
    say: (places) => Object.entries(places).map(([place, reason]) => `The batch at ${place} cannot be decoded, and its
      partition waits: ${reason}`),
  },
  other_installations: {
    docs: "docs/operations.md#two-installations",
    say: (installations) => Object.entries(installations).map(([id, entries]) => `Another installation, ${id}, has ${
      count(entries, "entry", "entries")} with this registry id in Consul.`),
  },
  dead_installations: {
    docs: "docs/operations.md#two-installations",
    say: (installations) => installations.map((id) => `The installation ${id} is taken for dead: nodes of this one are
      written over its entries in Consul.`),
  },
  topics_without_append_time: {
    docs: "SECURITY.md#who-a-node-is",
    say: (topics) => topics.map((topic) => `The topic ${topic} stamps no append time, by which claims of senders are
      judged. Set its message.timestamp.type to LogAppendTime.`),
  },
};

/**
 * What to show of the details.
 *
 * @param details as the API has them, of any names and types
 * @returns facts: pairs of a name and a text. notes: {texts, docs} each; docs is a section of the project's files
 */
export function shownDetails(details = {}) {
  const facts = [];
  const notes = [];
  for (const [name, value] of Object.entries(details)) {
    const texts = Object.hasOwn(SENTENCES, name) ? said(SENTENCES[name], value) : null;
    if (texts) notes.push({ texts, docs: SENTENCES[name].docs });
    else facts.push([sentence(name), inWords(value)]);
  }
  return { facts, notes };
}

/** A registry of another version may say it in another form. */
function said({ say }, value) {
  try {
    return say(value).map((text) => text.replace(/\s+/g, " "));
  } catch {
    return null;
  }
}

function inWords(value) {
  if (typeof value === "number") return number(value);
  if (isSingle(value)) return plain(value);
  return Array.isArray(value) ? value.map(inWords).join(", ")
    : Object.entries(value).map(([name, each]) => `${name}: ${inWords(each)}`).join("; ");
}
