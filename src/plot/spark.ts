// The smallest graph of an item, for lists: its curve and band without axes, and below it its levels. Pure: Series -> SVG.

import type { Kind } from "../core/reading.ts";
import { shownRange } from "./axis.ts";
import { escapeText } from "./escape.ts";
import type { Stretch } from "./marked.ts";
import { runsOf } from "./points.ts";
import { SEVERITY } from "./scale.ts";
import type { Series } from "./series.ts";
import sparkCss from "./spark.css" with { type: "text" };
import { px } from "./svg.ts";

/** Sizes in CSS pixels: a line of text high at least. */
export const SPARK_WIDTH = { min: 60, max: 600 };
export const SPARK_HEIGHT = { min: 16, max: 200 };
/** What the levels have, below the curve. */
const STRIP_PX = 5;

/** Of a list of a hundred each brings it: as small as can be. */
export const SPARK_STYLE = sparkCss
  .replace(/\s+/g, " ")
  .replace(/ ?([{};:,]) ?/g, "$1")
  .trim();

export interface SparkOptions {
  width: number;
  height: number;
  unit: string;
  kind: Kind;
  title: string;
  stretches: readonly Stretch[];
}

/** A whole document. */
export function spark(series: Series, { unit, kind, title, stretches, ...size }: SparkOptions): string {
  const width = clamp(size.width, SPARK_WIDTH);
  const height = clamp(size.height, SPARK_HEIGHT);
  const runs = runsOf(series, width / 4);
  const points = runs.flat();
  const bottom = height - STRIP_PX - 1;
  let [low, high] = [Infinity, -Infinity];
  for (const point of points) [low, high] = [Math.min(low, point.min), Math.max(high, point.max)];
  if (points.length > 0) [low, high] = shownRange(low, high, { unit, kind });
  const span = Math.max(1, series.to_s - series.from_s);
  const x = (time_s: number) => px(((time_s - series.from_s) / span) * width);
  const y = (value: number) => px(bottom - ((value - low) / (high - low || 1)) * (bottom - 2));
  let out = "";
  for (const run of runs) {
    const line = run.map((p) => `${x(p.mid_s)} ${y(p.avg)}`);
    const upper = run.map((p) => `${x(p.mid_s)} ${y(p.max)}`);
    const lower = run.map((p) => `${x(p.mid_s)} ${y(p.min)}`).toReversed();
    if (run.length > 1) out += `<path class="p-band" d="M${upper.join("L")}L${lower.join("L")}Z"/>`;
    out += `<path class="p-line" d="M${line.join("L")}${run.length === 1 ? "h.01" : ""}"/>`;
  }
  for (const { from_s, to_s, look } of stretches) {
    const thick = 1 + SEVERITY[look];
    const wide = Math.max(1, Number(x(to_s)) - Number(x(from_s)));
    out += `<rect class="p-${look}" x="${x(from_s)}" y="${height - thick}" width="${px(wide)}" height="${thick}"/>`;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" class="spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}"><style>${SPARK_STYLE}</style>${out}</svg>`;
}

function clamp(size: number, { min, max }: { min: number; max: number }): number {
  return Number.isFinite(size) ? Math.round(Math.min(max, Math.max(min, size))) : min;
}
