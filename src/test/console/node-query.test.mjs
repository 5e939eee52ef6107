import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { cordonFilter, hasAll, partsOf } from "../../main/webapp/console/node-query.js";

const NODE = {
  node_id: "eu:node-7", node_type: "effect", node_role: "stamper", version: "2.1.0", status: "active", health: "passing",
  stores: { consul: "registered" }, region: "eu-west-1", environment: "production", metadata: { name: "Stamp office" },
  capabilities: { stamp: {}, Hashing: {} },
};

const finds = (query) => hasAll(NODE, partsOf(query));

test("finds a node that has every part", () => {
  assert.ok(finds(""));
  assert.ok(finds("type:effect region:eu capability:stamp office"));
  assert.ok(finds("  NODE-7   env:PROD "));
  assert.ok(!finds("type:effect region:us"));
  assert.ok(!finds("stamp nobody"));
});

test("looks behind a prefix in that field alone", () => {
  assert.ok(finds("role:stamp") && finds("cap:hash") && finds("name:office") && finds("id:node"));
  assert.ok(finds("status:active consul:registered health:pass cordoned:no version:2.1"));
  assert.ok(!finds("role:office") && !finds("name:node") && !finds("cordoned:yes"));
});

test("finds states by their prefix alone, and no word across two texts", () => {
  assert.ok(!finds("active") && !finds("registered"));
  assert.ok(!finds('"7 stamp"'));
});

test("takes what is in quotes as one part", () => {
  assert.ok(finds('name:"stamp office"') && finds('"Stamp office"'));
  assert.ok(!finds('name:"office stamp"'));
  assert.ok(finds('"stamp off'), "while it is being typed");
});

test("takes an unknown prefix as part of the text, and none that nothing follows yet", () => {
  assert.ok(finds("eu:node-7"));
  assert.ok(!finds("colour:red"));
  assert.ok(finds("type:") && finds("region: stamp"));
});

test("fills the form for cordons from what is searched and filtered", () => {
  const asked = { q: "type:effect capability:stamp x", region: "eu" };
  assert.deepEqual(cordonFilter(asked), { node_type: "effect", region: "eu", capability: "stamp" });
  assert.deepEqual(cordonFilter({ q: "type:eff" }), { node_type: undefined, region: undefined, capability: undefined });
});
