// A graph of one item, or of several of one unit, as SVG by hand: min/max band, average line, limits, levels below. Pure: Series -> text.

import type { Kind } from "../core/reading.ts";
import { formatValue } from "../core/units.ts";
import type { TimeTick, ValueAxis } from "./axis.ts";
import { HOST_CLOCK } from "./clock.ts";
import { escapeText } from "./escape.ts";
import { drawHits } from "./hits.ts";
import { type Layout, type Line, layoutOf, type Margins, marginsOf, type TimeLabel } from "./layout.ts";
import { drawChanges, drawStretches } from "./level-strip.ts";
import { drawGrounds, drawLimits } from "./limit-lines.ts";
import { strokeOf } from "./line-styles.ts";
import type { LocalClock } from "./local-clock.ts";
import type { Stretch, Threshold } from "./marked.ts";
import plotCss from "./plot.css" with { type: "text" };
import type { Point } from "./points.ts";
import type { Series } from "./series.ts";
import { stillStyle } from "./still-style.ts";
import { cut, type Frame, px } from "./svg.ts";

/** Sizes in CSS pixels. Smaller, the labels have no room; larger, no screen has. */
export const PLOT_WIDTH = { min: 200, max: 4000 };
export const PLOT_HEIGHT = { min: 100, max: 2000 };
/** Of more lines the bands would cover one another. */
export const BANDS_MAX = 3;
/** What the unit may need where a title is beside it. */
const CAPTION_PX = 120;

/** The style that a graph brings when it stands alone. */
export const PLOT_STYLE = plotCss;

/** What `plotLines` takes; a single item has its levels beside. */
export interface LinesOptions {
  width: number;
  height: number;
  unit: string;
  kind: Kind;
  /** What it shows, for those who cannot see it; also drawn above it when it stands alone. */
  title: string;
  thresholds?: readonly Threshold[];
  /** With style, background and namespace of its own; `still`: for what becomes pixels, where nobody points at anything. */
  standalone?: boolean | "still";
  /** The title of one that stands alone is beside the unit, not above it. */
  compact?: boolean;
  /** So many points at most, of which each is of a few rows; else two a pixel. */
  points_max?: number;
  /** Where the level changed is a line through the graph, with what it became. */
  changes?: boolean;
  /** Whether each row can be pointed at, which is most of the bytes of a graph; it can. */
  pointed?: boolean;
  /** What the labels beside it take at least. */
  margins?: Margins;
  /** Whose local time; this host's. */
  clock?: LocalClock;
  /** Instead of the sentence that nothing was measured. */
  emptyText?: string;
}

export interface PlotOptions extends LinesOptions {
  stretches?: readonly Stretch[];
}

/** The graph of one item as SVG text: a fragment for a page, or a whole document when standalone. */
export function plot(series: Series, { stretches = [], ...options }: PlotOptions): string {
  return plotLines([{ name: options.title, series, stretches }], options);
}

/** Graphs one below the other, whose times are below each other too. */
export function plotAll(graphs: readonly { lines: readonly Line[]; options: LinesOptions }[]): string[] {
  if (graphs.length < 2) return graphs.map(({ lines, options }) => plotLines(lines, options));
  const layouts = graphs.map(({ lines, options }) => {
    const { width, height } = options;
    return layoutOf(lines, { ...options, width, height, clock: options.clock ?? HOST_CLOCK });
  });
  const margins = marginsOf(layouts, graphs[0]?.options.width ?? 0);
  return graphs.map(({ lines, options }) => plotLines(lines, { ...options, margins }));
}

