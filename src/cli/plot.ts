// The plot of one item in a terminal: the average as a line, least and greatest values as a band around it, gaps as gaps. Pure.

import { cellsOf } from "../core/cells.ts";
import { formatAge } from "../core/interval.ts";
import { formatValue } from "../core/units.ts";
import { shownRange, type TimeTick, timeTicks, type ValueAxis, valueAxis } from "../plot/axis.ts";
import { formatMoment, HOST_CLOCK } from "../plot/clock.ts";
import { Canvas } from "./canvas.ts";
import { cutCells, filled, type Line, type Screen } from "./screen.ts";
import { type Change, type Point, pointsOf, type Series, type Summary, summaryOf, thinned, whenOf } from "./series.ts";

/** Rows of cells between two labels of values, and cells between two of times, about. */
const ROWS_PER_LABEL = 4;
const CELLS_PER_LABEL = 11;
/** A longer unit is not repeated with every number. */
const UNIT_CHARS_REPEATED = 3;
/** Below it, labels of values leave no room for values. */
const PLOT_CELLS_MIN = 8;

export interface PlotSize {
  /** Rows of cells of the drawing itself. */
  rows: number;
  /** Changes of level that are listed below. */
  changes: number;
}

/** The lines of a plot, none wider than the screen. */
export function drawPlot(series: Series, screen: Pick<Screen, "width" | "ascii">, size: PlotSize): Line[] {
  const points = pointsOf(series);
  const summary = summaryOf(series, points);
  if (!summary) return [[[series.item, "bold"], "  nothing was measured"], ...changeLines(series, size.changes)];
  const rows = Math.max(2, Math.floor(size.rows));
  const axis = axisOf(series, summary, rows);
  const labels = new Map<number, string>();
  const widest = Math.max(...axis.ticks.map(({ label }) => cellsOf(label)));
  const margin = Math.max(0, Math.min(widest, screen.width - PLOT_CELLS_MIN - 2));
  const canvas = new Canvas(Math.max(1, screen.width - margin - 2), rows, screen.ascii);
  for (const { value, label } of axis.ticks) {
    const row = canvas.rowOf(yOf(axis, canvas, value));
    if (!labels.has(row)) labels.set(row, cutCells(label, margin));
  }
  drawPoints(canvas, axis, series, points);
  const unit = axis.caption === "" ? "" : ` in ${axis.caption}`;
  return [
    [[series.item, "bold"], unit],
    ...Array.from({ length: rows }, (_, row): Line => {
      const label = labels.get(row);
      const left = `${padStart(label ?? "", margin)} ${label === undefined ? "│" : "┤"}`;
      return [[left, "dim"], ...canvas.row(row)];
    }),
    ...timeLines(series, margin + 1, canvas.width / (screen.ascii ? 1 : 2)),
    ...summaryLines(series, summary, axis.caption, screen.width),
    ...changeLines(series, size.changes),
  ];
}

/** The range that is drawn, and labels within it: two at least, and no more than have room. */
function axisOf(series: Series, { least, most }: Summary, rows: number): ValueAxis {
  const [low, high] = shownRange(least.min, most.max, series);
  let axis = valueAxis(low, high, series.unit, 1);
  const steps = series.kind === "state" ? Math.ceil(high - low) : rows; // between two states is none
  for (let count = Math.max(1, Math.floor(rows / ROWS_PER_LABEL)); count <= rows; count++) {
    axis = valueAxis(low, high, series.unit, Math.min(count, steps));
    axis.ticks = axis.ticks.filter(({ value }) => value >= low && value <= high);
    if (axis.ticks.length > 1) break;
  }
  return { ...axis, low, high };
}

function drawPoints(canvas: Canvas, axis: ValueAxis, series: Series, all: readonly Point[]): void {
  const span_s = Math.max(1, series.to_s - series.from_s);
  const x = (time_s: number) => clamp(Math.floor(((time_s - series.from_s) / span_s) * canvas.width), canvas.width);
  const points = thinned(all, span_s / canvas.width);
  for (const [i, point] of points.entries()) {
    const next = points[i + 1];
    const [from, to] = [x(point.from_s), Math.max(x(point.from_s), x(point.to_s - 0.001))];
    const y = yOf(axis, canvas, point.avg);
    const [top, bottom] = [yOf(axis, canvas, point.max), yOf(axis, canvas, point.min)];
    if (top < bottom) canvas.band(from, to, top, bottom);
    const isJoined = next !== undefined && next.from_s <= point.to_s;
    if (series.kind === "state") {
      canvas.line(from, y, to, y);
      if (isJoined) canvas.line(to, y, x(next.from_s), yOf(axis, canvas, next.avg));
      continue;
    }
    const middle = (each: Point) => x((each.from_s + each.to_s) / 2);
    const before = points[i - 1];
    // The ends of a run reach over the whole of their row, lest one alone be a dot that nobody sees.
    if (!before || before.to_s < point.from_s) canvas.line(from, y, middle(point), y);
    if (isJoined) canvas.line(middle(point), y, middle(next), yOf(axis, canvas, next.avg));
    else canvas.line(middle(point), y, to, y);
  }
}

