// All registered nodes, kept up to date by the registry's stream of changes, or by reading them again where it has
// none.

import { Problem, read } from "./api.js";
import { parse } from "./json.js";
import { leavePlace, takePlace } from "./stream-places.js";
import { readEvents } from "./stream.js";
import { onSession, session } from "./session.js";
import { redraw } from "./redraw.js";
import { onHidden, whenVisible } from "./visibility.js";

const PATH = "api/v1/registrations";
const PAGE = 1000;
const POLL_MS = 3_000;
/** How many times as long as it took to read all nodes is waited before they are read again. */
const REST = 10;
const SIGNS_OF_LIFE_MS = 15_000;
const RETRY_MS = 2_000;
const SOON_MS = 250;
const MOST_CHANGES = 50;
/** Statuses that say there is no stream here, rather than that it is down. */
const NO_STREAM = new Set([404, 405, 406, 501]);

export const fleet = {
  /** by node id */
  nodes: new Map(),
  /** local, or all: whether those of other regions are followed too */
  scope: "local",
  /** nodes of other regions, by keyOf */
  remote: new Map(),
  /** other regions, and how it stands with each: connected, behind or unreachable */
  regions: new Map(),
  /** counts up whenever a node changes */
  version: 0,
  /** loading, live, polling or lost */
  state: "loading",
  /** how many nodes of a snapshot have come while it is being read */
  arriving: null,
  error: null,
  /** the latest first: {at, kind, node_id, node_type, fields, reason} */
  changes: [],
};

let lastEventId = null;
/** {nodes, remote} while one is being read */
let snapshot = null;
let ending = new AbortController();
/** ends the wait before the next try */
let hurry = () => {};
let left = false;

/** Neither a region nor an id has U+0000, so that none of ours has such a key. */
const remoteKey = (region, id) => `${region}\u0000${id}`;

export const keyOf = (node) => (node.from_region ? remoteKey(node.from_region, node.node_id) : node.node_id);

/** The other regions that have a node of this id too, of those that are followed. */
export const alsoIn = (id) => [...fleet.regions.keys()].filter((region) => fleet.remote.has(remoteKey(region, id)));

/** A place in the stream of all regions begins with that in the stream of our own, and each leads on from the other's. */
export function follow(scope) {
  if (fleet.scope === scope) return;
  if (scope === "local") {
    lastEventId = lastEventId?.split(",")[0] ?? null;
    set({ remote: new Map(), regions: new Map() });
  }
  set({ scope, version: fleet.version + 1 });
  leave();
}

