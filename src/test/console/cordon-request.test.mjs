import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, resultText } from "../../main/webapp/console/cordon-request.js";

const given = (members) => new Map(Object.entries(members));

test("asks for what is filled in only", () => {
  assert.deepEqual(bodyOf("cordon", given({ node_type: "effect", regions: " eu , us,, ", capability: " a, b ",
    reason: " power ", until: "2999-01-01T00:00:00Z" })), {
    action: "cordon", node_types: ["effect"], regions: ["eu", "us"], capabilities: ["a, b"], reason: "power",
    until: "2999-01-01T00:00:00.000Z",
  });
  assert.deepEqual(bodyOf("uncordon", given({ node_type: "", regions: " , ", capability: "  " })), { action: "uncordon" });
});

test("says how many were changed, were so before, and are pending", () => {
  assert.equal(resultText("cordon", { matched: 1, changed: 1, consul_pending: 0 }), "1 node is cordoned.");
  assert.equal(resultText("cordon", { matched: 5, changed: 3, consul_pending: 2 }),
    "3 nodes are cordoned; 2 were so before. Consul follows for 2.");
  assert.equal(resultText("cordon", { matched: 4, changed: 2, refused: 1, consul_pending: 0 }),
    "2 nodes are cordoned; 1 was so before; PostgreSQL refused 1.");
  assert.equal(resultText("uncordon", { matched: 2, changed: 2, consul_pending: 0 }),
    "2 nodes are not cordoned any more.");
});
