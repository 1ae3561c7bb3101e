// vardir/data.lite [seed]: what a client keeps. One transaction a minute holds values, levels and events together.

import type { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { bucketStart, type Tier } from "../core/consolidation.ts";
import type { Event } from "../core/event.ts";
import type { Change } from "./changes.ts";
import { ClientSalvage } from "./client-salvage.ts";
import { closeDatabase, DamagedError, firstRead, guarded, isOfTheDisk, openDatabase, StoreError } from "./database.ts";
import { HISTORY_SCHEMA, History } from "./history.ts";
import { Outbox } from "./outbox.ts";
import { Place, type PutBack, putBack } from "./place.ts";
import { forgetSalvage, type Salvage, type Saved, takeOverSalvages, unsaved } from "./salvage-state.ts";

export const CLIENT_SCHEMA = [
  `${HISTORY_SCHEMA}
   CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL) STRICT;
   CREATE TABLE level (host TEXT NOT NULL, item TEXT NOT NULL, level TEXT NOT NULL, since REAL NOT NULL,
     flapping INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (host, item)) STRICT;`,
];

/** The level of an item that was told last, so that a restart is no change; and whether its changes were not told any more. */
export interface KeptLevel {
  host: string;
  item: string;
  level: string;
  since: number;
  flapping?: boolean;
}

/** What one minute brought for one host. */
export interface Tick {
  host: string;
  time_s: number;
  values: ReadonlyMap<string, number>;
  events: readonly Event[];
  /** What changed beside the values. */
  changes?: readonly Change[];
  /** Items whose level is to be forgotten. */
  gone?: readonly string[];
}

/** A larger database is not looked at while somebody waits: these 64 MiB take half a second. */
const SUSPECT_PAGES_MAX = 16_384;
/** Tiers are filled and emptied so often. */
const UPKEEP_S = 60;

export class ClientStore {
  readonly file: string;
  readonly history: History;
  readonly outbox: Outbox;
  readonly place: Place;
  private readonly db: Database;
  private upkept_s: number | undefined;
  /** The last write failed for no reason that we know, and the file was looked at. */
  private isSuspect = false;

  /**
   * `damaged` is told of rows of history that cannot be read and are left out; `valuesPerTick` is what upkeep does in a minute at
   * most. Throws StoreError.
   */
  constructor(
    file: string,
    tiers: readonly Tier[],
    damaged: (what: string) => void = () => {},
    valuesPerTick?: number,
  ) {
    this.file = file;
    this.db = openDatabase(file, CLIENT_SCHEMA, "NORMAL");
    this.place = new Place(file);
    this.outbox = new Outbox(file, this.db);
    this.history = firstRead(file, this.db, () => {
      const history = new History(this.db, tiers, damaged, valuesPerTick);
      history.restoring = unsaved(this.db).length > 0;
      return history;
    });
  }

  /**
   * Stores a minute: values, the events with the levels that they lead to, and the levels of items that are new. All or
   * nothing. `mono_s` is of a clock that nobody sets. Throws StoreError.
   */
  tick(ticks: readonly Tick[], now_s: number, born: readonly KeptLevel[] = [], mono_s = now_s): void {
    this.write(() =>
      this.db.transaction(() => {
        const keep = this.db.query(
          "INSERT OR REPLACE INTO level (host, item, level, since, flapping) VALUES (?, ?, ?, ?, ?)",
        );
        for (const { host, item, level, since } of born) keep.run(host, item, level, since, 0);
        const forget = this.db.query("DELETE FROM level WHERE host = ? AND item = ?");
        for (const { host, time_s, values, events, changes = [], gone = [] } of ticks) {
          this.history.add(host, time_s, values, changes, now_s);
          for (const event of events) {
            this.outbox.add(event);
            keep.run(event.host, event.item, event.level, event.time, Number(event.flapping === "start"));
          }
          for (const item of gone) forget.run(host, item);
        }
        // Once a minute, however many parts of it come late.
        const minute = bucketStart(now_s, UPKEEP_S);
        if (minute !== this.upkept_s) this.history.upkeep(now_s, mono_s);
        this.upkept_s = minute;
      })(),
    );
  }

  /**
   * All upkeep of the history that is due (ZAP), a bounded part at a time, each in a transaction of its own; then how many rows
   * there were before and after. Throws StoreError.
   */
  *zap(now_s: number, mono_s = now_s): Generator<undefined, { before: number; after: number }> {
    const before = this.write(() => this.history.rowCount());
    while (!this.write(() => this.db.transaction(() => this.history.upkeep(now_s, mono_s))())) yield;
    return { before, after: this.write(() => this.history.rowCount()) };
  }

  /**
   * Begins in the place of a damaged file, which was moved: with its levels, or those that are `known`, and with what was still
   * to be rescued into it. Throws StoreError.
   */
  succeed(
    damaged: string,
    known: readonly KeptLevel[] | undefined,
    before: readonly Salvage[],
    now_s: number,
    mono_s = now_s,
  ): void {
    this.write(() => {
      const salvage = new ClientSalvage(this.db, this.history, this.outbox, damaged, CLIENT_SCHEMA);
      try {
        this.db.transaction(() => {
          takeOverSalvages(this.db, before);
          salvage.begin(known);
          this.history.reload();
          this.history.restoring = true;
          this.history.upkeep(now_s, mono_s); // of nothing: what was done before is not to be done again
        })();
      } finally {
        salvage.close();
      }
    });
  }

  /** Takes over the levels, and the events that wait, of who was the client's store before. Throws StoreError. */
  takeOver(levels: readonly KeptLevel[], events: readonly Event[]): void {
    this.write(() =>
      this.db.transaction(() => {
        const keep = this.db.query(
          "INSERT OR REPLACE INTO level (host, item, level, since, flapping) VALUES (?, ?, ?, ?, ?)",
        );
        for (const { host, item, level, since, flapping } of levels)
          keep.run(host, item, level, since, Number(flapping === true));
        for (const event of events) this.outbox.add(event);
      })(),
    );
  }

  /** Damaged files whose rescue is to go on. Throws StoreError. */
  unsaved(): Salvage[] {
    return guarded(this.file, () => unsaved(this.db));
  }

  /**
   * Takes what a damaged file has into this one, a bounded part at a time, each in a transaction of its own; then how much that
   * was. After an error it goes on when called again. Throws StoreError.
   */
  *rescue(damaged: string, now_s: () => number): Generator<undefined, Saved> {
    if (!existsSync(damaged)) return this.write(() => forgetSalvage(this.db, damaged)); // somebody removed it
    const open = () => new ClientSalvage(this.db, this.history, this.outbox, damaged, CLIENT_SCHEMA);
    const salvage = this.write(open);
    try {
      while (!this.write(() => this.db.transaction(() => salvage.step(now_s()))())) yield;
      this.history.restoring = this.unsaved().length > 0;
      return salvage.saved;
    } finally {
      salvage.close();
    }
  }

  // What was rolled back is not in the caches either.
  private write<T>(work: () => T): T {
    try {
      const result = guarded(this.file, work);
      this.isSuspect = false;
      return result;
    } catch (error) {
      this.refuseDamaged(error);
      if (!(error instanceof DamagedError)) guarded(this.file, () => this.history.reload());
      this.upkept_s = undefined;
      throw error;
    }
  }

  /** What fails for no reason that we know may fail because of what is in the file: that is looked at, once. */
  private refuseDamaged(error: unknown): void {
    const isKnown = error instanceof DamagedError || (error instanceof StoreError && isOfTheDisk(error));
    if (!(error instanceof StoreError) || isKnown || this.isSuspect) return;
    this.isSuspect = true;
    guarded(this.file, () => {
      const { n } = this.db.query("SELECT page_count AS n FROM pragma_page_count").get() as { n: number };
      if (n > SUSPECT_PAGES_MAX) return;
      const [[found] = []] = this.db.query("PRAGMA integrity_check(1)").values();
      if (found !== "ok") throw new DamagedError(`${this.file}: is damaged (${String(found)})`);
    });
  }

  /** Throws StoreError. */
  levels(): KeptLevel[] {
    const read = () =>
      this.db.query("SELECT host, item, level, since, flapping FROM level").all() as (Omit<KeptLevel, "flapping"> & {
        flapping: number;
      })[];
    return guarded(this.file, read).map(({ flapping, ...rest }) => ({
      ...rest,
      ...(flapping ? { flapping: true } : {}),
    }));
  }

  /** Forgets the levels of items that are not kept: one that comes back to the work begins anew. Throws StoreError. */
  retainLevels(isKept: (host: string, item: string) => boolean): void {
    const gone = this.levels().filter(({ host, item }) => !isKept(host, item));
    if (gone.length === 0) return;
    guarded(this.file, () => {
      const forget = this.db.query("DELETE FROM level WHERE host = ? AND item = ?");
      this.db.transaction(() => {
        for (const { host, item } of gone) forget.run(host, item);
      })();
    });
  }

  /** Closes it when its file is not in its place any more, and puts what it has there, or aside. Throws StoreError; then it is open. */
  putBack(now_s: number): PutBack {
    return putBack(this.file, this.db, now_s, () => this.close());
  }

  close(): void {
    closeDatabase(this.db);
  }
}
