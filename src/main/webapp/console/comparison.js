// What PostgreSQL and Consul hold of one node, field by field.

import { html, nothing } from "./lib.js";
import { plain, sentence, words } from "./format.js";
import { isSingle } from "./json.js";
import { chips, none, state, table } from "./parts.js";

/** How the whole is described where the registry does not compare field by field. */
const HELD = {
  registered: "Consul has confirmed what PostgreSQL holds.",
  absent: "The node drains: it is in PostgreSQL and not in Consul any more.",
  pending: "A Consul write is pending for what PostgreSQL holds.",
  refused: "Consul refuses what PostgreSQL holds.",
};

const COLUMNS = ["Field", "PostgreSQL", "Consul", "Agree"];

export function comparisonView(node) {
  const compared = node.store_comparison;
  if (!compared) {
    const held = node.stores?.consul;
    return html`<p>${state(held)} ${HELD[held] ?? nothing} ${node.consul_error ?? nothing}</p>`;
  }
  const differing = new Set((compared.differences ?? []).map(({ field }) => field));
  const fields = [...new Set([...Object.keys(compared.postgres ?? {}), ...Object.keys(compared.consul ?? {}),
    ...differing])];
  const valueIn = (store, field) => {
    const difference = compared.differences?.find((each) => each.field === field);
    return compared[store]?.[field] ?? difference?.[store];
  };
  return html`
    <p>${summary(compared, differing.size)}</p>
    <div class="compared">${table("Both stores, field by field", COLUMNS, fields.map((field) => html`
      <tr class=${differing.has(field) ? "differs" : ""}>
        <th scope="row">${sentence(field)}</th>
        <td class="wrap" data-label="PostgreSQL">${cell(valueIn("postgres", field))}</td>
        <td class="wrap" data-label="Consul">${compared.consul ? cell(valueIn("consul", field)) : none("not known")}</td>
        <td>${agreement(compared, field, differing)}</td>
      </tr>`))}</div>`;
}

function summary({ agree, consul, consul_error: error }, differences) {
  if (agree === true) return html`${state("agrees")} Both stores hold the same.`;
  if (agree === false) {
    return consul
      ? html`${state("differs")} ${differences === 1 ? "One field differs" : `${differences} fields differ`}; the next
          comparison puts Consul right.`
      : html`${state("missing")} Consul does not have this node. ${error ?? nothing}`;
  }
  return html`${state("unknown", "fair")} Consul cannot be asked now${error ? html`: ${error}` : "."}`;
}

function agreement(compared, field, differing) {
  if (!compared.consul) return none();
  if (differing.has(field)) return state("differs");
  return field in compared.consul && field in compared.postgres ? state("agrees") : none();
}

function cell(value) {
  if (value === undefined || value === null) return none();
  if (Array.isArray(value)) return chips(value);
  if (!isSingle(value)) {
    return html`<dl class="tree">${Object.entries(value).map(([name, each]) => html`
      <div><dt>${words(name)}</dt><dd><code>${plain(each)}</code></dd></div>`)}</dl>`;
  }
  return html`<code>${plain(value)}</code>`;
}
