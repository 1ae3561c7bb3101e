// The data of a graph page for its script.

import { GRAPH_MARKS_MAX } from "../core/limits.ts";
import type { GraphData, GraphPart, LineData, Mark } from "../plot/graph-data.ts";
import type { Scale } from "../plot/scale.ts";
import type { Series } from "../plot/series.ts";
import { offsetAt } from "../process/localtime.ts";
import { type Drawing, type Drawn, titleOf } from "./drawing.ts";
import { SourceUnavailable } from "./model.ts";
import { keyOf } from "./subjects.ts";

/** What a curve of a thousand pixels or a value of three digits can show; the rest would be bytes. */
const DIGITS = 6;

export function graphData({ now_s, range, graphs }: Drawing, scale: Scale): GraphData {
  const all = graphs.flatMap(({ lines }) => lines.flatMap(({ series }) => (isSeries(series) ? [series] : [])));
  // Of a client whose clock is far off it is another one.
  const asked_s = range.to_s ?? now_s;
  const from_s = all.length === 0 ? asked_s - range.span_s : Math.min(...all.map((series) => series.from_s));
  const to_s = all.length === 0 ? asked_s : Math.max(...all.map((series) => series.to_s));
  const times = new Times();
  const parts = graphs.map((graph): GraphPart => {
    const { unit, kind, lines } = graph;
    const { thresholds } = lines[0];
    return {
      title: titleOf(graph, range),
      unit,
      kind,
      thresholds,
      lines: lines.map((line) => lineData(line, times, { from_s, now_s, scale })),
    };
  });
  return {
    now_s,
    range: range.name,
    label: range.label ?? range.name,
    from_s,
    to_s,
    isLive: range.to_s === undefined,
    zone: zoneOf(from_s, to_s),
    times: times.all,
    graphs: parts,
  };
}

/** Columns of times, each once: items of one client have the same. */
class Times {
  readonly all: number[][] = [];
  private readonly known = new Map<string, number>();
  at(series: Series): number {
    const times = series.rows.map(({ time_s }) => time_s);
    const key = times.join();
    const at = this.known.get(key) ?? this.all.push(times) - 1;
    this.known.set(key, at);
    return at;
  }
}

function lineData(drawn: Drawn, times: Times, at: { from_s: number; now_s: number; scale: Scale }): LineData {
  const { name, series, stretches } = drawn;
  const marks = marksOf(drawn, at);
  const head = { key: keyOf(drawn), name, stretches, marks };
  if (!isSeries(series)) {
    const empty = { from_s: 0, to_s: 0, bucket_s: 60, rows: [] };
    return { ...head, trouble: series.message, times: times.at(empty), bucket_s: 60, avg: [], min: null, max: null };
  }
  const { rows, bucket_s, coarser } = series;
  const flat = rows.every(({ avg, min, max }) => avg === min && avg === max);
  return {
    ...head,
    times: times.at(series),
    bucket_s,
    ...(coarser ? { coarser } : {}),
    avg: rows.map(({ avg }) => rounded(avg)),
    min: flat ? null : rows.map(({ min }) => rounded(min)),
    max: flat ? null : rows.map(({ max }) => rounded(max)),
  };
}

/** Changes of level within the range, and the work that is planned now. */
function marksOf(drawn: Drawn, { from_s, now_s, scale }: { from_s: number; now_s: number; scale: Scale }): Mark[] {
  const { name, item, host, events } = drawn;
  const changes = events
    .filter(({ time }) => time >= from_s)
    .slice(0, GRAPH_MARKS_MAX)
    .map(({ time, prev, level, reason, text }): Mark => {
      const from = prev === level ? "" : `${scale.label(prev)} → `;
      const why = [reason, text].filter(Boolean).join(", ");
      return {
        at_s: time,
        look: scale.look(level),
        text: `${name}: ${from}${scale.label(level)}${why ? ` (${why})` : ""}`,
      };
    });
  const row = host.rows.find((each) => each.item === item);
  const works = [...host.planned, ...(row?.planned ?? [])].map(
    ({ text, user, until }): Mark => ({
      at_s: now_s,
      ...(until === undefined ? {} : { until_s: until }),
      look: "odd",
      text: `planned work: ${[text, user && `by ${user}`].filter(Boolean).join(" ")}`,
    }),
  );
  return [...changes, ...works];
}

/** From when on local time is how far ahead of UTC, in a range. */
function zoneOf(from_s: number, to_s: number): [number, number][] {
  const zone: [number, number][] = [[from_s, offsetAt(from_s)]];
  const WEEK_S = 7 * 86_400;
  for (let begin = from_s; begin < to_s; begin += WEEK_S) {
    const last = zone.at(-1)?.[1];
    let [low, high] = [begin, Math.min(begin + WEEK_S, to_s)];
    if (offsetAt(high) === last) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === last) low = middle;
      else high = middle;
    }
    zone.push([high, offsetAt(high)]);
  }
  return zone;
}

function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}

export function isSeries(series: Series | SourceUnavailable): series is Series {
  return !(series instanceof SourceUnavailable);
}
