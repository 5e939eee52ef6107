// A node's lease: what keeps it, and what was last heard of it.

import { html, nothing } from "./lib.js";
import { number, words } from "./format.js";
import { detail, facts, state, time } from "./parts.js";

const PROBES = {
  answered: "answered", busy: "answered that it is busy", status: "answered with an error",
  timeout: "did not answer in time",
  unreachable: "could not be reached", refused_address: "was not made: the address is not allowed",
  redirected: "was redirected", invalid: "was not made: the endpoint is no URL",
};

export function leaseView(it) {
  const lease = it.lease ?? { expires_at: it.lease_expires_at };
  const over = lease.expires_at && Date.parse(lease.expires_at) < Date.now();
  return facts([
    [over ? "Ended" : "Ends", html`${time(lease.expires_at)}${over ? html` ${state("over", "fair")}` : nothing}`],
    ["Lease TTL", lease.ttl_seconds ? `${number(lease.ttl_seconds)} s` : null],
    ["Watched by", lease.watched_by],
    ["Last heartbeat", time(it.last_heartbeat)],
    ["Last seen", it.last_seen_at ? html`${time(it.last_seen_at)} ${detail(it.last_seen_by)}` : null],
    ["Last probe", lease.probe ? html`${PROBES[lease.probe.result] ?? words(lease.probe.result)} ${time(lease.probe.at)}
      ${detail(lease.probe.detail)}` : null],
    ["Reported health", it.health_status ? state(it.health_status) : null],
    ["Held as it is until", it.damped_until ? time(it.damped_until) : null],
    ["Running operations", it.active_operations === undefined ? null : number(it.active_operations)],
    ["Processor", it.cpu_percent === undefined ? null : `${number(it.cpu_percent)} %`],
    ["Memory", it.memory_mb === undefined ? null : `${number(it.memory_mb)} MB`],
  ]);
}
