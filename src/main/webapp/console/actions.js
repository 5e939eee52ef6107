// Buttons for what needs a role.

import { refusalFor } from "./access.js";
import { say } from "./dialog.js";
import { html } from "./lib.js";

/**
 * A user without the role sees why it does nothing, and still reaches it by the keyboard to read that.
 *
 * @param role the least that it needs
 * @param look a class: danger for what takes something away, primary for what a page is for
 */
export function actionButton(label, run, { role = "operator", look = "", disabled = false } = {}) {
  const refusal = refusalFor(role);
  return refusal === null
    ? html`<button type="button" class=${look} ?disabled=${disabled} @click=${run}>${label}</button>`
    : html`<button type="button" class=${look} aria-disabled="true" title=${refusal} @click=${() => say(refusal)}>
        ${label}<span class="visually-hidden"> ${refusal}</span></button>`;
}
