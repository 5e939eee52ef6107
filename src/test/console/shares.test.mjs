import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../main/webapp/console/shares.js";

const MINUTES = ["2026-01-31T12:00:00Z", "2026-01-31T12:01:00Z", "2026-01-31T12:02:00Z"];

test("draws percents of each minute, and nothing where nobody called", () => {
  const { samples, series } = lines({
    minutes: MINUTES, others: [1, 0, 0],
    nodes: [{ node_id: "a", handed_out: [2, 0, 3] }, { node_id: "b", handed_out: [1, 0, 1] }],
  });
  assert.deepEqual(series.map(({ label }) => label), ["a", "b"]);
  assert.deepEqual(samples.map((sample) => series[0].value(sample)), [50, null, 75]);
  assert.deepEqual(samples.map((sample) => series[1].value(sample)), [25, null, 25]);
  assert.equal(samples[1].time - samples[0].time, 60);
});

test("draws no more lines than can be distinguished", () => {
  const nodes = Array.from({ length: 10 }, (_, at) => ({ node_id: `n${at}`, handed_out: [1] }));
  const { samples, series } = lines({ minutes: MINUTES.slice(0, 1), others: [0], nodes });
  assert.equal(new Set(series.map(({ color }) => color)).size, 5);
  assert.equal(series[4].value(samples[0]), 10);
});
