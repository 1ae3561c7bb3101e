// What changed for the alerts and could not be stored yet: who is told of what goes on meanwhile.

import { UNSAVED_CHANGES_MAX } from "../core/limits.ts";
import type { AlertChanges } from "../store/alert-changes.ts";
import type { AlertState } from "../store/alert-state.ts";
import type { AlertStore } from "../store/alert-store.ts";
import { StoreError } from "../store/database.ts";

export interface UnsavedOptions {
  /** All that is known. */
  state(): AlertState;
  /** Steady. */
  now_s(): number;
  /** The database cannot be written now. */
  failed(error: unknown): void;
  /** Something changed, whether it can be stored or not. */
  changed?(changes: AlertChanges): void;
}

/** All that is known may be much, and is tried so often only. */
const WHOLE_AGAIN_S = 60;

export class Unsaved {
  store: AlertStore;
  private readonly options: UnsavedOptions;
  private waiting: AlertChanges[] = [];
  /** When all that is known is to be written, for changes are not enough; else undefined. */
  private whole_s: number | undefined;

  constructor(store: AlertStore, options: UnsavedOptions) {
    this.store = store;
    this.options = options;
  }

  /** Stores now, or as soon as it can be. */
  save(changes: AlertChanges): void {
    this.options.changed?.(changes);
    this.waiting.push(changes);
    if (this.whole_s !== undefined || this.waiting.length > UNSAVED_CHANGES_MAX) this.keepRecords();
    this.flush();
  }

  /** Writes all that is known into the store, now, or as soon as it can be. */
  saveAll(): void {
    this.whole_s = Number.NEGATIVE_INFINITY;
    this.keepRecords();
    this.flush();
  }

  /** The last time that it can be stored. */
  end(): void {
    if (this.whole_s !== undefined) this.whole_s = Number.NEGATIVE_INFINITY;
    this.flush();
  }

  /** What changed is in what is known, but for records: of those that are too many the oldest go. */
  private keepRecords(): void {
    this.whole_s ??= Number.NEGATIVE_INFINITY;
    this.waiting = this.waiting.flatMap(recordsOf);
    this.waiting.splice(0, this.waiting.length - UNSAVED_CHANGES_MAX);
  }

  flush(): void {
    this.attempt(() => {
      if (!this.writeAll()) return;
      for (let [first] = this.waiting; first; [first] = this.waiting) {
        this.store.apply(first);
        this.waiting.shift();
      }
    });
  }

  /** False where it is not yet time to try that again. */
  private writeAll(): boolean {
    if (this.whole_s === undefined) return true;
    const now_s = this.options.now_s();
    if (now_s < this.whole_s) return false;
    this.whole_s = now_s + WHOLE_AGAIN_S;
    this.store.keepState(this.options.state());
    this.whole_s = undefined;
    return true;
  }

  /** Does what can be left out when the database cannot be written. */
  attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.options.failed(error);
    }
  }
}

/** What is in changes besides what is known: records of what was told, and of what became of messages. */
function recordsOf({ tellings = [], done = [], moved = [] }: AlertChanges): AlertChanges[] {
  const sent = done.filter((each) => each.sent);
  if (tellings.length + sent.length + moved.length === 0) return [];
  return [
    {
      ...(tellings.length > 0 ? { tellings } : {}),
      ...(sent.length > 0 ? { done: sent } : {}),
      ...(moved.length > 0 ? { moved } : {}),
    },
  ];
}
