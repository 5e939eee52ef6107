// Whether discovery can be trusted: the one question that the overview answers first.

import { read } from "./api.js";
import { count, words } from "./format.js";
import { Poll } from "./poll.js";

const LATE_COMPARISON_MS = 180_000;
/** More than one full batch: intake does not keep up, or waits. */
const MUCH_LAG = 500;

export const health = new Poll((signal) => read("api/v1/health", signal), 3_000);
export const drift = new Poll((signal) => read("api/v1/drift?limit=1", signal), 5_000);
export const preservation = new Poll((signal) => read("api/v1/preservation", signal), 5_000);

const BLOCKS = {
  consul: "Consul is away: callers see what it last knew, or nothing at all.",
  postgres: "PostgreSQL is away: changes reach Consul unchecked, and nothing can be read here.",
  kafka: "Kafka is away: what nodes announce is not heard.",
};

/** {mood, title, reasons}, from what is known so far; null before anything is. */
export function verdict(sample) {
  if (health.data === null) return null;
  const bad = [];
  const fair = [];
  for (const [name, component] of Object.entries(health.data.components)) {
    if (component.status === "unhealthy") bad.push(BLOCKS[name] ?? `${name}: ${component.message}`);
    else if (component.status !== "healthy") fair.push(`${name}: ${component.message}`);
    const waiting = component.details?.waiting_for;
    if (waiting) fair.push(`Intake waits for ${waiting}; events stay in Kafka meanwhile.`);
  }
  fair.push(...driftReasons(), ...leaseReasons());
  const lag = health.data.components.kafka?.details?.lag ?? sample?.lag ?? 0;
  if (lag > MUCH_LAG) fair.push(`${count(lag, "event")} behind: what is shown is older than what nodes have said.`);
  if (sample?.circuit === 2) fair.push("The circuit breaker before Consul is open: nothing is written to it for now.");
  if (bad.length) return { mood: "bad", title: "Discovery cannot be trusted now", reasons: [...bad, ...fair] };
  if (fair.length) return { mood: "fair", title: "Discovery can be trusted with care", reasons: fair };
  return { mood: "good", title: "Discovery can be trusted", reasons: [agreement()] };
}

function agreement() {
  const checked = drift.data?.checked_at;
  return checked
    ? `Both stores agreed on all ${count(drift.data.nodes, "node")} when they were last compared.`
    : "All components are well. Consul and PostgreSQL have not been compared yet.";
}

function driftReasons() {
  if (drift.data === null) return [];
  const reasons = Object.entries(drift.data.counts ?? {})
    .filter(([, nodes]) => nodes > 0)
    .map(([kind, nodes]) => `${count(nodes, "node")} ${DRIFTS[kind] ?? words(kind)}.`);
  const age = drift.data.checked_at ? Date.now() - Date.parse(drift.data.checked_at) : 0;
  if (age > LATE_COMPARISON_MS) reasons.push("The two stores have not been compared for some minutes.");
  return reasons;
}

export const DRIFTS = {
  missing: "missing from Consul",
  extra: "in Consul and not in PostgreSQL",
  different: "different in Consul",
  pending: "pending for Consul too long",
  foreign: "of another installation with this registry id",
};

function leaseReasons() {
  if (preservation.data === null) return [];
  const reasons = [];
  if (preservation.data.active) {
    const held = preservation.data.cohorts.reduce((sum, cohort) => sum + cohort.held, 0);
    reasons.push(`Self-preservation holds ${count(held, "silent node")}: they stay in Consul and may be gone.`);
  }
  if (preservation.data.blocked) reasons.push(`No lease ends for now: ${words(preservation.data.blocked.reason)}.`);
  return reasons;
}
