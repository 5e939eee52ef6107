import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ExactNumber, isSingle, namesIn, parse, stringify } from "../../main/webapp/console/json.js";

const EPOCH = "18446744073709551615";

test("keeps every digit of a number that JavaScript would round", () => {
  const { epoch } = parse(`{"epoch": ${EPOCH}}`);
  assert.ok(epoch instanceof ExactNumber);
  assert.equal(`${epoch}`, EPOCH);
  assert.equal(["at", epoch].join(" "), `at ${EPOCH}`);
  assert.equal(Number(epoch), 2 ** 64);
});

test("leaves a number as it is where JavaScript spells it the same way", () => {
  assert.deepEqual(parse('{"a": 1, "b": -2.5, "c": 0}'), { a: 1, b: -2.5, c: 0 });
});

test("keeps the spelling of a number", () => {
  for (const text of ["1.0", "1e3", "-0", "0.10", "12345678901234567890.5"]) assert.equal(stringify(parse(text)), text);
});

test("takes digits in a text for text", () => {
  const text = `{"a":"${EPOCH}","b":"\\" ${EPOCH}","${EPOCH}":"\\\\"}`;
  assert.equal(stringify(parse(text)), text);
  assert.equal(parse(text).a, EPOCH);
});

test("writes what it has read, in depth", () => {
  const text = `{"list":[${EPOCH},{"deep":1.50}],"none":null,"yes":true}`;
  assert.equal(stringify(parse(text)), text);
  assert.equal(stringify(parse(`[${EPOCH}]`), 2), `[\n  ${EPOCH}\n]`);
});

test("refuses what is no JSON, with an exact number in it too", () => {
  for (const text of ["{", "[1,]", `[${EPOCH}`, `{"a" ${EPOCH}}`, ""]) assert.throws(() => parse(text), SyntaxError);
});

test("an exact number is one value, lists and objects are not", () => {
  assert.deepEqual([null, 1, "a", false, new ExactNumber(EPOCH)].map(isSingle), [true, true, true, true, true]);
  assert.deepEqual([[], {}].map(isSingle), [false, false]);
});

test("only objects have names", () => {
  assert.deepEqual(namesIn({ a: 1, b: 2 }), ["a", "b"]);
  for (const other of [undefined, null, "text", [1], new ExactNumber(EPOCH)]) assert.deepEqual(namesIn(other), []);
});
