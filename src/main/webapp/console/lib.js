// The libraries the console is made with, unpacked from their WebJars by the build; the one place that knows where
// they lie.

import "./node-globals.js";
import { html as template } from "../webjars/lit-html/lit-html.js";
import { inert } from "./format.js";

/** As lit's, but texts of nodes cannot hide characters or turn the direction of what stands around them. */
export function html(strings, ...values) {
  return template(strings, ...values.map(inert));
}

export { nothing, render } from "../webjars/lit-html/lit-html.js";
export { keyed } from "../webjars/lit-html/directives/keyed.js";
export { ref } from "../webjars/lit-html/directives/ref.js";
export { repeat } from "../webjars/lit-html/directives/repeat.js";
export {
  Virtualizer, defaultRangeExtractor, elementScroll, observeElementOffset, observeElementRect,
} from "../webjars/tanstack__virtual-core/dist/esm/index.js";
export { default as Plot } from "../webjars/uplot/dist/uPlot.esm.js";
