// The client's database as the client uses it: what cannot be stored now stops no measuring, and is said once.

import { basename } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Held, Tier } from "../core/consolidation.ts";
import type { Change } from "../store/changes.ts";
import { ClientStore, type KeptLevel, type Tick } from "../store/client-store.ts";
import { asStoreError, DamagedError, guarded, StoreError } from "../store/database.ts";
import type { HistoryQuery, HistoryRow } from "../store/history.ts";
import { Succession } from "../store/succession.ts";
import type { Batch } from "./minute.ts";
import type { WaitingEvents } from "./waiting.ts";

/** The database cannot be used now; the message says why. */
export class HistoryUnavailable extends Error {
  override name = "HistoryUnavailable";
}

/** What a keeper asks of the client. */
export interface Present {
  /** The levels of all items, for a store that begins anew. */
  levels(): KeptLevel[];
  /** How often rounds come. */
  ival_s(): number;
}

/** A damaged file is told of for so long, and for so many rounds: `for 2m` needs two of them. */
export const DAMAGE_TOLD_MS = 300_000;
const DAMAGE_TOLD_ROUNDS = 3;
/** Rows that cannot be read are told of once each, and so many of them. */
const DAMAGED_ROWS_TOLD_MAX = 20;
/** A store that could not be opened is tried again every so many writes. */
const REOPEN_WRITES = 5;
/** Values that wait in memory for a store that cannot be written: five hours of 60 items, about 2 MiB. The oldest go beyond it. */
export const LATE_VALUES_MAX = 20_000;

export class Keeper {
  /** The levels that the last run left. */
  readonly levels: readonly KeptLevel[];
  /** Why the store cannot be used now. */
  trouble: string | undefined;
  private readonly file: string;
  private readonly clock: Clock;
  private readonly log: { quiet(text: string): void };
  private tiers: readonly Tier[];
  private store: ClientStore | undefined;
  private readonly succession: Succession<ClientStore>;
  private readonly damagedRows = new Set<string>();
  private refused = 0;
  /** The file is not in its place, and that could not be helped yet. */
  private displaced: string | undefined;
  private readonly present: Present | undefined;
  /** What could not be stored yet, oldest first; its events wait elsewhere. */
  private late: Tick[] = [];

  constructor(
    file: string,
    tiers: readonly Tier[],
    clock: Clock,
    log: { quiet(text: string): void },
    present?: Present,
  ) {
    this.file = file;
    this.tiers = tiers;
    this.clock = clock;
    this.log = log;
    this.present = present;
    let isRunning = false;
    this.succession = new Succession({
      file,
      clock,
      log,
      make: () => new ClientStore(file, this.tiers, (what) => this.damagedRow(what)),
      // At a start the file is asked for the levels; later they are known better.
      begin: (store, damaged, before) => {
        const known = isRunning ? present?.levels() : undefined;
        store.succeed(damaged, known, before, clock.now_s(), clock.mono_ms() / 1000);
      },
      damaged: (error) => this.failed(error),
      shown_ms: () => Math.max(DAMAGE_TOLD_MS, DAMAGE_TOLD_ROUNDS * 1000 * (present?.ival_s() ?? 0)),
    });
    this.open();
    this.levels = this.attempt((store) => store.levels()) ?? [];
    isRunning = true;
  }

  /** That the file was damaged, as long as this is to be told. */
  get damage(): string | undefined {
    return this.displaced ?? this.succession.note;
  }

  get outbox(): ClientStore["outbox"] | undefined {
    return this.store?.outbox;
  }

  setTiers(tiers: readonly Tier[]): void {
    this.tiers = tiers;
    this.attempt((store) => store.history.setTiers(tiers));
    this.sayReprieve();
  }

  /** Stores a round with the events that wait; `born` is emptied when they are kept. */
  write(batches: readonly Batch[], waiting: WaitingEvents, born: KeptLevel[], isAgain = false): void {
    this.keepInPlace();
    if (!this.store && ++this.refused % REOPEN_WRITES === 0) this.open();
    const round = batches.map((batch): Tick => ({ ...batch, events: [] }));
    const [first, ...rest] = [...this.late, ...round];
    if (!first) return;
    this.late = this.store ? [] : newest([first, ...rest]);
    if (!this.store) return;
    try {
      const ticks = [{ ...first, events: waiting.unstored() }, ...rest];
      this.store.tick(ticks, this.clock.now_s(), born, this.clock.mono_ms() / 1000);
      born.length = 0;
      waiting.stored();
      if (this.trouble !== undefined) this.log.quiet(`${this.file}: writing again`);
      this.trouble = undefined;
    } catch (error) {
      this.late = newest([first, ...rest]);
      if (this.failed(error) && !isAgain) this.write([], waiting, born, true); // this very minute
    }
  }

