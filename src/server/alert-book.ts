// The server's work, as the alerter asks it: who listens to an item, what a host needs, which planned work it is in.

import type { AlertRule } from "../core/alert/decide.ts";
import { ALERT_MEMO_MAX } from "../core/limits.ts";
import { select } from "../core/selector.ts";
import type { Listener } from "../store/alert-state.ts";
import type { AlertWork, DowntimeWork, NeedsWork } from "../work/alerting-work.ts";
import type { ServerWork } from "../work/works.ts";
import { neededBy } from "./needed.ts";

/** A user and a channel with the lines by which they hear of an item, in their order. */
export interface ListenerRules extends Listener {
  /** As listenerKey makes it. */
  key: string;
  rules: readonly AlertRule[];
}

/** Hosts and items as a statement selects them. */
export interface Scope {
  covers(host: string, item: string): boolean;
}

export class AlertBook {
  readonly work: ServerWork;
  private readonly alerts: readonly { line: AlertWork; rule: AlertRule; scope: Scope }[];
  private readonly downtimes: readonly { line: DowntimeWork; scope: Scope }[];
  private readonly needed: ReadonlyMap<string, readonly NeedsWork[]>;
  private readonly memo = new Map<string, readonly ListenerRules[]>();
  private readonly hostSets = new Map<string, ReadonlySet<string>>();

  constructor(work: ServerWork) {
    this.work = work;
    this.alerts = work.alerts.map((line) => ({ line, rule: ruleOf(line), scope: this.scope(line.hosts, line.items) }));
    this.downtimes = work.downtimes.map((line) => ({ line, scope: this.scope(line.hosts, line.items) }));
    this.needed = neededBy(work, (selector) => this.hostsOf(selector));
  }

  /** Who listens to an item; the same list for the same item. */
  listeners(host: string, item: string): readonly ListenerRules[] {
    const key = `${host}\0${item}`;
    const known = this.memo.get(key);
    if (known) return known;
    if (this.memo.size >= ALERT_MEMO_MAX) this.memo.clear();
    const found = new Map<string, ListenerRules & { rules: AlertRule[] }>();
    for (const { line, rule, scope } of this.alerts) {
      if (!scope.covers(host, item)) continue;
      for (const user of line.users) {
        for (const channel of line.via) {
          const listener = listenerKey({ user, channel });
          const own = found.get(listener);
          if (own) own.rules.push(rule);
          else found.set(listener, { key: listener, user, channel, rules: [rule] });
        }
      }
    }
    const listeners = [...found.values()];
    this.memo.set(key, listeners);
    return listeners;
  }

  get best(): string {
    return this.work.levels[0]?.name ?? "fine";
  }

  /** 0 is the best level, or one that is not of the scale. */
  rank(level: string): number {
    return Math.max(
      0,
      this.work.levels.findIndex(({ name }) => name === level),
    );
  }

  /** All ways by which anybody is told. */
  channels(): string[] {
    return [...new Set(this.work.alerts.flatMap(({ via }) => via))];
  }

  /** The client that tells of a host: itself, or the one that it is behind. */
  clientOf(host: string): string {
    return this.work.hosts[host]?.via ?? host;
  }

  /** What a host needs: another host, or an item of one; not what needs it in turn. */
  needs(host: string): readonly NeedsWork[] {
    return this.needed.get(host) ?? [];
  }

  /** Whether some host needs this one, or an item of it. */
  isNeeded(host: string): boolean {
    return this.work.needs.some((line) => line.host === host);
  }

  /** Planned work of the config that an item is part of, whenever that is. */
  downtimesOf(host: string, item: string): DowntimeWork[] {
    return this.downtimes.filter(({ scope }) => scope.covers(host, item)).map(({ line }) => line);
  }

  /** All planned work of the config. */
  get plans(): readonly { line: DowntimeWork; scope: Scope }[] {
    return this.downtimes;
  }

  /** Selectors as statements and commands have them: of tags (or names) of hosts, and of items. */
  scope(hosts: string, items: string): Scope {
    const known = this.hostsOf(hosts);
    const groups = new Map(Object.entries(this.work.groups.items));
    const verdicts = new Map<string, boolean>();
    const isCovered = (item: string) => {
      const before = verdicts.get(item);
      if (before !== undefined) return before;
      const verdict = select(items, [item], groups).names.has(item);
      if (verdicts.size < ALERT_MEMO_MAX) verdicts.set(item, verdict);
      return verdict;
    };
    return { covers: (host, item) => known.has(host) && (items === "*" || isCovered(item)) };
  }

  /** Canonical names of the hosts that a selector selects. */
  private hostsOf(selector: string): ReadonlySet<string> {
    const before = this.hostSets.get(selector);
    if (before) return before;
    const byTag = new Map(Object.entries(this.work.hosts).map(([host, { tag }]) => [tag, host]));
    const { hosts: all, groups } = this.work;
    const group = (name: string) => {
      if (Object.hasOwn(groups.hosts, name)) return groups.hosts[name];
      return Object.hasOwn(all, name) ? [all[name]?.tag ?? name] : undefined; // a canonical name is a group of one
    };
    const { names } = select(selector, byTag.keys(), { get: group });
    const hosts = new Set([...names].flatMap((tag) => byTag.get(tag) ?? []));
    this.hostSets.set(selector, hosts);
    return hosts;
  }
}

/** One text for a user and a channel. */
export function listenerKey({ user, channel }: Listener): string {
  return `${user}\0${channel}`;
}

function ruleOf({ from, to, after_s = 0, every_s, hours, recovery, where }: AlertWork): AlertRule {
  return {
    from: new Set(from),
    to: new Set(to),
    after_s,
    ...(every_s === undefined ? {} : { every_s }),
    ...(hours ? { hours } : {}),
    recovery,
    where,
  };
}
