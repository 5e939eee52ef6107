// What two JSON values differ in.

import { isSingle } from "./json.js";

/** Every place where two JSON values differ, as {path, before, after}; what is in one of them alone lacks the other. */
export function differences(before, after, path = "") {
  if (Object.is(before, after) || JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ path, before, after }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => differences(own(before, name), own(after, name), path ? `${path}.${name}` : name));
}

/** Not what every object has, such as a constructor. */
const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

const isObject = (value) => !isSingle(value) && value !== undefined && !Array.isArray(value);
