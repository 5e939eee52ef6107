// The replicas, and what can be asked of all nodes at once.

import { actionButton } from "../actions.js";
import { html, nothing } from "../lib.js";
import { change, newKey, read } from "../api.js";
import { confirm, dismiss, show } from "../dialog.js";
import { count, duration, number } from "../format.js";
import { linksTo } from "../links.js";
import { chips, facts, panel, polled, state, table, time } from "../parts.js";
import { Poll } from "../poll.js";
import { replays, replaysPanel } from "../replays.js";
import { signedInFirst } from "../sign-in.js";

const COLUMNS = ["Replica", "Host", "State", "Started", "Last seen", "Clock", "Partitions"];

const cluster = new Poll((signal) => read("api/v1/cluster", signal), 3_000);

export const clusterPage = {
  title: () => "Cluster",
  enter() {
    cluster.start();
    replays.start();
  },
  leave() {
    cluster.stop();
    replays.stop();
  },
  view: () => html`
    ${panel("replicas", "Replicas", polled(cluster, "cluster", clusterView))}
    ${panel("asking", "All nodes", html`<p>Nodes that are asked send a new introspection event. The registry asks
      automatically at each start, and when a node that is not registered sends a heartbeat.</p>`,
      { actions: actionButton("Request introspection …", introduce) })}
    ${replaysPanel()}`,
};

function clusterView(data) {
  return html`
    ${facts([
      ["Registry", data.registry_id],
      ["Leader", data.leader ? data.leader.replica_id : state("no leader now", "fair")],
      ["Leads since", data.leader ? time(data.leader.since) : null],
      ["Its lease ends", data.leader ? time(data.leader.lease_expires_at) : null],
      ["Fencing token", data.leader ? number(data.leader.token) : null],
      ["This answer is by", data.answered_by],
      ["Topics", topicsView(data.replicas)],
    ])}
    ${table("Replicas", COLUMNS, data.replicas.map((each) => html`
      <tr><th scope="row" class="wrap">${each.replica_id} ${each.leader ? state("leader", "good") : nothing}</th>
        <td class="wrap">${each.host}</td><td>${each.running ? state("running") : state("gone")}</td>
        <td>${time(each.started_at)}</td><td>${time(each.seen_at)}</td>
        <td>${skew(each.clock_skew_seconds)}</td>
        <td class="wrap"><details><summary>${count(each.partitions.length, "partition")}</summary>
          ${chips([...each.partitions].sort())}</details></td></tr>`))}`;
}

function topicsView(replicas) {
  const topics = new Set(replicas.flatMap(({ partitions }) => partitions.map((each) => each.replace(/-\d+$/, ""))));
  return topics.size === 0 ? null
    : [...topics].sort().map((topic) => html`<code>${topic}</code> ${linksTo(["kafka"], { topic })} `);
}

/** How far a replica's clock is from PostgreSQL's. */
function skew(seconds) {
  if (seconds === undefined) return "not known";
  if (Math.abs(seconds) < 0.5) return "right";
  return `${duration(Math.abs(seconds))} ${seconds < 0 ? "behind" : "ahead"}`;
}

function introduce() {
  const key = newKey();
  const timeout = 5_000;
  signedInFirst("To request introspection, sign in as an operator.", () => confirm({
    title: "Ask all nodes to introduce themselves?",
    what: html`<p>Every node that listens answers at once, so many events come within seconds. The registry waits
      ${duration(timeout / 1000)} and then says who has answered and who has not. No node is deregistered for not
      answering.</p>`,
    action: "Ask them",
    run: async () => {
      const answer = await change("POST", "api/v1/introspection-requests",
        { reason: "manual", timeout_ms: timeout }, key);
      const missing = answer.missing ?? [];
      if (missing.length) setTimeout(() => showMissing(answer, missing));
      return `${count(answer.responded?.length ?? 0, "node")} answered, ${number(missing.length)} did not.`;
    },
  }));
}

function showMissing(answer, missing) {
  show("Who has not answered", () => html`
    <p>${count(answer.responded.length, "node")} answered in time; these did not. They may be silent, or slow.</p>
    <p>${chips(missing.slice(0, 100).map((each) => each.node_id ?? each))}
      ${missing.length > 100 ? `and ${number(missing.length - 100)} more` : nothing}</p>
    <menu><button type="button" class="primary" autofocus @click=${dismiss}>Close</button></menu>`);
}
