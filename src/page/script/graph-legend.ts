// The table below a graph: the figures of its lines, and their values where the cursor is.

import { formatAge } from "../../core/interval.ts";
import { bucketAt } from "../../core/kept-range.ts";
import { formatValue } from "../../core/units.ts";
import { figuresOf } from "../../plot/figures.ts";
import { clockOfData, type GraphData, type GraphPart, seriesOf } from "../../plot/graph-data.ts";
import type { Series } from "../../plot/series.ts";
import { momentText } from "./graph-moment.ts";

/** Fills in the figures of a range; those of the page itself are there already. */
export function showFigures(figure: HTMLElement, data: GraphData, part: GraphPart): void {
  for (const [i, line] of part.lines.entries()) {
    const row = rowOf(figure, i);
    const cells = [...(row?.cells ?? [])].filter((cell) => cell.tagName === "TD" && !cell.matches(".at, .take"));
    const found = figuresOf(within(seriesOf(data, line)));
    const texts = found
      ? [found.min, found.avg, found.max].map((value) => formatValue(value, part.unit))
      : ["–", "–", "–"];
    const [first, ...others] = cells;
    if (!row || !first) continue;
    const fresh = texts.map((text) => Object.assign(document.createElement("td"), { textContent: text }));
    for (const other of others) other.remove();
    first.replaceWith(...fresh);
  }
  const [line] = part.lines;
  const caption = figure.querySelector("figcaption");
  const [point, since] = caption?.querySelectorAll("b") ?? [];
  if (!line || !point || !since) return;
  point.textContent = line.bucket_s >= 60 ? formatAge(line.bucket_s) : `${line.bucket_s} s`;
  since.textContent = momentText(data.from_s, data, clockOfData(data));
}

/** The rows that are seen: the browser may have more than it shows. */
function within(series: Series): Series {
  const rows = series.rows.filter(({ time_s }) => time_s + series.bucket_s > series.from_s && time_s < series.to_s);
  return { ...series, rows };
}

/** Shows the values of a moment; without one, none. */
export function showCursor(figure: HTMLElement, data: GraphData, part: GraphPart, time_s: number | undefined): void {
  const time = figure.querySelector(".cursor");
  if (time) time.textContent = time_s === undefined ? "" : momentText(time_s, data, clockOfData(data));
  for (const [i, line] of part.lines.entries()) {
    const cell = rowOf(figure, i)?.querySelector(".at");
    if (!cell) continue;
    const row = time_s === undefined ? undefined : rowAt(seriesOf(data, line), time_s);
    cell.replaceChildren(...(time_s === undefined ? [] : row ? valueParts(row, part.unit) : ["–"]));
  }
}

function rowAt(series: Series, time_s: number): Series["rows"][number] | undefined {
  const row = series.rows.findLast((each) => each.time_s <= time_s);
  if (!row || row.avg === null) return undefined;
  return time_s < row.time_s + bucketAt(row.time_s, series.bucket_s, series.coarser) ? row : undefined;
}

/** The average, and apart from it, for there may be no room, what it is the average of. */
function valueParts({ avg, min, max }: Series["rows"][number], unit: string): (string | HTMLElement)[] {
  const value = formatValue(avg, unit);
  if (min === null || max === null || !(max > min)) return [value];
  const [low, high] = [formatValue(min, unit), formatValue(max, unit)];
  if (low === high) return [value];
  return [
    value,
    Object.assign(document.createElement("span"), { className: "spread", textContent: ` (${low} to ${high})` }),
  ];
}

function rowOf(figure: HTMLElement, line: number): HTMLTableRowElement | null {
  return figure.querySelector<HTMLTableRowElement>(`tr[data-line="${line}"]`);
}
