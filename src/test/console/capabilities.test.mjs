import assert from "node:assert/strict";
import { test } from "node:test";
import { byCapability } from "../../main/webapp/console/capabilities.js";

const one = (capability, total, callable) => ({ capability, nodes: { total, callable } });
const SERVICES = [
  { node_type: "compute", capabilities: [one("Transform", 3, 2), one("step-10", 1, 1)] },
  { node_type: "effect", capabilities: [one("Transform", 2, 0), one("step-9", 1, 1)] },
];

test("adds up a capability over all types, those of most nodes first", () => {
  assert.deepEqual(byCapability(SERVICES)[0], {
    capability: "Transform", types: [{ type: "compute", total: 3 }, { type: "effect", total: 2 }], total: 5, callable: 2,
  });
  assert.deepEqual(byCapability(SERVICES).map(({ capability }) => capability), ["Transform", "step-9", "step-10"]);
});

test("finds by a part of the name, in any case", () => {
  assert.deepEqual(byCapability(SERVICES, " FORM ").map(({ capability }) => capability), ["Transform"]);
  assert.deepEqual(byCapability(SERVICES, "nobody"), []);
});
