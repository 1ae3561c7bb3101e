// What a client's damaged database still has comes into the new one, page by page, while that is in use. Where it is, stands in the new
// one, so that a restart goes on with it; each row comes once.

import type { Database } from "bun:sqlite";
import { type Event, eventsShape } from "../core/event.ts";
import { parseForeignJson } from "../core/json.ts";
import { isHostname, isName } from "../core/names.ts";
import { ShapeError } from "../core/shape.ts";
import type { KeptLevel } from "./client-store.ts";
import { DamagedDatabase, type SavedRow } from "./damaged-database.ts";
import type { History } from "./history.ts";
import type { Outbox } from "./outbox.ts";
import { STRETCH_ROWS } from "./packing.ts";
import type { LostNames, Restorer } from "./restorer.ts";
import { forgetSalvage, SalvageState, type Saved } from "./salvage-state.ts";

/** In the order in which they are missed. */
const TABLES = ["outbox", "series", "bucket", "stretch", "level_change", "text_change"] as const;
type Table = (typeof TABLES)[number];

/** Buckets that a row stands for which cannot be read. */
const BUCKETS_PER_ROW: Partial<Record<Table, number>> = { bucket: 1, stretch: STRETCH_ROWS };
/** What is counted besides, and about how many a page has, where none can be read that would tell; few events wait. */
const OTHERS_PER_PAGE: Partial<Record<Table, number>> = { outbox: 1, level_change: 80, text_change: 80 };

/** More events than have room on pages that cannot be read. */
const UNREAD_EVENTS_MAX = 1_000_000;

export class ClientSalvage {
  private readonly db: Database;
  private readonly file: string;
  private readonly outbox: Outbox;
  private readonly old: DamagedDatabase;
  private readonly restorer: Restorer;
  private readonly state: SalvageState;
  private readonly pages: readonly { table: Table; page: number }[];
  /** Buckets or others, and pages, of each table that were read, to reckon what a lost page had. */
  private readonly read = new Map<Table, { count: number; pages: number }>();
  private ending: Generator<undefined, void> | undefined;
  /** What came of it, once it is done. */
  saved: Saved = { saved: 0, lost: 0 };

  /** Throws what the system says when the damaged file cannot be read. */
  constructor(db: Database, history: History, outbox: Outbox, file: string, schema: readonly string[]) {
    this.db = db;
    this.file = file;
    this.outbox = outbox;
    this.old = new DamagedDatabase(file, schema);
    this.restorer = history.restorer(namesIn(this.old));
    this.state = new SalvageState(db, file);
    // A history is missed from its end, events go in their order.
    this.pages = TABLES.flatMap((table) => {
      const pages = this.old.pagesByAge(table).map((page) => ({ table, page }));
      return table === "outbox" ? pages : pages.toReversed();
    });
  }

  /**
   * What the next minute needs: the levels (`known` are those that are known otherwise), how far the upkeep of the tiers was, and
   * the time by which old rows go. To be called inside a transaction, as `step`; the history is to be read anew.
   */
  begin(known: readonly KeptLevel[] | undefined): void {
    this.state.begin();
    const keep = this.db.query(
      "INSERT OR REPLACE INTO level (host, item, level, since, flapping) VALUES (?, ?, ?, ?, ?)",
    );
    for (const { host, item, level, since, flapping } of known ?? levelsIn(this.old))
      keep.run(host, item, level, since, Number(flapping === true));
    this.outbox.beginBehind(this.lastEvent() + UNREAD_EVENTS_MAX);
    for (const row of this.old.all("tier")) this.insert("tier", { ...row, also: spansText(String(row.also)) });
    for (const row of this.old.all("horizon")) this.insert("horizon", row);
  }

  /** A bounded part of it, inside a transaction; returns whether all is done. */
  step(now_s: number): boolean {
    const next = this.pages[this.state.step];
    if (next) {
      this.take(next.table, next.page);
      return false;
    }
    this.ending ??= this.restorer.end(now_s, this.old.all("tier").length === 0);
    if (!this.ending.next().done) return false;
    this.saved = forgetSalvage(this.db, this.file);
    return true;
  }

  close(): void {
    this.old.close();
  }

  private take(table: Table, page: number): void {
    const { rows, damaged, isLost } = this.old.rows(table, page);
    const others = OTHERS_PER_PAGE[table];
    const perRow = others === undefined ? (BUCKETS_PER_ROW[table] ?? 0) : 1;
    let [saved, lost] = [0, damaged * perRow];
    for (const row of rows) {
      const restored = this.restore(table, row);
      saved += restored.saved;
      lost += restored.lost;
    }
    const read = this.read.get(table) ?? { count: 0, pages: 0 };
    if (isLost) lost += read.pages > 0 ? Math.round(read.count / read.pages) : (others ?? perRow);
    else this.read.set(table, { count: read.count + saved + lost, pages: read.pages + 1 });
    this.state.advance(others === undefined ? { saved, lost } : { saved: 0, lost: 0, others_lost: lost });
  }

  /** The number of the newest event that can be read. */
  private lastEvent(): number {
    const newest = this.old.pagesByAge("outbox").findLast((page) => this.old.rows("outbox", page).rows.length > 0);
    const rows = newest === undefined ? [] : this.old.rows("outbox", newest).rows;
    return Math.max(0, ...rows.map(({ seq }) => Number(seq)));
  }

  private restore(table: Table, row: SavedRow): Saved {
    switch (table) {
      case "bucket":
      case "stretch":
        return this.restorer.row(row);
      case "series":
        this.restorer.series(row);
        return { saved: 0, lost: 0 };
      case "outbox": {
        const event = eventIn(String(row.event));
        if (event) this.outbox.restore(Number(row.seq), event);
        return oneOther(event !== undefined);
      }
      default:
        return oneOther(this.restorer.change(table, row));
    }
  }

  private insert(table: string, row: SavedRow): void {
    const names = Object.keys(row);
    const places = names.map(() => "?").join(", ");
    this.db
      .query(`INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${places})`)
      .run(...(Object.values(row) as (string | number | null)[]));
  }
}

function oneOther(isSaved: boolean): Saved {
  return { saved: Number(isSaved), lost: Number(!isSaved) };
}

/** What the numbers of hosts and items meant, by their tables and by the indexes of these. */
function namesIn(old: DamagedDatabase): LostNames {
  const names = (table: string, isRight: (name: string) => boolean) => {
    const rows = old.all(table).map(({ id, name }): [string, number] => [String(name), Number(id)]);
    return new Map(
      [...old.indexed(table), ...rows].flatMap(([name, id]): [number, string][] => (isRight(name) ? [[id, name]] : [])),
    );
  };
  return { hosts: names("host", isHostname), items: names("item", isName) };
}

function levelsIn(old: DamagedDatabase): KeptLevel[] {
  return old.all("level").map(({ host, item, level, since, flapping }) => ({
    host: String(host),
    item: String(item),
    level: String(level),
    since: Number(since),
    ...(flapping ? { flapping: true } : {}),
  }));
}

/** The spans of a tier as they were stored, or none where they do not read: a new file must not begin with what ended the old one. */
function spansText(text: string): string {
  try {
    const spans: unknown = parseForeignJson(text);
    const isRight = Array.isArray(spans) && spans.every((span) => span?.from_s < span?.until_s);
    return isRight ? text : "[]";
  } catch (error) {
    if (error instanceof SyntaxError) return "[]";
    throw error;
  }
}

/** The event in a row of the outbox; undefined for what is none. */
export function eventIn(text: string): Event | undefined {
  try {
    return eventsShape([parseForeignJson(text)], "")[0];
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
