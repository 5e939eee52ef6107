// What is listed, as a file. It is made in the browser, of what is there.

import { valuesOf } from "./node-fields.js";
import { stringify } from "./json.js";

/** For so many nodes the console is made. */
export const MOST_EXPORTED = 10_000;

const KEPT_MS = 60_000;

/** With the columns that are shown; many values of one column have spaces between. */
export function csvOf(columns, nodes) {
  const lines = [columns.map(({ name }) => name), ...nodes.slice(0, MOST_EXPORTED).map((node) =>
    columns.map((column) => valuesOf(column, node).join(" ")))];
  return lines.map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** All that is known of them, with every digit. */
export const jsonOf = (nodes) => `${stringify(nodes.slice(0, MOST_EXPORTED), 2)}\n`;

/** A node's words must not become a formula in a spreadsheet, which may begin a cell behind a semicolon, too. */
function cell(text) {
  const plain = text.replace(/(^|[;,\t\r\n])(?= *[=+\-@\t\r])/g, "$1'");
  return /[",;\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Gives the user the file. */
export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
