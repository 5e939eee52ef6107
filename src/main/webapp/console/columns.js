// Which columns the list of nodes has; the choice is kept on this machine.

import { FIELDS } from "./node-fields.js";

const KEY = "nodebridge.columns";

export const COLUMNS = FIELDS.filter(({ column }) => column);

/** The columns that are shown; the node itself always is. */
export function shownColumns() {
  const chosen = stored();
  return COLUMNS.filter(({ name, column }) => name === "node_id" || (chosen ? chosen.includes(name) : column === "yes"));
}

export function showColumn(name, shown) {
  const names = shownColumns().map((column) => column.name).filter((each) => each !== name);
  localStorage.setItem(KEY, JSON.stringify(shown ? [...names, name] : names));
}

function stored() {
  try {
    const names = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(names) ? names : null;
  } catch {
    return null;
  }
}
