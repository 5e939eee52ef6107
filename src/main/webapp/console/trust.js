// Whether discovery can be trusted: the one question that the overview answers first. The registry judges.

import { contact, read, silence } from "./api.js";
import { duration } from "./format.js";
import { Poll } from "./poll.js";

export const health = new Poll((signal) => read("api/v1/health", signal), 3_000);
export const drift = new Poll((signal) => read("api/v1/drift?limit=1", signal), 5_000);
export const preservation = new Poll((signal) => read("api/v1/preservation", signal), 5_000);
export const judged = new Poll((signal) => read("api/v1/verdict", signal), 3_000);

/** {mood, title, reasons}; null before the first answer. What was judged before contact was lost is no verdict. */
export function verdict() {
  const quiet = silence();
  if (quiet === null) return judged.data;
  const since = contact.last === null ? "" : ` for ${duration(quiet)}`;
  return {
    mood: "unknown",
    title: "Whether discovery can be trusted is not known",
    reasons: [{ code: "no_contact", message: `The registry has not answered${since}.`, page: null }],
  };
}

export const DRIFTS = {
  missing: "missing from Consul",
  extra: "in Consul and not in PostgreSQL",
  different: "different in Consul",
  pending: "pending for Consul too long",
  foreign: "of another installation with this registry id",
};
