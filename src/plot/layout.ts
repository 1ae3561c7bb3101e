// Where everything of a graph stands, whoever draws it: as SVG here, or on a canvas in a browser. Pure.

import type { Kind } from "../core/reading.ts";
import { shownRange, type TimeTick, timeTicks, type ValueAxis, valueAxis } from "./axis.ts";
import { labelOf, limitsWithin, type MarginLabel, marginLabels, marginOf } from "./limit-places.ts";
import type { LocalClock } from "./local-clock.ts";
import type { Stretch, Threshold } from "./marked.ts";
import { type Point, runsOf } from "./points.ts";
import { type Look, SEVERITY } from "./scale.ts";
import type { Series } from "./series.ts";
import type { Frame } from "./svg.ts";

/** Wider than this a tick's label needs. */
const TIME_LABEL_PX = 64;
/** One item of those that a graph shows. */
export interface Line {
  /** Beside its end, where there are several. */
  name: string;
  series: Series;
  stretches?: readonly Stretch[];
}

export interface LayoutOptions {
  width: number;
  height: number;
  unit: string;
  kind: Kind;
  thresholds?: readonly Threshold[];
  /** Room above for a title. */
  titled?: boolean;
  /** Less room between the ticks of the values. */
  compact?: boolean;
  /** So many points at most, of which each is of a few rows; else two a pixel. */
  points_max?: number;
  /** What the labels beside it take at least: of graphs one below the other the same, so that their times are too. */
  margins?: Margins;
  clock: LocalClock;
}

export interface Margins {
  left: number;
  right: number;
}

export interface TimeLabel {
  x: number;
  text: string;
  strong: boolean;
}

/** The levels of one line below the graph. */
export interface Strip {
  line: number;
  y: number;
  height_max: number;
  stretches: readonly Stretch[];
}

export interface Layout {
  from_s: number;
  to_s: number;
  /** Each line's points, parted by its gaps. */
  runs: Point[][][];
  frame: Frame;
  axis: ValueAxis;
  ticks: TimeTick[];
  times: TimeLabel[];
  limits: Threshold[];
  labels: MarginLabel[];
  strips: Strip[];
  isEmpty: boolean;
}

/** Strips below a graph of several lines: those that were not fine all the time. */
const STRIP_PX = 7;
const STRIPS_MAX = 6;
/** The levels of a single line have so much room, and what is below them. */
const STRIP_ROOM_PX = 10;
const FOOT_PX = 34;

export function layoutOf(lines: readonly Line[], options: LayoutOptions): Layout {
  const { width, height, clock, compact } = options;
  const runs = lines.map(({ series }) => runsOf(series, (options.points_max ?? 2 * width) / 2));
  const points = runs.flat(2);
  const isEmpty = points.length === 0;
  const from_s = Math.min(...lines.map(({ series }) => series.from_s));
  const to_s = Math.max(...lines.map(({ series }) => series.to_s));
  const shown = lines.length === 1 ? [0] : troubledOf(lines);
  const extra = Math.max(0, shown.length * STRIP_PX - STRIP_ROOM_PX);
  const top = options.titled && !compact ? 50 : 24;
  const bottom = height - FOOT_PX - extra;
  const axis = axisFor(points, options, Math.max(2, Math.floor((bottom - top) / (compact ? 40 : 56))));
  const labelChars = Math.max(2, ...axis.ticks.map((tick) => tick.label.length));
  const { margins = { left: 0, right: 0 } } = options;
  const left = Math.max(margins.left, Math.min(Math.round(width / 3), 14 + Math.ceil(labelChars * 7.4)));
  const limits = isEmpty ? [] : limitsWithin(options.thresholds ?? [], axis, width);
  const ends = lines.length > 1 ? endsOf(lines, runs, width) : [];
  const names = ends.map(({ text }) => text);
  const right = width - Math.max(margins.right, marginOf(limits, names));
  const span = Math.max(1, to_s - from_s);
  const frame: Frame = {
    left,
    right,
    top,
    bottom,
    foot: height - FOOT_PX + 28,
    x: (time_s) => left + ((time_s - from_s) / span) * (right - left),
    y: (value) => bottom - ((value - axis.low) / (axis.high - axis.low)) * (bottom - top),
  };
  const ticks = timeTicks(from_s, to_s, Math.max(3, Math.floor((right - left) / TIME_LABEL_PX)), clock);
  const strips = shown.map((line, i) => ({
    line,
    y: bottom + 3 + i * STRIP_PX,
    height_max: lines.length === 1 ? STRIP_ROOM_PX : STRIP_PX - 1,
    stretches: lines[line]?.stretches ?? [],
  }));
  return {
    from_s,
    to_s,
    runs,
    frame,
    axis,
    ticks,
    times: timeLabels(frame, ticks),
    limits,
    labels: marginLabels(frame, limits, ends),
    strips,
    isEmpty,
  };
}

/** What the labels of some graphs take at most. */
export function marginsOf(layouts: readonly Layout[], width: number): Margins {
  return {
    left: Math.max(...layouts.map(({ frame }) => frame.left)),
    right: Math.max(...layouts.map(({ frame }) => width - frame.right)),
  };
}

/** How thick a level is in a strip: the worse, the thicker. */
export function heightOf(look: Look, height_max: number): number {
  return (height_max / STRIP_ROOM_PX) * (2 + 2 * SEVERITY[look]);
}

function troubledOf(lines: readonly Line[]): number[] {
  const isTroubled = ({ stretches = [] }: Line) => stretches.some(({ look }) => SEVERITY[look] > 0);
  return lines.flatMap((line, i) => (isTroubled(line) ? [i] : [])).slice(0, STRIPS_MAX);
}

function endsOf(lines: readonly Line[], runs: Point[][][], width: number) {
  return lines.flatMap(({ name }, line) => {
    const last = runs[line]?.at(-1)?.at(-1);
    return last ? [{ value: last.avg, text: labelOf(name, width), line }] : [];
  });
}

function axisFor(points: Point[], options: LayoutOptions, count: number): ValueAxis {
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

// One label tells the rest of the date, which month it is or which year: the first that begins a day or a year, else the
// first that has room. The others give way to it.
function timeLabels(frame: Frame, ticks: TimeTick[]): TimeLabel[] {
  const { left, right } = frame;
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
  return shown.map(({ tick, text, x }) => ({ x, text, strong: tick.strong }));
}
