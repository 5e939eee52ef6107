// What is asked of the API where many nodes are cordoned, and what its answer says.

import { count, number } from "./format.js";

/** The body of the request; what is left empty is not in it. */
export function bodyOf(action, given) {
  const text = (name) => (given.get(name) ?? "").trim();
  const regions = text("regions").split(",").map((each) => each.trim()).filter(Boolean);
  return {
    action,
    ...(text("node_type") ? { node_types: [text("node_type")] } : {}),
    ...(regions.length ? { regions } : {}),
    ...(text("capability") ? { capabilities: [text("capability")] } : {}),
    ...(text("reason") ? { reason: text("reason") } : {}),
    ...(text("until") ? { until: new Date(text("until")).toISOString() } : {}),
  };
}

/** What to say of an answer. */
export function resultText(action, { matched, changed, consul_pending: pending, refused = 0 }) {
  const what = action === "cordon" ? "cordoned" : "not cordoned any more";
  const same = matched - changed - refused;
  return `${count(changed, "node")} ${changed === 1 ? "is" : "are"} ${what}`
    + `${same > 0 ? `; ${number(same)} ${same === 1 ? "was" : "were"} so before` : ""}`
    + `${refused > 0 ? `; PostgreSQL refused ${number(refused)}` : ""}`
    + `${pending > 0 ? `. Consul follows for ${number(pending)}` : ""}.`;
}
