import "./browser.mjs";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { COLUMNS, showColumn, shownColumns } from "../../main/webapp/console/columns.js";
import { MOST_EXPORTED, csvOf, jsonOf } from "../../main/webapp/console/export.js";
import { parse } from "../../main/webapp/console/json.js";

const KEY = "nodebridge.columns";
const names = () => shownColumns().map(({ name }) => name);
const columns = (...wanted) => COLUMNS.filter(({ name }) => wanted.includes(name));

beforeEach(() => localStorage.removeItem(KEY));

test("has the usual columns until others are chosen, in their own order", () => {
  assert.ok(names().includes("environment") && !names().includes("node_role"));
  showColumn("environment", false);
  showColumn("node_role", true);
  assert.ok(!names().includes("environment"));
  assert.deepEqual(names().slice(0, 4), ["node_id", "name", "node_type", "node_role"]);
});

test("always shows the node, even where what is stored is no choice", () => {
  for (const stored of ["[]", "{", "7", '{"a": 1}', '["nothing"]']) {
    localStorage.setItem(KEY, stored);
    assert.equal(names()[0], "node_id");
  }
});

test("writes the columns that are shown, quoted where it must be", () => {
  const nodes = [{ node_id: 'a "b", c', capabilities: { x: {}, y: {} }, version: "line\nend" }, { node_id: "z" }];
  assert.equal(csvOf(columns("node_id", "version", "capability"), nodes),
    'node_id,version,capability\r\n"a ""b"", c","line\nend",x y\r\nz,,\r\n');
});

test("gives a spreadsheet no formula", () => {
  for (const id of ["=1+1", "+1", "-1", "@a", "\tx"]) {
    assert.ok(csvOf(columns("node_id"), [{ node_id: id }]).split("\r\n")[1].startsWith("'"));
  }
  for (const [id, cell] of [["x;=1+1;", `"x;'=1+1;"`], ["x; =1", `"x;' =1"`], ["x\n=1", `"x\n'=1"`], ["a-b", "a-b"]]) {
    assert.equal(csvOf(columns("node_id"), [{ node_id: id }]), `node_id\r\n${cell}\r\n`);
  }
});

test("is bounded, and keeps every digit", () => {
  const many = Array.from({ length: MOST_EXPORTED + 5 }, (_, at) => ({ node_id: `n${at}` }));
  assert.equal(csvOf(columns("node_id"), many).split("\r\n").length, MOST_EXPORTED + 2);
  assert.equal(JSON.parse(jsonOf(many)).length, MOST_EXPORTED);
  assert.ok(jsonOf([parse('{"epoch": 12345678901234567890}')]).includes("12345678901234567890"));
});
