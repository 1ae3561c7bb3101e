// An answer of HIST as lines of a terminal: who and when, then a plot of each item, or a line each. Pure.

import { formatInterval } from "../core/interval.ts";
import { KINDS } from "../core/reading.ts";
import { formatMoment, localParts, zone } from "../plot/clock.ts";
import type { Found } from "./hist-source.ts";
import { drawOverview } from "./overview.ts";
import { drawPlot } from "./plot.ts";
import { filled, type Line, type Screen } from "./screen.ts";
import type { Series } from "./series.ts";

/** More items than this are drawn as a line each, unless plots are asked for. */
const PLOTS_MAX = 12;
/** Rows of cells of a plot, and of one of states, which are few. */
const ROWS = { min: 4, max: 20 };
const STATE_ROWS_MAX = 6;
/** Lines of a plot beside the drawing, and those of the whole: who and when, and the prompt. */
const LINES_BESIDE = 4;
const LINES_AROUND = 3;
/** Changes of level that are listed below one plot alone, and below each of several. */
const CHANGES_ALONE = 8;
const CHANGES_EACH = 3;

/** The lines of an answer that has columns of min, max and count. */
export function draw(found: Found, screen: Screen, now_s: number, plotsWanted: boolean): Line[] {
  const all = seriesOf(found, now_s);
  const head = headOf(found.host, all[0], now_s, screen.width);
  if (all.length === 0) return [...head, ["it has no items yet"]];
  if (!plotsWanted && (found.all || all.length > PLOTS_MAX)) return [...head, ...drawOverview(all, screen)];
  const changes = all.length === 1 ? CHANGES_ALONE : CHANGES_EACH;
  const listed = Math.max(...all.map((series) => Math.min(series.changes.length, changes)));
  const around = LINES_AROUND + head.length - 1;
  const room = Math.floor((screen.height - around) / all.length) - LINES_BESIDE - listed;
  const rows = Math.min(ROWS.max, Math.max(ROWS.min, room));
  const lines = [...head];
  for (const [i, series] of all.entries()) {
    if (i > 0) lines.push([]);
    const high = series.kind === "state" ? Math.min(rows, STATE_ROWS_MAX) : rows;
    lines.push(...drawPlot(series, screen, { rows: high, changes }));
  }
  for (const { to, bucket } of found.coarser) {
    lines.push([[`before ${formatMoment(to, now_s)} only rows of ${formatInterval(bucket)} are kept`, "dim"]]);
  }
  if (found.changes_cut) lines.push([["older changes of level are left out", "dim"]]);
  return lines;
}

/** The columns of an answer item by item: each has its average, min, max and count. */
export function seriesOf(found: Found, now_s: number): Series[] {
  const { cols, units, kinds, rows, bucket: bucket_s, coarser, changes } = found;
  const from_s = rows[0]?.[0] ?? 0;
  const to_s = (rows.at(-1)?.[0] ?? from_s) + bucket_s;
  // A text beside a value may be another one each minute: of these JSON tells.
  const ofLevel = changes.filter(({ of }) => of === "level");
  const byItem = Map.groupBy(ofLevel, ({ item }) => item);
  const all: Series[] = [];
  for (let column = 1; column < cols.length; column += 4) {
    const item = cols[column] ?? "";
    all.push({
      item,
      unit: units[column] ?? "",
      kind: KINDS.find((kind) => kind === kinds[column]) ?? "gauge",
      from_s,
      to_s,
      until_s: Math.min(to_s, now_s),
      bucket_s,
      coarser,
      rows: rows.map((row) => ({
        time_s: row[0] ?? 0,
        avg: row[column] ?? null,
        min: row[column + 1] ?? null,
        max: row[column + 2] ?? null,
        count: row[column + 3] ?? null,
      })),
      changes: (byItem.get(item) ?? []).map(({ time, level, text }) => ({
        time_s: time,
        level,
        ...(text === undefined ? {} : { text }),
      })),
    });
  }
  return all;
}

/** `mars.example.org, Sun 22 Nov 13:05 to 14:05 UTC+1, a row is 1m` */
function headOf(host: string, series: Series | undefined, now_s: number, width: number): Line[] {
  if (!series) return [[host]];
  const { from_s, to_s, bucket_s } = series;
  const [from, to, now] = [from_s, to_s, now_s].map((time_s) => localParts(time_s));
  const day = (time: typeof from) =>
    time &&
    `${time.weekday} ${time.day} ${time.month}${time.year === now?.year && from?.year === now.year ? "" : ` ${time.year}`}`;
  const [begin, end] = [day(from), day(to)];
  const [first, last] = [zone(from_s), zone(to_s)];
  const begins = `${begin} ${from?.clock}${first === last ? "" : ` ${first}`}`;
  const ends = `to ${begin === end ? "" : `${end} `}${to?.clock} ${last},`;
  return filled([`${host},`, begins, ends, `a row is ${formatInterval(bucket_s)}`], " ", width).map((line) => [line]);
}
