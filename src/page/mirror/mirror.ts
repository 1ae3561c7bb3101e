// The server's state as the pagemaker knows it: brought up to date by what the server tells, and there at once for every page.

import type { Event } from "../../core/event.ts";
import type { Figures } from "../../core/figures.ts";
import type { Level } from "../../core/fitness.ts";
import { MIRROR_LATE_MS, MIRROR_UNSEEN_MS, WATCH_WAIT_MS } from "../../core/limits.ts";
import {
  type AckView,
  type DowntimeView,
  type Groups,
  type HostView,
  type Overview,
  type PlannedView,
  RECENT_EVENTS,
} from "../model.ts";
import type { News } from "./answer.ts";
import { RecentEvents } from "./events.ts";

export interface MirrorOptions {
  server(): string;
  version: string;
  levels(): readonly Level[];
  groups(): Groups;
  mono_ms?: () => number;
}

/** What one answer of the server changed. */
export interface MirrorChange {
  /** Those that are new or others now; and those that left the work. */
  hosts: ReadonlySet<string>;
  left: ReadonlySet<string>;
  /** New ones, as they came. */
  events: readonly Event[];
  acks: boolean;
  planned: boolean;
  /** The server is heard again, or is not any more. */
  stale: boolean;
}

/** Pages within this time are made from one overview, if nothing changes: their clock is so much late. */
const FRESH_MS = 1000;
/** A server that is started anew is away for less; nobody need read of that. */
const AWAY_MS = 5000;
const NOTHING: MirrorChange = {
  hosts: new Set(),
  left: new Set(),
  events: [],
  acks: false,
  planned: false,
  stale: false,
};

export class Mirror {
  private readonly options: MirrorOptions;
  private readonly mono_ms: () => number;
  private hosts = new Map<string, HostView>();
  private list: HostView[] | undefined;
  private acks: readonly AckView[] = [];
  private planned: readonly PlannedView[] = [];
  private downtimes: readonly DowntimeView[] = [];
  private figures: Figures | undefined;
  private readonly recent = new RecentEvents();
  /** When the last answer came by the server's clock, and by ours. */
  private heard: { at_s: number; at_ms: number } | undefined;
  /** Why the server is not heard. */
  private away: string | undefined;
  private wasStale = false;
  /** How often anything was another than before, in this life: pages that are still open in a browser are of an earlier one. */
  private changes = 0;
  private readonly life = Bun.randomUUIDv7("hex").slice(-12);
  private made: { overview: Overview; at_ms: number } | undefined;
  private readonly listeners = new Set<(change: MirrorChange) => void>();
  private looked_ms = Number.NEGATIVE_INFINITY;
  /** The server was asked to wait for changes no longer than this. */
  wait_ms = WATCH_WAIT_MS;
  /** By which the server goes on; undefined: it is to tell all. */
  seq: string | undefined;

  constructor(options: MirrorOptions) {
    this.options = options;
    this.mono_ms = options.mono_ms ?? (() => performance.now());
  }

  /** Whether anything was ever known. */
  get isKnown(): boolean {
    return this.heard !== undefined;
  }

  /** Whether somebody looks, or did a short time ago. */
  get isSeen(): boolean {
    return this.listeners.size > 0 || this.mono_ms() - this.looked_ms < MIRROR_UNSEEN_MS;
  }

  /** Why the last question was not answered. */
  get whyAway(): string | undefined {
    return this.away;
  }

  /** Whether the last question was not answered. */
  get isAway(): boolean {
    return this.away !== undefined;
  }

  /** Takes what the server answered to the last question. */
  take(news: News): void {
    const { hosts, left } = this.takeHosts(news);
    const acks = news.acks !== undefined && !Bun.deepEquals(news.acks, this.acks);
    const planned =
      (news.planned !== undefined && !Bun.deepEquals(news.planned, this.planned)) ||
      (news.downtimes !== undefined && !Bun.deepEquals(news.downtimes, this.downtimes));
    if (acks) this.acks = news.acks ?? [];
    if (planned) {
      this.planned = news.planned ?? this.planned;
      this.downtimes = news.downtimes ?? this.downtimes;
    }
    const events = this.takeEvents(news);
    if (news.figures) this.figures = news.figures;
    this.seq = news.seq;
    this.heard = { at_s: news.now_s, at_ms: this.mono_ms() };
    this.away = undefined;
    this.made = undefined;
    this.tell({ hosts, left, events, acks, planned, stale: this.turned() });
  }

