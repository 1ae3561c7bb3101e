// The time by which old history is dropped. It is the clock's, unless that has jumped by more than a day: then nobody knows whether
// the host was off or its clock is wrong, and what was kept for years must not go because of an hour with a wrong clock. So it
// goes on by the time that was lived, and when dmon has lived a week with the new time, that is believed. In that week the
// history grows by a week at most.

import type { Database } from "bun:sqlite";

/** A clock further off than this has jumped: more than a computer that is switched off at night. */
const JUMP_S = 86_400;
/** What was lived with the new time until it is believed. */
const BELIEVED_S = 7 * 86_400;

interface State {
  at_s: number;
  /** What was lived since the clock is elsewhere. */
  doubted_s: number;
}

export const HORIZON_SCHEMA = `
  CREATE TABLE horizon (one INTEGER PRIMARY KEY CHECK (one = 1), at REAL NOT NULL, doubted REAL NOT NULL) STRICT;`;

/** What dropping takes for now; and whether that is the clock's time. */
export interface Horizon {
  readonly drop_s: number;
  readonly isSure: boolean;
}

export class Horizons {
  private readonly db: Database;
  private state: State | undefined;
  private mono_s: number | undefined;
  /** What it was before. */
  private before_s: number | undefined;

  constructor(db: Database) {
    this.db = db;
    this.reload();
  }

  /** Reads anew what is stored: after a transaction that was rolled back. */
  reload(): void {
    const row = this.db.query("SELECT at, doubted FROM horizon").get() as { at: number; doubted: number } | null;
    const state = row ? { at_s: row.at, doubted_s: row.doubted } : undefined;
    // What was lived since the stored state is still to be counted.
    if (state?.at_s !== this.state?.at_s || state?.doubted_s !== this.state?.doubted_s) this.mono_s = this.before_s;
    this.state = state;
  }

  /** Where the clock shows `now_s` and one that nobody sets `mono_s`. To be called inside a transaction. */
  advance(now_s: number, mono_s: number): Horizon {
    const lived_s = Math.max(0, mono_s - (this.mono_s ?? mono_s));
    this.before_s = this.mono_s;
    this.mono_s = mono_s;
    const state = this.next(now_s, lived_s);
    this.state = state;
    this.db
      .query("INSERT OR REPLACE INTO horizon (one, at, doubted) VALUES (1, ?, ?)")
      .run(state.at_s, state.doubted_s);
    return { drop_s: Math.min(state.at_s, now_s), isSure: state.at_s === now_s }; // what is written now is not old
  }

  private next(now_s: number, lived_s: number): State {
    const { at_s, doubted_s } = this.state ?? { at_s: now_s, doubted_s: 0 };
    const expected_s = at_s + lived_s;
    const doubt_s = doubted_s + lived_s;
    const isBelieved = Math.abs(now_s - expected_s) <= JUMP_S || doubt_s >= BELIEVED_S;
    return isBelieved ? { at_s: now_s, doubted_s: 0 } : { at_s: expected_s, doubted_s: doubt_s };
  }
}
