import { answering } from "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { EventParser, readEvents } from "../../main/webapp/console/stream.js";

function parsed(...pieces) {
  const events = [];
  const parser = new EventParser((event) => events.push(event));
  pieces.forEach((piece) => parser.add(piece));
  return events;
}

test("reads type, id and data", () => {
  assert.deepEqual(parsed("event: added\nid: 7\ndata: {}\n\n"), [{ type: "added", id: "7", data: "{}" }]);
});

test("does not care where the network has cut", () => {
  const text = "event: a\r\ndata: one\r\ndata: two\r\n\r\ndata:three\n\n";
  const whole = [{ type: "a", data: "one\ntwo" }, { type: "message", data: "three" }];
  assert.deepEqual(parsed(text), whole);
  assert.deepEqual(parsed(...text), whole);
});

test("leaves out comments, unknown fields and events without data", () => {
  assert.deepEqual(parsed(": still here\n\nretry: 5\n\nevent: empty\n\n"), []);
});

test("waits for the end of an event", () => {
  assert.deepEqual(parsed("data: half\n"), []);
});

test("resumes after the last event, and hands on what comes", async () => {
  const asked = answering({ body: "id: 8\ndata: x\n\n", type: "text/event-stream" });
  const events = [];
  await readEvents("watch", { lastEventId: "7", onEvent: (event) => events.push(event) });
  assert.equal(asked[0].headers["Last-Event-ID"], "7");
  assert.deepEqual(events, [{ type: "message", id: "8", data: "x" }]);
});

test("says which status there was where there is no stream", async () => {
  answering({ status: 503 });
  await assert.rejects(readEvents("watch", { onEvent() {} }), { status: 503 });
  answering({ body: "<html>", type: "text/html" });
  await assert.rejects(readEvents("watch", { onEvent() {} }), { status: 404 });
});
