import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { filled } from "../../main/webapp/console/link-template.js";

test("fills placeholders in as one part of the URL each, regardless of what a node calls itself", () => {
  assert.equal(filled("https://grafana.example/d/node?var-node={node_id}&var-type={node_type}",
    { node_id: "a&b/../c#d é", node_type: "effect" }),
  "https://grafana.example/d/node?var-node=a%26b%2F..%2Fc%23d%20%C3%A9&var-type=effect");
  assert.equal(filled("http://kafka.example/t/{topic}/{topic}", { topic: "a.v1" }), "http://kafka.example/t/a.v1/a.v1");
  assert.equal(filled("https://grafana.example/", {}), "https://grafana.example/");
});

test("is no link without a value for each placeholder", () => {
  assert.equal(filled("https://grafana.example/{node_id}", { topic: "a" }), null);
  assert.equal(filled("https://grafana.example/{node_id}", { node_id: null }), null);
});

test("is no link by dots alone, which a browser takes for a way up", () => {
  for (const dots of [".", ".."]) {
    assert.equal(filled("https://consul.example/ui/{service}/instances", { service: dots }), null);
  }
  for (const id of ["...", ".a", "a..", "%2e%2e"]) {
    const url = filled("https://consul.example/ui/{node_id}/x", { node_id: id });
    assert.equal(new URL(url).pathname, `/ui/${encodeURIComponent(id)}/x`);
  }
});

test("is no link but by http and https", () => {
  assert.equal(filled("javascript:alert({node_id})", { node_id: "1" }), null);
});
