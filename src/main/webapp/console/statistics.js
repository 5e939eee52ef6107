// The last hour of the replica that answers, in figures: what charts and tiles show.

import { read } from "./api.js";
import { Poll } from "./poll.js";

/** Seconds between two samples, until the registry has said it; sooner there is nothing new to read. */
const USUAL_INTERVAL = 15;

/** A registry of an earlier version has no ignored ones. */
const EVENTS = ["events_applied", "events_unchanged", "events_stale", "events_ignored", "events_dead_lettered"];

/** {replica, startedAt, interval, samples, latest}: as sampled makes them. */
export const statistics = new Poll((signal) => read("api/v1/statistics", signal).then(sampled),
  (known) => (known?.interval ?? USUAL_INTERVAL) * 1000);

/**
 * What the charts read.
 *
 * @param answer of api/v1/statistics
 * @returns samples: {time, values} each, the latest last; time is in seconds, values are by series, without those that
 *   are not known. latest: the newest values that are known
 */
export function sampled(answer) {
  const { answered_by: replica, started_at: startedAt, interval_seconds: interval, series } = answer;
  const taken = answer.samples.map(({ at, values }) => ({ at, values: named(series, values) }));
  const samples = [];
  for (const { at, values } of taken) {
    const time = Date.parse(at) / 1000;
    const before = samples.at(-1)?.time;
    // the wall clock was set back; a chart's times must ascend
    if (time <= before) continue;
    // no line leads across a time of which nothing is known
    if (before !== undefined && time - before > 2 * interval) samples.push({ time: (time + before) / 2, values: {} });
    samples.push({ time, values });
  }
  const values = taken.at(-1)?.values ?? {};
  return {
    replica, startedAt, interval, samples,
    latest: {
      ...values,
      events: EVENTS.some((name) => name in values) ? EVENTS.reduce((sum, name) => sum + (values[name] ?? 0), 0) : null,
      // while nothing comes the last batch is the newest that is known
      batch_duration: taken.findLast((sample) => "batch_duration" in sample.values)?.values.batch_duration ?? null,
    },
  };
}

/** The values that are known, by the names of their series: to be computed with, so 0.0 becomes a number too. */
function named(series, values) {
  const all = series.map(({ name }, at) => [name, values[at] ?? null]);
  return Object.fromEntries(all.filter(([, value]) => value !== null).map(([name, value]) => [name, Number(value)]));
}
