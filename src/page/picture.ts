// /plot: a graph alone, as SVG, for other pages to show. What is wrong is said in the picture, for nobody sees a page.

import { didYouMean } from "../core/diagnostic.ts";
import { findHost, findItemOf, overRange, rangeOf } from "./lookup.ts";
import { measuredFrom, stretchesOf, thresholdsOf } from "./marks.ts";
import { type PageSource, type Series, SourceUnavailable } from "./model.ts";
import { plot } from "./plot.ts";
import { BadRequest, NotFound, type Visit } from "./view.ts";
import { eventsOf } from "./views/graph.ts";

export const PLOT_PATH = "/plot";
const SIZE = { w: 720, h: 300 };

/** The graph that `?host=&item=&ival=&w=&h=` asks for. */
export async function drawPlot(
  { fleet, overview, query }: Visit,
  source: PageSource,
): Promise<{ status: number; svg: string }> {
  const width = sizeOf(query, "w");
  const height = sizeOf(query, "h");
  const fail = (status: number, title: string, emptyText: string) => {
    const empty: Series = { from_s: 0, to_s: 0, bucket_s: 1, rows: [] };
    return { status, svg: plot(empty, { width, height, unit: "", kind: "gauge", title, standalone: true, emptyText }) };
  };
  const unknown = [...query.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return fail(
      400,
      "dmon",
      `/plot has no “${unknown.slice(0, 40)}”; ${didYouMean(unknown, KEYS) ?? `it has ${KEYS.join(", ")}`}`,
    );
  }
  const item = query.get("item") ?? "";
  try {
    const host = findHost(fleet, query.get("host") ?? "");
    const state = findItemOf(host, item);
    const range = rangeOf(query);
    const title = `${host.view.tag} ${item}, last ${range.name}`;
    try {
      const rows = await source.history(host.view.host, item, range.span_s, Math.min(range.points, width));
      const series = overRange(rows, range, overview.now_s);
      const events = eventsOf(fleet, host, item);
      const thresholds = thresholdsOf(state, events, fleet.scale, state.unit);
      const stretches = stretchesOf(
        host.silent ? undefined : state,
        events,
        fleet.scale,
        measuredFrom(series),
        series.to_s,
      );
      const { unit, kind } = state;
      return {
        status: 200,
        svg: plot(series, { width, height, unit, kind, title, thresholds, stretches, standalone: true }),
      };
    } catch (error) {
      if (error instanceof SourceUnavailable) return fail(503, title, error.message);
      throw error;
    }
  } catch (error) {
    if (error instanceof NotFound)
      return fail(404, "dmon", `${error.message}${error.links[0] ? ` Did you mean ${error.links[0].text}?` : ""}`);
    if (error instanceof BadRequest) return fail(400, "dmon", error.message);
    throw error;
  }
}

const KEYS = ["host", "item", "ival", "w", "h"];

function sizeOf(query: URLSearchParams, key: "w" | "h"): number {
  const text = query.get(key);
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : SIZE[key];
}
