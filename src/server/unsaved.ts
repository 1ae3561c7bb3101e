// What changed for the alerts and could not be stored yet: who is told of what goes on meanwhile.

import { UNSAVED_CHANGES_MAX } from "../core/limits.ts";
import type { AlertChanges, AlertStore } from "../store/alert-store.ts";
import { StoreError } from "../store/database.ts";

export class Unsaved {
  store: AlertStore;
  private readonly failed: (error: unknown) => void;
  private readonly waiting: AlertChanges[] = [];

  /** `failed`: the database cannot be written now. */
  constructor(store: AlertStore, failed: (error: unknown) => void) {
    this.store = store;
    this.failed = failed;
  }

  /** Stores now, or as soon as it can be. */
  save(changes: AlertChanges): void {
    this.waiting.push(changes);
    if (this.waiting.length > UNSAVED_CHANGES_MAX) {
      const least = this.waiting.findIndex(isRecordOnly);
      if (least >= 0) this.waiting.splice(least, 1);
    }
    this.flush();
  }

  flush(): void {
    this.attempt(() => {
      for (let [first] = this.waiting; first; [first] = this.waiting) {
        this.store.apply(first);
        this.waiting.shift();
      }
    });
  }

  /** Does what can be left out when the database cannot be written. */
  attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.failed(error);
    }
  }
}

/** Nothing is in it but the record of what was told: it goes first when there is too much. */
function isRecordOnly({ told, untold, messages, done, acks, unacked }: AlertChanges): boolean {
  return [told, untold, messages, done, acks, unacked].every((list) => !list?.length);
}
