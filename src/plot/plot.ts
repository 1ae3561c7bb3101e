// A graph of one item as SVG, by hand: min/max band, average line, thresholds, levels below. Pure: Series -> text.

import type { Kind } from "../core/reading.ts";
import { formatValue } from "../core/units.ts";
import { shownRange, type TimeTick, timeTicks, type ValueAxis, valueAxis } from "./axis.ts";
import { HOST_CLOCK, type LocalClock, localParts } from "./clock.ts";
import { escapeText } from "./escape.ts";
import { drawChanges, drawStretches } from "./level-strip.ts";
import { drawGrounds, drawLimits, limitsWithin, marginOf } from "./limit-lines.ts";
import type { Stretch, Threshold } from "./marks.ts";
import plotCss from "./plot.css" with { type: "text" };
import { type Point, runsOf } from "./points.ts";
import type { Series } from "./series.ts";
import { stillStyle } from "./still-style.ts";
import { cut, type Frame, px } from "./svg.ts";

/** Sizes in CSS pixels. Smaller, the labels have no room; larger, no screen has. */
export const PLOT_WIDTH = { min: 200, max: 4000 };
export const PLOT_HEIGHT = { min: 100, max: 2000 };
/** Wider than this a tick's label needs; and a row its own place to point at. */
const TIME_LABEL_PX = 64;
const HITS_MAX = 800;
/** What the unit may need where a title is beside it. */
const CAPTION_PX = 120;

/** The style that a graph brings when it stands alone. */
export const PLOT_STYLE = plotCss;

export interface PlotOptions {
  width: number;
  height: number;
  unit: string;
  kind: Kind;
  /** What it shows, for those who cannot see it; also drawn above it when it stands alone. */
  title: string;
  thresholds?: readonly Threshold[];
  stretches?: readonly Stretch[];
  /** With style, background and namespace of its own; `still`: for what becomes pixels, where nobody points at anything. */
  standalone?: boolean | "still";
  /** The title of one that stands alone is beside the unit, not above it. */
  compact?: boolean;
  /** So many points at most, of which each is of a few rows; else two a pixel. */
  points_max?: number;
  /** Where the level changed is a line through the graph, with what it became. */
  changes?: boolean;
  /** Whose local time; this host's. */
  clock?: LocalClock;
  /** Instead of the sentence that nothing was measured. */
  emptyText?: string;
}

/** The graph as SVG text: a fragment for a page, or a whole document when standalone. */
export function plot(series: Series, options: PlotOptions): string {
  const { clock = HOST_CLOCK, stretches = [] } = options;
  const width = clamp(options.width, PLOT_WIDTH);
  const height = clamp(options.height, PLOT_HEIGHT);
  const runs = runsOf(series, (options.points_max ?? 2 * width) / 2);
  const points = runs.flat();
  const top = options.standalone && !options.compact ? 50 : 24;
  const bottom = height - 34;
  const axis = axisFor(points, options, Math.max(2, Math.floor((bottom - top) / (options.compact ? 40 : 56))));
  const labelChars = Math.max(2, ...axis.ticks.map((tick) => tick.label.length));
  const left = Math.min(Math.round(width / 3), 14 + Math.ceil(labelChars * 7.4));
  const empty = points.length === 0;
  const limits = empty ? [] : limitsWithin(options.thresholds ?? [], axis, width);
  const right = width - marginOf(limits);
  const span = Math.max(1, series.to_s - series.from_s);
  const frame: Frame = {
    left,
    right,
    top,
    bottom,
    x: (time_s) => left + ((time_s - series.from_s) / span) * (right - left),
    y: (value) => bottom - ((value - axis.low) / (axis.high - axis.low)) * (bottom - top),
  };
  const ticks = timeTicks(series.from_s, series.to_s, Math.max(3, Math.floor((right - left) / TIME_LABEL_PX)), clock);
  const parts = [
    options.standalone ? `<rect class="p-paper" width="${width}" height="${height}"/>` : "",
    options.standalone ? drawTitle(frame, options) : "",
    drawGrounds(frame, limits),
    // No grid where there is nothing to read off: a sentence stands there, above the bare line of time, if there is one.
    empty ? (ticks.length > 0 ? drawBase(frame, bottom) : "") : drawGrid(frame, ticks, axis),
    drawTime(frame, ticks),
    empty ? "" : drawValues(frame, axis),
    ...(options.kind === "state"
      ? runs.map((run) => drawSteps(frame, run, series))
      : runs.map((run) => drawRun(frame, run))),
    drawLimits(frame, limits),
    options.changes ? drawChanges(frame, stretches, series) : "",
    drawStretches(frame, stretches, clock),
    empty ? drawNone(frame, options.emptyText ?? "nothing was measured in this time") : "",
    points.length <= HITS_MAX && options.standalone !== "still" ? drawHits(frame, points, series, options.unit) : "",
  ];
  const description = empty ? "No data." : summary(points, options.unit);
  const document = options.standalone ? ` xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"` : "";
  return (
    `<svg${document} class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(`${options.title}. ${description}`)}">` +
    (options.standalone ? `<style>${options.standalone === "still" ? stillStyle(plotCss) : plotCss}</style>` : "") +
    `${parts.join("")}</svg>`
  );
}

