// Signing in: by user and password, or by a token where the registry knows an issuer.

import { html, nothing } from "./lib.js";
import { highestRole, me, refusalFor, who } from "./access.js";
import { basic, close, open, session, signedIn } from "./session.js";
import { dismiss, say, show } from "./dialog.js";
import { redraw } from "./redraw.js";

/**
 * @param then what to do once somebody has signed in
 * @param role that it takes; with passwords there is a user of that name
 */
export function askSignIn(why, then = () => {}, role = "operator") {
  const form = { way: "password", busy: false, wrong: null };
  const submit = async (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const name = form.way === "password" ? given.get("user") : "token";
    const authorization = form.way === "password"
      ? basic(name, given.get("password"))
      : `Bearer ${given.get("token").trim()}`;
    Object.assign(form, { busy: true, wrong: null });
    redraw();
    const { wrong, found } = await tried(authorization);
    Object.assign(form, { wrong, busy: false });
    redraw();
    if (wrong) return;
    dismiss();
    me.data = found;
    open(found.name ?? name, authorization, given.get("remember") !== null);
    say(`Signed in as ${session.user}.`);
    then();
  };
  show("Sign in", () => html`
    <form @submit=${submit}>
      <p class="what">${why}</p>
      <fieldset class="ways">
        <legend>With</legend>
        ${way(form, "password", "User and password")}${way(form, "token", "Token")}
      </fieldset>
      ${form.way === "password" ? html`
        <label>User <input name="user" autocomplete="username" value=${role} required></label>
        <label>Password
          <input name="password" type="password" autocomplete="current-password" required autofocus></label>` : html`
        <label>Token
          <textarea name="token" rows="4" autocomplete="off" spellcheck="false" required></textarea></label>`}
      <label class="check"><input name="remember" type="checkbox"> Stay signed in until this tab is closed</label>
      ${form.wrong ? html`<p class="wrong" role="alert">${form.wrong}</p>` : nothing}
      <menu>
        <button type="button" @click=${dismiss}>Cancel</button>
        <button type="submit" class="primary" ?disabled=${form.busy}>
          ${form.busy ? "Signing in …" : "Sign in"}</button>
      </menu>
    </form>`);
}

function way(form, name, label) {
  const choose = () => {
    form.way = name;
    redraw();
  };
  return html`<label class="check">
    <input type="radio" name="way" value=${name} ?checked=${form.way === name} @change=${choose}> ${label}</label>`;
}

/** {wrong, found}: why these credentials do not do, or whose they are. */
async function tried(authorization) {
  try {
    const { status, found } = await who(authorization);
    return { found, wrong: WRONG[status] ?? (status >= 500 ? `The registry answered ${status}.` : null) };
  } catch {
    return { wrong: "The registry does not answer." };
  }
}

const WRONG = { 401: "The registry does not know these credentials.", 429: "Too many tries; wait a little." };

/**
 * Does it for a user who is signed in, and asks others to sign in first.
 *
 * @param role that it takes: a user without it reads why, and nothing is tried
 */
export function signedInFirst(why, action, role = "operator") {
  const act = () => {
    const refusal = refusalFor(role);
    if (refusal) say(refusal);
    else action();
  };
  if (signedIn()) act();
  else askSignIn(why, act, role);
}

/** The role beside the name, unless that says it already. */
function userView() {
  const role = highestRole();
  return html`<span class="user" title=${role ? RIGHTS[role] : ""}>${session.user}${role && role !== session.user
    ? ` · ${role}` : nothing}${role === "reader" ? " · reads only" : nothing}</span>`;
}

const RIGHTS = {
  reader: "may read", operator: "may change nodes and replay dead letters", admin: "may do all that there is",
};

export function signInView() {
  return signedIn()
    ? html`${userView()}<button type="button" @click=${leave}>Sign out</button>`
    : html`<button type="button" @click=${() => askSignIn("Changes need an operator.")}>Sign in …</button>`;
}

function leave() {
  close();
  say("Signed out.");
}
