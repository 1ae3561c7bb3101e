// Downtimes, as people plan and end them, until they are over for long.

import type { Downtime } from "../core/alert/downtime.ts";
import type { WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import type { Suppressions } from "./suppressions.ts";
import type { Unsaved } from "./unsaved.ts";

export interface DowntimesOptions {
  clock: Clock;
  wallClockAt: WallClockAt;
  suppressions: Suppressions;
  unsaved: Unsaved;
  /** What may be told is another matter now. */
  changed(): void;
}

const DAY_S = 86_400;

export class Downtimes {
  private readonly options: DowntimesOptions;

  constructor(options: DowntimesOptions) {
    this.options = options;
  }

  all(): readonly Downtime[] {
    return this.options.suppressions.allDowntimes();
  }

  /** Throws StoreError. */
  plan(downtime: Omit<Downtime, "id">): Downtime {
    const id = this.options.unsaved.store.addDowntime(downtime);
    const planned = { ...downtime, id };
    this.options.suppressions.setDowntimes([...this.all(), planned]);
    this.options.changed();
    return planned;
  }

  /** False where there is none of that number. Throws StoreError. */
  end(id: number): boolean {
    const all = this.all();
    if (!all.some((each) => each.id === id)) return false;
    this.options.unsaved.store.dropDowntime(id);
    this.options.suppressions.setDowntimes(all.filter((each) => each.id !== id));
    this.options.changed();
    return true;
  }

  /** Forgets those that were over a day ago. */
  forgetPast(): void {
    const { clock, wallClockAt, unsaved } = this.options;
    const yesterday = (zone?: string) => wallClockAt(clock.now_s() - DAY_S, zone).text;
    const past = this.all().filter(({ when }) => "to" in when && when.to <= yesterday(when.zone));
    for (const { id } of past) unsaved.attempt(() => void this.end(id));
  }
}
