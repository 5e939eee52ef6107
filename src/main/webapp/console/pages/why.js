// Why is my node not there? One search box; the answer names the cause, and leads to where there is more.

import { html, nothing } from "../lib.js";
import { encoded, read } from "../api.js";
import { number, words } from "../format.js";
import { detail, empty, fieldView, nodeLink, none, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";
import { redraw } from "../redraw.js";
import { askSignIn } from "../sign-in.js";

const EVERY_MS = 10_000;
const MOST_GONE = 50;
const GONE = `api/v1/registrations?status=expired,departed&sort=-updated_at&limit=${MOST_GONE}`
  + "&fields=node_id,node_type,region,status,status_reason,updated_at";

const MOODS = {
  discoverable: "good", elsewhere: "plain", never_heard_of: "plain", intake_behind: "fair", pending: "fair",
  draining: "fair", different_in_consul: "fair", consul_unknown: "fair", departed: "fair", forgotten: "fair",
};

const gone = new Poll((signal) => read(GONE, signal), EVERY_MS);
let explanation = null;

export const whyPage = {
  title: (id) => (id ? `Why ${id} is there or not` : "Why is my node not there?"),
  heading: (id) => (id ? html`Why is <span class="node">${id}</span> there or not?` : "Why is my node not there?"),
  enter(id) {
    if (id) {
      const path = `api/v1/registrations/-/explanation?node_id=${encoded(id)}`;
      // each answer may take the registry seconds of reading dead letters
      explanation = new Poll((signal) => read(path, signal), EVERY_MS, { once: true }).start();
    } else {
      gone.start();
    }
    whyPage.id = id;
  },
  leave() {
    gone.stop();
    explanation?.stop();
    explanation = null;
  },
  view: () => html`
    <form class="filters" role="search" aria-label="One node" @submit=${seek}>
      <label class="search">Node id
        <input type="search" name="node" maxlength="1000" required autocomplete="off" .value=${whyPage.id ?? ""}></label>
      <button type="submit" class="primary">Why?</button>
    </form>
    ${explanation ? polled(explanation, "explanation", explanationView)
      : panel("gone", "Nodes that have gone", polled(gone, "nodes", goneView), { note: "the latest first" })}`,
};

function seek(event) {
  event.preventDefault();
  const id = new FormData(event.target).get("node");
  if (id) location.hash = `#/why/${encoded(id)}`;
}

/** The button keeps the keyboard's focus while the answer is on its way. */
const again = () => html`
  <span role="status">${explanation.asking ? "Asking …" : nothing}</span>
  <button type="button" class="quiet" @click=${askAgain}>Ask again<span class="visually-hidden">
    why ${whyPage.id} is there or not</span></button>`;

function askAgain() {
  if (explanation.asking) return;
  explanation.refresh();
  redraw();
}

function explanationView(found) {
  return html`
    ${panel("explanation", found.summary, html`<ul class="changes">${found.findings.map((each) => html`
      <li>${state(each.cause, MOODS[each.cause] ?? "bad")} ${each.message} ${each.since ? time(each.since) : nothing}
        ${detail(each.reason && words(each.reason))} ${detail(each.by && `by ${each.by}`)}
        <a href=${`#${each.page}`}>See more<span class="visually-hidden"> of ${words(each.cause)}</span></a></li>`)}
      </ul>`, { actions: again(), note: html`as of ${time(new Date(explanation.at).toISOString())}` })}
    ${panel("letters", "Dead letters", lettersView(found))}`;
}

function lettersView({ node_id: id, dead_letters: { searched, reason, letters } }) {
  const all = html`<a href=${`#/dead-letters?status=&node_id=${encoded(id)}`}>search all</a>`;
  if (searched === "none") {
    return html`<p class="none">Not looked through: ${reason}.
      <button type="button" class="quiet" @click=${() => askSignIn("To see dead letters, sign in as an operator.")}>
        Sign in …</button></p>`;
  }
  return html`
    ${letters.length === 0 ? html`<p class="none">None is about it${searched === "some" ? " so far" : ""}.</p>`
      : table("Dead letters of the node", ["Letter", "Reason", "What is wrong", "State", "Dead-lettered"],
        letters.map(letterView))}
    ${searched === "some" ? html`<p class="note">Not all dead letters were looked through; ${all}.</p>` : nothing}`;
}

const letterView = (letter) => html`
  <tr><th scope="row" class="wrap"><a href=${`#/dead-letters/${encoded(letter.id)}`}>${letter.id}</a></th>
    <td>${state(letter.reason)}</td>
    <td class="wrap"><ul>${letter.fields.map(fieldView)}</ul></td>
    <td>${state(letter.status)}</td>
    <td>${time(letter.dead_lettered_at)}</td></tr>`;

function goneView({ registrations: nodes, next_cursor: more }) {
  if (nodes.length === 0) {
    return empty("None", "No node has left or expired in the time for which the registry keeps that.");
  }
  return html`
    ${table("Nodes that have gone", ["Node", "Type", "Region", "State", "Why", "Gone", ""], nodes.map((node) => html`
      <tr><th scope="row">${nodeLink(node.node_id)}</th>
        <td>${node.node_type}</td>
        <td class="wrap">${node.region ?? none()}</td>
        <td>${state(node.status, MOODS[node.status] ?? "bad")}</td>
        <td class="wrap">${node.status_reason ? words(node.status_reason) : none()}</td>
        <td>${time(node.updated_at)}</td>
        <td><a href=${`#/why/${encoded(node.node_id)}`}>Why?<span class="visually-hidden">
          ${node.node_id}</span></a></td></tr>`))}
    ${more ? html`<p class="note">The latest ${number(nodes.length)} are shown; the API lists all.</p>` : nothing}`;
}
