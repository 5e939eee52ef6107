import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "../../main/webapp/console/differences.js";
import { parse } from "../../main/webapp/console/json.js";

test("equal values differ in nothing", () => {
  assert.deepEqual(differences({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }), []);
  assert.deepEqual(differences(parse("[12345678901234567890]"), parse("[12345678901234567890]")), []);
});

test("names each place by its path", () => {
  assert.deepEqual(differences({ a: { b: 1, c: 2 }, d: 1 }, { a: { b: 1, c: 3 }, d: 1 }),
    [{ path: "a.c", before: 2, after: 3 }]);
});

test("what is in one of them alone lacks the other", () => {
  assert.deepEqual(differences({ a: 1 }, { b: 2 }),
    [{ path: "a", before: 1, after: undefined }, { path: "b", before: undefined, after: 2 }]);
});

test("sees a difference that rounding would hide", () => {
  const [found, ...others] = differences(parse('{"epoch":12345678901234567890}'), parse('{"epoch":12345678901234567891}'));
  assert.equal(`${found.path} ${found.before} ${found.after}`, "epoch 12345678901234567890 12345678901234567891");
  assert.deepEqual(others, []);
});

test("lists and values are compared whole", () => {
  assert.deepEqual(differences({ a: [1, 2] }, { a: [1, 3] }), [{ path: "a", before: [1, 2], after: [1, 3] }]);
  assert.deepEqual(differences({ a: { b: 1 } }, { a: null }), [{ path: "a", before: { b: 1 }, after: null }]);
});

test("a node may use names that every object has", () => {
  assert.deepEqual(differences({}, parse('{"constructor":1,"__proto__":2}')),
    [{ path: "__proto__", before: undefined, after: 2 }, { path: "constructor", before: undefined, after: 1 }]);
});
