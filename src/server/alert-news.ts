// What of the alerts people see, and so is told to those who watch: acknowledgements, who was told, planned work that begins or ends.

import type { Clock } from "../core/clock.ts";
import type { AlertChanges } from "../store/alert-changes.ts";
import type { AlertBook } from "./alert-book.ts";
import type { News } from "./news.ts";
import type { Suppressions } from "./suppressions.ts";

const MINUTE_S = 60;

/** Notes changes as they are stored. */
export function noteChanges(changes: AlertChanges, news: News): void {
  const { told = [], untold = [], dropped = [], acks = [], unacked = [] } = changes;
  for (const host of new Set([...told, ...untold, ...dropped].map((each) => each.host))) news.host(host);
  if (acks.length + unacked.length + dropped.length > 0) news.changed("acks");
}

/** What changes only because time goes by: planned work begins and ends with a minute of the clock on the wall, acks when theirs is over. */
export class TimedNews {
  private readonly suppressions: Suppressions;
  private readonly book: () => AlertBook;
  private readonly clock: Clock;
  private readonly news: News;
  private minute = Number.NaN;
  private before = "";
  private acked = 0;

  constructor(suppressions: Suppressions, book: () => AlertBook, clock: Clock, news: News) {
    this.suppressions = suppressions;
    this.book = book;
    this.clock = clock;
    this.news = news;
  }

  /** Returns in how many seconds to look again; infinite for never. */
  look(): number {
    return Math.min(this.lookAtAcks(), this.lookAtPlanned());
  }

  private lookAtAcks(): number {
    const now_s = this.clock.now_s();
    let wait_s = Number.POSITIVE_INFINITY;
    let acked = 0;
    for (const { until_s = Number.POSITIVE_INFINITY } of this.suppressions.allAcks()) {
      if (until_s <= now_s) continue;
      acked++;
      wait_s = Math.min(wait_s, until_s - now_s);
    }
    if (acked !== this.acked) this.news.changed("acks");
    this.acked = acked;
    return wait_s;
  }

  /** Once a minute, if any is planned. */
  private lookAtPlanned(): number {
    if (this.suppressions.allDowntimes().length + this.book().plans.length === 0) return this.note("", Infinity);
    const now_s = this.clock.now_s();
    const wait_s = MINUTE_S - (now_s % MINUTE_S);
    const minute = Math.floor(now_s / MINUTE_S);
    if (minute === this.minute) return wait_s;
    this.minute = minute;
    return this.note(this.now(), wait_s);
  }

  /** Other work is planned. */
  changed(): void {
    this.before = this.now();
    this.news.changed("planned");
  }

  private now(): string {
    const on = this.suppressions.planned().map(({ id, where, until_s }) => [id, where, until_s]);
    return on.length === 0 ? "" : JSON.stringify(on);
  }

  private note(now: string, wait_s: number): number {
    if (now !== this.before) this.news.changed("planned");
    this.before = now;
    return wait_s;
  }
}
