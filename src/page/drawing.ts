// What graph pages and pictures show of items: their history over a range, their events, and what these say of limits and levels.

import type { Event } from "../core/event.ts";
import { formatAge } from "../core/interval.ts";
import { WATCHED_EVENTS_S } from "../core/limits.ts";
import type { Kind } from "../core/reading.ts";
import type { Line } from "../plot/layout.ts";
import type { Stretch, Threshold } from "../plot/marked.ts";
import { stretchesOf, thresholdsOf } from "../plot/marks.ts";
import { type LinesOptions, plotAll } from "../plot/plot.ts";
import type { Scale } from "../plot/scale.ts";
import type { Series } from "../plot/series.ts";
import type { HostStatus } from "./fleet.ts";
import { historyOf } from "./history.ts";
import { lastEvents } from "./last-events.ts";
import { overRange, type Range } from "./lookup.ts";
import { type PageSource, type RuleView, SourceUnavailable } from "./model.ts";
import { namesOf, type Subject } from "./subjects.ts";

/** The last changes of an item that limits and levels are told from. */
const EVENTS_ASKED = 200;

/** One item, with all that is drawn of it. */
export interface Drawn extends Subject {
  /** What it is called among the others of its graph. */
  name: string;
  /** Newest first. */
  events: Event[];
  /** Its history, or why there is none. */
  series: Series | SourceUnavailable;
  stretches: Stretch[];
  thresholds: Threshold[];
}

/** Items of one unit, in one graph. */
export interface Graph {
  unit: string;
  kind: Kind;
  lines: [Drawn, ...Drawn[]];
}

export interface Drawing {
  now_s: number;
  range: Range;
  drawn: readonly [Drawn, ...Drawn[]];
  graphs: Graph[];
}

interface LoadOptions {
  now_s: number;
  scale: Scale;
  points_max?: number;
  /** Nothing stands beside it that needs more events than the graph shows. */
  isPicture?: boolean;
}

type Rules = Readonly<Record<string, readonly RuleView[]>>;

/** Asks for what is to be drawn, in at most `points_max` rows. Throws SourceUnavailable when the server cannot be asked. */
export async function loadDrawing(
  subjects: readonly Subject[],
  range: Range,
  source: PageSource,
  { now_s, scale, points_max = Number.POSITIVE_INFINITY, isPicture = false }: LoadOptions,
): Promise<Drawing> {
  const hosts = [...new Set(subjects.map(({ host }) => host))];
  const points = Math.min(range.points, points_max);
  const from_s = (range.to_s ?? now_s) - range.span_s;
  const [events, pasts, rules] = await Promise.all([
    Promise.all(
      subjects.map(({ host, item }, i) => {
        // Of the first one the page lists more than the graph shows.
        const isSeen = (i > 0 || isPicture) && from_s >= now_s - WATCHED_EVENTS_S;
        return isSeen
          ? Promise.resolve([...source.eventsOf(host.view.host, item)])
          : lastEvents({ host: host.view.host, item, count: EVENTS_ASKED }, [], source);
      }),
    ),
    Promise.all(hosts.map((host) => historyOf(host, itemsOf(host, subjects), range, points, source))),
    Promise.all(hosts.map((host) => rulesOf(host, source))),
  ]);
  const names = new Map<Subject, string>();
  const groups = grouped(subjects);
  for (const group of groups) for (const [i, name] of namesOf(group).entries()) names.set(group[i] as Subject, name);
  const drawn = subjects.map((subject, i): Drawn => {
    const past = pasts[hosts.indexOf(subject.host)];
    const found = past instanceof Map ? past.get(subject.item) : past;
    const series = found ?? new SourceUnavailable(`${subject.host.view.tag} keeps no history of ${subject.item}`);
    const shown =
      series instanceof SourceUnavailable
        ? series
        : inTime(series, subject, { range, now_s, isOne: subjects.length === 1 });
    return {
      ...subject,
      name: names.get(subject) ?? "",
      events: events[i] ?? [],
      ...markedOf(subject, events[i] ?? [], shown, { now_s, scale, rules: rules[hosts.indexOf(subject.host)] }),
    };
  });
  const graphs = groups.map((group): Graph => {
    const lines = group.map((subject) => drawn[subjects.indexOf(subject)] as Drawn) as Graph["lines"];
    return { unit: lines[0].state.unit, kind: lines[0].state.kind, lines };
  });
  return { now_s, range, drawn: drawn as [Drawn, ...Drawn[]], graphs };
}

