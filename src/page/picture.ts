// /plot: a graph alone, as SVG, for other pages to show. What is wrong is said in the picture, for nobody sees a page.

import { didYouMean } from "../core/diagnostic.ts";
import { plot } from "../plot/plot.ts";
import type { Series } from "../plot/series.ts";
import { draw, loadDrawing, titleOf } from "./drawing.ts";
import type { Fleet } from "./fleet.ts";
import { findHost, findItemOf, RANGE_FORM, rangeOf } from "./lookup.ts";
import { type PageSource, SourceUnavailable } from "./model.ts";
import { BadRequest, NotFound, type Visit } from "./view.ts";

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
  const [name, item] = [query.get("host"), query.get("item")];
  if (!name || !item) return fail(400, "dmon", usage(fleet));
  try {
    const host = findHost(fleet, name);
    const subject = { host, item, state: findItemOf(host, item), range: rangeOf(query, overview.now_s) };
    const drawing = await loadDrawing(subject, source, overview.now_s, width);
    const { series } = drawing;
    if (series instanceof SourceUnavailable) return fail(503, titleOf(subject), series.message);
    return { status: 200, svg: draw(drawing, series, fleet.scale, { width, height, standalone: true }) };
  } catch (error) {
    if (error instanceof NotFound)
      return fail(404, "dmon", `${error.message}${error.near ? ` Did you mean ${error.near.text}?` : ""}`);
    if (error instanceof BadRequest) return fail(400, "dmon", error.message);
    throw error;
  }
}

const KEYS = ["host", "item", "ival", "w", "h"];

/** What the address can say, with one that shows something here. */
function usage(fleet: Fleet): string {
  const host = fleet.hosts.find(({ rows, silent }) => rows.length > 0 && !silent);
  const query = new URLSearchParams({ host: host?.view.tag ?? "mars", item: host?.rows[0]?.item ?? "cpu_load" });
  return `${PLOT_PATH} shows one item of one host, for example\n${PLOT_PATH}?${query.toString()}\nIt takes ${KEYS.join(", ")}.\nival can be ${RANGE_FORM}; w and h are pixels.`;
}

function sizeOf(query: URLSearchParams, key: "w" | "h"): number {
  const text = query.get(key);
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : SIZE[key];
}