  /** The server cannot be asked. */
  lost(why: string): void {
    this.away = why;
    this.look();
  }

  /** Time went by: what was heard may be old by now. */
  look(): void {
    if (!this.turned()) return;
    this.made = undefined;
    this.tell({ ...NOTHING, stale: true });
  }

  /** All that is known; undefined before the first answer. */
  overview(): Overview | undefined {
    const { heard, made } = this;
    const at_ms = this.mono_ms();
    this.looked_ms = at_ms;
    if (!heard) return undefined;
    this.look();
    const levels = this.options.levels();
    if (made && made === this.made && at_ms - made.at_ms < FRESH_MS && made.overview.levels === levels)
      return made.overview;
    this.list ??= [...this.hosts.values()];
    const overview: Overview = {
      now_s: heard.at_s + (at_ms - heard.at_ms) / 1000,
      server: this.options.server(),
      version: this.options.version,
      levels,
      groups: this.options.groups(),
      seq: `${this.life}.${this.changes}`,
      hosts: this.list,
      acks: this.acks,
      planned: this.planned,
      downtimes: this.downtimes,
      events: this.recent.last(RECENT_EVENTS),
      heard_s: heard.at_s,
      ...(this.figures ? { figures: this.figures } : {}),
      ...(this.isStale ? { stale_since_s: heard.at_s } : {}),
    };
    this.made = { overview, at_ms };
    return overview;
  }

  /** The latest events of one item, newest first. */
  eventsOf(host: string, item: string): readonly Event[] {
    return this.recent.of(host, item);
  }

  /** Calls `listener` after each answer that changed something, until what is returned is called. */
  onChange(listener: (change: MirrorChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private get isStale(): boolean {
    if (!this.heard) return false;
    const age_ms = this.mono_ms() - this.heard.at_ms;
    return age_ms > (this.away === undefined ? this.wait_ms + MIRROR_LATE_MS : AWAY_MS);
  }

  private turned(): boolean {
    const before = this.wasStale;
    this.wasStale = this.isStale;
    return before !== this.wasStale;
  }

  private takeHosts({ hosts, left, whole }: News): { hosts: Set<string>; left: Set<string> } {
    const changed = new Set<string>();
    const now = whole ? new Set(hosts.map(({ host }) => host)) : undefined;
    const gone = new Set(now ? [...this.hosts.keys()].filter((host) => !now.has(host)) : left);
    for (const host of gone) if (!this.hosts.delete(host)) gone.delete(host);
    for (const view of hosts) {
      // The same object means that it need not be judged again.
      if (Bun.deepEquals(this.hosts.get(view.host), view)) continue;
      this.hosts.set(view.host, view);
      changed.add(view.host);
    }
    if (gone.size + changed.size > 0) this.list = undefined;
    return { hosts: changed, left: gone };
  }

  /** Returns those that are new; of the first answer none is. */
  private takeEvents({ events, whole, now_s, seq }: News): Event[] {
    if (!whole) return this.recent.add(events, now_s);
    const before = new Set(this.recent.last(events.length).map(({ id }) => id));
    this.recent.replace(events, seq === undefined ? 0 : now_s); // an older server gives as many as it was asked for
    return this.isKnown ? events.filter(({ id }) => !before.has(id)) : [];
  }

  private tell(change: MirrorChange): void {
    const { hosts, left, events, acks, planned, stale } = change;
    if (hosts.size + left.size + events.length === 0 && !acks && !planned && !stale) return;
    this.changes++;
    this.made = undefined;
    for (const listener of this.listeners) listener(change);
  }
}
