// The last day of an item within a line of a page: its curve and its band; the number stands beside it. Pure.

import { formatValue } from "../core/units.ts";
import { shownRange } from "../plot/axis.ts";
import { runsOf } from "../plot/points.ts";
import type { Series } from "../plot/series.ts";
import { px } from "../plot/svg.ts";
import type { Row } from "./fleet.ts";
import { type Html, html } from "./html.ts";

const SIZE = { width: 96, height: 22 };

export function smallGraph(series: Series, { item, state }: Pick<Row, "item" | "state">): Html | null {
  const runs = runsOf(series, SIZE.width / 2);
  const points = runs.flat();
  if (points.length === 0) return null;
  const least = Math.min(...points.map(({ min }) => min));
  const most = Math.max(...points.map(({ max }) => max));
  const [low, high] = shownRange(least, most, state);
  const span_s = Math.max(1, series.to_s - series.from_s);
  const x = (time_s: number) => px(((time_s - series.from_s) / span_s) * SIZE.width);
  const y = (value: number) => px(SIZE.height - 1 - ((value - low) / (high - low || 1)) * (SIZE.height - 2));
  let [band, line] = ["", ""];
  for (const run of runs) {
    if (run.length > 1) {
      const upper = run.map((p) => `${x(p.mid_s)} ${y(p.max)}`);
      const lower = run.map((p) => `${x(p.mid_s)} ${y(p.min)}`).toReversed();
      band += `M${upper.join("L")}L${lower.join("L")}Z`;
    }
    line += `M${run.map((p) => `${x(p.mid_s)} ${y(p.avg)}`).join("L")}${run.length === 1 ? "h.01" : ""}`;
  }
  const words = `${item}, the last day: from ${formatValue(least, state.unit)} to ${formatValue(most, state.unit)}`;
  return html`<svg class="small-graph" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${words}"><path class="g-band" d="${band}"/><path class="g-line" d="${line}"/></svg>`;
}
