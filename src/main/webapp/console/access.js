// What the user may do: the registry is asked at each sign-in, so that no user finds it out by a refusal.

import { Problem, send } from "./api.js";
import { Poll } from "./poll.js";
import { session, signedIn } from "./session.js";

const PATH = "api/v1/me";
const RETRY_MS = 10_000;
const ROLES = ["reader", "operator", "admin"];

/** {name, roles, version, authorization}: roles are null where the registry does not say them. */
export const me = new Poll(
  (signal) => who(session.authorization, signal).then(({ found }) => found), RETRY_MS, { once: true });

/**
 * Who signs in so.
 *
 * @param authorization the header, or null for none
 * @returns {status, found}: found is as in me
 */
export async function who(authorization, signal) {
  const answer = await send(PATH, { signal, as: authorization });
  const found = { name: null, roles: null, version: null, authorization };
  if (answer.ok) return { status: answer.status, found: { ...found, ...await answer.json() } };
  if (answer.status === 401) return { status: 401, found: { ...found, roles: [] } };
  if (answer.status === 404) return { status: 404, found };
  if (signal) throw new Problem(answer.status);
  return { status: answer.status, found };
}

/** Whether the user has that role, or one that includes it; null without a sign-in, or where it is not known. */
export function may(role) {
  const known = signedIn() && me.data?.authorization === session.authorization;
  return known && me.data.roles ? me.data.roles.includes(role) : null;
}

/** The highest role of the user; null where none is known. */
export const highestRole = () => ROLES.findLast((role) => may(role)) ?? null;

/** Why the user may not do what needs that role; null where it can be tried, after a sign-in or at once. */
export function refusalFor(role) {
  if (may(role) !== false) return null;
  const has = highestRole();
  return `This needs the role ${role}; ${session.user} has ${has ? `the role ${has}` : "no role here"}.`;
}
