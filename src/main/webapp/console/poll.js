// Something read again and again while somebody looks at it.

import { redraw } from "./redraw.js";
import { onSession } from "./session.js";

export class Poll {
  data = null;
  error = null;
  /** when the data came */
  at = null;
  #load;
  #pause;
  #once;
  #started = false;
  #timer = null;
  #running = null;

  /**
   * @param load is given an AbortSignal and promises the data
   * @param pause milliseconds between an answer and the next question, or what tells them by the data
   * @param once whether to ask only until there is an answer, and again when somebody signs in or out
   */
  constructor(load, pause, { once = false } = {}) {
    this.#load = load;
    this.#pause = typeof pause === "function" ? pause : () => pause;
    this.#once = once;
    onSession(() => this.#started && this.refresh());
  }

  get loading() {
    return this.data === null && this.error === null;
  }

  get asking() {
    return this.#running !== null;
  }

  start() {
    if (!this.#started) this.refresh();
    return this;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#timer = this.#running = null;
    this.#started = false;
  }

  /** Asks at once; an answer that is on its way is of no interest any more. */
  async refresh() {
    this.stop();
    this.#started = true;
    const running = this.#running = new AbortController();
    let answered = false;
    try {
      // a page that nobody looks at asks for nothing
      if (!document.hidden || this.at === null) {
        const data = await this.#load(running.signal);
        if (running.signal.aborted) return;
        Object.assign(this, { data, error: null, at: Date.now() });
        answered = true;
      }
    } catch (failure) {
      if (running.signal.aborted) return;
      this.error = failure;
    }
    this.#running = null;
    if (!(this.#once && answered)) this.#timer = setTimeout(() => this.refresh(), this.#pause(this.data));
    redraw();
  }

  forget() {
    this.stop();
    Object.assign(this, { data: null, error: null, at: null });
  }
}
