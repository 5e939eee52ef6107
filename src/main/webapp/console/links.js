// Links to other programs, by the templates that the registry is set with.

import { me } from "./access.js";
import { html } from "./lib.js";
import { filled } from "./link-template.js";

const NAMES = { grafana: "Grafana", consul: "Consul", kafka: "Kafka" };

/**
 * The links that are set and have all their values.
 *
 * @param to which of grafana, consul and kafka
 */
export function linksTo(to, values) {
  return to
    .map((name) => [name, me.data?.links?.[name]])
    .map(([name, template]) => [name, template ? filled(template, values) : null])
    .filter(([, url]) => url !== null)
    .map(([name, url]) => html`${external(url, NAMES[name])} `);
}

/**
 * A link to a section of the documentation; its path alone where the registry is not set with where that lies.
 *
 * @param path within the project, such as docs/operations.md#health
 */
export function docsLink(path, label) {
  const url = filled(`${me.data?.links?.docs ?? ""}${path}`, {});
  return url === null ? html`<code>${path}</code>` : external(url, label);
}

const external = (url, label) => html`<a href=${url} rel="noopener noreferrer" target="_blank">${label}
  <span aria-hidden="true">↗</span><span class="visually-hidden"> in a new tab</span></a>`;
