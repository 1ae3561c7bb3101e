// A database that is damaged is followed by a new one: at once, so that this very minute is stored. The old one is moved aside, and
// what can be read of it comes into the new one in the background.

import { basename } from "node:path";
import type { Clock } from "../core/clock.ts";
import { DAMAGED_KEPT_MAX, dropSurplus, emptied, moveAside } from "./aside.ts";
import { DamagedError, isOfTheDisk, StoreError } from "./database.ts";
import type { Place, PutBack } from "./place.ts";
import { rescue, savedText } from "./rescue.ts";
import type { Salvage, Saved } from "./salvage-state.ts";

/** A store that can take over from a damaged one. */
interface Heir {
  readonly place: Place;
  putBack(now_s: number): PutBack;
  unsaved(): Salvage[];
  rescue(damaged: string, now_s: () => number): Generator<undefined, Saved>;
  close(): void;
}

export interface SuccessionOptions<S extends Heir> {
  file: string;
  clock: Clock;
  log: { quiet(text: string): void };
  /** Opens the file, or makes it. Throws StoreError. */
  make(): S;
  /** Puts into a new store what it needs at once of a damaged file, and that it is to be rescued. Throws StoreError. */
  begin(store: S, damaged: string, before: readonly Salvage[]): void;
  /** All of a damaged file that can be read is in the store. */
  rescued?(): void;
  /** The new store is damaged itself, as its rescue found. */
  damaged: (error: DamagedError) => void;
  /** How long it is to be told that a file was damaged. */
  shown_ms(): number;
}

export class Succession<S extends Heir> {
  private readonly options: SuccessionOptions<S>;
  private current: S | undefined;
  /** What was moved and has no successor yet. */
  private pending: { damaged: string; before: readonly Salvage[] } | undefined;
  private told: { text: string; until_ms: number } | undefined;

  constructor(options: SuccessionOptions<S>) {
    this.options = options;
  }

  /** What became of a damaged file, as long as that is to be told. */
  get note(): string | undefined {
    return this.told && this.options.clock.mono_ms() < this.told.until_ms ? this.told.text : undefined;
  }

  /** The store, or a new one when it is damaged. Throws StoreError. */
  open(): S {
    const { file } = this.options;
    try {
      const why = emptied(file);
      if (why !== undefined) throw new DamagedError(`${file}: ${why}`);
      return this.begin();
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      return this.replace(error, undefined);
    }
  }

  /** A new store in the place of one that is damaged, which is closed in any case. Throws StoreError when there can be none. */
  replace(error: DamagedError, old: S | undefined): S {
    const { file, clock, log } = this.options;
    this.current = undefined;
    const before = [...this.heirless(), ...(old ? salvagesOf(old) : [])];
    let damaged: string | undefined;
    try {
      damaged = moveAside(file, clock.now_s(), () => old?.close());
    } catch (cause) {
      old?.close();
      throw new StoreError(`${error.message}; it cannot be moved aside: ${(cause as Error).message}`, { cause });
    }
    if (damaged === undefined) {
      log.quiet(`${error.message}; a new one is begun`);
      this.tell(`${basename(file)} was empty; a new one is begun`);
    } else {
      log.quiet(`${error.message}; moved to ${damaged}, a new one is begun`);
      this.tell(this.moved(damaged, "it is being read"), Number.POSITIVE_INFINITY);
      this.pending = { damaged, before };
      this.dropSurplus([damaged, ...before.map((salvage) => salvage.file)]);
    }
    return this.begin();
  }

  /**
   * Whether the file of a store is not in its place any more. Then the store is closed, and what it had is there again or, where
   * another file is, aside: what is there is to be opened. Throws StoreError; then the store is to be used on.
   */
  isDisplaced(store: S): boolean {
    const found = store.place.look();
    if (found === "same") return false;
    const { file, clock, log } = this.options;
    const { aside } = store.putBack(clock.now_s());
    this.current = undefined;
    const what =
      aside === undefined
        ? "was removed while it was in use; it is written back with all that it had"
        : `was replaced while it was in use; the other file is taken over, what it had is in ${aside}`;
    log.quiet(`${file}: ${what}`);
    this.tell(`${basename(file)} ${aside === undefined ? what : what.replace(aside, basename(aside))}`);
    return true;
  }

  /** The store is closed by its user, or will be: its rescue goes on with the next one. */
  end(): void {
    this.current = undefined;
  }

  private begin(): S {
    const store = this.options.make();
    try {
      this.bequeath(store);
      this.current = store;
      const salvages = store.unsaved();
      if (salvages.length > 0) void this.rescueAll(store, salvages);
      return store;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** Gives a new store what it needs of the damaged one. What cannot be stored now is given when it can. */
  private bequeath(store: S): void {
    if (!this.pending) return;
    const { damaged, before } = this.pending;
    try {
      this.options.begin(store, damaged, before);
    } catch (error) {
      if (!(error instanceof StoreError) || isOfTheDisk(error)) throw error;
      // Whatever it is in the file that we cannot stand: a history without its past is better than none.
      this.options.log.quiet(`${damaged}: cannot be read: ${error.message}`);
      this.tell(this.moved(damaged, "it cannot be read"));
    }
    this.pending = undefined;
  }

  /** What was moved before and has no successor yet. */
  private heirless(): Salvage[] {
    if (!this.pending) return [];
    return [...this.pending.before, { file: this.pending.damaged, step: 0, saved: 0, lost: 0, isNew: true }];
  }

  private async rescueAll(store: S, salvages: readonly Salvage[]): Promise<void> {
    const { clock, log, damaged } = this.options;
    for (const { file } of salvages) {
      try {
        const saved = await rescue(
          () => store.rescue(file, () => clock.now_s()),
          () => this.current === store,
        );
        if (!saved) return;
        this.options.rescued?.();
        log.quiet(`${file}: ${savedText(saved)}`);
        this.dropSurplus(store.unsaved().map((salvage) => salvage.file));
        this.tell(this.moved(file, savedText(saved)));
      } catch (error) {
        if (error instanceof DamagedError) {
          if (this.current === store) damaged(error);
          return;
        }
        const { message, stack = message } = error as Error;
        log.quiet(`${file}: its rescue ends with an error: ${stack}`);
        this.tell(this.moved(file, `its rescue ended: ${message}`));
      }
    }
  }

  private moved(damaged: string, what: string): string {
    return `${basename(this.options.file)} was damaged; moved to ${basename(damaged)}; ${what}`;
  }

  private tell(text: string, ms = this.options.shown_ms()): void {
    this.told = { text, until_ms: this.options.clock.mono_ms() + ms };
  }

  private dropSurplus(needed: readonly string[]): void {
    const { file, log } = this.options;
    for (const dropped of dropSurplus(file, needed))
      log.quiet(`${dropped}: removed, for it is the smallest of more than ${DAMAGED_KEPT_MAX} damaged files`);
  }
}

/** What an old store had still to rescue, if it can tell. */
function salvagesOf(store: Heir): Salvage[] {
  try {
    return store.unsaved();
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}
