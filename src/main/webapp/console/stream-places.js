// Which of a browser's windows have a stream. Over HTTP/1.1 a browser has six connections to a server for all its
// windows together, and each stream keeps one: the seventh window that is looked at would not even load.

import { newKey } from "./api.js";

/** Half of the connections are left for all that is short. */
const PLACES = 3;
/** Of a window that has crashed. */
const KEPT_MS = 10_000;
const RENEWED_MS = 3_000;
const KEY = "nodebridge.stream.";

const windowId = newKey();
let held = null;
let renewals = null;
let lost = () => {};

/**
 * Takes a place for a stream, unless other windows have all of them. Two windows may take one place at the same moment;
 * then there is a stream more until one of them renews, for which there is room.
 *
 * @param onLost called when another window has taken this one's place over
 */
export function takePlace(onLost) {
  lost = onLost;
  if (held !== null) return true;
  try {
    for (let place = 0; place < PLACES; place++) {
      if (isOthers(place)) continue;
      held = place;
      write();
      renewals = setInterval(renew, RENEWED_MS);
      return true;
    }
    return false;
  } catch {
    // a browser that lets this page keep nothing: each window is for itself
    return true;
  }
}

function isOthers(place) {
  const [owner, until] = (localStorage.getItem(KEY + place) ?? "").split(" ");
  const left = Number(until) - Date.now();
  // a clock may have been set back meanwhile
  return Boolean(owner) && owner !== windowId && left > 0 && left <= KEPT_MS;
}

function write() {
  localStorage.setItem(KEY + held, `${windowId} ${Date.now() + KEPT_MS}`);
}

function renew() {
  // a window that was asleep for longer than its place was kept finds it taken
  if (isOthers(held)) {
    clearInterval(renewals);
    held = null;
    lost();
  } else write();
}

/** To be called when the stream has ended. */
export function leavePlace() {
  if (held === null) return;
  clearInterval(renewals);
  try {
    if (localStorage.getItem(KEY + held)?.startsWith(windowId)) localStorage.removeItem(KEY + held);
  } catch {
    // it ends by its time
  }
  held = null;
}