/** Items of one unit share a graph; states and numbers without a unit only with their kind. */
function grouped(subjects: readonly Subject[]): Subject[][] {
  const groups = new Map<string, Subject[]>();
  for (const subject of subjects) {
    const { unit, kind } = subject.state;
    const key = `${unit}\0${kind === "state"}`;
    groups.set(key, [...(groups.get(key) ?? []), subject]);
  }
  return [...groups.values()];
}

function itemsOf(host: HostStatus, subjects: readonly Subject[]): string[] {
  return subjects.flatMap((subject) => (subject.host === host ? [subject.item] : []));
}

/** Where the levels of a host's items begin; undefined where its client cannot tell, and events tell of some. */
async function rulesOf({ view, silent }: HostStatus, source: PageSource): Promise<Rules | undefined> {
  if (silent !== undefined) return undefined;
  try {
    return await source.rules(view.host);
  } catch (error) {
    if (error instanceof SourceUnavailable) return undefined;
    throw error;
  }
}

/** Over the whole range; not where that would squash all others, because a client has another time. */
function inTime(
  series: Series,
  { host }: Subject,
  { range, now_s, isOne }: { range: Range; now_s: number; isOne: boolean },
): Series | SourceUnavailable {
  const to_s = range.to_s ?? now_s;
  const isElsewhere = series.rows.length > 0 && (series.from_s > to_s || series.to_s < to_s - range.span_s);
  if (isOne || !isElsewhere) return overRange(series, range, now_s);
  const away = formatAge(Math.abs(series.to_s - to_s));
  return new SourceUnavailable(
    `the clock of ${host.view.tag} is ${away} ${series.to_s > to_s ? "ahead" : "behind"}, so its past is that of another time`,
  );
}

function markedOf(
  { host, item, state }: Subject,
  events: Event[],
  series: Series | SourceUnavailable,
  { now_s, scale, rules }: { now_s: number; scale: Scale; rules: Rules | undefined },
): Pick<Drawn, "series" | "stretches" | "thresholds"> {
  const thresholds = thresholdsOf(
    state,
    events,
    scale,
    state.unit,
    rules && Object.hasOwn(rules, item) ? rules[item] : undefined,
  );
  if (series instanceof SourceUnavailable) return { series, stretches: [], thresholds };
  const known_until_s = host.silent ? state.time : Math.min(series.to_s, now_s);
  return { series, stretches: stretchesOf(state, events, scale, series, known_until_s), thresholds };
}

/** The lines of a graph, each in its place: one without history has none of the rows, but its colour. */
function linesOf({ lines }: Graph, { now_s, range }: Pick<Drawing, "now_s" | "range">): Line[] {
  const known = lines.flatMap(({ series }) => (series instanceof SourceUnavailable ? [] : [series]));
  const to_s = known[0]?.to_s ?? range.to_s ?? now_s;
  const from_s = known[0]?.from_s ?? to_s - range.span_s;
  const none: Series = { from_s, to_s, bucket_s: 60, rows: [] };
  return lines.map(({ name, series, stretches }) => ({
    name,
    series: series instanceof SourceUnavailable ? none : series,
    stretches,
  }));
}

export function titleOf({ lines }: Graph, range: Range): string {
  const last = range.to_s === undefined ? "last " : "";
  const names = namesOf(lines);
  const [first] = lines;
  const sameHost = lines.every(({ host }) => host === first.host);
  const sameItem = lines.every(({ item }) => item === first.item);
  const common = sameHost ? `${first.host.view.tag} ` : sameItem ? `${first.item} of ` : "";
  return `${common}${names.join(", ")}, ${last}${range.label ?? range.name}`;
}

/** The SVG of each graph with its limits and levels; those of its first line where it has several. */
export function drawAll(
  drawing: Drawing,
  size: Pick<LinesOptions, "width" | "height" | "standalone" | "pointed">,
): string[] {
  return plotAll(
    drawing.graphs.map((graph) => {
      const { unit, kind, lines } = graph;
      const title = titleOf(graph, drawing.range);
      return {
        lines: linesOf(graph, drawing),
        options: { ...size, unit, kind, title, thresholds: lines[0].thresholds },
      };
    }),
  );
}
