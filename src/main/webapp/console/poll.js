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
  #timer = null;
  #running = null;

  /**
   * @param load is given an AbortSignal and promises the data
   * @param pause milliseconds between an answer and the next question
   */
  constructor(load, pause) {
    this.#load = load;
    this.#pause = pause;
    onSession(() => this.#started && this.refresh());
  }

  get loading() {
    return this.data === null && this.error === null;
  }

  get #started() {
    return this.#running !== null || this.#timer !== null;
  }

  start() {
    if (!this.#started) this.refresh();
    return this;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#timer = this.#running = null;
  }

  /** Asks at once; an answer that is on its way is of no interest any more. */
  async refresh() {
    this.stop();
    const running = this.#running = new AbortController();
    try {
      // a page that nobody looks at asks for nothing
      if (!document.hidden || this.at === null) {
        const data = await this.#load(running.signal);
        if (running.signal.aborted) return;
        Object.assign(this, { data, error: null, at: Date.now() });
      }
    } catch (failure) {
      if (running.signal.aborted) return;
      this.error = failure;
    }
    this.#running = null;
    this.#timer = setTimeout(() => this.refresh(), this.#pause);
    redraw();
  }

  forget() {
    this.stop();
    Object.assign(this, { data: null, error: null, at: null });
  }
}
