// Requests to the registry, and when it last answered.

import { parse } from "./json.js";
import { redraw } from "./redraw.js";
import { readRefused, session } from "./session.js";

const PATIENCE_MS = 30_000;
const SILENCE_MS = 6_000;

/** What the registry said when it did not do what it was asked; the status is 0 when it did not answer at all. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? (status ? `The registry answered ${status}` : "The registry does not answer"));
    this.status = status;
    this.title = body?.title;
    this.errors = body?.errors ?? [];
    this.lastState = body?.last_state ?? null;
  }
}

/** Times in milliseconds; last is null before the first answer. */
export const contact = { last: null, watchedSince: Date.now() };

/** Seconds since the registry last answered, or null while that is no matter: it is asked every three seconds. */
export function silence() {
  const now = Date.now();
  // a page in the background asks less often, and must not cry when it is looked at again
  return now - Math.max(contact.last ?? 0, contact.watchedSince) < SILENCE_MS
    ? null
    : Math.round((now - (contact.last ?? contact.watchedSince)) / 1000);
}

export const encoded = encodeURIComponent;

export function headers(accept) {
  // the browser must not ask for a password by itself
  const all = { Accept: accept, "X-Requested-With": "XMLHttpRequest" };
  return session.authorization ? { ...all, Authorization: session.authorization } : all;
}

/** The answer, of any status. */
export async function send(path, { method = "GET", body, signal, accept = "application/json", key, as } = {}) {
  const all = headers(accept);
  if (as) all.Authorization = as;
  if (body !== undefined) all["Content-Type"] = "application/json";
  if (key) all["Idempotency-Key"] = key;
  const ends = [AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])];
  try {
    const answer = await fetch(path, {
      method, headers: all, body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store", credentials: "omit", signal: AbortSignal.any(ends),
    });
    heard();
    return answer;
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new Problem(0);
  }
}

async function checked(answer, isRead) {
  if (answer.ok) return answer;
  if (answer.status === 401 && isRead) readRefused();
  throw new Problem(answer.status, await answer.json().catch(() => null));
}

/** Reads JSON. */
export async function read(path, signal) {
  return parse(await (await checked(await send(path, { signal }), true)).text());
}

/** Reads text, which only needs a sign-in where all reads do. */
export async function readText(path, signal) {
  return (await checked(await send(path, { signal, accept: "text/plain" }), false)).text();
}

/** Reads what is for operators alone, so that a refusal says nothing of other reads. */
export async function readAsOperator(path, signal) {
  return parse(await (await checked(await send(path, { signal }), false)).text());
}

/** Asks for a change; the same key twice is the same change. */
export async function change(method, path, body, key) {
  const answer = await checked(await send(path, { method, body, key }), false);
  return answer.status === 204 ? null : answer.json();
}

/** Not crypto.randomUUID: that is missing on a page that came by plain HTTP. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function heard() {
  const wasSilent = silence() !== null;
  contact.last = Date.now();
  if (wasSilent) redraw();
}
