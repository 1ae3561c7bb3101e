// /plot: a picture for other pages, as SVG or PNG.

import { PICTURE_PIXELS_MAX } from "../../core/limits.ts";
import { PLOT_STYLE } from "../../plot/plot.ts";
import { SPARK_STYLE } from "../../plot/spark.ts";
import { SECURITY_HEADERS } from "../answer.ts";
import { drawPicture } from "../picture.ts";
import type { Route } from "../route.ts";

const hashOf = (style: string) => `'sha256-${new Bun.CryptoHasher("sha256").update(style).digest("base64")}'`;
// Any page may show it; it can load nothing and run nothing.
const HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Security-Policy": `default-src 'none'; style-src ${hashOf(PLOT_STYLE)} ${hashOf(SPARK_STYLE)}`,
  "Cross-Origin-Resource-Policy": "cross-origin",
};
/** Values change once a minute; who reads a page need not be asked for its pictures twice within one. */
const KEPT = "private, max-age=60";
/** Pixels for each of CSS, for screens with small ones. */
const DENSITY = 2;
const TEXT = "text/plain; charset=utf-8";

const route: Route = {
  path: "/plot",
  for: "programs",
  async answer(visit, source) {
    const { status, svg, format, trouble } = await drawPicture(visit, source);
    const kept = { ...HEADERS, "Cache-Control": status === 200 ? KEPT : "no-store" };
    if (format !== "png") {
      return new Response(svg, { status, headers: { ...kept, "Content-Type": "image/svg+xml; charset=utf-8" } });
    }
    // A mail program shows no picture of a failure, but who asks with curl reads it.
    const fail = (code: number, text: string) =>
      new Response(`${text}\n`, {
        status: code,
        headers: { ...HEADERS, "Cache-Control": "no-store", "Content-Type": TEXT },
      });
    if (trouble !== undefined) return fail(status, trouble);
    if (!source.drawPng) return fail(503, "Nothing here draws PNG; fmt=svg can be had.");
    try {
      const png = await source.drawPng(svg, densityOf(svg), visit.request.signal);
      return new Response(png as Uint8Array<ArrayBuffer>, {
        status,
        headers: { ...kept, "Content-Type": "image/png" },
      });
    } catch (error) {
      return fail(503, `No picture can be drawn now (${(error as Error).message}); fmt=svg can be had.`);
    }
  },
};
export default route;

/** As sharp as its size allows. */
function densityOf(svg: string): number {
  const [, width = "1", height = "1"] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const pixels = Number(width) * Number(height);
  return Math.min(DENSITY, Math.floor(Math.sqrt(PICTURE_PIXELS_MAX / pixels) * 100) / 100);
}
