// Cordons of many nodes at once: which they are is shown before anything is changed.

import { html, nothing } from "./lib.js";
import { change, newKey } from "./api.js";
import { bodyOf, resultText } from "./cordon-request.js";
import { confirm } from "./dialog.js";
import { count, number } from "./format.js";
import { signedInFirst } from "./sign-in.js";

const PATH = "api/v1/cordons";
const TYPES = ["effect", "compute", "reducer", "orchestrator"];
const MOST_NAMED = 10;

/** @param asked {node_type, region, capability}: what the form begins with, each may be missing */
export function changeMany(action, asked) {
  const cordons = action === "cordon";
  signedInFirst("To cordon nodes, sign in as an operator.", () => confirm({
    title: cordons ? "Cordon many nodes" : "End many cordons",
    what: formView(cordons, asked),
    action: "Preview",
    run: async (given) => {
      const body = bodyOf(action, given);
      const preview = await change("POST", PATH, { ...body, dry_run: true });
      return preview.matched === 0 ? "No node is like that: nothing was changed." : () => confirmed(body, preview);
    },
  }));
}

function formView(cordons, { node_type: type = "", region = "", capability = "" }) {
  return html`
    <p>${cordons ? "Which nodes is nobody to call any more?" : "Which cordoned nodes may be called again?"} All that is
      filled in must fit. What they are is shown before anything is changed.</p>
    <label>Type <select name="node_type"><option value="">any</option>${TYPES.map((each) => html`
      <option value=${each} ?selected=${each === type}>${each}</option>`)}</select></label>
    <label>Regions, with commas between <input name="regions" value=${region}></label>
    <label>Capability <input name="capability" value=${capability}></label>
    ${cordons ? html`
      <label>Reason <input name="reason" maxlength="500" required></label>
      <label>Ends by itself at <input type="datetime-local" name="until" step="1"></label>` : nothing}`;
}

function confirmed(body, { matched, node_ids: ids }) {
  const key = newKey();
  const cordons = body.action === "cordon";
  const nodes = count(matched, "node");
  const more = matched - Math.min(ids.length, MOST_NAMED);
  confirm({
    title: cordons ? `Cordon ${nodes}?` : `End ${count(matched, "cordon")}?`,
    what: html`
      <p>${cordons ? "Nobody is to call them any more: in Consul their checks are critical and say why. They stay registered."
        : "Callers find them again as soon as their health lets them."}</p>
      <ul>${ids.slice(0, MOST_NAMED).map((id) => html`<li><span class="node">${id}</span></li>`)}
        ${more > 0 ? html`<li>and ${number(more)} more</li>` : nothing}</ul>`,
    action: cordons ? `Cordon ${nodes}` : `Uncordon ${nodes}`,
    danger: cordons,
    run: async () => resultText(body.action, await change("POST", PATH, body, key)),
  });
}