/** Ends what is being read, and the next try begins without a pause. */
function leave() {
  left = true;
  ending.abort();
  hurry();
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function keepFleet() {
  onSession(() => ending.abort());
  // a page that is left may be kept for a return, and would keep one of the browser's few connections with it
  addEventListener("pagehide", () => ending.abort());
  onHidden(leave);
  for (;;) {
    await whenVisible();
    ending = new AbortController();
    try {
      if (!takePlace(leave)) await poll(ending.signal, () => takePlace(leave));
      if (!ending.signal.aborted) await watch(ending.signal);
    } catch (failure) {
      if (failure instanceof Problem && NO_STREAM.has(failure.status)) await poll(ending.signal);
      else if (!ending.signal.aborted) lost(failure);
    } finally {
      leavePlace();
    }
    if (!left) {
      await Promise.race([pause(RETRY_MS), new Promise((resolve) => {
        hurry = resolve;
      })]);
    }
    left = false;
  }
}

async function watch(signal) {
  snapshot = null;
  await readEvents(fleet.scope === "all" ? `${PATH}/watch?scope=all` : `${PATH}/watch`,
    { lastEventId, signal, onEvent: received });
  if (fleet.state === "live") set({ state: "lost" });
}

/** @param ends whether there may be a stream now */
async function poll(signal, ends = () => false) {
  lastEventId = null;
  while (!signal.aborted && !ends()) {
    let rest = POLL_MS;
    try {
      const begun = performance.now();
      if (!document.hidden || fleet.state === "loading") replaceAll(await readAll(fleet.scope === "all" ? "&scope=all" : "", signal), "polling");
      // not after a failure: a server that was slow to fail may be back at once
      rest = Math.max(POLL_MS, REST * (performance.now() - begun));
    } catch (failure) {
      if (!signal.aborted) lost(failure);
    }
    // in short pauses, as it may be left or may have a stream long before the rest is over
    do await pause(POLL_MS); while ((rest -= POLL_MS) > 0 && !signal.aborted && !ends());
  }
}

/**
 * Neither a heartbeat nor Consul's confirmation is a change of a node, so the stream does not send them; a page that
 * shows them reads them at once and again.
 */
export async function keepSignsOfLife(signal) {
  while (!signal.aborted) {
    if (fleet.state === "loading") {
      await pause(SOON_MS); // the nodes come any moment
      continue;
    }
    if (!document.hidden && fleet.state === "live") await readSignsOfLife(signal);
    await pause(SIGNS_OF_LIFE_MS);
  }
}

async function readSignsOfLife(signal) {
  try {
    const fields = "node_id,last_heartbeat,lease_expires_at,stores,consul_error";
    for (const signs of (await readAll(`&fields=${fields}`, signal)).nodes.values()) {
      const node = fleet.nodes.get(signs.node_id);
      if (!node) continue;
      Object.assign(node, { consul_error: undefined }, signs);
    }
    set({ version: fleet.version + 1 });
  } catch {
    // reported where the stream or the next read fails
  }
}

async function readAll(parameters, signal) {
  const all = { nodes: new Map(), remote: new Map() };
  let cursor = "";
  do {
    const page = await read(`${PATH}?limit=${PAGE}${parameters}${cursor}`, signal);
    page.registrations.forEach((node) => (node.from_region ? all.remote : all.nodes).set(keyOf(node), node));
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : "";
    if (fleet.state === "loading") set({ arriving: all.nodes.size });
  } while (cursor && !signal.aborted);
  all.remote.forEach((node) => fleet.regions.set(node.from_region, node.link_state));
  return all;
}

function received({ id, type, data }) {
  const event = parse(data);
  switch (type) {
    case "snapshot-begin":
      snapshot = { nodes: new Map(), remote: new Map() };
      break;
    case "registration":
      snapshot?.nodes.set(event.node_id, event);
      if (snapshot?.nodes.size % PAGE === 0) set({ arriving: snapshot.nodes.size });
      break;
    case "snapshot-end":
      replaceAll(snapshot ?? { nodes: new Map(), remote: new Map() }, "live");
      snapshot = null;
      break;
    case "added":
    case "updated":
      fleet.nodes.set(event.registration.node_id, event.registration);
      changed(type, event.registration, event);
      break;
    case "removed":
      fleet.nodes.delete(event.node_id);
      changed(type, event, event);
      break;
    case "remote-registration":
      (snapshot ?? fleet).remote.set(keyOf(event.registration), event.registration);
      changedElsewhere();
      break;
    case "remote-removed":
      (snapshot ?? fleet).remote.delete(remoteKey(event.region, event.node_id));
      changedElsewhere();
      break;
    case "region":
      fleet.regions.set(event.region, event.state);
      changedElsewhere();
      break;
    default:
      // resync is followed by a snapshot, overrun by the end
      return;
  }
  // a snapshot that breaks off half-way is no place to resume from
  if (id && snapshot === null) lastEventId = id;
}

function changedElsewhere() {
  if (snapshot === null) set({ state: "live", error: null, version: fleet.version + 1 });
}

function changed(kind, node, event) {
  note(kind, node, event.changed_fields, event.removal_reason);
  set({ state: "live", error: null, version: fleet.version + 1 });
}

function note(kind, node, fields, reason) {
  const at = kind === "removed" ? new Date().toISOString() : node.updated_at ?? new Date().toISOString();
  fleet.changes.unshift({ at, kind, node_id: node.node_id, node_type: node.node_type, fields, reason });
  fleet.changes.length = Math.min(fleet.changes.length, MOST_CHANGES);
}

/** Before the first time, what is there has not just come. */
function replaceAll({ nodes, remote }, state) {
  if (fleet.state !== "loading") {
    for (const [id, node] of nodes) {
      const before = fleet.nodes.get(id);
      if (!before) note("added", node);
      else if (before.row_version !== node.row_version) note("updated", node, fieldsThatDiffer(before, node));
    }
    for (const [id, node] of fleet.nodes) if (!nodes.has(id)) note("removed", node);
  }
  set({ nodes, remote, state, error: null, arriving: null, version: fleet.version + 1 });
}

const COMPARED = [
  "capabilities", "endpoints", "metadata", "version", "status", "health", "health_status", "stores", "epoch",
];

function fieldsThatDiffer(before, after) {
  return COMPARED.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

function lost(failure) {
  if (session.readsNeedSignIn) set({ state: "loading", nodes: new Map(), remote: new Map(), changes: [], version: fleet.version + 1 });
  else set({ state: fleet.state === "loading" ? "loading" : "lost", error: failure });
}

function set(changes) {
  Object.assign(fleet, changes);
  redraw();
}
