// What one look at the alerts changes, to be stored at once.

import type { AlertChanges } from "../store/alert-changes.ts";
import type { Telling, TellingRow } from "../store/alert-records.ts";
import type { ItemKey, KeptTold, Listener } from "../store/alert-state.ts";

export class Changes implements AlertChanges {
  readonly told: KeptTold[] = [];
  readonly untold: (ItemKey & Listener)[] = [];
  readonly tellings: TellingRow[] = [];
  readonly unacked: ItemKey[] = [];
  readonly messages: NonNullable<AlertChanges["messages"]>[number][] = [];
  private last: TellingRow[] = [];

  /** Those to whom the same became of the same change are one row: there may be fifty for each of a thousand changes. */
  telling({ user, ...telling }: Telling): void {
    const { host, item } = telling;
    if (this.last[0]?.host !== host || this.last[0].item !== item) this.last = [];
    const same = this.last.find((row) => isSame(row, telling));
    if (same) {
      same.users.push(user);
      return;
    }
    const row = { ...telling, users: [user] };
    this.last.push(row);
    this.tellings.push(row);
  }

  get isEmpty(): boolean {
    const { told, untold, tellings, unacked, messages } = this;
    return [told, untold, tellings, unacked, messages].every((list) => list.length === 0);
  }
}

function isSame(a: Omit<Telling, "user">, b: Omit<Telling, "user">): boolean {
  return (
    a.channel === b.channel &&
    a.prev === b.prev &&
    a.level === b.level &&
    a.kind === b.kind &&
    a.why === b.why &&
    a.message === b.message
  );
}
