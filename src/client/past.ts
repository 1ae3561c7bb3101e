// The past of a client's items as its probes see it (core/host, Past): what the history has, of items that are measured.

import { findProbe } from "../../probes/index.ts";
import type { Past, PastQuery } from "../core/host.ts";
import { NoDataNow, ProbeError } from "../core/reading.ts";
import { StoreError } from "../store/database.ts";
import type { ClientWork, ItemWork } from "../work/works.ts";
import { finderOf } from "./found.ts";
import { HistoryUnavailable, type Keeper } from "./keeper.ts";
import type { States } from "./states.ts";

/** Throws ProbeError where the work has no such item, nor one that may find it; NoDataNow where the history cannot be read. */
export function pastOf(
  { host, item, ...stretch }: PastQuery,
  work: ClientWork | undefined,
  states: States,
  keeper: Pick<Keeper, "history">,
): Past {
  const { tag = host, items = {} } = work?.hosts[host] ?? {};
  const own = Object.hasOwn(items, item) ? items[item] : undefined;
  if (!own && finderOf(item, items) === undefined)
    throw new ProbeError(`${item} is not measured, so it has no past; add: get ${tag} ${item}`);
  try {
    const rows = [...keeper.history({ host, items: [item], ...stretch })];
    return {
      unit: (own && unitOf(own)) ?? states.unit(host, item),
      rows: rows.flatMap((row) => (row?.buckets[0] ? [{ time_s: row.time_s, ...row.buckets[0] }] : [])),
    };
  } catch (error) {
    if (!(error instanceof HistoryUnavailable) && !(error instanceof StoreError)) throw error;
    throw new NoDataNow(`the history cannot be read now: ${error.message}`); // which dmon_history tells of, once
  }
}

function unitOf({ unit, probe, value }: ItemWork): string | undefined {
  return unit ?? findProbe(probe)?.values[value]?.unit;
}
