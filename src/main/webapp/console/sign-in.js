// Signing in: by user and password, or by a token where the registry knows an issuer.

import { html, nothing } from "./lib.js";
import { send } from "./api.js";
import { basic, close, open, session, signedIn } from "./session.js";
import { dismiss, say, show } from "./dialog.js";
import { redraw } from "./redraw.js";

/** Answers 401 to who is not known, 403 to who may only read and 404 to operators, without asking any store. */
const PROBE = "api/v1/dead-letters/-";

/**
 * @param then what to do once somebody has signed in
 * @param user who it takes, as far as passwords know users
 */
export function askSignIn(why, then = () => {}, user = "operator") {
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
    form.wrong = await refusal(authorization);
    form.busy = false;
    redraw();
    if (form.wrong) return;
    dismiss();
    open(name, authorization, given.get("remember") !== null);
    say(`Signed in as ${name}.`);
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
        <label>User <input name="user" autocomplete="username" value=${user} required></label>
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

/** Why nobody can sign in so, or null. */
async function refusal(authorization) {
  try {
    const { status } = await send(PROBE, { as: authorization });
    if (status === 401) return "The registry does not know these credentials.";
    return status === 429 ? "Too many tries; wait a little." : null;
  } catch {
    return "The registry does not answer.";
  }
}

/** Does it for a user who is signed in, and asks others to sign in first. */
export function signedInFirst(why, action, user) {
  if (signedIn()) action();
  else askSignIn(why, action, user);
}

export function signInView() {
  return signedIn()
    ? html`<span class="user">${session.user}</span><button type="button" @click=${leave}>Sign out</button>`
    : html`<button type="button" @click=${() => askSignIn("Changes need an operator.")}>Sign in …</button>`;
}

function leave() {
  close();
  say("Signed out.");
}
