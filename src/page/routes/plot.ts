// /plot: a picture for other pages.

import { PLOT_STYLE } from "../../plot/plot.ts";
import { SECURITY_HEADERS } from "../answer.ts";
import { drawPlot } from "../picture.ts";
import type { Route } from "../route.ts";

const PLOT_STYLE_HASH = new Bun.CryptoHasher("sha256").update(PLOT_STYLE).digest("base64");
// Any page may show it; it can load nothing and run nothing.
const HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Type": "image/svg+xml; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${PLOT_STYLE_HASH}'`,
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Cache-Control": "no-store",
};

const route: Route = {
  path: "/plot",
  for: "programs",
  async answer(visit, source) {
    const { status, svg } = await drawPlot(visit, source);
    return new Response(svg, { status, headers: HEADERS });
  },
};
export default route;
