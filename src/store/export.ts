// The rows of a client's history as they are stored, for other programs: piece by piece, so that ten years take no memory and hold
// up no writer.

import type { Database } from "bun:sqlite";
import { type Bucket, planSegments, type Segment } from "../core/consolidation.ts";
import { Buckets, stretchOf } from "./buckets.ts";
import { asStoreError, DamagedError } from "./database.ts";
import { loadTiers } from "./kept-tiers.ts";
import { SeriesNames } from "./series.ts";
import { Tiers } from "./tiers.ts";

export interface ExportedRow extends Bucket {
  host: string;
  item: string;
  bucket_s: number;
  time_s: number;
}

export interface ExportedChange {
  host: string;
  item: string;
  time_s: number;
  kind: "level" | "text";
  level: string;
  text: string | null;
}

export interface ExportQuery {
  isHost: (name: string) => boolean;
  isItem: (name: string) => boolean;
  from_s: number;
  to_s: number;
  /** What the clock shows: where a damaged file does not tell what it has, that is looked for which it should have. */
  now_s: number;
  /** Rows of this size alone; absent: of each time those of the finest size that there is, so that no reading comes twice. */
  bucket_s?: number;
}

/** Changes that are fetched at a time. */
const CHANGES_PER_READ = 1000;

export class Exporter {
  private readonly db: Database;
  private readonly names: SeriesNames;
  private readonly buckets: Buckets;
  private readonly tiers: Tiers;
  private readonly damaged: (what: string) => void;
  /** By the rows themselves: an index that is damaged would give the values of another item. */
  private readonly ids: ReadonlyMap<string, number>;

  /** `damaged` is told of rows that cannot be read and are left out. */
  constructor(db: Database, damaged: (what: string) => void) {
    this.db = db;
    this.damaged = damaged;
    this.ids = new Map(db.query("SELECT name, id FROM item NOT INDEXED").values() as [string, number][]);
    this.names = new SeriesNames(db);
    this.buckets = new Buckets(db, damaged);
    this.tiers = new Tiers(db, this.buckets, this.names, []);
  }

  /** The sizes of rows that there are, finest first. */
  sizes(): number[] {
    return loadTiers(this.db, [], () => undefined).map(({ bucket_s }) => bucket_s);
  }

  hosts(): string[] {
    return this.names.hostNames();
  }

  /** The items of a host that have history. */
  items(host: string): string[] {
    const id = this.names.findHost(host);
    return id === undefined ? [] : this.names.items(id);
  }

  /** Host by host, each oldest first; what is yielded at a time was there at one moment. */
  *rows(query: ExportQuery): Generator<ExportedRow[]> {
    for (const host of this.hosts().filter(query.isHost)) {
      const id = this.names.findHost(host) ?? 0;
      const items = this.items(host).filter(query.isItem);
      if (items.length === 0) continue;
      for (const { bucket_s, from_s, to_s } of this.segments(id, query)) {
        const length_s = stretchOf(bucket_s);
        for (let at_s: number | null = from_s; at_s !== null && at_s < to_s; ) {
          const end_s = Math.min(to_s, (Math.floor(at_s / length_s) + 1) * length_s);
          const rows = this.readable(host, id, items, { bucket_s, from_s: at_s, to_s: end_s });
          if (rows.length > 0) yield rows;
          at_s = rows.length > 0 ? end_s : this.next(bucket_s, end_s, id, query.now_s);
        }
      }
    }
  }

  /** Oldest first, of each host. */
  *changes({ isHost, isItem, from_s, to_s }: ExportQuery): Generator<ExportedChange[]> {
    for (const host of this.hosts().filter(isHost)) {
      const id = this.names.findHost(host) ?? 0;
      for (const kind of ["level", "text"] as const) {
        const page = this.db.query(
          `SELECT time, item, name, level, text FROM ${kind}_change LEFT JOIN item ON item.id = item
           WHERE host = ?1 AND (time > ?2 OR (time = ?2 AND item > ?3)) AND time < ?4 ORDER BY time, item LIMIT ?5`,
        );
        let [time, item] = [from_s, -1];
        for (;;) {
          const found = page.values(id, time, item, to_s, CHANGES_PER_READ) as [
            number,
            number,
            string | null,
            string,
            string | null,
          ][];
          yield found.flatMap(([time_s, , name, level, text]) =>
            name !== null && isItem(name) ? [{ host, item: name, time_s, kind, level, text }] : [],
          );
          const last = found.at(-1);
          if (!last || found.length < CHANGES_PER_READ) break;
          [time, item] = last;
        }
      }
    }
  }

  private segments(host: number, { from_s, to_s, bucket_s }: ExportQuery): Segment[] {
    const held = this.tiers.held(host);
    if (bucket_s === undefined) return planSegments(held, from_s, to_s, held[0]?.bucket_s ?? 60);
    const first_s = this.buckets.first(bucket_s, from_s, [host]);
    return first_s === null ? [] : [{ bucket_s, from_s: first_s, to_s }];
  }

  /** A piece that is damaged is left out; what comes behind it is given. */
  private readable(host: string, id: number, items: readonly string[], segment: Segment): ExportedRow[] {
    try {
      return this.piece(host, id, items, segment);
    } catch (error) {
      this.refuseOthers(error);
      this.damaged(`rows of ${host} in pages that are damaged`);
      return [];
    }
  }

  /** Where the next piece begins; where that is not told, the next one of the time that is kept. */
  private next(bucket_s: number, from_s: number, host: number, now_s: number): number | null {
    try {
      return this.buckets.first(bucket_s, from_s, [host]);
    } catch (error) {
      this.refuseOthers(error);
      const tier = loadTiers(this.db, [], () => undefined).find((each) => each.bucket_s === bucket_s);
      const oldest_s = now_s - (tier?.keep_s ?? 0);
      return from_s < now_s ? Math.max(from_s, oldest_s) : null;
    }
  }

  private refuseOthers(error: unknown): void {
    if (!(asStoreError("", error) instanceof DamagedError)) throw error;
  }

  private piece(
    host: string,
    id: number,
    items: readonly string[],
    { bucket_s, from_s, to_s }: Segment,
  ): ExportedRow[] {
    const ids = items.map((item) => this.ids.get(item));
    const read = () => [...this.buckets.read(bucket_s, id, from_s, to_s, ids)];
    return this.db
      .transaction(read)()
      .filter((row) => row !== undefined)
      .flatMap(({ time_s, buckets }) =>
        buckets.flatMap((bucket, i) => (bucket ? [{ host, item: items[i] ?? "", bucket_s, time_s, ...bucket }] : [])),
      );
  }
}
