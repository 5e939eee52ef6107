// Small pieces that all pages are made of.

import { html, nothing } from "./lib.js";
import { absolute, plain, relative, words } from "./format.js";
import { isSingle } from "./json.js";
import { askSignIn } from "./sign-in.js";

const MOODS = {
  healthy: "good", active: "good", passing: "good", registered: "good", closed: "good", done: "good", applied: "good",
  answered: "good", added: "good", running: "good", agrees: "good",
  degraded: "fair", suspect: "fair", draining: "fair", warning: "fair", pending: "fair", recovering: "fair",
  half_open: "fair", absent: "fair", open: "fair", held: "fair", different: "fair", missing: "fair", busy: "fair",
  requested: "fair", cancelling: "fair", extra: "fair", removed: "fair",
  unhealthy: "bad", critical: "bad", refused: "bad", expired: "bad", failed: "bad", interrupted: "bad",
  quarantined: "bad", truncated: "bad", gone: "bad", unreadable: "bad", unidentified: "bad", timeout: "bad", unreachable: "bad",
  status: "bad", differs: "bad", defect: "bad", not_quarantined: "bad",
};

export const moodOf = (word) => MOODS[word] ?? "plain";

/** A state as a word; shape and colour only repeat it. */
export function state(word, mood = moodOf(word)) {
  return word === null || word === undefined
    ? none()
    : html`<span class="state ${mood}">${words(word)}</span>`;
}

export function time(instant, never = "never") {
  return instant
    ? html`<time datetime=${instant} title=${absolute(instant)}>${relative(instant)}</time>`
    : none(never);
}

export const none = (text = "–") => html`<span class="none">${text}</span>`;

export const detail = (text) => (text ? html`<span class="detail">${text}</span>` : nothing);

export const chips = (values) =>
  html`<span class="chips">${values.map((value) => html`<code>${plain(value)}</code>`)}</span>`;

/** A table that may be wider than the page; who cannot use a pointer scrolls it by the keyboard. */
export function table(label, columns, rows) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${label}>
      <table>
        <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
        <tbody>${rows}</tbody>
      </table>
    </div>`;
}

/** A panel with a heading of its own. */
export function panel(id, title, body, { actions = nothing, note = nothing, wide = false } = {}) {
  return html`
    <section class="panel ${wide ? "wide" : ""}" aria-labelledby=${id}>
      <header>
        <h2 id=${id}>${title}</h2>${note === nothing ? nothing : html`<p class="note">${note}</p>`}
        ${actions === nothing ? nothing : html`<div class="actions">${actions}</div>`}
      </header>
      ${body}
    </section>`;
}

/** Names and values, those without a value left out. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return html`<dl class="facts">${known.map(pairView)}</dl>`;
}

const pairView = ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

export const loading = (what) => html`<p class="waiting" role="status">Loading ${what} …</p>`;

export const empty = (title, text = nothing) => html`<div class="empty"><strong>${title}</strong><p>${text}</p></div>`;

export function signedOut(why) {
  return html`
    <div class="empty">
      <strong>You are not signed in</strong>
      <p>${why}</p>
      <button type="button" class="primary" @click=${() => askSignIn(why)}>Sign in …</button>
    </div>`;
}

/** What went wrong, in the registry's own words where it has any. */
export function trouble(error, what) {
  const title = error.status === 0 ? "The registry does not answer"
    : error.status === 503 ? `The registry cannot read ${what} now`
    : error.title ?? `The ${what} could not be read`;
  return html`
    <div class="empty trouble" role="status">
      <strong>${title}</strong>
      <p>${error.status === 0 ? "It is asked again every few seconds." : error.message}</p>
      ${error.errors?.length ? html`<ul>${error.errors.map(fieldView)}</ul>` : nothing}
    </div>`;
}

export const fieldView = ({ field, message }) => html`<li><code>${field}</code> ${message}</li>`;

/** What a poll has, or why it has nothing yet; old data with a word on its age when the last question failed. */
export function polled(poll, what, view) {
  if (poll.data !== null) return poll.error ? html`${oldView(poll)}${view(poll.data)}` : view(poll.data);
  return poll.error ? trouble(poll.error, what) : loading(what);
}

export const oldView = ({ at, error }) =>
  html`<p class="old">As of ${time(new Date(at).toISOString())}; ${error.message}</p>`;

/** JSON as a list of names and values, nested ones indented. */
export function tree(value) {
  if (isSingle(value)) return html`<code>${plain(value)}</code>`;
  if (Array.isArray(value)) {
    return value.every(isSingle)
      ? chips(value)
      : html`<ol class="tree">${value.map((each) => html`<li>${tree(each)}</li>`)}</ol>`;
  }
  const members = Object.entries(value);
  return members.length === 0
    ? none("nothing more")
    : html`<dl class="tree">${members.map(([name, each]) => pairView([name, tree(each)]))}</dl>`;
}

/** @param region of a node of another region */
export const nodeAddress = (id, region) =>
  `#/nodes/${encodeURIComponent(id)}${region ? `?region=${encodeURIComponent(region)}` : ""}`;

export const nodeLink = (id, region) => html`<a class="node" href=${nodeAddress(id, region)}>${id}</a>`;

const LINKS = { connected: "good", behind: "fair", unreachable: "bad" };

export const linkState = (link) => state(link, LINKS[link]);

/** Which other region a node is of; its colour says how it stands with that. */
export const regionBadge = (region, link) => html`<a class="region" href=${`#/regions/${encodeURIComponent(region)}`}
  title=${`a node of the region ${region}${link ? `, which is ${link}` : ""}`}>${state(region, LINKS[link])}</a>`;
