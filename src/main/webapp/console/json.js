// JSON with every digit. JavaScript's own numbers have some sixteen: it would show another epoch, amount or id than the
// node has announced. Not by a library: none of those that come as WebJars is a module that the browser can load.

// Not to be guessed: what a node announces must not be taken for a number of ours.
const MARK = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join("");

/** A text with what is escaped in it, or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** A number that JavaScript cannot hold, or would spell in another way. Computing with it rounds. */
export class ExactNumber {
  constructor(text) {
    this.text = text;
  }

  /** The digits for every text, joined ones too; a number only where one is computed with. */
  [Symbol.toPrimitive](hint) {
    return hint === "number" ? Number(this.text) : this.text;
  }

  toJSON() {
    return MARK + this.text;
  }
}

/** Whether it is one value rather than a list or an object. */
export const isSingle = (value) => value === null || typeof value !== "object" || value instanceof ExactNumber;

/** The names in an object; none in what is no object, as another program may have written it. */
export const namesIn = (value) =>
  (value === undefined || isSingle(value) || Array.isArray(value) ? [] : Object.keys(value));

export function parse(text) {
  let exact = 0;
  const marked = text.replace(TOKEN, (token) => {
    if (token[0] === '"' || String(Number(token)) === token) return token;
    exact++;
    return `"${MARK}${token}"`;
  });
  return exact === 0 ? JSON.parse(text) : JSON.parse(marked, (name, value) =>
    typeof value === "string" && value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value);
}

export const stringify = (value, indent) =>
  JSON.stringify(value, null, indent).replaceAll(new RegExp(`"${MARK}([^"]*)"`, "g"), "$1");
