// What the address says behind its #: which page, of what, and what it is asked.

/** {section, rest, asked}: "#/nodes/a%2Fb?q=x" is the section nodes, of a/b; rest is null where there is none. */
export function addressed(hash) {
  const [path, ...query] = hash.replace(/^#\/?/, "").split("?");
  const [section, rest] = path.split("/").map(decoded);
  return { section, rest: rest || null, asked: new URLSearchParams(query.join("?")) };
}

/** The page of a section, or that of the section without a name; names that every object has are no sections. */
export const pageOf = (pages, section) => pages[Object.hasOwn(pages, section) ? section : ""];

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
