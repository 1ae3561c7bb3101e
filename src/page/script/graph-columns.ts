// The points of several lines as the columns of one table, as uPlot takes them. Pure.

import type { Kind } from "../../core/reading.ts";
import type { Point } from "../../plot/points.ts";

/** Of one line: average, least, greatest. `null` is a gap; `undefined`, where only other lines have a point, is none. */
export type Column = (number | null | undefined)[];

export interface Columns {
  times: number[];
  lines: { avg: Column; min: Column; max: Column; alone: number[] }[];
}

/** Of lines with their runs of points; the points of a state hold until the next one, at most as long as a row. */
export function columnsOf(lines: readonly Point[][][], kind: Kind): Columns {
  const tables = lines.map((runs) => tableOf(runs, kind));
  const times = [...new Set(tables.flatMap((table) => [...table.keys()]))].sort((a, b) => a - b);
  return {
    times,
    lines: tables.map((table, i) => {
      const found = times.map((time_s) => table.get(time_s));
      const pick = (part: "avg" | "min" | "max") => found.map((point) => (point ? point[part] : point));
      const alone = new Set((lines[i] ?? []).flatMap((run) => (run.length === 1 ? run.map((p) => p.mid_s) : [])));
      return {
        avg: pick("avg"),
        min: pick("min"),
        max: pick("max"),
        alone: kind === "state" ? [] : times.flatMap((time_s, at) => (alone.has(time_s) ? [at] : [])),
      };
    }),
  };
}

function tableOf(runs: readonly Point[][], kind: Kind): Map<number, Point | null> {
  const table = new Map<number, Point | null>();
  let end_s: number | undefined;
  for (const run of runs) {
    const [first] = run;
    const last = run.at(-1);
    if (!first || !last) continue;
    const begin_s = kind === "state" ? first.from_s : first.mid_s;
    if (end_s !== undefined) table.set((end_s + begin_s) / 2, null);
    for (const point of run) table.set(kind === "state" ? point.from_s : point.mid_s, point);
    end_s = last.mid_s;
    if (kind !== "state") continue;
    end_s = last.from_s + 2 * (last.mid_s - last.from_s);
    table.set(end_s, last);
  }
  return table;
}
