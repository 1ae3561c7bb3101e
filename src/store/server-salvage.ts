// What a server's damaged database still has comes into the new one: at once what alerts go on with, unless that is in memory, for
// there rows were deleted since; page by page the events, records, and the last reports of hosts that have sent none since.

import type { Database } from "bun:sqlite";
import { STATE_TABLES } from "./alert-state.ts";
import { DamagedDatabase, type SavedRow } from "./damaged-database.ts";
import { forgetSalvage, SalvageState, type Saved } from "./salvage-state.ts";

const TABLES = ["report", "telling", "sent", "event"] as const;
/** A row of its own, and what has a number by which people know it. */
const AT_ONCE = [...STATE_TABLES, "clock"] as const;
const NUMBERED = new Set(["downtime"]);
/** Each step is written to the disk before the next one: of pages with a dozen rows so many make a few milliseconds. */
const PAGES_PER_STEP = 8;

/** All that writes is to be called inside a transaction. */
export class ServerSalvage {
  private readonly db: Database;
  private readonly file: string;
  private readonly old: DamagedDatabase;
  private readonly state: SalvageState;
  private readonly pages: readonly { table: string; page: number }[];
  /** Rows of the last page that could be read: what a lost one may have had. */
  private rowsPerPage = 1;
  /** What came of it, once it is done. */
  saved: Saved = { saved: 0, lost: 0 };

  /** Throws what the system says when the damaged file cannot be read. */
  constructor(db: Database, file: string, schema: readonly string[]) {
    this.db = db;
    this.file = file;
    this.old = new DamagedDatabase(file, schema);
    this.state = new SalvageState(db, file);
    this.pages = TABLES.flatMap((table) => this.old.pagesByAge(table).map((page) => ({ table, page })));
  }

  begin(): void {
    this.state.begin();
  }

  /** Takes what alerts go on with. */
  takeState(): void {
    for (const table of AT_ONCE) {
      for (const page of this.old.pagesByAge(table)) this.state.count(this.take(table, page));
    }
  }

  /** A bounded part of it; returns whether all is done. */
  step(): boolean {
    for (let i = 0; i < PAGES_PER_STEP; i++) {
      const next = this.pages[this.state.step];
      if (!next) {
        this.saved = forgetSalvage(this.db, this.file);
        return true;
      }
      this.state.advance(this.take(next.table, next.page));
    }
    return false;
  }

  close(): void {
    this.old.close();
  }

  private take(table: string, page: number): Saved {
    const { rows, damaged, isLost } = this.old.rows(table, page);
    for (const row of rows) this.insert(table, row);
    if (rows.length > 0) this.rowsPerPage = rows.length;
    return { saved: rows.length, lost: damaged + (isLost ? this.rowsPerPage : 0) };
  }

  /** Where the new one has not got it meanwhile. Others came first: so rows are numbered anew, but those whose numbers people know. */
  private insert(table: string, row: SavedRow): void {
    const names = Object.keys(row).filter((name) => name !== "seq" || NUMBERED.has(table));
    const places = names.map(() => "?").join(", ");
    this.db
      .query(`INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${places})`)
      .run(...names.map((name) => row[name] as string | number | null));
  }
}
