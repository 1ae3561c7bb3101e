// Keeps the events that wait for a server within their bound: what led to and fro is left out, a bounded part at a time. Each item's last
// level stays, and its events go on following from each other, whenever this is broken off.

import type { Event } from "../core/event.ts";
import { DEFAULT_LEVELS, type Level } from "../core/fitness.ts";
import { type Fold, folds, type Link, linkOf } from "../core/fold.ts";
import { FOLD_EVENTS_AT_ONCE, OUTBOX_EVENTS_MAX, OUTBOX_FOLDED_EVENTS } from "../core/limits.ts";
import { StoreError } from "../store/database.ts";

/** Where events wait: the outbox, or memory. */
export interface Pile {
  size(): number;
  /** All of them, oldest first, so many at a time. */
  pages(count: number): Iterable<Event[]>;
  /** Forgets all of these, or none of them if one is there no more; returns whether it did. */
  drop(ids: readonly string[]): boolean;
  /** Forgets the oldest beyond a number; returns how many. */
  keepNewest(count: number): number;
}

export interface Piles {
  piles(): Pile[];
  /** The server may have it. */
  isUnderWay(id: string): boolean;
}

interface Log {
  quiet(text: string): void;
  terse(text: string): void;
}

/** So many events may wait in each pile, so many are left where more did, and so many are looked at or left out at a stretch. */
interface Bound {
  most: number;
  folded: number;
  at_once: number;
}

/** How many events were left out, and why each could be. */
type Tally = Record<Fold["kind"] | "lost", number>;

/** Between two parts, so that a pass over all events is no load: 200 parts take a second. */
const PAUSE_MS = 5;

export class Folding {
  private readonly waiting: Piles;
  private readonly levels: () => readonly Level[];
  private readonly log: Log;
  private readonly bound: Bound;
  private readonly pause: () => Promise<unknown>;
  private isBusy = false;
  private isSaid = false;

  /** `levels` are best first; `pause` lets others have their turn. */
  constructor(
    waiting: Piles,
    levels: () => readonly Level[] | undefined,
    log: Log,
    bound: Bound = { most: OUTBOX_EVENTS_MAX, folded: OUTBOX_FOLDED_EVENTS, at_once: FOLD_EVENTS_AT_ONCE },
    pause: () => Promise<unknown> = () => Bun.sleep(PAUSE_MS),
  ) {
    this.waiting = waiting;
    this.levels = () => levels() ?? DEFAULT_LEVELS;
    this.log = log;
    this.bound = bound;
    this.pause = pause;
  }

  /** Makes room where too many events wait. A disk that fails is said where a minute is stored, and this is tried again. */
  async keepBound(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      const piles = this.waiting.piles();
      if (piles.every((pile) => pile.size() === 0)) this.isSaid = false;
      for (const pile of piles) {
        const size = pile.size();
        if (size > this.bound.most) await this.fold(pile, size);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    } finally {
      this.isBusy = false;
    }
  }

  private async fold(pile: Pile, size: number): Promise<void> {
    const tally: Tally = { mild: 0, worse: 0, cut: 0, lost: 0 };
    try {
      const links = await this.linksOf(pile);
      if (!(await this.leaveOut(pile, links, tally))) return; // the server takes them again
      // More items than that: of some not even the last level has room.
      if (pile.size() > this.bound.most) tally.lost = pile.keepNewest(this.bound.most);
    } finally {
      this.say(size, tally);
    }
  }

  private async linksOf(pile: Pile): Promise<Link[]> {
    const levels = this.levels();
    const ranks = new Map(levels.map(({ name }, rank) => [name, rank]));
    // A level that is no more may have been any.
    const rankOf = (level: string) => ranks.get(level) ?? levels.length;
    const links: Link[] = [];
    for (const events of pile.pages(this.bound.at_once)) {
      for (const event of events) links.push(linkOf(event, rankOf, this.waiting.isUnderWay(event.id)));
      await this.pause();
    }
    return links;
  }

  /** Returns false when the events are others now. */
  private async leaveOut(pile: Pile, links: readonly Link[], tally: Tally): Promise<boolean> {
    let surplus = links.length - this.bound.folded;
    let chosen: Fold[] = [];
    const drop = () => {
      const ids = chosen.flatMap((fold) => fold.ids);
      if (ids.some((id) => this.waiting.isUnderWay(id)) || !pile.drop(ids)) return false;
      for (const { kind, ids: those } of chosen) tally[kind] += those.length;
      chosen = [];
      return true;
    };
    let count = 0;
    for (const fold of folds(links, this.levels().length)) {
      if (surplus <= 0) break;
      if (fold) {
        chosen.push(fold);
        count += fold.ids.length;
        surplus -= fold.ids.length;
      }
      if (fold && count < this.bound.at_once) continue;
      if (!drop()) return false;
      count = 0;
      await this.pause();
    }
    return drop();
  }

  // Aloud when it begins, until none waits any more.
  private say(size: number, tally: Tally): void {
    const [best, second] = this.levels();
    const texts: Record<keyof Tally, string> = {
      mild: `between ${best?.name} and ${second?.name}`,
      worse: "of items that were worse and came back to the level before",
      cut: "older than the last level of an item",
      lost: "that were the last of an item",
    };
    const kinds = (Object.keys(texts) as (keyof Tally)[]).filter((kind) => tally[kind] > 0);
    if (kinds.length === 0) return;
    const left = kinds.map((kind) => `${tally[kind]} ${texts[kind]}`).join(", ");
    const kept = tally.lost > 0 ? "" : "; the last level of each item is kept";
    this.log[this.isSaid ? "terse" : "quiet"](
      `${size} events wait for the server, for more than ${this.bound.most} there is no room: left out are ${left}${kept}`,
    );
    this.isSaid = true;
  }
}
