// The registry's figures from /metrics, with those of the last quarter of an hour, for the small charts.

import { readText } from "./api.js";
import { Poll } from "./poll.js";

const EVERY_MS = 5_000;
const MOST_SAMPLES = 180;

/** The latest last; times are seconds. */
export const samples = [];

export const figures = new Poll(async (signal) => {
  const metrics = parse(await readText("metrics?scope=application", signal));
  const sample = taken(metrics, samples.at(-1));
  samples.push(sample);
  if (samples.length > MOST_SAMPLES) samples.shift();
  return sample;
}, EVERY_MS);

/** Lines of Prometheus' text format as {name, labels, value}. */
export function parse(text) {
  return text.split("\n")
    .map((line) => /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line))
    .filter((parts) => parts !== null)
    .map(([, name, labels, value]) => ({ name, labels: labels ?? "", value: Number(value) }));
}

function sum(metrics, name, ...labels) {
  const fitting = metrics.filter((each) => each.name === name && labels.every((label) => each.labels.includes(label)));
  return fitting.length ? fitting.reduce((total, each) => total + each.value, 0) : null;
}

/** A counter that is smaller than before is that of a restarted replica, or of another one. */
function perSecond(now, before, seconds) {
  return before === undefined || before === null || now === null || now < before ? null : (now - before) / seconds;
}

function taken(metrics, before) {
  const time = Date.now() / 1000;
  const seconds = before ? time - before.time : 0;
  // heartbeats are counted where they arrive; their events are those that were done with
  const heartbeats = sum(metrics, "registry_heartbeats_total", 'outcome="received"') ?? 0;
  const events = (sum(metrics, "registry_events_total") ?? 0)
    - (sum(metrics, "registry_events_total", 'kind="heartbeat"') ?? 0);
  const batches = sum(metrics, "registry_batch_duration_seconds_count") ?? 0;
  const batchSeconds = sum(metrics, "registry_batch_duration_seconds_sum") ?? 0;
  const done = before ? batches - before.batches : 0;
  return {
    time, events, heartbeats, batches, batchSeconds,
    eventRate: perSecond(events, before?.events, seconds),
    heartbeatRate: perSecond(heartbeats, before?.heartbeats, seconds),
    // while nothing comes the last batch is the newest that is known
    batchTime: done > 0 ? (batchSeconds - before.batchSeconds) / done : before?.batchTime ?? null,
    lag: sum(metrics, "registry_consumer_lag"),
    pending: sum(metrics, "registry_catalog_pending"),
    drift: sum(metrics, "registry_drift_nodes"),
    held: sum(metrics, "registry_preservation_held"),
    damped: sum(metrics, "registry_damped"),
    circuit: sum(metrics, "registry_catalog_circuit_state"),
  };
}
