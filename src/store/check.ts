// Looks a client's database over: whether SQLite finds it whole, whether all rows read and say what they can say, and what there
// is. It reads only.

import type { Database } from "bun:sqlite";
import { type Bucket, bucketStart } from "../core/consolidation.ts";
import { stretchOf } from "./buckets.ts";
import { eventIn } from "./client-salvage.ts";
import { CLIENT_SCHEMA } from "./client-store.ts";
import { asStoreError, DamagedError } from "./database.ts";
import { DamagedStretch, STRETCH_ROWS, StretchReader } from "./packing.ts";
import { unsaved } from "./salvage-state.ts";
import { schemaFaults } from "./schema.ts";

/** What is wrong is told up to here: more of it is the same. */
export const WRONG_MAX = 20;
/** Rows that are further ahead of the clock were made by a wrong one. */
const AHEAD_S = 86_400;

/** What there is of one size of rows. */
export interface CheckedTier {
  bucket_s: number;
  /** Buckets of hosts. */
  rows: number;
  /** Those of their items. */
  values: number;
  bytes: number;
  /** When the first one begins, and the last one. */
  from_s: number | null;
  to_s: number | null;
}

export interface CheckedFile {
  schema: number;
  bytes: number;
  pages: number;
  free_pages: number;
  /** It is of a newer dmon; this one knows so many schemas, and does not look at its rows. */
  newer_than?: number;
  /** What is wrong with the file as SQLite sees it. */
  damage: string[];
  /** What is wrong with rows in it. */
  wrong: string[];
  /** Further ones that are not listed. */
  wrong_more: number;
  /** What is odd and no fault. */
  notes: string[];
}

export interface CheckedClient extends CheckedFile {
  hosts: number;
  items: number;
  series: number;
  tiers: CheckedTier[];
  level_changes: number;
  text_changes: number;
  levels: number;
  waiting_events: number;
}

/** What SQLite itself finds, and whether the tables are those that these steps make.  */
export function checkFile(db: Database, schema: readonly string[]): CheckedFile {
  const number = (pragma: string) => Number(db.query(`PRAGMA ${pragma}`).values()[0]?.[0] ?? 0);
  const pages = number("page_count");
  const version = number("user_version");
  const isKnown = version <= schema.length;
  return {
    schema: version,
    bytes: pages * number("page_size"),
    pages,
    free_pages: number("freelist_count"),
    damage: [...damageIn(db), ...(isKnown ? schemaFaults(db, schema.slice(0, version)) : [])],
    wrong: [],
    ...(isKnown ? {} : { newer_than: schema.length }),
    wrong_more: 0,
    notes: [],
  };
}

/** What SQLite finds, line by line, as far as it comes. */
function damageIn(db: Database): string[] {
  const lines: string[] = [];
  try {
    for (const row of db.query(`PRAGMA integrity_check(${WRONG_MAX})`).iterate() as Iterable<{
      integrity_check: string;
    }>)
      lines.push(...row.integrity_check.split("\n"));
  } catch (error) {
    if (!(asStoreError("", error) instanceof DamagedError)) throw error;
    lines.push((error as Error).message);
  }
  return lines.filter((line) => line !== "ok" && !line.startsWith("***"));
}

/** `now_s` tells what is ahead of the clock. Rows of a damaged file are not looked at. */
export function checkClient(db: Database, now_s: number): CheckedClient {
  const file = checkFile(db, CLIENT_SCHEMA);
  if (!isReadable(file)) return { ...file, ...NOT_LOOKED_AT };
  return db.transaction(() => new Check(db, file, now_s).run())(); // one look: a row that is packed meanwhile is there once
}

/** Whether its rows can be looked at. */
export function isReadable({ damage, newer_than }: CheckedFile): boolean {
  return damage.length === 0 && newer_than === undefined;
}

const NOT_LOOKED_AT = {
  hosts: 0,
  items: 0,
  series: 0,
  tiers: [],
  level_changes: 0,
  text_changes: 0,
  levels: 0,
  waiting_events: 0,
};

interface CheckedRow {
  tier: number;
  host: number;
  time: number;
  filled: number;
  data: Uint8Array;
  isStretch: number;
}

class Check {
  private readonly db: Database;
  private readonly now_s: number;
  private readonly file: CheckedFile;
  private readonly hosts: ReadonlyMap<number, string>;
  private readonly items: ReadonlySet<number>;
  private readonly tiers = new Map<number, { tier: CheckedTier; dropped_s: number }>();
  private ahead = 0;
  private forgotten = 0;

  constructor(db: Database, file: CheckedFile, now_s: number) {
    this.db = db;
    this.now_s = now_s;
    this.file = file;
    const names = (table: string) => db.query(`SELECT id, name FROM ${table}`).values() as [number, string][];
    this.hosts = new Map(names("host"));
    this.items = new Set(names("item").map(([id]) => id));
    for (const [bucket_s, dropped_s] of db
      .query("SELECT bucket, dropped FROM tier ORDER BY bucket")
      .values() as number[][]) {
      if (bucket_s === undefined || dropped_s === undefined) continue;
      const tier = { bucket_s, rows: 0, values: 0, bytes: 0, from_s: null, to_s: null };
      this.tiers.set(bucket_s, { tier, dropped_s });
    }
  }

