import "./browser.mjs";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { contact } from "../../main/webapp/console/api.js";
import { judged, verdict } from "../../main/webapp/console/trust.js";

const GOOD = { mood: "good", title: "Discovery can be trusted", reasons: [{ message: "all agree", page: "/drift" }] };

beforeEach(() => {
  judged.data = GOOD;
  Object.assign(contact, { last: Date.now(), watchedSince: Date.now() });
});

test("says nothing before anything is known", () => {
  judged.data = null;
  assert.equal(verdict(), null);
});

test("says what the registry has judged", () => {
  assert.equal(verdict(), GOOD);
});

test("knows nothing once contact is lost, regardless of the verdict before", () => {
  Object.assign(contact, { last: Date.now() - 60_000, watchedSince: 0 });
  const { mood, reasons } = verdict();
  assert.equal(mood, "unknown");
  assert.match(reasons[0].message, /not answered for 1 min/);
});

test("knows nothing either where there never was contact", () => {
  Object.assign(contact, { last: null, watchedSince: Date.now() - 60_000 });
  judged.data = null;
  assert.equal(verdict().mood, "unknown");
});
