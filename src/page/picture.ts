// /plot: a graph alone, as SVG, for other pages to show. What is wrong is said in the picture, for nobody sees a page.

import { didYouMean } from "../core/diagnostic.ts";
import { draw, loadDrawing, titleOf } from "./drawing.ts";
import { findHost, findItemOf, rangeOf } from "./lookup.ts";
import { type PageSource, type Series, SourceUnavailable } from "./model.ts";
import { plot } from "./plot.ts";
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
  const item = query.get("item") ?? "";
  try {
    const host = findHost(fleet, query.get("host") ?? "");
    const subject = { host, item, state: findItemOf(host, item), range: rangeOf(query) };
    const drawing = await loadDrawing(subject, source, overview.now_s, width);
    const { series } = drawing;
    if (series instanceof SourceUnavailable) return fail(503, titleOf(subject), series.message);
    return { status: 200, svg: draw(drawing, series, fleet.scale, { width, height, standalone: true }) };
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
