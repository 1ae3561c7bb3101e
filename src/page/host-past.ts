// What a host's page shows of its client: small graphs of all items, and by which rules they have their levels. The page waits
// for neither longer than a person does not notice: without them all that the server knows is there.

import { HOST_PAST_MS_MAX } from "../core/limits.ts";
import type { Series } from "../plot/series.ts";
import type { HostStatus } from "./fleet.ts";
import { type PageSource, type RuleView, SourceUnavailable } from "./model.ts";

const DAY_S = 86_400;
/** Half an hour each: a small graph has no room for more. */
const POINTS = 48;

export interface HostPast {
  series: ReadonlyMap<string, Series>;
  rules: Readonly<Record<string, readonly RuleView[]>>;
  /** Why there is neither. */
  trouble?: string;
}

export async function loadPast({ view, rows, silent }: HostStatus, source: PageSource): Promise<HostPast> {
  const nothing: HostPast = { series: new Map(), rules: {} };
  // Who asks a silent one waits for nothing, most of the time.
  if (rows.length === 0 || silent !== undefined) return nothing;
  const signal = AbortSignal.timeout(HOST_PAST_MS_MAX);
  const items = rows.map(({ item }) => item);
  const [series, rules] = await Promise.allSettled([
    source.histories(view.host, items, { span_s: DAY_S }, POINTS, signal),
    source.rules(view.host, signal),
  ]);
  const failed = [series, rules].flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  const ours = failed.find((reason) => !(reason instanceof SourceUnavailable));
  if (ours) throw ours;
  return {
    series: series.status === "fulfilled" ? series.value : nothing.series,
    rules: rules.status === "fulfilled" ? rules.value : nothing.rules,
    ...(failed.length > 0
      ? {
          trouble: signal.aborted
            ? `the client did not answer within ${HOST_PAST_MS_MAX} ms`
            : (failed[0] as Error).message,
        }
      : {}),
  };
}
