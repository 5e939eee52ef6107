import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressed, sectionOf } from "../../main/webapp/console/address.js";
import { addressOf, askedBy } from "../../main/webapp/console/node-filter.js";

const parts = (hash) => {
  const { section, rest, asked } = addressed(hash);
  return [section, rest, asked.toString()];
};

test("has a section, a name in it and questions, each of which may be missing", () => {
  assert.deepEqual(parts(""), ["", null, ""]);
  assert.deepEqual(parts("#/"), ["", null, ""]);
  assert.deepEqual(parts("#/nodes/"), ["nodes", null, ""]);
  assert.deepEqual(parts("#/nodes/a?q=x&sort=-version"), ["nodes", "a", "q=x&sort=-version"]);
});

test("gives an id back as it was put in", () => {
  for (const id of ["a/b", "50%", "ä ?#", "..", "a?b"]) {
    assert.equal(addressed(`#/nodes/${encodeURIComponent(id)}`).rest, id);
  }
});

test("takes what is not encoded as it is", () => {
  assert.equal(addressed("#/nodes/50%").rest, "50%");
  assert.equal(addressed("#/nodes?q=a?b").asked.get("q"), "a?b");
});

test("an unknown section is the first page, even by a name that every object has", () => {
  const pages = { services: "Services", nodes: "Nodes" };
  assert.equal(sectionOf(pages, "nodes"), "nodes");
  for (const unknown of ["", "nowhere", "constructor", "__proto__", "toString"]) {
    assert.equal(sectionOf(pages, unknown), "services");
  }
});

test("carries the filters of the nodes there and back", () => {
  const asked = { q: "node_id", node_type: "effect", status: "", health: "", consul: "", region: "eu & us",
    capability: "", cordoned: "", environment: "", scope: "local", sort: "-version" };
  const address = addressOf(asked);
  assert.equal(address, "#/nodes?q=node_id&node_type=effect&region=eu+%26+us&sort=-version");
  assert.deepEqual(askedBy(addressed(address).asked), asked);
});

test("asks for nothing where the address does not", () => {
  const asked = askedBy(addressed("#/nodes").asked);
  assert.equal(asked.sort, "node_id");
  assert.equal(addressOf(asked), "#/nodes");
});

test("sorts by no column that there is not", () => {
  for (const sort of ["nothing", "constructor", "-__proto__", "-"]) {
    assert.equal(askedBy(new URLSearchParams({ sort })).sort, "node_id");
  }
});
