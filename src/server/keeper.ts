// Keeps a database that works for the server: one that is damaged or removed is followed by another, and while none can be used all is
// kept in memory. Who uses the store is told of each change.

import { statSync } from "node:fs";
import type { Clock } from "../core/clock.ts";
import { RECORD_TABLES } from "../store/alert-records.ts";
import type { AlertState } from "../store/alert-state.ts";
import { DamagedError, StoreError } from "../store/database.ts";
import { ServerStore } from "../store/server-store.ts";
import { Succession } from "../store/succession.ts";

export interface KeeperOptions {
  /** server.lite */
  file: string;
  clock: Clock;
  log: { quiet(text: string): void; verbose(text: string): void };
  /** All that alerts know, where they have read what was stored: it is newer than any file. */
  alerts(): AlertState | undefined;
  /** All who use the store go on with another. */
  changed(store: ServerStore): void;
  /** What could be read of a damaged one came back. */
  rescued: () => void;
}

const MEANWHILE = "reports wait in memory, events with their clients, until it can be written";
const IN_MEMORY = "reports and events are kept in memory until it can be used";
/** Old events that are forgotten at a stretch, and as many records of what was told: 5 ms. */
const DROPPED_AT_ONCE = 250;

export class Keeper {
  /** The one to be used now. */
  store: ServerStore;
  private readonly options: KeeperOptions;
  private readonly succession: Succession<ServerStore>;
  /** False while the database cannot be used: then all is kept in memory, and no event is confirmed. */
  private isOnDisk = false;
  /** Why the database cannot be written now. Said once when it begins, and once when something was written again. */
  private said: string | undefined;

  constructor(options: KeeperOptions) {
    this.options = options;
    const { file, clock, log, rescued } = options;
    this.succession = new Succession({
      file,
      clock,
      log,
      make: () => {
        const store = new ServerStore(file);
        try {
          store.reports(); // a damaged database shows when it is read
          store.alerts.state();
          return store;
        } catch (error) {
          store.close();
          throw error;
        }
      },
      begin: (store, damaged, before) => store.succeed(damaged, before, options.alerts()),
      rescued: () => rescued(),
      damaged: (error) => this.failed(error),
      shown_ms: () => 0,
    });
    this.store = this.open() ?? new ServerStore(":memory:");
  }

  get durable(): boolean {
    return this.isOnDisk;
  }

  /** The file with its log; 0 where it cannot be looked at. */
  get bytes(): number {
    const { file } = this.options;
    return [file, `${file}-wal`].reduce((sum, part) => sum + (statSync(part, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  get trouble(): string | undefined {
    return this.said;
  }

  private open(): ServerStore | undefined {
    try {
      const store = this.succession.open();
      this.isOnDisk = true;
      return store;
    } catch (error) {
      this.suffers(error, IN_MEMORY);
      return undefined;
    }
  }

  private use(store: ServerStore): void {
    this.store = store;
    this.options.changed(store);
  }

  /** What went wrong with the database, whoever used it. One that is damaged is followed by a new one. */
  failed(error: unknown, meanwhile = MEANWHILE): void {
    if (!(error instanceof DamagedError) || !this.isOnDisk) {
      this.suffers(error, meanwhile);
      return;
    }
    this.isOnDisk = false;
    let next: ServerStore;
    try {
      next = this.succession.replace(error, this.store);
      this.isOnDisk = true;
    } catch (failure) {
      next = new ServerStore(":memory:");
      this.suffers(failure, IN_MEMORY);
    }
    this.use(next);
  }

  private suffers(error: unknown, meanwhile: string): void {
    if (!(error instanceof StoreError)) throw error;
    if (this.said === undefined) this.options.log.quiet(`${error.message}; ${meanwhile}`);
    this.said = error.message;
  }

  /** So many rows were written: only one that was shows that it can be. */
  written(rows: number): void {
    if (rows === 0 || !this.isOnDisk) return;
    if (this.said !== undefined) this.options.log.quiet(`${this.options.file}: writing again`);
    this.said = undefined;
  }

  /** Writes what can wait: what fails is done again the next time. `work` tells how many rows it wrote; returns that, too. */
  write(work: () => number): number {
    try {
      const rows = work();
      this.written(rows);
      return rows;
    } catch (error) {
      this.failed(error);
      return 0;
    }
  }

  /** How many there are; none while that cannot be read. */
  private read(count: () => number): number {
    try {
      return count();
    } catch (error) {
      this.failed(error);
      return 0;
    }
  }

  /** To be called now and then: looks whether the file is in its place, and whether one that could not be used can be. */
  look(): void {
    this.keepInPlace();
    const reopened = this.isOnDisk ? undefined : this.open();
    if (!reopened) return;
    this.store.close();
    this.use(reopened);
  }

  /** A file that somebody removed is put back, one that he put in its place is taken over. */
  private keepInPlace(): void {
    try {
      if (!this.isOnDisk || !this.succession.isDisplaced(this.store)) return;
    } catch (error) {
      this.suffers(error, "it is not in its place any more");
      return;
    }
    this.isOnDisk = false;
    this.use(this.open() ?? new ServerStore(":memory:"));
  }

  /** Forgets what came before a time, in steps between which others have their turn. */
  async clean(before_s: number, isStopped: () => boolean): Promise<void> {
    const kinds = [
      { atMost: () => this.store.droppable(), drop: (count: number) => this.store.dropEvents(before_s, count) },
      ...RECORD_TABLES.map((table) => ({
        atMost: () => this.store.alerts.droppable(table),
        drop: (count: number) => this.store.alerts.dropRecords(table, before_s, count),
      })),
    ];
    let dropped = 0;
    for (const { atMost, drop } of kinds) {
      for (let left = this.read(atMost); left > 0; ) {
        const step = Math.min(left, DROPPED_AT_ONCE);
        const gone = this.write(() => drop(step));
        await Bun.sleep(0);
        if (isStopped()) return;
        dropped += gone;
        left = gone < step ? 0 : left - gone; // less: that was all, or the database cannot be written now
      }
    }
    if (dropped > 0) this.options.log.verbose(`dropped ${dropped} old events and records`);
  }

  end(): void {
    this.succession.end();
    this.store.close();
  }
}
