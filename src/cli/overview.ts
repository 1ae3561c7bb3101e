// Many items at a glance: a line each, with its past as a sparkline, its last value, the least and the greatest. Pure.

import { cellsOf } from "../core/cells.ts";
import { formatValue } from "../core/units.ts";
import { leastSpan } from "../plot/axis.ts";
import { cutCells, type Line, type Screen, type Span } from "./screen.ts";
import { beginOf, type Point, pointsOf, type Series, summaryOf } from "./series.ts";

const BARS = "▁▂▃▄▅▆▇█";
const ASCII_BARS = "_.:-=+*#";
/** The part of the width that names may take, and how much of them is to be read before numbers are. */
const NAME_PART = 0.35;
const NAME_CELLS_LEAST = 16;
/** More bars than this say no more. */
const SPARK_CELLS_MAX = 60;
const SPARK_CELLS_MIN = 6;
/** A longer unit is not repeated with every number. */
const UNIT_CHARS_REPEATED = 3;
const HEAD = ["LAST", "MIN", "MAX"];
/** Which of these there is room for. */
const SHOWN = [[0, 1, 2], [0, 2], [0]];
const GAP = "  ";

/** A line for each item that has anything, one above them, and what is to be said below. */
export function drawOverview(all: readonly Series[], screen: Pick<Screen, "width" | "ascii">): Line[] {
  const rows = all.flatMap((series) => {
    const points = pointsOf(series);
    const summary = summaryOf(series, points);
    if (!summary) return [];
    const { last, isLate } = summary;
    const lastValue = formatValue(last.avg, series.unit);
    const once = series.unit.length > UNIT_CHARS_REPEATED ? "" : series.unit;
    const values = [
      isLate ? `${lastValue} (${beginOf(last, series.until_s)})` : lastValue,
      formatValue(summary.least.min, once),
      formatValue(summary.most.max, once),
    ];
    return [{ series, points, values }];
  });
  const without = all.length - rows.length;
  const left = `${without} more ${without === 1 ? "item has" : "items have"} nothing in this time`;
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map(({ values }) => cellsOf(values[i] ?? ""))));
  const longest = Math.max(4, ...rows.map(({ series }) => cellsOf(series.item)));
  const widthOf = (shown: readonly number[]) => shown.reduce((sum, i) => sum + (widths[i] ?? 0) + GAP.length, 0);
  const least = Math.min(longest, NAME_CELLS_LEAST) + GAP.length + SPARK_CELLS_MIN;
  const shown = SHOWN.find((some) => widthOf(some) + least <= screen.width) ?? [0];
  const room = screen.width - widthOf(shown);
  const name = Math.max(4, Math.min(longest, Math.max(NAME_CELLS_LEAST, Math.floor(screen.width * NAME_PART)), room));
  const spark = Math.min(SPARK_CELLS_MAX, room - name - GAP.length);
  const cells = (values: readonly string[]) =>
    shown.map((i) => GAP + " ".repeat(Math.max(0, (widths[i] ?? 0) - cellsOf(values[i] ?? ""))) + values[i]).join("");
  const isSparked = spark >= SPARK_CELLS_MIN;
  return [
    [["ITEM".padEnd(name), "dim"], isSparked ? GAP + " ".repeat(spark) : "", [cells(HEAD), "dim"]],
    ...rows.map(({ series, points, values }): Line => {
      const bars: Span[] = isSparked ? [GAP, [sparkline(series, points, spark, screen.ascii), "line"]] : [];
      return [padEnd(shortened(series.item, name), name), ...bars, cells(values)];
    }),
    ...(without > 0 ? [[[left, "dim"]] satisfies Line] : []),
    [["dmon hist ITEM draws one", "dim"]],
  ];
}

/** The past in so many cells: of each the value that is farthest from the average of all, so that a spike stays one. */
function sparkline(series: Series, points: readonly Point[], cells: number, ascii: boolean): string {
  const bars = ascii ? ASCII_BARS : BARS;
  const summary = summaryOf(series, points);
  if (!summary) return " ".repeat(cells);
  const { avg } = summary;
  const least = Math.min(summary.least.min, series.kind === "state" ? 0 : Number.POSITIVE_INFINITY);
  const [low, high] = leastSpan(least, summary.most.max, series.unit);
  const values: (number | undefined)[] = Array.from({ length: cells });
  const span_s = Math.max(1, series.to_s - series.from_s);
  const cellOf = (time_s: number) =>
    Math.min(cells - 1, Math.max(0, Math.floor(((time_s - series.from_s) / span_s) * cells)));
  for (const { from_s, to_s, min, max } of points) {
    const value = max - avg >= avg - min ? max : min;
    for (let cell = cellOf(from_s); cell <= cellOf(to_s - 0.001); cell++) {
      const known = values[cell];
      if (known === undefined || Math.abs(value - avg) > Math.abs(known - avg)) values[cell] = value;
    }
  }
  const bar = (value: number) => {
    const part = high > low ? (value - low) / (high - low) : 0;
    return bars[Math.min(bars.length - 1, Math.max(0, Math.floor(part * bars.length)))] ?? " ";
  };
  return values.map((value) => (value === undefined ? " " : bar(value))).join("");
}

function shortened(name: string, cells: number): string {
  return cellsOf(name) > cells ? `${cutCells(name, cells - 1)}…` : name;
}

function padEnd(text: string, cells: number): string {
  return text + " ".repeat(Math.max(0, cells - cellsOf(text)));
}
