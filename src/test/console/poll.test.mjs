import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Poll } from "../../main/webapp/console/poll.js";

const waiting = new Set();
globalThis.setTimeout = (run) => {
  waiting.add(run);
  return run;
};
globalThis.clearTimeout = (run) => waiting.delete(run);

const settled = () => new Promise((done) => setImmediate(done));

/** When all pauses are over. */
async function later() {
  const due = [...waiting];
  waiting.clear();
  due.forEach((run) => run());
  await settled();
}

function asked(answers, options) {
  const poll = new Poll(async () => {
    poll.times = (poll.times ?? 0) + 1;
    const answer = answers.shift() ?? "same";
    if (answer instanceof Error) throw answer;
    return answer;
  }, 10, options);
  return poll.start();
}

test("asks again after each answer", async () => {
  const poll = asked([]);
  await settled();
  await later();
  await later();
  assert.equal(poll.times, 3);
  poll.stop();
});

test("asks once, until there is an answer, and again on request or when somebody signs in", async () => {
  const poll = asked([new Error("no contact"), "first"], { once: true });
  await settled();
  assert.equal(poll.error.message, "no contact");
  await later();
  assert.equal(poll.data, "first");
  await later();
  assert.equal(poll.times, 2);

  const again = poll.refresh();
  assert.equal(poll.asking, true);
  await again;
  assert.equal(poll.asking, false);
  assert.equal(poll.times, 3);

  dispatchEvent(new Event("session"));
  await settled();
  assert.equal(poll.times, 4);
  await later();
  assert.equal(poll.times, 4);

  poll.stop();
  dispatchEvent(new Event("session"));
  await settled();
  assert.equal(poll.times, 4);
});
