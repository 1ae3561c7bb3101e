// Acknowledgements, as people give them and take them back. (When one is over, the alerter sees.)

import type { Ack } from "../core/alert/ack.ts";
import { levelOf, type Problem } from "../core/alert/problem.ts";
import type { Clock } from "../core/clock.ts";
import { ACK_TEXT_CHARS_MAX } from "../core/limits.ts";
import type { ItemKey } from "../store/alert-state.ts";
import type { Suppressions } from "./suppressions.ts";
import type { Unsaved } from "./unsaved.ts";

export interface AcksOptions {
  clock: Clock;
  suppressions: Suppressions;
  unsaved: Unsaved;
  best(): string;
  problem(host: string, item: string): Problem | undefined;
  /** What may be told is another matter now. */
  changed(): void;
}

export class Acks {
  private readonly options: AcksOptions;

  constructor(options: AcksOptions) {
    this.options = options;
  }

  all(): Ack[] {
    return [...this.options.suppressions.allAcks()];
  }

  /** Of those items that are not well; returns them. */
  give(keys: readonly ItemKey[], user: string, text: string, until_s?: number): Ack[] {
    const { clock, suppressions, unsaved } = this.options;
    const acks = keys.flatMap(({ host, item }): Ack[] => {
      const problem = this.options.problem(host, item);
      if (!problem || levelOf(problem).level === this.options.best()) return [];
      const until = until_s === undefined ? {} : { until_s };
      const { level } = levelOf(problem);
      return [{ host, item, user, at_s: clock.now_s(), level, text: text.slice(0, ACK_TEXT_CHARS_MAX), ...until }];
    });
    for (const ack of acks) suppressions.acknowledge(ack);
    unsaved.save({ acks });
    this.options.changed();
    return acks;
  }

  takeBack(keys: readonly ItemKey[]): void {
    const { suppressions, unsaved } = this.options;
    const unacked = keys.filter(({ host, item }) => suppressions.unacknowledge(host, item));
    unsaved.save({ unacked });
    this.options.changed();
  }
}
