import { answering } from "./browser.mjs";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { sampled, statistics } from "../../main/webapp/console/statistics.js";

afterEach(() => statistics.forget());

const sample = (at, values) => ({ at: `2026-01-31T12:${at}Z`, values });
/** As the registry answers: the values of a sample in the order of the series, null for what was not known. */
function answer(...samples) {
  const names = [...new Set(samples.flatMap(({ values }) => Object.keys(values)))];
  return {
    answered_by: "registry-0", started_at: "2026-01-31T11:59:50Z", interval_seconds: 15,
    series: names.map((name) => ({ name, unit: "1/s", description: name })),
    samples: samples.map(({ at, values }) => ({ at, values: names.map((name) => values[name] ?? null) })),
  };
}

test("asks the registry for its last hour, and has it at once", async () => {
  const asked = answering({ body: JSON.stringify(answer(sample("00:00", { lag: 3 }), sample("00:15", { lag: 1 }))) });
  await statistics.refresh();

  assert.equal(asked[0].path, "api/v1/statistics");
  assert.equal(statistics.data.replica, "registry-0");
  assert.deepEqual(statistics.data.samples.map(({ values }) => values.lag), [3, 1]);
  assert.equal(statistics.data.latest.lag, 1);
});

test("asks again when there is a new sample", async (context) => {
  const pauses = context.mock.method(globalThis, "setTimeout", () => 0);
  answering({ status: 503 });
  await statistics.refresh();
  answering({ body: JSON.stringify({ ...answer(), interval_seconds: 20 }) });
  await statistics.refresh();
  assert.deepEqual(pauses.mock.calls.map(({ arguments: [, pause] }) => pause), [15_000, 20_000]);
});

test("names the values by the series, and leaves out those that are not known", () => {
  const taken = sampled(answer(sample("00:00", { lag: 3 }), sample("00:15", { drift: 0, http_p99: 0.25 })));
  assert.deepEqual(taken.samples.map(({ values }) => values), [{ lag: 3 }, { drift: 0, http_p99: 0.25 }]);
  assert.equal("lag" in taken.latest, false);
});

test("sums the events of all results, and knows none before the first sample", () => {
  assert.equal(sampled(answer()).latest.events, null);
  assert.equal(sampled(answer(sample("00:00", { events_applied: 1.5, events_stale: 2, heartbeats: 9 }))).latest.events, 3.5);
  assert.equal(sampled(answer(sample("00:00", { events_applied: 1.5, events_ignored: 4 }))).latest.events, 5.5);
});

test("sums figures that JSON writes in another way than JavaScript", async () => {
  const { series } = answer(sample("00:00", { events_applied: 1, events_stale: 2, events_ignored: 3 }));
  answering({ body: `{"series": ${JSON.stringify(series)}, "interval_seconds": 15, "samples":
    [{"at": "2026-01-31T12:00:00Z", "values": [0.5, 0.0, 1.0E-6]}]}` });
  await statistics.refresh();
  assert.equal(statistics.data.latest.events, 0.500001);
  assert.equal(statistics.data.samples[0].values.events_stale, 0);
});

test("keeps the last duration of a batch while no batch comes", () => {
  const { latest } = sampled(answer(sample("00:00", { batch_duration: 0.01, lag: 1 }), sample("00:15", { lag: 0 })));
  assert.deepEqual([latest.batch_duration, latest.lag], [0.01, 0]);
});

test("draws no line across a time without samples", () => {
  const { samples } = sampled(answer(sample("00:00", { lag: 1 }), sample("00:15", { lag: 2 }), sample("02:15", { lag: 3 })));
  assert.deepEqual(samples.map(({ values }) => values.lag), [1, 2, undefined, 3]);
});

test("leaves out samples of a clock that was set back, as the times of a chart ascend", () => {
  const { samples, latest } = sampled(answer(sample("00:15", { lag: 1 }),
    sample("00:30", { lag: 2 }), sample("00:20", { lag: 3 }), sample("00:30", { lag: 4 }),
    sample("00:45", { lag: 5 }), sample("00:40", { lag: 6 })));
  assert.deepEqual(samples.map(({ values }) => values.lag), [1, 2, 5]);
  assert.equal(latest.lag, 6, "as it is the newest that was taken");
});
