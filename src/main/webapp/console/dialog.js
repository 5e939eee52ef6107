// The one dialog that may be open, and the notice of what came of it. The browser's own <dialog> keeps the focus
// inside, closes by Escape and gives the focus back.

import { html, keyed, nothing } from "./lib.js";
import { redraw } from "./redraw.js";

let open = null;
let notice = null;

/** @param view is drawn inside; @param onClose is called however it closes */
export function show(title, view, onClose = () => {}) {
  open = { title, view, onClose };
  redraw();
}

export function dismiss() {
  document.querySelector("dialog[open]")?.close();
}

/**
 * Says what will happen, and does it only then.
 *
 * @param what says what will happen
 * @param danger whether it takes something away, and so must look it
 * @param foresee promises {view, warning}: what a dry run says, as something to draw, and what stands on the button
 *     instead where it speaks against it, or null; left out where there is no dry run
 * @param run is given what was filled in, does it, and promises the notice to leave, or a function that asks what is next
 * @param refusal what stands on the button that does not do it
 */
export function confirm({ title, what, action, danger = false, foresee, run, refusal = "Cancel" }) {
  const ask = { busy: false, error: null, forecast: null, warning: null };
  if (foresee) {
    ask.forecast = html`<p class="waiting">Asking what would happen …</p>`;
    foresee()
      .then(({ view, warning }) => Object.assign(ask, { forecast: view, warning }))
      .catch((failure) => {
        ask.forecast = html`<p class="old">What would happen is not known: ${failure.message}</p>`;
      })
      .finally(redraw);
  }
  const act = async (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    Object.assign(ask, { busy: true, error: null });
    redraw();
    try {
      const said = await run(given);
      if (typeof said === "function") return said();
      dismiss();
      say(said);
    } catch (failure) {
      Object.assign(ask, { busy: false, error: failure });
      redraw();
    }
  };
  show(title, () => html`
    <form @submit=${act}>
      <div class="what">${what}</div>
      ${ask.forecast ? html`<div class="forecast" role="status">${ask.forecast}</div>` : nothing}
      ${ask.error ? html`<p class="wrong" role="alert">${failureText(ask.error)}</p>` : nothing}
      <menu>
        <button type="button" @click=${dismiss} autofocus>${refusal}</button>
        <button type="submit" class=${danger || ask.warning ? "danger" : "primary"} ?disabled=${ask.busy}>
          ${ask.busy ? "Working …" : ask.warning ?? action}
        </button>
      </menu>
    </form>`);
}

export function failureText(failure) {
  if (failure.status === 401) return "You are no longer signed in. Cancel, sign in again and repeat it.";
  if (failure.status === 403) return "You are signed in, but your roles do not allow this.";
  return failure.message;
}

/** Leaves a notice that stays until it is put away or replaced. */
export function say(text) {
  notice = text ? { text } : null;
  redraw();
}

export function noticeView() {
  return html`<div class="notices" role="status">${notice === null ? nothing : html`
    <p class="notice">${notice.text}<button type="button" class="quiet" @click=${() => say(null)}>Dismiss</button></p>`}
  </div>`;
}

export function dialogView() {
  if (open === null) return nothing;
  const current = open;
  // an element for each, so that the end of one is not taken for that of the next
  return keyed(current, html`
    <dialog aria-labelledby="dialog-title" @close=${() => closed(current)}>
      <h2 id="dialog-title">${current.title}</h2>
      ${current.view()}
    </dialog>`);
}

/** To be called when the page is drawn: what is not in the document yet cannot be opened. */
export function openDrawn() {
  const dialog = document.querySelector("dialog");
  if (dialog && !dialog.open) dialog.showModal();
}

function closed(which) {
  if (open === which) open = null;
  which.onClose();
  redraw();
}
