// Server-Sent Events read by fetch: the browser's own EventSource can send neither credentials nor Last-Event-ID.

import { Problem, headers, heard } from "./api.js";
import { readRefused } from "./session.js";

/** Longer than the server is silent: it sends a comment every 15 seconds. */
const SILENCE_MS = 40_000;

/**
 * Reads events until the server or the signal ends it.
 *
 * @param onEvent is given {id, type, data} with the data as text
 * @throws Problem when there is no such stream
 */
export async function readEvents(path, { lastEventId, signal, onEvent }) {
  const all = headers("text/event-stream");
  if (lastEventId) all["Last-Event-ID"] = lastEventId;
  const answer = await fetch(path, { headers: all, cache: "no-store", credentials: "omit", signal });
  heard();
  if (answer.status === 401) readRefused();
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    await answer.body?.cancel();
    throw new Problem(answer.ok ? 404 : answer.status, null);
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser(onEvent);
  for (;;) {
    const { value, done } = await within(reader, SILENCE_MS);
    if (done) return;
    heard();
    parser.add(value);
  }
}

async function within(reader, milliseconds) {
  let timer;
  const silent = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Problem(0)), milliseconds);
  });
  try {
    return await Promise.race([reader.read(), silent]);
  } catch (failure) {
    reader.cancel().catch(() => {});
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}

/** The event stream format, as far as the registry uses it. */
export class EventParser {
  #rest = "";
  #event = {};
  #onEvent;

  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  add(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    lines.forEach((line) => this.#line(line));
  }

  #line(line) {
    if (line === "") {
      if (this.#event.data !== undefined) this.#onEvent({ type: "message", ...this.#event });
      this.#event = {};
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event.type = value;
    if (field === "id") this.#event.id = value;
    if (field === "data") this.#event.data = this.#event.data === undefined ? value : `${this.#event.data}\n${value}`;
  }
}
