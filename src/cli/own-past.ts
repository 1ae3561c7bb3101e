// The past of this host's items for `dmon probe`: asked of the daemon that runs here, for it alone has the history.

import { MINMAX } from "../commands/client/hist.ts";
import type { Settings } from "../config/load.ts";
import type { Host, PastRow } from "../core/host.ts";
import { ProbeError } from "../core/reading.ts";
import { askJson } from "../wire/ask.ts";
import { callOwn } from "./own-daemon.ts";

type Row = [time_s: number, avg: number | null, min: number | null, max: number | null, count: number | null];

export function ownPast({ conf, hostname }: Pick<Settings, "conf" | "hostname">): Host["past"] {
  return async ({ item, from_s, to_s, bucket_s }) => {
    const points = Math.max(1, Math.round((to_s - from_s) / bucket_s));
    const range = `${Math.floor(from_s)}..${Math.ceil(to_s)}`;
    try {
      const line = `HIST ${range} ${points} ${hostname} ${item} ${MINMAX}`;
      const { data } = await callOwn(conf, (target) => askJson(target, line));
      const { units, rows } = data as { units: (string | null)[]; rows: Row[] };
      return { unit: units[1] ?? "", rows: rows.flatMap(known) };
    } catch (error) {
      throw new ProbeError(`the past of ${item} is asked of the daemon here: ${(error as Error).message}`);
    }
  };
}

function known([time_s, avg, min, max, count]: Row): PastRow[] {
  if (avg === null || min === null || max === null || count === null) return [];
  return [{ time_s, avg, min, max, count }];
}
