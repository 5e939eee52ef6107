// Copying a text, also on a page that came by plain HTTP, where browsers have no clipboard for scripts.

import { say } from "./dialog.js";
import { html, nothing } from "./lib.js";

async function copied(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // not allowed; the older way may be
    }
  }
  const area = document.createElement("textarea");
  area.className = "visually-hidden";
  area.value = text;
  const focused = document.activeElement;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
    focused?.focus({ preventScroll: true });
  }
}

async function copy(text, what) {
  say(await copied(text) ? `Copied: ${what}.` : "The browser does not let this page copy.");
}

const SIGN = html`<svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" aria-hidden="true">
  <rect x="5.5" y="5.5" width="8" height="8" rx="1.5"></rect><path d="M3.5 10.5h-1v-8h8v1"></path></svg>`;

/** @param what is copied, in words; @param label stands on the button, which is a sign alone where there is none */
export function copyButton(text, what, label) {
  return html`<button type="button" class=${label ? "" : "copy"} aria-label=${label ? nothing : `Copy ${what}`}
    title=${label ? nothing : `Copy ${what}`} @click=${() => copy(text, what)}>${label ?? SIGN}</button>`;
}
