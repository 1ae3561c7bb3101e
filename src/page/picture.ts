// /plot: graphs alone, as SVG, for other pages to show. What is wrong is said in the picture, for nobody sees a page.

import { didYouMean } from "../core/diagnostic.ts";
import { PLOT_HEIGHT, plot } from "../plot/plot.ts";
import type { Series } from "../plot/series.ts";
import { spark } from "../plot/spark.ts";
import { type Drawing, drawAll, loadDrawing, titleOf } from "./drawing.ts";
import type { Fleet } from "./fleet.ts";
import { isSeries } from "./graph-data.ts";
import { RANGE_FORM, rangeOf } from "./lookup.ts";
import { type PageSource, SourceUnavailable } from "./model.ts";
import { findSubjects } from "./subjects.ts";
import { BadRequest, NotFound, type Visit } from "./view.ts";

export const PLOT_PATH = "/plot";
const SIZE = { w: 720, h: 300 };
const SMALL_SIZE = { w: 120, h: 28 };
const KEYS = ["host", "item", "ival", "w", "h", "fmt", "with", "small"];
const FORMATS = ["svg", "png"];
/** Where the picture becomes pixels, nobody points at it, and no style is asked for. */
type Standalone = true | "still";

export interface Picture {
  status: number;
  svg: string;
  format: string;
  /** What went wrong, in words. */
  trouble?: string;
}

/** The graph that `?host=&item=&ival=&w=&h=` asks for. */
export async function drawPicture({ fleet, overview, query }: Visit, source: PageSource): Promise<Picture> {
  const isSmall = query.get("small") !== null && query.get("small") !== "0";
  const width = sizeOf(query, "w", isSmall);
  const height = sizeOf(query, "h", isSmall);
  const format = query.get("fmt") || "svg";
  const standalone: Standalone = format === "png" ? "still" : true;
  const fail = (status: number, title: string, emptyText: string): Picture => {
    const empty: Series = { from_s: 0, to_s: 0, bucket_s: 1, rows: [] };
    const svg = isSmall
      ? spark(empty, { width, height, unit: "", kind: "gauge", title: emptyText, stretches: [] })
      : plot(empty, { width, height, unit: "", kind: "gauge", title, standalone, emptyText });
    return { status, svg, format, trouble: emptyText };
  };
  const wrong = misspelt(query);
  if (wrong) return fail(400, "dmon", wrong);
  const [name, item] = [query.get("host"), query.get("item")];
  if (!name || !item) return fail(400, "dmon", usage(fleet));
  try {
    const { all, missing } = findSubjects(fleet, name, item, query);
    const [unknown] = missing;
    if (unknown) return fail(404, "dmon", withNear(unknown.message, unknown.near));
    const range = rangeOf(query, overview.now_s);
    const points_max = isSmall ? Math.min(width, 150) : width;
    const drawing = await loadDrawing(all, range, source, {
      now_s: overview.now_s,
      scale: fleet.scale,
      points_max,
      isPicture: true,
    });
    const failed = drawing.drawn.find(({ series }) => series instanceof SourceUnavailable)?.series;
    if (failed instanceof SourceUnavailable && !drawing.drawn.some(({ series }) => isSeries(series)))
      return fail(503, drawing.graphs.map((graph) => titleOf(graph, range)).join("; "), failed.message);
    const svg = isSmall ? small(drawing, width, height) : stacked(drawing, { width, height, standalone });
    return { status: 200, svg, format };
  } catch (error) {
    if (error instanceof NotFound) return fail(404, "dmon", withNear(error.message, error.near?.text));
    if (error instanceof BadRequest) return fail(400, "dmon", error.message);
    throw error;
  }
}

function misspelt(query: URLSearchParams): string | undefined {
  const unknown = [...query.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    return `/plot has no “${unknown.slice(0, 40)}”; ${didYouMean(unknown, KEYS) ?? `it has ${KEYS.join(", ")}`}`;
  const format = query.get("fmt") || "svg";
  return FORMATS.includes(format) ? undefined : `fmt=${format.slice(0, 20)} is none of ${FORMATS.join(", ")}`;
}

function withNear(message: string, near: string | undefined): string {
  return `${message}${near ? ` Did you mean ${near}?` : ""}`;
}

function small({ drawn, graphs, range }: Drawing, width: number, height: number): string {
  const [{ series, stretches, state }] = drawn;
  const [graph] = graphs;
  const empty: Series = { from_s: 0, to_s: 0, bucket_s: 1, rows: [] };
  const { unit, kind } = state;
  const title = graph ? titleOf(graph, range) : "";
  return spark(isSeries(series) ? series : empty, { width, height, unit, kind, title, stretches });
}

/** Graphs of several units, one below the other. */
function stacked(
  drawing: Drawing,
  { width, height, standalone }: { width: number; height: number; standalone: Standalone },
): string {
  const { length } = drawing.graphs;
  const each = length === 1 ? height : Math.max(PLOT_HEIGHT.min, Math.floor(height / length));
  const svgs = drawAll(drawing, { width, height: each, standalone });
  const [only = ""] = svgs;
  if (length === 1) return only;
  const parts = svgs.map((svg, i) => svg.replace(/^<svg /, `<svg y="${i * each}" `));
  const total = each * length;
  const wide = /viewBox="0 0 (\d+) /.exec(parts[0] ?? "")?.[1] ?? width;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${total}" viewBox="0 0 ${wide} ${total}">${parts.join("")}</svg>`;
}

/** What the address can say, with one that shows something here. */
function usage(fleet: Fleet): string {
  const host = fleet.hosts.find(({ rows, silent }) => rows.length > 0 && !silent);
  const query = new URLSearchParams({ host: host?.view.tag ?? "mars", item: host?.rows[0]?.item ?? "cpu_load" });
  return `${PLOT_PATH} shows one item of one host, for example\n${PLOT_PATH}?${query.toString()}\nIt takes ${KEYS.join(", ")}.\nival can be ${RANGE_FORM}; w and h are pixels; fmt is svg or png; with=HOST/ITEM adds another one; small=1 leaves the axes out.`;
}

function sizeOf(query: URLSearchParams, key: "w" | "h", isSmall: boolean): number {
  const text = query.get(key);
  const size = isSmall ? SMALL_SIZE : SIZE;
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : size[key];
}
