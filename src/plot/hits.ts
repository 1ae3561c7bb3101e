// Places of a graph to point at, for who has no script: each row tells the values of all lines there. Pure.

import { formatValue } from "../core/units.ts";
import { localParts } from "./clock.ts";
import { escapeText } from "./escape.ts";
import type { Layout, Line } from "./layout.ts";
import type { Point } from "./points.ts";
import type { Series } from "./series.ts";
import { px } from "./svg.ts";

/** A row wider than this has its own place to point at. */
const HITS_MAX = 800;

export function drawHits({ frame, runs }: Layout, lines: readonly Line[], unit: string): string {
  const rows = new Map<number, { point: Point; texts: string[] }>();
  for (const [i, { name, series }] of lines.entries()) {
    for (const point of runs[i]?.flat() ?? []) {
      const row = rows.get(point.from_s) ?? { point, texts: [momentText(point.from_s, series)] };
      const range =
        point.max > point.min ? ` (${formatValue(point.min, unit)} to ${formatValue(point.max, unit)})` : "";
      row.texts.push(`${lines.length > 1 ? `${name} ` : ""}${formatValue(point.avg, unit)}${range}`);
      rows.set(point.from_s, row);
    }
  }
  if (rows.size > HITS_MAX) return "";
  let out = "";
  for (const { point, texts } of rows.values()) {
    const a = Math.max(frame.left, frame.x(point.from_s));
    const b = Math.min(frame.right, frame.x(point.from_s + 2 * (point.mid_s - point.from_s)));
    const text = lines.length > 1 ? texts.join("\n") : texts.join(": ");
    out += `<rect class="p-hit" x="${px(a)}" y="${frame.top}" width="${px(Math.max(1, b - a))}" height="${frame.bottom - frame.top}"><title>${escapeText(text)}</title></rect>`;
  }
  return out;
}

function momentText(time_s: number, series: Series): string {
  const t = localParts(time_s);
  if (series.to_s - series.from_s <= 2 * 86_400) return `${t.weekday} ${t.clock}`;
  return series.bucket_s >= 86_400 ? `${t.day} ${t.month} ${t.year}` : `${t.weekday} ${t.day} ${t.month} ${t.clock}`;
}
