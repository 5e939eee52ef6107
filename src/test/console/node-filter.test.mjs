import "./browser.mjs";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fleet } from "../../main/webapp/console/fleet.js";
import { addressOf, askedBy, filtered, options } from "../../main/webapp/console/node-filter.js";

const NODES = [
  { node_id: "node-10", node_type: "effect", version: "1.10.0", status: "active", region: "eu", stores: { consul: "registered" } },
  { node_id: "node-9", node_type: "compute", version: "1.9.0", status: "active", capabilities: { Hashing: {} } },
  { node_id: "node-1", node_type: "effect", version: "1.10.0", status: "suspect", region: "us", metadata: { name: "Ledger" } },
];

const ids = (asked) => filtered({ ...askedBy(new URLSearchParams()), ...asked }).map((node) => node.node_id);

beforeEach(() => {
  fleet.nodes = new Map(NODES.map((node) => [node.node_id, node]));
  fleet.remote = new Map();
  fleet.version++;
});

test("orders ids as people count", () => {
  assert.deepEqual(ids({}), ["node-1", "node-9", "node-10"]);
  assert.deepEqual(ids({ sort: "-node_id" }), ["node-10", "node-9", "node-1"]);
});

test("orders equal ones by their ids, whichever way the column goes", () => {
  assert.deepEqual(ids({ sort: "version" }), ["node-9", "node-1", "node-10"]);
  assert.deepEqual(ids({ sort: "-version" }), ["node-1", "node-10", "node-9"]);
});

test("shows those that all filters let through", () => {
  assert.deepEqual(ids({ node_type: "effect" }), ["node-1", "node-10"]);
  assert.deepEqual(ids({ node_type: "effect", region: "eu" }), ["node-10"]);
  assert.deepEqual(ids({ consul: "registered" }), ["node-10"]);
  assert.deepEqual(ids({ node_type: "effect", q: "hash" }), []);
});

test("filters by one of many capabilities, and by whether nodes are cordoned", () => {
  fleet.nodes.set("node-2", { node_id: "node-2", capabilities: { Hashing: {}, Sum: {} }, cordon: { reason: "x" } });
  fleet.version++;
  assert.deepEqual(ids({ capability: "Hashing" }), ["node-2", "node-9"]);
  assert.deepEqual(ids({ capability: "Hash" }), []);
  assert.deepEqual(ids({ cordoned: "yes" }), ["node-2"]);
  assert.deepEqual(options("capability", ""), ["Hashing", "Sum"]);
});

test("finds by name, region and capability, in any case", () => {
  assert.deepEqual(ids({ q: " LEDGER " }), ["node-1"]);
  assert.deepEqual(ids({ q: "hashing" }), ["node-9"]);
  assert.deepEqual(ids({ q: "us" }), ["node-1"]);
});

test("sees a node that has come since", () => {
  assert.equal(ids({}).length, 3);
  fleet.nodes.set("node-0", { node_id: "node-0", node_type: "effect", status: "active" });
  fleet.version++;
  assert.equal(ids({})[0], "node-0");
});

test("offers the values that there are, and the one that is set", () => {
  assert.deepEqual(options("region", ""), ["eu", "us"]);
  assert.deepEqual(options("region", "ap"), ["ap", "eu", "us"]);
  assert.deepEqual(options("health", ""), []);
});

test("has the nodes of other regions among its own, ours first where ids are the same", () => {
  fleet.remote.set("us/node-9", { node_id: "node-9", node_type: "compute", from_region: "us" });
  fleet.remote.set("us/node-2", { node_id: "node-2", node_type: "compute", from_region: "us", region: "us-east-1" });
  fleet.version++;
  assert.deepEqual(ids({}), ["node-1", "node-2", "node-9", "node-9", "node-10"]);
  assert.equal(filtered(askedBy(new URLSearchParams()))[2].from_region, undefined);
  assert.deepEqual(ids({ region: "us" }), ["node-1", "node-9"]);
  assert.deepEqual(options("region", ""), ["eu", "us", "us-east-1"]);
});

test("keeps the scope in the address", () => {
  const address = addressOf({ ...askedBy(new URLSearchParams("scope=all&q=x")), sort: "node_id" });
  assert.equal(address, "#/nodes?q=x&scope=all");
  assert.equal(addressOf(askedBy(new URLSearchParams("scope=everywhere"))), "#/nodes");
});