function axisFor(points: Point[], options: PlotOptions, count: number): ValueAxis {
  if (points.length === 0) return valueAxis(0, 1, "", count);
  let low = Infinity;
  let high = -Infinity;
  for (const point of points) {
    low = Math.min(low, point.min);
    high = Math.max(high, point.max);
  }
  for (const { value } of options.thresholds ?? []) {
    // A threshold in reach belongs in the picture; one far away would flatten the line.
    const room = Math.max(high - low, Math.abs(high), 1e-9) * 0.75;
    if (value >= low - room && value <= high + room) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  [low, high] = shownRange(low, high, options);
  return valueAxis(low, high, options.unit, options.kind === "state" ? Math.min(count, high - low) : count);
}

function drawTitle({ right, top }: Frame, { title, width, compact }: PlotOptions): string {
  if (!compact) return `<text class="p-title" x="12" y="20">${escapeText(cut(title, width / 8))}</text>`;
  const room = (right - CAPTION_PX) / 8;
  return `<text class="p-title" x="${right}" y="${top - 9}" text-anchor="end">${escapeText(cut(title, room))}</text>`;
}

function drawGrid(frame: Frame, ticks: TimeTick[], axis: ValueAxis): string {
  const { left, right, top, bottom } = frame;
  const times = ticks.map((tick) => `M${px(frame.x(tick.time_s))} ${top}V${bottom}`).join("");
  const values = axis.ticks.map((tick) => `M${left} ${px(frame.y(tick.value))}H${right}`).join("");
  return `<path class="p-grid" d="${times}${values}"/>`;
}

function drawBase({ left, right }: Frame, y: number): string {
  return `<path class="p-major" d="M${left} ${px(y)}H${right}"/>`;
}

// One label tells the rest of the date, which month it is or which year: the first that begins a day or a year, else the
// first that has room. The others give way to it.
function drawTime(frame: Frame, ticks: TimeTick[]): string {
  const { bottom, left, right } = frame;
  const place = (tick: TimeTick, text: string) => {
    const [x, half] = [frame.x(tick.time_s), text.length * 3.7];
    return x - half >= left - 24 && x + half <= right + 10 ? [{ tick, text, x, half }] : [];
  };
  const long = ticks.flatMap((tick) => place(tick, tick.long));
  const dated = long.find(({ tick }) => tick.strong) ?? long[0];
  const shown = dated ? [dated] : [];
  for (const label of ticks.flatMap((tick) => place(tick, tick.label))) {
    const [last, { x, half }] = [shown.at(-1), label];
    if ([dated, last].some((other) => other && Math.abs(other.x - x) < other.half + half + 2)) continue;
    shown.push(label);
  }
  return shown
    .map(({ tick, text, x }) => {
      const strong = tick.strong ? ' class="p-strong"' : "";
      return `<text${strong} x="${px(x)}" y="${bottom + 28}" text-anchor="middle">${text}</text>`;
    })
    .join("");
}

function drawValues(frame: Frame, axis: ValueAxis): string {
  const { left, top, bottom } = frame;
  let out = drawBase(frame, axis.low <= 0 && axis.high >= 0 ? frame.y(0) : bottom);
  for (const tick of axis.ticks) {
    out += `<text x="${left - 8}" y="${px(frame.y(tick.value) + 4)}" text-anchor="end">${tick.label}</text>`;
  }
  if (axis.caption)
    out += `<text class="p-strong" x="${left}" y="${top - 9}">${escapeText(cut(axis.caption, 24))}</text>`;
  return out;
}

function drawRun(frame: Frame, run: Point[]): string {
  const upper = run.map((p) => `${px(frame.x(p.mid_s))} ${px(frame.y(p.max))}`);
  const lower = run.map((p) => `${px(frame.x(p.mid_s))} ${px(frame.y(p.min))}`).toReversed();
  const line = run.map((p) => `${px(frame.x(p.mid_s))} ${px(frame.y(p.avg))}`);
  // A run of one point is a dot: a stroke of no length with round ends.
  if (run.length === 1) return `<path class="p-line" d="M${upper[0]}L${lower[0]}M${line[0]}h.01"/>`;
  return `<path class="p-band" d="M${upper.join("L")}L${lower.join("L")}Z"/><path class="p-line" d="M${line.join("L")}"/>`;
}

function drawSteps(frame: Frame, run: Point[], series: Series): string {
  let band = "";
  let line = "";
  for (const [i, point] of run.entries()) {
    const end_s = Math.min(run[i + 1]?.from_s ?? point.from_s + series.bucket_s, series.to_s);
    const [a, b] = [px(frame.x(Math.max(point.from_s, series.from_s))), px(frame.x(end_s))];
    line += `${i === 0 ? "M" : "L"}${a} ${px(frame.y(point.avg))}H${b}`;
    if (point.max > point.min) band += `M${a} ${px(frame.y(point.max))}H${b}V${px(frame.y(point.min))}H${a}Z`;
  }
  return `${band ? `<path class="p-band" d="${band}"/>` : ""}<path class="p-line" d="${line}"/>`;
}

function drawHits(frame: Frame, points: Point[], series: Series, unit: string): string {
  let out = "";
  for (const point of points) {
    const a = Math.max(frame.left, frame.x(point.from_s));
    const b = Math.min(frame.right, frame.x(point.from_s + 2 * (point.mid_s - point.from_s)));
    const range = point.max > point.min ? ` (${formatValue(point.min, unit)} to ${formatValue(point.max, unit)})` : "";
    const text = `${momentText(point.from_s, series)}: ${formatValue(point.avg, unit)}${range}`;
    out += `<rect class="p-hit" x="${px(a)}" y="${frame.top}" width="${px(Math.max(1, b - a))}" height="${frame.bottom - frame.top}"><title>${escapeText(text)}</title></rect>`;
  }
  return out;
}

function drawNone(frame: Frame, text: string): string {
  const chars = Math.max(16, Math.floor((frame.right - frame.left) / 8.5));
  const room = Math.max(1, Math.floor((frame.bottom - frame.top) / 20));
  const lines = cut(text, chars * room)
    .split("\n")
    .flatMap((line) => wrap(line, chars));
  const x = px((frame.left + frame.right) / 2);
  const y = (frame.top + frame.bottom) / 2 - (lines.length - 1) * 10;
  return lines
    .map(
      (line, i) =>
        `<text class="p-none" x="${x}" y="${px(y + i * 20)}" text-anchor="middle">${escapeText(line)}</text>`,
    )
    .join("");
}

function wrap(text: string, chars: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < chars) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function summary(points: Point[], unit: string): string {
  let [low, high] = [Infinity, -Infinity];
  for (const point of points) [low, high] = [Math.min(low, point.min), Math.max(high, point.max)];
  return `From ${formatValue(low, unit)} to ${formatValue(high, unit)}.`;
}

function momentText(time_s: number, series: Series): string {
  const t = localParts(time_s);
  if (series.to_s - series.from_s <= 2 * 86_400) return `${t.weekday} ${t.clock}`;
  return series.bucket_s >= 86_400 ? `${t.day} ${t.month} ${t.year}` : `${t.weekday} ${t.day} ${t.month} ${t.clock}`;
}

function clamp(size: number, { min, max }: { min: number; max: number }): number {
  return Number.isFinite(size) ? Math.round(Math.min(max, Math.max(min, size))) : min;
}