  run(): CheckedClient {
    const count = (table: string) => Number(this.db.query(`SELECT count(*) FROM ${table}`).values()[0]?.[0] ?? 0);
    this.rows();
    this.series();
    this.events();
    this.note();
    return {
      ...this.file,
      hosts: this.hosts.size,
      items: this.items.size,
      series: count("series"),
      tiers: [...this.tiers.values()].map(({ tier }) => tier),
      level_changes: count("level_change"),
      text_changes: count("text_change"),
      levels: count("level"),
      waiting_events: count("outbox"),
    };
  }

  private rows(): void {
    const rows = this.db.query("SELECT tier, host, time, 1 AS filled, data, 0 AS isStretch FROM bucket");
    const stretches = this.db.query("SELECT tier, host, time, filled, data, 1 AS isStretch FROM stretch");
    for (const query of [rows, stretches]) {
      for (const row of query.iterate() as Iterable<CheckedRow>) this.row(row);
    }
  }

  private row({ tier: bucket_s, host, time: time_s, filled, data, isStretch }: CheckedRow): void {
    const what = `${isStretch ? "stretch" : "row"} of ${bucket_s} s at ${at(time_s)} of ${this.hosts.get(host) ?? `host ${host}`}`;
    const known = this.tiers.get(bucket_s);
    const length_s = isStretch ? stretchOf(bucket_s) : bucket_s;
    if (!this.hosts.has(host)) this.wrong(`${what}: there is no host of that number`);
    if (!known) {
      this.wrong(`${what}: there is no such tier`);
      return;
    }
    if (bucketStart(time_s, length_s) !== time_s) this.wrong(`${what}: does not begin where such a one does`);
    const { tier, dropped_s } = known;
    if (time_s + length_s <= dropped_s) this.wrong(`${what}: is older than what is kept`);
    if (time_s > this.now_s + AHEAD_S) this.ahead++;
    const rows = this.decode(what, data, isStretch ? STRETCH_ROWS : 1, tier);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return;
    if (rows.length !== filled) this.wrong(`${what}: has ${rows.length} rows, and ${filled} are noted`);
    tier.rows += rows.length;
    tier.bytes += data.length;
    tier.from_s = Math.min(tier.from_s ?? Number.POSITIVE_INFINITY, time_s + first * bucket_s);
    tier.to_s = Math.max(tier.to_s ?? Number.NEGATIVE_INFINITY, time_s + last * bucket_s);
  }

  /** The indexes of its rows that have anything. */
  private decode(what: string, data: Uint8Array, rows: number, tier: CheckedTier): number[] {
    try {
      const reader = new StretchReader(data);
      if (reader.rows !== rows) this.wrong(`${what}: is one of ${reader.rows} rows`);
      for (const item of reader.items()) {
        if (!this.items.has(item)) this.forgotten++;
        for (const bucket of reader.column(item) ?? []) {
          if (!bucket) continue;
          tier.values++;
          if (!isSane(bucket))
            this.wrong(
              `${what}: item ${item} has the average ${bucket.avg} of ${bucket.count} from ${bucket.min} to ${bucket.max}`,
            );
        }
      }
      return reader.filledRows();
    } catch (error) {
      if (!(error instanceof DamagedStretch)) throw error;
      this.wrong(`${what}: ${error.message}`);
      return [];
    }
  }

  private series(): void {
    for (const [host = 0, item = 0] of this.db.query("SELECT host, item FROM series").values() as number[][]) {
      if (!this.hosts.has(host)) this.wrong(`series of item ${item}: there is no host ${host}`);
      if (!this.items.has(item)) this.wrong(`series of ${this.hosts.get(host) ?? host}: there is no item ${item}`);
    }
  }

  private events(): void {
    for (const [seq, event] of this.db.query("SELECT seq, event FROM outbox").values() as [number, string][])
      if (!eventIn(event)) this.wrong(`event ${seq} that waits for the server is none`);
  }

  private note(): void {
    const { notes } = this.file;
    if (this.ahead > 0) notes.push(`${this.ahead} rows or stretches are ahead of the clock: was it set back?`);
    if (this.forgotten > 0) notes.push(`${this.forgotten} series in rows are of items that are forgotten`);
    for (const table of ["level_change", "text_change"]) {
      const orphans = `SELECT count(*) FROM ${table} WHERE host NOT IN (SELECT id FROM host)`;
      const count = Number(this.db.query(orphans).values()[0]?.[0]);
      if (count > 0) notes.push(`${count} of the table ${table} are of hosts that are forgotten`);
    }
    for (const { file } of unsaved(this.db)) notes.push(`what can be saved of ${file} is being saved`);
  }

  private wrong(what: string): void {
    if (this.file.wrong.length < WRONG_MAX) this.file.wrong.push(what);
    else this.file.wrong_more++;
  }
}

function isSane({ avg, min, max, count }: Bucket): boolean {
  return count >= 1 && Number.isFinite(avg) && min <= avg && avg <= max;
}

function at(time_s: number): string {
  const ms = time_s * 1000;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(".000", "") : String(time_s);
}