/** The same of one item or several. */
export function plotLines(lines: readonly Line[], options: LinesOptions): string {
  const { clock = HOST_CLOCK, standalone, kind } = options;
  const width = clamp(options.width, PLOT_WIDTH);
  const height = clamp(options.height, PLOT_HEIGHT);
  const layout = layoutOf(lines, { ...options, width, height, clock, titled: Boolean(standalone) });
  const { frame, axis, ticks, limits, isEmpty } = layout;
  const first = lines[0]?.stretches ?? [];
  const parts = [
    standalone ? `<rect class="p-paper" width="${width}" height="${height}"/>` : "",
    standalone ? drawTitle(frame, { ...options, width }) : "",
    // Of several lines each may have other limits: those are the first one's, so they tint nothing.
    lines.length === 1 ? drawGrounds(frame, limits) : "",
    // No grid where there is nothing to read off: a sentence stands there, above the bare line of time, if there is one.
    isEmpty ? (ticks.length > 0 ? drawBase(frame, frame.bottom) : "") : drawGrid(frame, ticks, axis),
    drawTime(frame, layout.times),
    isEmpty ? "" : drawValues(frame, axis),
    // The first one lies on top.
    ...layout.runs.map((runs, i) => drawLine(frame, runs, { line: i, of: lines, kind })).toReversed(),
    drawLimits(frame, limits, layout.labels),
    options.changes ? drawChanges(frame, first, layout.from_s) : "",
    ...layout.strips.map((strip) => drawStretches(frame, strip, lines, clock)),
    isEmpty ? drawNone(frame, options.emptyText ?? "nothing was measured in this time") : "",
    standalone === "still" || options.pointed === false ? "" : drawHits(layout, lines, options.unit),
  ];
  const description = isEmpty ? "No data." : summary(layout, lines, options.unit);
  const document = standalone ? ` xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"` : "";
  return (
    `<svg${document} class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(`${options.title}. ${description}`)}">` +
    (standalone ? `<style>${standalone === "still" ? stillStyle(plotCss) : plotCss}</style>` : "") +
    `${parts.join("")}</svg>`
  );
}

function drawTitle({ right, top }: Frame, { title, width, compact }: LinesOptions): string {
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

function drawTime({ foot }: Frame, labels: readonly TimeLabel[]): string {
  return labels
    .map(({ strong, text, x }) => {
      const weight = strong ? ' class="p-strong"' : "";
      return `<text${weight} x="${px(x)}" y="${foot}" text-anchor="middle">${text}</text>`;
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

function drawLine(
  frame: Frame,
  runs: Point[][],
  { line, of, kind }: { line: number; of: readonly Line[]; kind: Kind },
): string {
  const series = of[line]?.series;
  if (!series) return "";
  const suffix = strokeOf(line).name;
  const isBanded = of.length <= BANDS_MAX;
  return runs
    .map((run) => (kind === "state" ? steps(frame, run, series) : curve(frame, run)))
    .map(({ band, path }) => {
      const under = band && isBanded ? `<path class="p-band${suffix}" d="${band}"/>` : "";
      return `${under}<path class="p-line${suffix}" d="${path}"/>`;
    })
    .join("");
}

function curve(frame: Frame, run: Point[]): { band: string; path: string } {
  const upper = run.map((p) => `${px(frame.x(p.mid_s))} ${px(frame.y(p.max))}`);
  const lower = run.map((p) => `${px(frame.x(p.mid_s))} ${px(frame.y(p.min))}`).toReversed();
  const line = run.map((p) => `${px(frame.x(p.mid_s))} ${px(frame.y(p.avg))}`);
  // A run of one point is a dot: a stroke of no length with round ends.
  if (run.length === 1) return { band: "", path: `M${upper[0]}L${lower[0]}M${line[0]}h.01` };
  return { band: `M${upper.join("L")}L${lower.join("L")}Z`, path: `M${line.join("L")}` };
}

function steps(frame: Frame, run: Point[], series: Series): { band: string; path: string } {
  let band = "";
  let path = "";
  for (const [i, point] of run.entries()) {
    const end_s = Math.min(run[i + 1]?.from_s ?? point.from_s + series.bucket_s, series.to_s);
    const [a, b] = [px(frame.x(Math.max(point.from_s, series.from_s))), px(frame.x(end_s))];
    path += `${i === 0 ? "M" : "L"}${a} ${px(frame.y(point.avg))}H${b}`;
    if (point.max > point.min) band += `M${a} ${px(frame.y(point.max))}H${b}V${px(frame.y(point.min))}H${a}Z`;
  }
  return { band, path };
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

function summary({ runs }: Layout, lines: readonly Line[], unit: string): string {
  const texts = lines.map(({ name }, i) => {
    let [low, high] = [Infinity, -Infinity];
    for (const point of runs[i]?.flat() ?? []) [low, high] = [Math.min(low, point.min), Math.max(high, point.max)];
    const span = low > high ? "no data" : `from ${formatValue(low, unit)} to ${formatValue(high, unit)}`;
    return lines.length > 1 ? `${name} ${span}` : span.replace(/^f/, "F");
  });
  return `${texts.join(", ")}.`;
}

function clamp(size: number, { min, max }: { min: number; max: number }): number {
  return Number.isFinite(size) ? Math.round(Math.min(max, Math.max(min, size))) : min;
}
