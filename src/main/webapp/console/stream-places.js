// Which of a browser's windows have a stream. Over HTTP/1.1 a browser has six connections to a server for all its
// windows together, and each stream keeps one: the seventh window that is looked at would not even load.

import { newKey } from "./api.js";

/** Half of the connections are left for all that is short. */
const PLACES = 3;
/** Of a window that has crashed. */
const KEPT_MS = 10_000;
const RENEWED_MS = 3_000;
const KEY = "nodebridge.stream.";

const window_ = newKey();
let held = null;
let renewals = null;

/**
 * Takes a place for a stream, unless other windows have all of them. Two windows may take one place at the same moment;
 * then there is a stream more, for which there is room.
 */
export function takePlace() {
  if (held !== null) return true;
  try {
    for (let place = 0; place < PLACES; place++) {
      const [owner, until] = (localStorage.getItem(KEY + place) ?? "").split(" ");
      const left = Number(until) - Date.now();
      // a clock may have been set back meanwhile
      if (owner && owner !== window_ && left > 0 && left <= KEPT_MS) continue;
      held = place;
      renew();
      renewals = setInterval(renew, RENEWED_MS);
      return true;
    }
    return false;
  } catch {
    // a browser that lets this page keep nothing: each window is for itself
    return true;
  }
}

function renew() {
  localStorage.setItem(KEY + held, `${window_} ${Date.now() + KEPT_MS}`);
}

/** To be called when the stream has ended. */
export function leavePlace() {
  if (held === null) return;
  clearInterval(renewals);
  try {
    if (localStorage.getItem(KEY + held)?.startsWith(window_)) localStorage.removeItem(KEY + held);
  } catch {
    // it ends by its time
  }
  held = null;
}
