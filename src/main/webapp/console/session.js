// Who is signed in. Credentials stay in this page's memory, or in the tab's session when that is asked for; each
// request carries them itself, so no cookie stands for them.

import { redraw } from "./redraw.js";

const KEY = "nodebridge.session";

export const session = {
  user: null,
  authorization: null,
  /** whether reading needs a sign-in too; known once a read was refused */
  readsNeedSignIn: false,
};

export const signedIn = () => session.authorization !== null;

/** UTF-8, which Basic allows and btoa alone does not. */
export function basic(user, password) {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

export function open(user, authorization, remember) {
  Object.assign(session, { user, authorization, readsNeedSignIn: false });
  if (remember) sessionStorage.setItem(KEY, JSON.stringify({ user, authorization }));
  changed();
}

export function close() {
  Object.assign(session, { user: null, authorization: null });
  sessionStorage.removeItem(KEY);
  changed();
}

export function readRefused() {
  if (session.readsNeedSignIn) return;
  // what was accepted once is refused now: the password has changed, or the token has run out
  Object.assign(session, { user: null, authorization: null, readsNeedSignIn: true });
  sessionStorage.removeItem(KEY);
  changed();
}

export const onSession = (listener) => addEventListener("session", listener);

function changed() {
  dispatchEvent(new Event("session"));
  redraw();
}

try {
  Object.assign(session, JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
} catch {
  sessionStorage.removeItem(KEY);
}
