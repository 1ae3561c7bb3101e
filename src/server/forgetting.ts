// Items of which nobody is to hear any more, for they left; and those of which nothing has to be known, for they are well.

import type { HostState } from "../core/report.ts";
import type { ItemKey } from "../store/alert-state.ts";
import type { AlertBook } from "./alert-book.ts";
import type { Alerter } from "./alerter.ts";
import type { SteadyClock } from "./steady.ts";
import type { Unsaved } from "./unsaved.ts";

export interface ForgettingOptions {
  steady: SteadyClock;
  unsaved: Unsaved;
  book(): AlertBook;
  alerter(): Alerter;
  /** Whether an item is the server's own, so that no report has it. */
  isOwn(key: ItemKey): boolean;
}

/** An item that is well for so long is as one that never had an event; what needs it waits a shorter time for news. */
const WELL_S = 3600;
/** Items that are forgotten at a stretch: a few milliseconds. */
const FORGOTTEN_AT_ONCE = 200;

export class Forgetting {
  private readonly options: ForgettingOptions;

  constructor(options: ForgettingOptions) {
    this.options = options;
  }

  /** Items that a client reports no more. */
  unreported(hosts: Readonly<Record<string, HostState>>): void {
    const { items } = this.options.alerter();
    const gone: ItemKey[] = [];
    for (const [host, state] of Object.entries(hosts))
      for (const item of items.ofHost(host))
        if (!Object.hasOwn(state, item) && !this.options.isOwn({ host, item })) gone.push({ host, item });
    this.forget(gone);
  }

  /** Hosts that left the work, maybe while no server ran. */
  strangers(): void {
    const { hosts } = this.options.book().work;
    this.forget([...this.options.alerter().items.problems()].filter(({ host }) => !hosts[host]));
  }

  /** Items that are well, in steps between which others have their turn. */
  async settled(isStopped: () => boolean): Promise<void> {
    const { options } = this;
    const before_s = options.steady.now_s() - WELL_S;
    const settled = options.alerter().settled(before_s);
    while (settled.length > 0 && !isStopped()) {
      const gone = options.alerter().forgetSettled(settled.splice(-FORGOTTEN_AT_ONCE), before_s);
      if (gone.length > 0) options.unsaved.save({ dropped: gone });
      await Bun.sleep(0);
    }
  }

  private forget(keys: readonly ItemKey[]): void {
    if (keys.length === 0) return;
    this.options.alerter().forget(keys);
    this.options.unsaved.save({ dropped: keys });
  }
}
