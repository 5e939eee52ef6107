import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  absolute, count, duration, inert, number, plain, rate, relative, sentence, stillToRead, tally,
} from "../../main/webapp/console/format.js";
import { parse } from "../../main/webapp/console/json.js";

const inSeconds = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

test("groups the digits of a number, and shows a dash for none", () => {
  assert.deepEqual([1234567, 0, null, undefined].map(number), ["1,234,567", "0", "–", "–"]);
  assert.equal(number(parse("1200.0")), "1,200");
});

test("rounds a rate from a hundred on", () => {
  assert.deepEqual([0.04, 9.96, 99.9, 100.4, null].map(rate), ["0", "10", "99.9", "100", "–"]);
});

test("counts in the singular and the plural", () => {
  assert.deepEqual([count(1, "node"), count(2, "node"), count(0, "entry", "entries")],
    ["1 node", "2 nodes", "0 entries"]);
});

test("tells a duration by its largest units", () => {
  const shown = [-1, 0.4, 59, 60, 3599, 3600, 3660, 86399, 86400, 200000].map(duration);
  assert.deepEqual(shown, ["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "1 h 1 min", "23 h 59 min", "1 day", "2 days"]);
});

test("tells a time by its distance from now, and takes a clock that is a little ahead for now", () => {
  assert.equal(relative(inSeconds(1)), "now");
  assert.equal(relative(inSeconds(90)), "in 1 min");
  assert.equal(relative(inSeconds(-7200)), "2 h ago");
});

test("shows what is no time as it is", () => {
  assert.equal(relative("infinity"), "infinity");
  assert.equal(absolute("infinity"), "infinity");
  assert.match(absolute("2026-11-23T10:00:00Z"), /2026/);
});

test("words names of the interface", () => {
  assert.equal(sentence("deletions_blocked_by"), "Deletions blocked by");
  assert.equal(tally({ applied: 3, not_quarantined: 1200 }), "3 applied, 1,200 not quarantined");
  assert.equal(tally({}), "");
});

test("says how much of another region is still to be read, in revisions where these are known", () => {
  assert.equal(stillToRead({ revisions_behind: 1200, lag: 1300 }), "1,200 revisions, 1,300 records to read");
  assert.equal(stillToRead({ lag: 1 }), "1 record to read");
  assert.equal(stillToRead({ revisions_behind: 0, lag: 0 }), "");
});

test("shows a value of JSON in one line, with every digit", () => {
  assert.deepEqual([null, undefined, "a", false, 0].map(plain), ["–", "–", "a", "false", "0"]);
  assert.equal(plain(parse('{"a": [12345678901234567890, 1.0]}')), '{"a":[12345678901234567890,1.0]}');
});

test("writes what turns or hides characters as escapes, and leaves scripts, emoji and lines alone", () => {
  assert.equal(inert("a\u202eb\u0000c\u0085\u200b\ufeff"), "a\\u202eb\\u0000c\\u0085\\u200b\\ufeff");
  assert.equal(inert("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc 👩\u200d💻\n\t"), "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc 👩\u200d💻\n\t");
  const template = { strings: ["x\u202e"] };
  assert.deepEqual(inert([template, "\u2066", 7, null]), [template, "\\u2066", 7, null]);
});

test("is what every template of the console goes through", async () => {
  const { readFile } = await import("node:fs/promises");
  const lib = await readFile(new URL("../../main/webapp/console/lib.js", import.meta.url), "utf8");
  assert.match(lib, /values\.map\(inert\)/);
});
