// What the console's modules ask of a browser when they are loaded; each test imports it before them.

import { webcrypto } from "node:crypto";

function storage() {
  const stored = new Map();
  return {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  };
}

const events = new EventTarget();

// Node 18 has it by another name
globalThis.crypto ??= webcrypto;
globalThis.document = Object.assign(new EventTarget(), { hidden: false });
globalThis.sessionStorage = storage();
globalThis.localStorage = storage();
globalThis.addEventListener = events.addEventListener.bind(events);
globalThis.dispatchEvent = events.dispatchEvent.bind(events);
// nothing is drawn here
globalThis.requestAnimationFrame = () => {};

/** Answers every request with that, and keeps what was asked; {status, body, type}. */
export function answering(answer) {
  const asked = [];
  globalThis.fetch = async (path, options) => {
    asked.push({ path, ...options });
    if (answer instanceof Error) throw answer;
    const { status = 200, body = "", type = "application/json" } = answer;
    return new Response(status === 204 ? null : body, { status, headers: { "Content-Type": type } });
  };
  return asked;
}
