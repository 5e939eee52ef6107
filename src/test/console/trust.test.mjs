import "./browser.mjs";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { drift, health, preservation, verdict } from "../../main/webapp/console/trust.js";

const WELL = { status: "healthy" };

const components = (changes) => ({ components: { postgres: WELL, consul: WELL, kafka: WELL, ...changes } });

beforeEach(() => {
  health.data = components({});
  drift.data = { checked_at: new Date().toISOString(), nodes: 12, counts: { missing: 0 } };
  preservation.data = { active: false, cohorts: [] };
});

test("says nothing before anything is known", () => {
  health.data = null;
  assert.equal(verdict(), null);
});

test("trusts stores that are well and agree", () => {
  const { mood, reasons } = verdict();
  assert.equal(mood, "good");
  assert.equal(reasons.length, 1);
  assert.match(reasons[0], /all 12 nodes/);
});

test("does not claim a comparison that has not been made", () => {
  drift.data = null;
  assert.match(verdict().reasons[0], /not been compared yet/);
});

test("does not trust with one component unhealthy, and tells that reason first", () => {
  health.data = components({ postgres: { status: "degraded", message: "slow" }, consul: { status: "unhealthy" } });
  const { mood, reasons } = verdict();
  assert.equal(mood, "bad");
  assert.match(reasons[0], /^Consul/);
  assert.deepEqual(reasons.slice(1), ["postgres: slow"]);
});

test("tells of a component that it does not know by the registry's own words", () => {
  health.data = components({ vault: { status: "unhealthy", message: "sealed" } });
  assert.deepEqual(verdict().reasons, ["vault: sealed"]);
});

for (const [what, change, reason] of [
  ["drift", () => { drift.data.counts = { missing: 1, different: 2, odd_kind: 3 }; }, /1 node missing from Consul/],
  ["a comparison that is old", () => { drift.data.checked_at = "2020-01-01T00:00:00Z"; }, /not been compared for/],
  ["held nodes", () => { preservation.data = { active: true, cohorts: [{ held: 2 }, { held: 3 }] }; }, /5 silent nodes/],
  ["blocked expiry", () => { preservation.data.blocked = { reason: "clock_jump" }; }, /clock jump/],
  ["lag", () => { health.data.components.kafka = { status: "healthy", details: { lag: 501 } }; }, /^501 events behind/],
  ["intake that waits", () => {
    health.data.components.kafka = { status: "healthy", details: { waiting_for: "PostgreSQL" } };
  }, /waits for PostgreSQL/],
]) {
  test(`trusts with care for ${what}`, () => {
    change();
    const { mood, reasons } = verdict();
    assert.equal(mood, "fair");
    assert.match(reasons[0], reason);
  });
}

test("trusts with care while the breaker is open, and lets one full batch wait", () => {
  assert.equal(verdict({ circuit: 2 }).mood, "fair");
  assert.equal(verdict({ circuit: 0, lag: 500 }).mood, "good");
  assert.equal(verdict({ circuit: 0, lag: 501 }).mood, "fair");
});