function yOf({ low, high }: ValueAxis, canvas: Canvas, value: number): number {
  return clamp(Math.round(((high - value) / (high - low)) * (canvas.height - 1)), canvas.height);
}

function clamp(dot: number, size: number): number {
  return Number.isNaN(dot) ? 0 : Math.min(size - 1, Math.max(0, dot));
}

/** The line below with its ticks and the changes of level, and the times. */
function timeLines(series: Series, left: number, columns: number): Line[] {
  const span_s = Math.max(1, series.to_s - series.from_s);
  const column = (time_s: number) => clamp(Math.floor(((time_s - series.from_s) / span_s) * columns), columns);
  const ticks = timeTicks(series.from_s, series.to_s, Math.max(2, Math.floor(columns / CELLS_PER_LABEL)), HOST_CLOCK);
  const marks = Array.from({ length: columns }, () => "─");
  for (const { time_s } of ticks) marks[column(time_s)] = "┬";
  for (const { time_s } of series.changes) marks[column(time_s)] = "▲";
  const shown = placed(ticks, (tick) => left + 1 + column(tick.time_s), left + 1 + columns);
  let times = "";
  for (const { at, text } of shown) times = times.padEnd(at) + text;
  return [[[`${" ".repeat(left)}└${marks.join("")}`, "dim"]], [[times, "dim"]]];
}

/** Labels that have room beside each other. One tells the rest of the date, the others give way to it. */
function placed(ticks: readonly TimeTick[], cellOf: (tick: TimeTick) => number, width: number) {
  const place = (tick: TimeTick, text: string) => {
    const at = Math.max(0, Math.min(cellOf(tick) - Math.floor(text.length / 2), width - text.length));
    return text.length <= width ? [{ at, text, tick }] : [];
  };
  const long = ticks.flatMap((tick) => place(tick, tick.long));
  const dated = long.find(({ tick }) => tick.strong) ?? long[0];
  const shown = dated ? [dated] : [];
  for (const label of ticks.flatMap((tick) => place(tick, tick.label))) {
    const isFree = shown.every(({ at, text }) => label.at > at + text.length || label.at + label.text.length < at);
    if (isFree) shown.push(label);
  }
  return shown.sort((a, b) => a.at - b.at);
}

function summaryLines(series: Series, summary: Summary, caption: string, width: number): Line[] {
  const { unit, until_s } = series;
  const { last, isLate, least, most, avg, missing_s } = summary;
  const isSaid = caption === unit && unit.length > UNIT_CHARS_REPEATED; // above the plot already
  const value = (number: number) => formatValue(number, isSaid ? "" : unit);
  const parts = (when: (point: Point) => string) => [
    `last ${value(last.avg)}${isLate ? when(last) : ""}`,
    `min ${value(least.min)}${when(least)}`,
    `avg ${value(avg)}`,
    `max ${value(most.max)}${when(most)}`,
    ...(missing_s > 0 ? [`gaps ${formatAge(missing_s)}`] : []),
  ];
  const full = parts((point) => ` (${whenOf(point, until_s)})`);
  const shown = full.some((part) => cellsOf(part) > width) ? parts(() => "") : full;
  return filled(shown, "  ", width).map((line) => [line]);
}

/** The newest changes, oldest first. */
function changeLines({ changes, to_s }: Series, most: number): Line[] {
  const shown = most > 0 ? changes.slice(-most) : [];
  const lines = shown.map(({ time_s, level, text }: Change): Line => {
    const beside = text === undefined ? "" : `  ${text}`;
    return [[`  ▲ ${formatMoment(time_s, to_s, "second")}  `, "dim"], [level, "bold"], beside];
  });
  const more = changes.length - shown.length;
  return more > 0 && most > 0 ? [[[`  … ${more} changes before`, "dim"]], ...lines] : lines;
}

function padStart(text: string, cells: number): string {
  return " ".repeat(Math.max(0, cells - cellsOf(text))) + text;
}
