// How far the rescue of a damaged file has come: a row of the new database, written in the transaction of what was rescued. The table is
// there only while there is something to rescue.

import type { Database } from "bun:sqlite";

/** Rows that are back, and about how many are lost. */
export interface Saved {
  saved: number;
  lost: number;
  /** About how many changes and events are lost besides, which are no rows. */
  others_lost?: number;
}

/** The rescue of a damaged file, and which of its steps is the next. */
export interface Salvage extends Saved {
  file: string;
  step: number;
  /** No database that followed could take anything of it yet. */
  isNew?: boolean;
}

const TABLE = `CREATE TABLE IF NOT EXISTS salvage (file TEXT PRIMARY KEY, step INTEGER NOT NULL, saved INTEGER NOT NULL,
  lost INTEGER NOT NULL, others_lost INTEGER NOT NULL DEFAULT 0) STRICT`;

/** What is still to be rescued into a database. */
export function unsaved(db: Database): Salvage[] {
  if (!db.query("SELECT 1 FROM sqlite_schema WHERE name = 'salvage'").get()) return [];
  return db.query("SELECT file, step, saved, lost, others_lost FROM salvage ORDER BY rowid").all() as Salvage[];
}

/** Goes on with what an earlier database had to rescue. All that writes is to be called inside a transaction. */
export function takeOverSalvages(db: Database, salvages: readonly Salvage[]): void {
  if (salvages.length === 0) return;
  db.run(TABLE);
  const put = db.query("INSERT OR IGNORE INTO salvage (file, step, saved, lost, others_lost) VALUES (?, ?, ?, ?, ?)");
  for (const { file, step, saved, lost, others_lost = 0 } of salvages) put.run(file, step, saved, lost, others_lost);
}

/** Ends a rescue; returns what came of it. */
export function forgetSalvage(db: Database, file: string): Saved {
  const none: Saved = { saved: 0, lost: 0 };
  const { saved, lost, others_lost = 0 } = unsaved(db).find((each) => each.file === file) ?? none;
  db.query("DELETE FROM salvage WHERE file = ?").run(file);
  if (unsaved(db).length === 0) db.run("DROP TABLE salvage");
  return { saved, lost, ...(others_lost > 0 ? { others_lost } : {}) };
}

export class SalvageState {
  private readonly db: Database;
  private readonly file: string;

  constructor(db: Database, file: string) {
    this.db = db;
    this.file = file;
  }

  begin(): void {
    takeOverSalvages(this.db, [{ file: this.file, step: 0, saved: 0, lost: 0 }]);
  }

  get step(): number {
    const row = this.db.query("SELECT step FROM salvage WHERE file = ?").get(this.file);
    return (row as { step: number } | null)?.step ?? 0;
  }

  /** A step is done. */
  advance(saved: Saved): void {
    this.count(saved);
    this.db.query("UPDATE salvage SET step = step + 1 WHERE file = ?").run(this.file);
  }

  /** What came of something that is no step. */
  count({ saved, lost, others_lost = 0 }: Saved): void {
    this.db
      .query("UPDATE salvage SET saved = saved + ?, lost = lost + ?, others_lost = others_lost + ? WHERE file = ?")
      .run(saved, lost, others_lost, this.file);
  }
}
