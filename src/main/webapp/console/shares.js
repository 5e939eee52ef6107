// Which nodes callers were given of late, for the chart of it.

/** Nobody can distinguish more lines than that. */
const COLORS = ["accent", "second", "good", "fair", "bad"];

/**
 * The lines of the chart and its points, in percent of the hand-outs of each minute.
 *
 * @param answer of api/v1/route/shares
 */
export function lines({ minutes, nodes, others }) {
  const totals = minutes.map((minute, at) =>
    others[at] + nodes.reduce((sum, { handed_out: handedOut }) => sum + handedOut[at], 0));
  const percent = (handedOut) => handedOut.map((calls, at) => (totals[at] === 0 ? null : (100 * calls) / totals[at]));
  const drawn = nodes.slice(0, COLORS.length).map(({ node_id: id, handed_out: handedOut }) =>
    ({ id, points: percent(handedOut) }));
  return {
    samples: minutes.map((minute, at) => ({
      time: Date.parse(minute) / 1000, values: drawn.map(({ points }) => points[at]),
    })),
    series: drawn.map(({ id }, at) => ({ label: id, value: (sample) => sample.values[at], color: COLORS[at] })),
  };
}
