// Small charts, with their values under the pointer, by the arrow keys and as a table.

import { rate } from "./format.js";
import { Plot, html, nothing, ref } from "./lib.js";
import { table } from "./parts.js";
import { redraw } from "./redraw.js";

const HEIGHT = 130;
const LEAST_SECONDS = 60;
const places = new Map();

/**
 * @param samples {time} each, in seconds, the latest last
 * @param series {label, value, color} each: value reads a sample, color names a token of the stylesheet
 * @param title what the chart is of
 * @param unit of all its values
 * @param tabulated whether the values are to be had as a table too
 */
export function chart(id, samples, series, { title, unit, tabulated = true }) {
  // the canvas draws a gap for null alone
  const data = [samples.map((sample) => sample.time),
    ...series.map(({ value }) => samples.map((sample) => value(sample) ?? null))];
  const place = places.get(id) ?? opened(id);
  // lines cannot come and go on a canvas that is there
  const renamed = place.series?.map(({ label }) => label).join("\n") !== series.map(({ label }) => label).join("\n");
  if (place.plot && renamed) {
    place.plot.destroy();
    Object.assign(place, { plot: null, drawn: null });
  }
  Object.assign(place, { series, data, unit });
  // the values under the pointer, else the newest
  const pointed = place.at !== null && place.at < samples.length ? samples[place.at] : null;
  const shown = pointed ?? samples.at(-1);
  return html`
    <figure class="chart">
      <figcaption>${title} <span class="unit">${unit}</span></figcaption>
      <ul class="legend" aria-hidden="true">
        ${series.map(({ label, color, value }) => html`
          <li class="key ${color}">${label} <b>${rate(shown ? value(shown) : null)}</b></li>`)}
        <li class="at">${pointed ? `at ${clock(pointed.time, true)}` : " "}</li>
      </ul>
      <div class="plot" role="slider" tabindex="0" aria-label=${`${title}, ${unit}; the arrow keys go through the samples`}
        aria-valuemin="0" aria-valuemax=${Math.max(0, samples.length - 1)}
        aria-valuenow=${pointed ? place.at : Math.max(0, samples.length - 1)}
        aria-valuetext=${shown ? spoken(shown, series, unit) : "no sample yet"}
        @keydown=${(event) => step(place, event)} @blur=${() => point(place, null)} ${ref(place.hold)}></div>
      ${tabulated ? valuesView(place, title, unit, samples, series) : nothing}
    </figure>`;
}

const spoken = (sample, series, unit) => `${clock(sample.time, true)}: ${
  series.map(({ label, value }) => `${label} ${rate(value(sample))}`).join(", ")}; ${unit}`;

/** Made only while it is open: there are hundreds of rows. */
function valuesView(place, title, unit, samples, series) {
  return html`
    <details .open=${place.open} @toggle=${(event) => {
      if (place.open === event.target.open) return;
      place.open = event.target.open;
      redraw();
    }}>
      <summary>Values<span class="visually-hidden"> of ${title}</span></summary>
      ${place.open ? table(`${title}, ${unit}`, ["Time", ...series.map(({ label }) => `${label}, ${unit}`)],
        samples.toReversed().map((sample) => html`
          <tr><th scope="row">${clock(sample.time, true)}</th>
            ${series.map(({ value }) => html`<td>${rate(value(sample))}</td>`)}</tr>`)) : nothing}
    </details>`;
}

/** Where a key leads from one of a number of samples; undefined for a key that leads nowhere. */
function stepped(key, at, count) {
  const last = count - 1;
  const from = at ?? last;
  const to = { ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1, PageUp: from + 10,
    PageDown: from - 10, Home: 0, End: last }[key];
  return to === undefined || count === 0 ? undefined : Math.min(Math.max(0, to), last);
}

function step(place, event) {
  const to = stepped(event.key, place.at, place.data[0].length);
  if (to === undefined) return;
  event.preventDefault();
  point(place, to);
}

