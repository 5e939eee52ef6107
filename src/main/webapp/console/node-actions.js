// What can be done with one node; each says beforehand what will happen.

import { actionButton } from "./actions.js";
import { change, newKey } from "./api.js";
import { confirm } from "./dialog.js";
import { html } from "./lib.js";
import { signedInFirst } from "./sign-in.js";

/**
 * @param of {id, path, refresh}: path takes what follows the node's own and a query, refresh reads the node again
 */
export const forgetButton = (of) => actionButton("Forget …", () => forget(of), { role: "admin", look: "danger" });

/** @param it the node as the API shows it */
export const cordonButton = (of, it) => (it.cordon
  ? actionButton("Uncordon …", () => uncordon(of)) : actionButton("Cordon …", () => cordon(of), { look: "danger" }));

export const deregisterButton = (of) => actionButton("Deregister …", () => deregister(of), { look: "danger" });

function forget({ id, path, refresh }) {
  const key = newKey();
  signedInFirst("To forget a node, sign in as an admin.", () => confirm({
    title: "Forget this node?",
    what: html`
      <p><strong class="node">${id}</strong> is removed from PostgreSQL and Consul with its tombstone and its owner;
        the history stays. Its next introspection event is that of a new node, regardless of its epoch before, and the first to
        sign for it becomes its owner.</p>`,
    action: "Forget",
    danger: true,
    run: async () => {
      const result = await change("DELETE", path("", "forget=true"), undefined, key);
      refresh();
      return result.status === "partial"
        ? `${id} is forgotten; the next comparison removes its entry in Consul.`
        : `${id} is forgotten.`;
    },
  }), "admin");
}

function cordon({ id, path, refresh }) {
  const key = newKey();
  signedInFirst("To cordon a node, sign in as an operator.", () => confirm({
    title: "Cordon this node?",
    what: html`
      <p>Nobody is to call <strong class="node">${id}</strong> any more: in Consul its check is critical and says
        why. It stays registered, and nothing that it announces ends the cordon.</p>
      <label>Reason <input name="reason" maxlength="500" required></label>
      <label>Ends by itself at <input type="datetime-local" name="until" step="1"></label>`,
    action: "Cordon",
    danger: true,
    run: async (given) => {
      const until = given.get("until");
      const result = await change("PUT", path("/cordon"), {
        reason: given.get("reason"), ...(until ? { until: new Date(until).toISOString() } : {}),
      }, key);
      refresh();
      return result.consul_pending
        ? `${id} is cordoned in PostgreSQL; Consul follows.`
        : `${id} is cordoned.`;
    },
  }));
}

function uncordon({ id, path, refresh }) {
  const key = newKey();
  signedInFirst("To end a cordon, sign in as an operator.", () => confirm({
    title: "End this cordon?",
    what: html`
      <p>Callers find <strong class="node">${id}</strong> again as soon as its health lets them.</p>`,
    action: "Uncordon",
    run: async () => {
      const result = await change("DELETE", path("/cordon"), undefined, key);
      refresh();
      return result.consul_pending
        ? `${id} is not cordoned any more; Consul follows.`
        : `${id} is not cordoned any more.`;
    },
  }));
}

function deregister({ id, path, refresh }) {
  const key = newKey();
  signedInFirst("To deregister a node, sign in as an operator.", () => confirm({
    title: "Deregister this node?",
    what: html`
      <p><strong class="node">${id}</strong> is taken out of PostgreSQL and Consul at once, and callers no
        longer find it. The node itself is not stopped.</p>
      <p>It comes back with its next introspection event. Its heartbeats alone do not bring it back, but the registry then
        asks it to introduce itself.</p>`,
    action: "Deregister",
    danger: true,
    run: async () => {
      const result = await change("DELETE", path(), undefined, key);
      refresh();
      return result.status === "partial"
        ? `${id} is deregistered in one store; the other follows.`
        : `${id} is deregistered.`;
    },
  }));
}
