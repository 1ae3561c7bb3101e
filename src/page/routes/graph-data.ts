// What a graph page shows, for its script and for programs: JSON, or CSV.

import { SECURITY_HEADERS } from "../answer.ts";
import { csvOf, fileNameOf } from "../csv.ts";
import { loadDrawing } from "../drawing.ts";
import { graphData, isSeries } from "../graph-data.ts";
import { rangeOf } from "../lookup.ts";
import { SourceUnavailable } from "../model.ts";
import type { Route } from "../route.ts";
import { findSubjects } from "../subjects.ts";
import { BadRequest } from "../view.ts";

const FORMATS = ["json", "csv"];
const HEADERS = { ...SECURITY_HEADERS, "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store" };

const route: Route = {
  path: "/graph-data/:tag/:item",
  for: "script",
  async answer({ fleet, overview, params, query }, source) {
    const format = query.get("fmt") || "json";
    if (!FORMATS.includes(format)) throw new BadRequest(`fmt=${format.slice(0, 20)} is none of ${FORMATS.join(", ")}.`);
    const { all } = findSubjects(fleet, params.tag ?? "", params.item ?? "", query);
    const range = rangeOf(query, overview.now_s);
    const { now_s } = overview;
    const drawing = await loadDrawing(all, range, source, { now_s, scale: fleet.scale, isPicture: true });
    if (format === "json") return Response.json(graphData(drawing, fleet.scale), { headers: HEADERS });
    const [{ series }] = drawing.drawn;
    // A table without a row would look as if nothing had been measured.
    if (!drawing.drawn.some((each) => isSeries(each.series)) && series instanceof SourceUnavailable) throw series;
    return new Response(csvOf(drawing), {
      headers: {
        ...HEADERS,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": `attachment; filename="${fileNameOf(drawing)}.csv"`,
      },
    });
  },
  refuse: ({ status, message }) => Response.json({ error: message }, { status, headers: HEADERS }),
};
export default route;
