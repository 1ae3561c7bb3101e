// All that is known of each item that had an event: its level, who was told what of it, what waits to be told, when it is to be looked
// at again.

import { levelOf, type Problem } from "../core/alert/problem.ts";
import type { ItemKey, KeptProblem, KeptTold, Listener } from "../store/alert-state.ts";

/** Something was to be told, and was not yet. */
export interface Held extends Listener {
  level: string;
  prev: string;
  why: string;
  /** The alert line by which it is to be told. */
  rule: string;
  /** Steady. */
  until_s?: number;
  isLook?: boolean;
  /** Why it was not told, once it is over. */
  unsaid?: string;
}

/** What is not told for now, as it is shown. */
export interface Pending extends ItemKey, Listener {
  level: string;
  prev: string;
  why: string;
  rule: string;
  /** By the clock on the wall. */
  until_s?: number;
}

export interface Watched {
  kept: KeptProblem;
  /** By listener. The best level is not remembered. */
  told: Map<string, KeptTold>;
  held: Map<string, Held>;
  /** When it is to be looked at again; steady. */
  wake_s: number;
}

export class WatchedItems {
  private readonly items = new Map<string, Watched>();
  private readonly byHost = new Map<string, Set<string>>();
  /** Those of them that are to be looked at again at some time. */
  private readonly waking = new Set<Watched>();

  get(key: ItemKey): Watched | undefined {
    return this.items.get(keyOf(key));
  }

  add(kept: KeptProblem): Watched {
    const watched = { kept, told: new Map(), held: new Map(), wake_s: Number.POSITIVE_INFINITY };
    this.items.set(keyOf(kept), watched);
    const ofHost = this.byHost.get(kept.host);
    if (ofHost) ofHost.add(kept.item);
    else this.byHost.set(kept.host, new Set([kept.item]));
    return watched;
  }

  delete(watched: Watched): void {
    const { host, item } = watched.kept;
    this.items.delete(keyOf(watched.kept));
    this.byHost.get(host)?.delete(item);
    this.waking.delete(watched);
  }

  all(): Iterable<Watched> {
    return this.items.values();
  }

  /** The items of a host. */
  ofHost(host: string): Iterable<string> {
    return this.byHost.get(host) ?? [];
  }

  problem(host: string, item: string): Problem | undefined {
    return this.get({ host, item })?.kept.problem;
  }

  *problems(): Generator<KeptProblem> {
    for (const { kept } of this.items.values()) yield kept;
  }

  told(): KeptTold[] {
    return [...this.items.values()].flatMap(({ told }) => [...told.values()]);
  }

  /** What each was told last of an item. */
  toldOf(host: string, item: string): KeptTold[] {
    return [...(this.get({ host, item })?.told.values() ?? [])];
  }

  /** What waits, and for what; `wall`: what the clock on the wall shows at a steady time. */
  pending(wall: (steady_s: number) => number): Pending[] {
    return [...this.items.values()].flatMap(({ kept: { host, item }, held }) =>
      [...held.values()].map(({ user, channel, level, prev, why, rule, until_s, isLook }) => {
        const until = until_s === undefined || isLook ? {} : { until_s: wall(until_s) };
        return { host, item, user, channel, level, prev, why, rule, ...until };
      }),
    );
  }

  /** It is to be looked at again then; infinite: not before something changes. */
  wake(watched: Watched, wake_s: number): void {
    watched.wake_s = wake_s;
    if (Number.isFinite(wake_s)) this.waking.add(watched);
    else this.waking.delete(watched);
  }

  /** Those that are to be looked at by now; they may be given another time meanwhile. */
  *due(now_s: number): Generator<Watched> {
    for (const watched of this.waking) if (watched.wake_s <= now_s) yield watched;
  }

  get nextWake_s(): number {
    let next_s = Number.POSITIVE_INFINITY;
    for (const { wake_s } of this.waking) next_s = Math.min(next_s, wake_s);
    return next_s;
  }
}

/** Nothing is known of it that would not be so without it: it is well since before a (steady) time, as everybody knows. */
export function isSettled({ kept, told, held }: Watched, best: string, before_s: number): boolean {
  const { level, since_s } = levelOf(kept.problem);
  const isQuiet = told.size === 0 && held.size === 0 && !kept.problem.flapping;
  return isQuiet && level === best && since_s < before_s;
}

export function keyOf({ host, item }: ItemKey): string {
  return `${host}\0${item}`;
}
