// The history of items as their host has it. A host that is silent is asked, too, for it may be back, but hardly waited for.

import { formatAge } from "../core/interval.ts";
import { GRAPH_SILENT_MS_MAX } from "../core/limits.ts";
import type { Series } from "../plot/series.ts";
import type { HostStatus } from "./fleet.ts";
import { type PageSource, type Past, SourceUnavailable } from "./model.ts";

/** The history of some items of a host; why there is none, which is told beside all that the server knows. */
export async function historyOf(
  host: HostStatus,
  items: readonly string[],
  past: Past,
  points: number,
  source: PageSource,
): Promise<ReadonlyMap<string, Series> | SourceUnavailable> {
  const { host: name, tag } = host.view;
  const silent = host.silent === "overdue" || host.silent === "behind";
  const signal = silent ? AbortSignal.timeout(GRAPH_SILENT_MS_MAX) : undefined;
  const { promise: late, resolve } = Promise.withResolvers<SourceUnavailable>();
  const age = formatAge(host.report_age_s ?? 0);
  signal?.addEventListener("abort", () =>
    resolve(
      new SourceUnavailable(
        `${tag} has been silent for ${age}, and did not answer now within ${GRAPH_SILENT_MS_MAX} ms`,
      ),
    ),
  );
  const asked = source.histories(name, items, past, points, signal).catch((error) => {
    if (error instanceof SourceUnavailable) return error; // what the server knows is told all the same
    throw error;
  });
  return await (silent ? Promise.race([asked, late]) : asked);
}