  /** A file that somebody removed is put back, one that he put in its place is taken over: with the levels and events of now. */
  private keepInPlace(): void {
    const { store } = this;
    if (!store) return;
    try {
      if (store.place.look() === "same") return;
      const events = store.outbox.first(Number.MAX_SAFE_INTEGER);
      const levels = [...store.levels(), ...(this.present?.levels() ?? [])];
      if (!this.succession.isDisplaced(store)) return;
      this.displaced = undefined;
      this.store = undefined;
      this.open();
      this.attempt((next) => next.takeOver(levels, events));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // What is held is still good for this minute.
      const text = `is not in its place any more, and cannot be put back: ${error.message}`;
      if (this.displaced === undefined) this.log.quiet(`${this.file}: ${text}`);
      this.displaced = `${basename(this.file)} ${text}`;
    }
  }

  /** Forgets the levels of items that are no more. */
  retainLevels(isKept: (host: string, item: string) => boolean): void {
    this.attempt((store) => store.retainLevels(isKept));
  }

  /** Items of a host of which there is history. */
  items(host: string): string[] {
    return this.attempt((store) => store.history.items(host)) ?? [];
  }

  /** As History.held. Throws HistoryUnavailable. */
  held(host: string): Held[] {
    return this.usable().history.held(host);
  }

  /** As History.query. Throws HistoryUnavailable, now or when rows are taken. */
  history(query: HistoryQuery): Iterable<HistoryRow | undefined> {
    return this.rows(this.usable(), query);
  }

  private *rows(store: ClientStore, query: HistoryQuery): Generator<HistoryRow | undefined> {
    try {
      yield* store.history.query(query);
    } catch (error) {
      throw this.unavailable(error, store);
    }
  }

  /** The newest changes of level and text, at most `count` of them, oldest first. Throws HistoryUnavailable. */
  changes(query: Omit<HistoryQuery, "bucket_s">, count: number): Change[] {
    const store = this.usable();
    try {
      return store.history.changesOf(query, count);
    } catch (error) {
      throw this.unavailable(error, store);
    }
  }

  /** ZAP: rows before and after. Rejects with HistoryUnavailable. */
  async zap(): Promise<{ before: number; after: number }> {
    const store = this.usable();
    const steps = store.zap(this.clock.now_s(), this.clock.mono_ms() / 1000);
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
        await Bun.sleep(0); // the minute and the sockets go first
      }
    } catch (error) {
      throw this.unavailable(error, store);
    }
  }

  close(): void {
    this.succession.end();
    this.store?.close();
    this.store = undefined;
  }

  private sayReprieve(): void {
    const reprieve = this.store?.history.reprieve;
    if (reprieve !== undefined) this.log.quiet(`${this.file}: ${reprieve}`);
  }

  private open(): void {
    try {
      this.store = this.succession.open();
      this.sayReprieve();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Does something with the store, if it can be used; where it is damaged, with the new one. */
  private attempt<T>(work: (store: ClientStore) => T): T | undefined {
    for (let tries = 0; tries < 2 && this.store; tries++) {
      const { store } = this;
      try {
        return guarded(this.file, () => work(store));
      } catch (error) {
        if (!this.failed(error)) return undefined;
      }
    }
    return undefined;
  }

  /** What went wrong with the store, whoever used it. Returns whether there is a new one in its place. */
  failed(error: unknown): boolean {
    if (!(error instanceof StoreError)) throw error;
    const { store } = this;
    if (!(error instanceof DamagedError) || !store) {
      this.suffers(error);
      return false;
    }
    try {
      this.store = undefined;
      this.store = this.succession.replace(error, store);
      return true;
    } catch (failure) {
      this.suffers(failure);
      return false;
    }
  }

  private suffers(error: unknown): void {
    if (!(error instanceof StoreError)) throw error;
    if (this.trouble === undefined) this.log.quiet(`${error.message}; measuring goes on without history`);
    this.trouble = error.message;
  }

  /** A store that was used for an answer has failed, unless it is another one by now. */
  private unavailable(error: unknown, store: ClientStore): HistoryUnavailable {
    const failure = asStoreError(this.file, error);
    if (store === this.store && failure instanceof DamagedError) this.failed(failure);
    if (!this.store) return this.none();
    return new HistoryUnavailable(
      store === this.store ? failure.message : `${this.file} was damaged, and another one is begun; ask again`,
    );
  }

  private none(): HistoryUnavailable {
    return new HistoryUnavailable(this.trouble ?? `${this.file} cannot be used now`);
  }

  private damagedRow(what: string): void {
    if (this.damagedRows.has(what) || this.damagedRows.size >= DAMAGED_ROWS_TOLD_MAX) return;
    this.damagedRows.add(what);
    this.log.quiet(`${this.file}: ${what}; left out`);
  }

  private usable(): ClientStore {
    if (!this.store) throw this.none();
    return this.store;
  }
}

/** The newest rounds that have room in memory. */
function newest(ticks: Tick[]): Tick[] {
  let values = 0;
  const kept = ticks.findLastIndex((tick) => {
    values += tick.values.size;
    return values > LATE_VALUES_MAX;
  });
  return ticks.slice(kept + 1);
}
