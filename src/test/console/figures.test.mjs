import { answering } from "./browser.mjs";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { figures, parse, samples } from "../../main/webapp/console/figures.js";

afterEach(() => {
  figures.forget();
  samples.length = 0;
});

async function sampled(body) {
  answering({ body, type: "text/plain" });
  await figures.refresh();
  return figures.data;
}

test("reads lines of Prometheus' text, and leaves comments out", () => {
  assert.deepEqual(parse('# TYPE a counter\na{kind="x",of="y"} 1.5E3\nb_total 2\n'), [
    { name: "a", labels: 'kind="x",of="y"', value: 1500 }, { name: "b_total", labels: "", value: 2 }]);
});

test("has no rate from one sample, and one from two", async () => {
  assert.equal((await sampled('registry_events_total{kind="introspection"} 10\n')).eventRate, null);
  samples[0].time -= 10;
  const { eventRate } = await sampled('registry_events_total{kind="introspection"} 110\n');
  assert.ok(eventRate > 9 && eventRate <= 10, `${eventRate}`);
});

test("does not take a counter that has started again for a negative rate", async () => {
  await sampled("registry_events_total 1000\n");
  samples[0].time -= 10;
  assert.equal((await sampled("registry_events_total 5\n")).eventRate, null);
});

test("does not count heartbeats among the events", async () => {
  const { events } = await sampled('registry_events_total{kind="heartbeat"} 90\nregistry_events_total{kind="other"} 7\n');
  assert.equal(events, 7);
});

test("does not know what is not measured", async () => {
  const { lag, circuit } = await sampled("");
  assert.deepEqual([lag, circuit], [null, null]);
});
