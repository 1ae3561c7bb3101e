// The client's database as the client uses it: what cannot be stored now stops no measuring, and is said once.

import type { Clock } from "../core/clock.ts";
import type { Held, Tier } from "../core/consolidation.ts";
import type { Change } from "../store/changes.ts";
import { ClientStore, type KeptLevel, type Tick } from "../store/client-store.ts";
import { StoreError } from "../store/database.ts";
import type { HistoryQuery, HistoryRow } from "../store/history.ts";
import type { Batch } from "./minute.ts";
import type { WaitingEvents } from "./waiting.ts";

/** The database cannot be used now; the message says why. */
export class HistoryUnavailable extends Error {
  override name = "HistoryUnavailable";
}

/** A store that could not be opened is tried again every so many writes. */
const REOPEN_WRITES = 5;
/** Values that wait in memory for a store that cannot be written: five hours of 60 items, about 2 MiB. The oldest go beyond it. */
const LATE_VALUES_MAX = 20_000;

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
  private refused = 0;
  /** What could not be stored yet, oldest first; its events wait elsewhere. */
  private late: Tick[] = [];

  constructor(file: string, tiers: readonly Tier[], clock: Clock, log: { quiet(text: string): void }) {
    this.file = file;
    this.tiers = tiers;
    this.clock = clock;
    this.log = log;
    this.open();
    this.levels = this.store?.levels() ?? [];
  }

  get outbox(): ClientStore["outbox"] | undefined {
    return this.store?.outbox;
  }

  setTiers(tiers: readonly Tier[]): void {
    this.tiers = tiers;
    this.store?.history.setTiers(tiers);
  }

  /** Stores a round with the events that wait; `born` is emptied when they are kept. */
  write(batches: readonly Batch[], waiting: WaitingEvents, born: KeptLevel[]): void {
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
      this.failed(error);
    }
  }

  /** Forgets the levels of items that are no more. */
  retainLevels(isKept: (host: string, item: string) => boolean): void {
    try {
      this.store?.retainLevels(isKept);
    } catch (error) {
      this.failed(error);
    }
  }

  /** Items of a host of which there is history. */
  items(host: string): string[] {
    return this.store?.history.items(host) ?? [];
  }

  /** As History.held. Throws HistoryUnavailable. */
  held(host: string): Held[] {
    return this.usable().history.held(host);
  }

  /** As History.query. Throws HistoryUnavailable. */
  history(query: HistoryQuery): Iterable<HistoryRow | undefined> {
    return this.usable().history.query(query);
  }

  /** The newest changes of level and text, at most `count` of them, oldest first. Throws HistoryUnavailable. */
  changes(query: Omit<HistoryQuery, "bucket_s">, count: number): Change[] {
    return this.usable().history.changesOf(query, count);
  }

  /** ZAP: rows before and after. Rejects with HistoryUnavailable. */
  async zap(): Promise<{ before: number; after: number }> {
    const steps = this.usable().zap(this.clock.now_s(), this.clock.mono_ms() / 1000);
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
        await Bun.sleep(0); // the minute and the sockets go first
      }
    } catch (error) {
      throw error instanceof StoreError ? new HistoryUnavailable(error.message) : error;
    }
  }

  close(): void {
    this.store?.close();
    this.store = undefined;
  }

  private open(): void {
    try {
      this.store = new ClientStore(this.file, this.tiers);
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (!(error instanceof StoreError)) throw error;
    if (this.trouble === undefined) this.log.quiet(`${error.message}; measuring goes on without history`);
    this.trouble = error.message;
  }

  private usable(): ClientStore {
    if (!this.store) throw new HistoryUnavailable(this.trouble ?? `${this.file} cannot be used now`);
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
