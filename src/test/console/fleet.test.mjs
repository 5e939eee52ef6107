import "./browser.mjs";
import assert from "node:assert/strict";
import { after, test } from "node:test";

// its retries and renewals must not keep the tests from ending, and those of every three seconds come sooner
const { setTimeout: later, setInterval: often } = globalThis;
const pauses = [];
const sooner = (milliseconds) => (milliseconds === 3_000 ? 100 : milliseconds);
globalThis.setTimeout = (run, milliseconds) => {
  pauses.push(milliseconds);
  return later(run, sooner(milliseconds)).unref();
};
globalThis.setInterval = (run, milliseconds) => often(run, sooner(milliseconds)).unref();
let now = 0;
const { now: realNow } = performance;
performance.now = () => now;
after(() => {
  globalThis.setTimeout = later;
  globalThis.setInterval = often;
  performance.now = realNow;
});

const { alsoIn, fleet, follow, keepFleet, keepSignsOfLife } = await import("../../main/webapp/console/fleet.js");

const asked = [];
/** Milliseconds. */
let readTakes = 0;
const request = ({ path, from }) => ({ path, from });
const event = (type, data, id) => `${id ? `id: ${id}\n` : ""}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
const here = { node_id: "both", revision: 7 };
const there = { node_id: "both", from_region: "us", revision: 9 };

/** Each stream stays open until it is left. */
const streams = [
  [event("snapshot-begin", { revision: 41 }), event("registration", here), event("snapshot-end", { revision: 41 }, "41")],
  [event("region", { region: "us", state: "connected" }),
    event("remote-registration", { region: "us", registration: there }, "41,us:ab:1"),
    event("remote-registration", { region: "us", registration: { ...there, node_id: "gone" } }, "41,us:ab:2"),
    event("remote-removed", { region: "us", node_id: "gone" }, "41,us:ab:3"),
    event("region", { region: "us", state: "unreachable" })],
  [event("added", { registration: { node_id: "new" } }, "42")],
];

globalThis.fetch = async (path, { headers, signal }) => {
  asked.push({ path, from: headers["Last-Event-ID"], pausesBefore: pauses.length });
  now += readTakes;
  if (path.includes("?limit=")) return new Response(JSON.stringify({ registrations: [here] }));
  const events = streams[asked.length - 1] ?? [];
  return new Response(new ReadableStream({
    start(controller) {
      events.forEach((text) => controller.enqueue(new TextEncoder().encode(text)));
      signal.addEventListener("abort", () => controller.error(new Error("left")));
    },
  }), { headers: { "Content-Type": "text/event-stream" } });
};

const places = [0, 1, 2].map((place) => `nodebridge.stream.${place}`);
const takenByOthers = () => places.forEach((place) => localStorage.setItem(place, `other ${Date.now() + 9_000}`));

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("follows all regions from where it was, and our own again", async () => {
  keepFleet();
  await until(() => fleet.nodes.size === 1);
  assert.deepEqual(request(asked[0]), { path: "api/v1/registrations/watch", from: undefined });
  assert.deepEqual(alsoIn("both"), []);

  follow("all");
  await until(() => fleet.regions.get("us") === "unreachable");
  assert.deepEqual(request(asked[1]), { path: "api/v1/registrations/watch?scope=all", from: "41" });
  assert.deepEqual([...fleet.remote.values()], [there]);
  assert.deepEqual([...fleet.nodes.values()], [here]);
  assert.deepEqual(alsoIn("both"), ["us"]);
  assert.deepEqual(alsoIn("gone"), []);

  follow("local");
  await until(() => fleet.nodes.size === 2);
  assert.deepEqual(request(asked[2]), { path: "api/v1/registrations/watch", from: "41" });
  assert.equal(fleet.remote.size, 0);
  assert.deepEqual(alsoIn("both"), []);
});

test("has no stream while the page is hidden, and goes on from where it was", async () => {
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  await new Promise((resolve) => later(resolve, 20));
  assert.equal(asked.length, 3);

  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  await until(() => asked.length === 4);
  assert.deepEqual(request(asked[3]), { path: "api/v1/registrations/watch", from: "42" });
});

test("reads all again and again while other windows have all streams, and has one when a place is free", async () => {
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  await until(() => localStorage.getItem(places[0]) === null);
  takenByOthers();

  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  await until(() => fleet.state === "polling");
  assert.equal(asked.length, 5);
  assert.equal(asked[4].path, "api/v1/registrations?limit=1000");
  assert.deepEqual([...fleet.nodes.keys()], ["both"]);

  const before = pauses.length;
  localStorage.removeItem(places[1]);
  await until(() => asked.at(-1).path === "api/v1/registrations/watch");
  assert.equal(asked.at(-1).from, undefined, "a snapshot first: it has missed changes");
  assert.ok(!pauses.slice(before).includes(2_000), "it keeps the place that it has found");
  assert.doesNotMatch(localStorage.getItem(places[1]), /^other/);
});

test("reads all again, without a pause, when another window has taken its place over", async () => {
  const before = { asked: asked.length, pauses: pauses.length };
  takenByOthers();
  await until(() => asked.length > before.asked);
  assert.equal(asked.at(-1).path, "api/v1/registrations?limit=1000");
  assert.ok(!pauses.slice(before.pauses).includes(2_000));
  assert.match(localStorage.getItem(places[1]), /^other/);
});

test("reads all for a tenth of the time at most", async () => {
  readTakes = 1_000;
  const before = asked.length;
  takenByOthers();
  await until(() => asked.length === before + 2);
  const [first, second] = asked.slice(before).map(({ pausesBefore }) => pausesBefore);
  assert.deepEqual(pauses.slice(first, second).filter((pause) => pause === 3_000), Array(4).fill(3_000));
});

test("has a stream as soon as there is one, however long it would rest", async () => {
  readTakes = 3_600_000;
  const before = asked.length;
  takenByOthers();
  await until(() => asked.length === before + 1);
  localStorage.removeItem(places[2]);
  await until(() => asked.at(-1).path === "api/v1/registrations/watch");
});

test("reads the heartbeats as soon as the nodes are there where a page shows them", async () => {
  fleet.state = "loading";
  fleet.nodes = new Map([["both", here]]);
  const before = { asked: asked.length, pauses: pauses.length };
  const ending = new AbortController();
  keepSignsOfLife(ending.signal);
  later(() => { fleet.state = "live"; }, 20);
  const heartbeats = () =>
    asked.slice(before.asked).find(({ path }) => path.includes("fields=node_id,last_heartbeat"));
  await until(heartbeats);
  ending.abort();
  assert.ok(!pauses.slice(before.pauses, heartbeats().pausesBefore).includes(15_000));
});
