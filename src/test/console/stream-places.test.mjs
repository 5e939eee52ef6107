import "./browser.mjs";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { leavePlace, takePlace } from "../../main/webapp/console/stream-places.js";

const KEYS = [0, 1, 2].map((place) => `nodebridge.stream.${place}`);
const takenByOthers = (...times) => times.forEach((left, at) =>
  localStorage.setItem(KEYS[at], `other${at} ${Date.now() + left}`));

afterEach(() => {
  leavePlace();
  KEYS.forEach((key) => localStorage.removeItem(key));
});

test("has a place while there are fewer windows than places, and leaves it for another", () => {
  takenByOthers(9_000, 9_000);
  assert.equal(takePlace(() => {}), true);
  assert.equal(takePlace(() => {}), true, "it has it already");
  assert.ok(localStorage.getItem(KEYS[2]));
  leavePlace();
  assert.equal(localStorage.getItem(KEYS[2]), null);
});

test("has none where other windows have all of them", () => {
  takenByOthers(9_000, 9_000, 9_000);
  assert.equal(takePlace(() => {}), false);
});

test("takes the place of a window that is gone, also when a clock was set back", () => {
  takenByOthers(9_000, -1, 9_000);
  assert.equal(takePlace(() => {}), true);
  leavePlace();
  takenByOthers(9_000, 3_600_000, 9_000);
  assert.equal(takePlace(() => {}), true);
});

test("does not take away what another window has taken over meanwhile", () => {
  takePlace(() => {});
  takenByOthers(9_000);
  leavePlace();
  assert.match(localStorage.getItem(KEYS[0]), /^other0/);
});

test("says so when another window has taken its place over, and leaves that window its place", (context) => {
  const renewals = [];
  context.mock.method(globalThis, "setInterval", (run) => renewals.push(run));
  const ended = context.mock.method(globalThis, "clearInterval", () => {});
  let lost = 0;
  takePlace(() => lost++);
  renewals[0]();
  assert.equal(lost, 0);

  takenByOthers(-1);
  renewals[0]();
  assert.equal(lost, 0, "the other one is gone");
  assert.doesNotMatch(localStorage.getItem(KEYS[0]), /^other0/);

  takenByOthers(9_000, 9_000, 9_000);
  renewals[0]();
  assert.equal(lost, 1);
  assert.equal(ended.mock.callCount(), 1);
  assert.match(localStorage.getItem(KEYS[0]), /^other0/);
  assert.equal(takePlace(() => {}), false, "it has none any more");
});

test("has a place in a browser that keeps nothing", () => {
  const { localStorage: kept } = globalThis;
  globalThis.localStorage = { getItem() { throw new Error("refused"); } };
  try {
    assert.equal(takePlace(() => {}), true);
    leavePlace();
  } finally {
    globalThis.localStorage = kept;
  }
});
