// What of the alerts people see, and so is told to those who watch: acknowledgements, who was told, planned work that begins or ends.

import type { Clock } from "../core/clock.ts";
import type { AlertChanges } from "../store/alert-store.ts";
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

/** Planned work begins and ends with a minute of the clock on the wall. */
export class PlannedNews {
  private readonly suppressions: Suppressions;
  private readonly book: () => AlertBook;
  private readonly clock: Clock;
  private readonly news: News;
  private minute = Number.NaN;
  private before = "";

  constructor(suppressions: Suppressions, book: () => AlertBook, clock: Clock, news: News) {
    this.suppressions = suppressions;
    this.book = book;
    this.clock = clock;
    this.news = news;
  }

  /** Looks once a minute. Returns in how many seconds to look again; infinite while no work is planned. */
  look(): number {
    if (this.suppressions.allDowntimes().length + this.book().plans.length === 0) return this.note("", Infinity);
    const now_s = this.clock.now_s();
    const wait_s = MINUTE_S - (now_s % MINUTE_S);
    const minute = Math.floor(now_s / MINUTE_S);
    if (minute === this.minute) return wait_s;
    this.minute = minute;
    const now = this.suppressions.planned().map(({ id, where, until_s }) => [id, where, until_s]);
    return this.note(now.length === 0 ? "" : JSON.stringify(now), wait_s);
  }

  private note(now: string, wait_s: number): number {
    if (now !== this.before) this.news.changed("planned");
    this.before = now;
    return wait_s;
  }
}
