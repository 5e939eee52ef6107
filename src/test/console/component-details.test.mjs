import "./browser.mjs";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { shownDetails } from "../../main/webapp/console/component-details.js";

const TO_ACT_ON = {
  dead_letter_topics_too_small: { "nodes.dlq": 1048588 },
  topics_at_risk: { "nodes.v1": ["replication factor 1: a broker that is lost takes records with it"] },
  undecodable: { "nodes.v1-0@7": "its checksum is wrong" },
  other_installations: { "a-b-c": 1 },
  dead_installations: ["d-e-f"],
  topics_without_append_time: ["nodes.v1"],
};

test("says in a sentence what somebody has to act on", () => {
  const { facts, notes } = shownDetails({ lag: 12345, dead_letter_topics_too_small: { "a.dlq": 1048588, "b.dlq": 9 } });
  assert.deepEqual(facts, [["Lag", "12,345"]]);
  assert.equal(notes.length, 1);
  assert.match(notes[0].texts[0], /^The topic a\.dlq takes records of at most 1,048,588 bytes: .*truncated/);
  assert.match(notes[0].texts[1], /^The topic b\.dlq/);
});

test("shows no JSON, regardless of what a detail is", () => {
  const { facts, notes } = shownDetails({ ...TO_ACT_ON, broker: "a:9092", list: ["a", 1000], some: { a: [1, 2], b: null } });
  assert.deepEqual(facts, [["Broker", "a:9092"], ["List", "a, 1,000"], ["Some", "a: 1, 2; b: –"]]);
  assert.equal(notes.length, Object.keys(TO_ACT_ON).length);
  for (const { texts } of notes) {
    assert.ok(texts.length > 0);
    texts.forEach((text) => assert.doesNotMatch(text, /[{}[\]"]|undefined|\s\s/));
  }
});

test("shows what another version says in another form, too", () => {
  assert.deepEqual(shownDetails({ undecodable: null, dead_installations: 2, topics_at_risk: { a: "b" } }),
    { facts: [["Undecodable", "–"], ["Dead installations", "2"], ["Topics at risk", "a: b"]], notes: [] });
  assert.deepEqual(shownDetails(undefined), { facts: [], notes: [] });
});

test("leads to sections that the documentation has", () => {
  for (const { docs } of shownDetails(TO_ACT_ON).notes) {
    const [file, section] = docs.split("#");
    const headings = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8").match(/^#+ .*$/gm)
      .map((heading) => heading.replace(/^#+ /, "").toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-"));
    assert.ok(headings.includes(section), docs);
  }
});
