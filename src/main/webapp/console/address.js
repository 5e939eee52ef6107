// What the address says behind its #: which page, of what, and what it is asked.

/** {section, rest, asked}: "#/nodes/a%2Fb?q=x" is the section nodes, of a/b; rest is null where there is none. */
export function addressed(hash) {
  const [path, ...query] = hash.replace(/^#\/?/, "").split("?");
  const [section, rest] = path.split("/").map(decoded);
  return { section, rest: rest || null, asked: new URLSearchParams(query.join("?")) };
}

/** The section, or the first one where there is no such; names that every object has are no sections. */
export const sectionOf = (pages, section) => (Object.hasOwn(pages, section) ? section : Object.keys(pages)[0]);

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
