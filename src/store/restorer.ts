// Takes rows of a history back that were lost with its file, under the names that they had there. What is there meanwhile stays.

import type { Bucket } from "../core/consolidation.ts";
import { TIME_S_MAX } from "../core/limits.ts";
import { type Buckets, type Row, stretchOf } from "./buckets.ts";
import type { Changes } from "./changes.ts";
import type { SavedRow } from "./damaged-database.ts";
import { DamagedStretch, STRETCH_ROWS, StretchReader } from "./packing.ts";
import type { SeriesNames } from "./series.ts";
import type { Tiers } from "./tiers.ts";

/** What the numbers of hosts and items meant. */
export interface LostNames {
  hosts: ReadonlyMap<number, string>;
  items: ReadonlyMap<number, string>;
}

/** Buckets of a host: those that are back, and those that nobody can read or name. */
export interface Restored {
  saved: number;
  lost: number;
}

const NOTHING: Restored = { saved: 0, lost: 0 };

/** Everything is to be called inside a transaction. */
export class Restorer {
  private readonly names: SeriesNames;
  private readonly buckets: Buckets;
  private readonly tiers: Tiers;
  private readonly changes: Changes;
  private readonly lost: LostNames;

  constructor(names: SeriesNames, buckets: Buckets, tiers: Tiers, changes: Changes, lost: LostNames) {
    this.names = names;
    this.buckets = buckets;
    this.tiers = tiers;
    this.changes = changes;
    this.lost = lost;
  }

  /** An item of a host of which there was history, and until when. */
  series({ host, item, last }: SavedRow): void {
    const id = this.host(host);
    if (id !== undefined) this.item(id, item, Number(last));
  }

  /** A row of the table `bucket`, or of `stretch`. */
  row({ tier, host, time, data, filled }: SavedRow): Restored {
    const [bucket_s, start_s, rows] = [Number(tier), Number(time), Number(filled ?? 1)];
    const isStretch = filled !== undefined;
    const length_s = isStretch ? stretchOf(bucket_s) : bucket_s;
    const isSane = Math.abs(start_s) <= TIME_S_MAX && start_s % length_s === 0 && rows > 0 && rows <= STRETCH_ROWS;
    if (!isSane || !this.tiers.takesBack(bucket_s, start_s + length_s)) return NOTHING;
    const nothing = { saved: 0, lost: rows };
    const id = this.host(host);
    const columns = id === undefined ? undefined : this.columns(id, data, isStretch ? STRETCH_ROWS : 1, start_s);
    if (id === undefined || !columns || columns.size === 0) return nothing;
    if (isStretch) this.buckets.putBack(bucket_s, id, start_s, columns);
    else {
      const row: Row = new Map([...columns].flatMap(([item, [bucket]]) => (bucket ? [[item, bucket]] : [])));
      this.buckets.join(bucket_s, id, start_s, row);
    }
    return { saved: rows, lost: 0 };
  }

  /** A row of the table `level_change`, or of `text_change`. Returns whether it is known what it is of. */
  change(table: "level_change" | "text_change", { host, time, item, level, text }: SavedRow): boolean {
    const id = this.host(host);
    const series = id === undefined ? undefined : this.item(id, item, Number(time));
    if (id === undefined || series === undefined) return false;
    const about = { level: String(level), text: text === null ? null : String(text) };
    this.changes.putBack(table, { host: id, time: Number(time), item: series, ...about });
    return true;
  }

  /** When all is back: makes of it what may be missing. Each step is a transaction. */
  end(now_s: number, tiersAreNew: boolean): Generator<undefined, void> {
    return this.tiers.remake(now_s, tiersAreNew);
  }

  /** The buckets of each item by the number that it has now; undefined where they are not what was written. */
  private columns(
    host: number,
    data: SavedRow[string] | undefined,
    rows: number,
    time_s: number,
  ): Map<number, (Bucket | undefined)[]> | undefined {
    if (!(data instanceof Uint8Array)) return undefined;
    const columns = new Map<number, (Bucket | undefined)[]>();
    try {
      const reader = new StretchReader(data);
      if (reader.rows !== rows) return undefined;
      for (const item of reader.items()) {
        const id = this.item(host, item, time_s);
        const column = id === undefined ? undefined : reader.column(item);
        if (id !== undefined && column?.every(isPossible)) columns.set(id, column);
      }
    } catch (error) {
      if (!(error instanceof DamagedStretch)) throw error;
      return undefined;
    }
    return columns;
  }

  private host(lost: SavedRow[string] | undefined): number | undefined {
    const name = this.lost.hosts.get(Number(lost));
    return name === undefined ? undefined : this.names.hostId(name);
  }

  private item(host: number, lost: SavedRow[string] | undefined, time_s: number): number | undefined {
    const name = this.lost.items.get(Number(lost));
    return name === undefined ? undefined : this.names.seriesId(host, name, time_s);
  }
}

/** What no reading can have made is no bucket. */
function isPossible(bucket: Bucket | undefined): boolean {
  return !bucket || (bucket.count >= 1 && bucket.min <= bucket.avg && bucket.avg <= bucket.max);
}