/** Moves the line of the cursor too. */
function point(place, at) {
  if (place.plot) {
    const left = at === null ? -10 : place.plot.valToPos(place.data[0][at], "x");
    place.plot.setCursor({ left, top: at === null ? -10 : 0 }, false);
  }
  pointedAt(place, at);
}

/** A place for a chart; its element comes and goes with the page. */
function opened(id) {
  const place = { plot: null, element: null, drawn: null, at: null, open: false };
  const size = new ResizeObserver(() => {
    const width = place.element?.clientWidth;
    if (place.plot && width && place.plot.width !== width) place.plot.setSize({ width, height: HEIGHT });
  });
  // the same function at each drawing, or the element would be taken for another one
  place.hold = (element) => {
    size.disconnect();
    place.plot?.destroy();
    Object.assign(place, { plot: null, drawn: null, element: element ?? null, at: null });
    if (element) size.observe(element);
  };
  places.set(id, place);
  return place;
}

function begin(place) {
  place.plot = plotted(place);
}

/** To be called when the page is drawn: what is not in the document yet has neither a width nor colours. */
export function plotDrawn() {
  for (const place of places.values()) {
    // of the last minute there may be more later
    const last = place.data.map((values) => values.at(-1)).join();
    if (place.element === null || place.drawn === last) continue;
    if (place.plot === null) begin(place);
    else place.plot.setData(place.data);
    place.drawn = last;
  }
}

function pointedAt(place, at) {
  if (place.at === at) return;
  place.at = at;
  redraw();
}

/** Of one sample or none too, where the axis would begin in 1970. */
function times(plot, first, last) {
  const end = last ?? Date.now() / 1000;
  return [first !== null && first !== undefined && first < end ? first : end - LEAST_SECONDS, end];
}

function plotted(place) {
  const { element, series, data, unit } = place;
  const token = (name) => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const font = `11px ${token("font") || "sans-serif"}`;
  const axis = { stroke: resolved(element, "faint"), grid: { stroke: resolved(element, "line"), width: 1 },
    ticks: { show: false }, font };
  return new Plot({
    width: element.clientWidth || 300,
    height: HEIGHT,
    cursor: { x: true, y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: { setCursor: [(plot) => pointedAt(place, plot.cursor.idx ?? null)] },
    legend: { show: false },
    scales: { x: { range: times }, y: { range: (plot, least, most) => [0, (most || 1) * 1.15] } },
    axes: [
      { ...axis, size: 22, space: 70, values: clocks },
      { ...axis, size: 44, space: 28, values: (plot, ticks) => ticks.map(short), label: unit, labelFont: font,
        labelSize: 16 },
    ],
    series: [{}, ...series.map(({ label, color }, at) => ({
      label, stroke: resolved(element, color), width: 1.75, dash: at > 0 ? [6, 4] : undefined,
      points: { show: (plot, which) => lonely(plot.data[which]) },
    }))],
  }, data, element);
}

/** Whether there is a point that no line leads to. */
const lonely = (values) => values.some((value, at) => Number.isFinite(value)
  && !Number.isFinite(values[at - 1]) && !Number.isFinite(values[at + 1]));

/** A canvas knows no light-dark(): the colour as the theme of now has it. */
function resolved(element, name) {
  const probe = document.createElement("i");
  probe.className = `swatch ${name}`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const clocks = (plot, ticks, axis, space, increment) => ticks.map((tick) => clock(tick, increment < 60));

function clock(time, withSeconds) {
  const parts = { hour: "2-digit", minute: "2-digit", ...(withSeconds ? { second: "2-digit" } : {}) };
  return new Date(time * 1000).toLocaleTimeString("en-GB", parts);
}

const short = (value) => (value >= 1000 ? `${value / 1000}k` : String(value));

addEventListener("theme", () => {
  for (const place of places.values()) {
    if (place.plot === null) continue;
    place.plot.destroy();
    begin(place);
  }
});
