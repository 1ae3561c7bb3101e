// What the graph page and /plot show of one item: its history over a range, its events, and what these say of limits and levels.

import type { Event } from "../core/event.ts";
import type { ItemState } from "../core/report.ts";
import { stretchesOf, thresholdsOf } from "../plot/marks.ts";
import { type PlotOptions, plot } from "../plot/plot.ts";
import type { Scale } from "../plot/scale.ts";
import type { Series } from "../plot/series.ts";
import type { HostStatus } from "./fleet.ts";
import { overRange, type Range } from "./lookup.ts";
import { type PageSource, SourceUnavailable } from "./model.ts";

/** The last changes of the item that limits and levels are told from. */
const EVENTS_ASKED = 200;

/** One item of a host, that is to be drawn over a range. */
export interface Subject {
  host: HostStatus;
  item: string;
  state: ItemState;
  range: Range;
}

export interface Drawing extends Subject {
  now_s: number;
  /** Newest first. */
  events: Event[];
  /** Its history, or why there is none. */
  series: Series | SourceUnavailable;
}

/** Asks for what is to be drawn, in at most `points_max` rows. Throws SourceUnavailable when the server cannot be asked. */
export async function loadDrawing(
  subject: Subject,
  source: PageSource,
  now_s: number,
  points_max = Number.POSITIVE_INFINITY,
): Promise<Drawing> {
  const { host, item, range } = subject;
  const [events, series] = await Promise.all([
    source.events({ host: host.view.host, item, count: EVENTS_ASKED }),
    source.history(host.view.host, item, range, Math.min(range.points, points_max)).then(
      (found) => overRange(found, range, now_s),
      (error) => {
        if (error instanceof SourceUnavailable) return error; // what the server knows is shown all the same
        throw error;
      },
    ),
  ]);
  return { ...subject, now_s, events, series };
}

export function titleOf({ host, item, range }: Subject): string {
  return `${host.view.tag} ${item}, ${range.to_s === undefined ? "last " : ""}${range.name}`;
}

/** The SVG of a series with its limits and levels. */
export function draw(
  drawing: Drawing,
  series: Series,
  scale: Scale,
  size: Pick<PlotOptions, "width" | "height" | "standalone">,
): string {
  const { host, state, events } = drawing;
  const thresholds = thresholdsOf(state, events, scale, state.unit);
  const known_until_s = host.silent ? state.time : Math.min(series.to_s, drawing.now_s);
  const stretches = stretchesOf(state, events, scale, series, known_until_s);
  const { unit, kind } = state;
  return plot(series, { ...size, unit, kind, title: titleOf(drawing), thresholds, stretches });
}
