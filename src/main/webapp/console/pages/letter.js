// One dead letter with its whole payload.

import { refusalFor } from "../access.js";
import { actionButton } from "../actions.js";
import { html, nothing } from "../lib.js";
import { encoded, readAsOperator } from "../api.js";
import { number } from "../format.js";
import { parse, stringify } from "../json.js";
import { PATH, replay } from "../letters.js";
import { linksTo } from "../links.js";
import { empty, facts, fieldView, nodeLink, panel, polled, signedOut, state, time } from "../parts.js";
import { Poll } from "../poll.js";
import { signedIn } from "../session.js";

const WHY = "A dead letter is shown to operators only, because its payload may be confidential.";

let id = null;
let letter = null;

export const letterPage = {
  title: (name) => `Dead letter ${name}`,
  enter(name) {
    id = name;
    letter = new Poll((signal) => readAsOperator(`${PATH}/${encoded(id)}`, signal), 10_000);
  },
  leave: () => letter.stop(),
  view() {
    if (!signedIn() || letter.error?.status === 401) return signedOut(WHY);
    const refusal = refusalFor("operator");
    if (refusal) return empty("Your roles do not allow this", `${refusal} ${WHY}`);
    letter.start();
    if (letter.error?.status === 404) {
      return empty("There is no such letter", html`<a href="#/dead-letters">All dead letters</a>`);
    }
    return polled(letter, "dead letter", letterView);
  },
};

function letterView(it) {
  const again = () => replay({ ids: [it.id] }, "this dead letter", () => letter.refresh());
  return html`
    ${panel("about", "About it", facts([
      ["State", html`${state(it.status)} ${replayed(it.replay)}`],
      ["Reason", state(it.reason)],
      ["Node", it.node_id ? nodeLink(it.node_id) : null],
      ["Key", it.key],
      ["From", it.origin?.topic ? html`${origin(it)} ${linksTo(["kafka"], { topic: it.origin.topic })}` : origin(it)],
      ["Written", it.origin?.timestamp ? time(it.origin.timestamp) : null],
      ["Dead-lettered", time(it.dead_lettered_at)],
      ["Correlation id", it.correlation_id],
    ]), { actions: actionButton("Replay …", again, { look: "primary" }) })}
    ${panel("wrong", "What is wrong", it.fields?.length
      ? html`<ul class="plain">${it.fields.map(fieldView)}</ul>`
      : html`<p class="none">Its headers name no field.</p>`)}
    ${panel("payload", "Payload", html`<pre tabindex="0" role="region" aria-label="Payload">${payload(it)}</pre>`,
      { note: `${number(it.payload_size)} bytes${it.payload_base64 ? ", not UTF-8; in base64" : ""}` })}`;
}

const origin = ({ origin: from }) =>
  [from?.topic, from?.partition, from?.offset].filter((part) => part != null).join(" : ");

const replayed = (replay) => (replay ? html`${time(replay.at)} by ${replay.by} ${replay.detail ?? nothing}` : nothing);

/** As it came where it is no JSON. */
function payload(it) {
  try {
    return stringify(parse(it.payload), 2);
  } catch {
    return it.payload ?? it.payload_base64 ?? it.payload_excerpt;
  }
}
