// A work.conf as it was written: what each statement declared, with its place. Names are resolved later (resolve/), so the
// order of statements does not matter, except that the last `fit` or `flap` that matches wins, and levels come best first.

import type { Place } from "../core/diagnostic.ts";
import type { FlapLimits } from "../core/flapping.ts";
import type { Hours, Once } from "../core/hours.ts";
import type { Word } from "../core/lexer.ts";
import { select } from "../core/selector.ts";

export interface HostDraft {
  fqdn: Word;
  tag: Word;
  via?: Word;
  addr?: string;
  port?: number;
  snmp?: string;
}

export interface ItemDraft {
  name: Word;
  probe: Word;
  args: readonly Word[];
  /** Its own options, not those of its probe, by name; the text is the value. */
  options: ReadonlyMap<string, Word>;
  /** What to write where the arguments were meant to be an option's text. */
  split?: string;
  every_s?: number;
  timeout_s?: number;
  label?: string;
  unit?: string;
}

/** One LEVEL TEST [for IVAL] [until TEST [for IVAL]] of a fit statement. */
export interface FitRuleDraft {
  level: Word;
  test: Word;
  for_s?: number;
  until?: Word;
  until_for_s?: number;
}

/** Which items of which hosts a statement is about; where several are, the last wins. */
export interface ScopeDraft {
  items: Word;
  /** Absent: on all hosts. */
  hosts?: Word;
}

export interface FitDraft extends ScopeDraft {
  key: Word;
  rules: readonly FitRuleDraft[];
}

export interface FlapDraft extends ScopeDraft {
  limits: FlapLimits | "off";
}

export interface LevelDraft {
  name: string;
  /** Where it is declared. */
  word: Word;
  /** What people see; absent: the name. */
  label?: Word;
}

export interface GetDraft {
  hosts: Word;
  items: readonly Word[];
}

/** A group: its members are selectors (hosts), or names of items, users and other groups. */
export interface GroupDraft {
  name: Word;
  members: readonly Word[];
}

export interface UserDraft {
  name: Word;
  mail: string;
  /** Further addresses, for channels that need them: `phone=…`. */
  options: Readonly<Record<string, string>>;
}

export interface ChannelDraft {
  name: Word;
  type: string;
  url: string;
  /** Where the URL stands. */
  at: Word;
}

export interface AlertDraft {
  key: Word;
  users: Word;
  hosts: Word;
  items: Word;
  change: Word;
  after_s?: number;
  every_s?: number;
  hours?: Hours;
  recovery: boolean;
  via?: Word;
}

export interface NeedsDraft {
  key: Word;
  hosts: Word;
  /** HOST or HOST:ITEM. */
  on: Word;
}

export interface DowntimeDraft {
  key: Word;
  hosts: Word;
  items: Word;
  when: Hours | Once;
  text?: Word;
}

/** An interval as it was written, for what may not be meant so. */
export interface IntervalDraft {
  at: { place: Place };
  text: string;
  /** It is about readings, of which there is one a minute. */
  ofReadings?: true;
}

export class Draft {
  readonly hosts: HostDraft[] = [];
  /** The same by name and by tag, the first of each. */
  readonly hostByName = new Map<string, HostDraft>();
  readonly hostByTag = new Map<string, HostDraft>();
  readonly items: ItemDraft[] = [];
  readonly gets: GetDraft[] = [];
  readonly fits: FitDraft[] = [];
  readonly flaps: FlapDraft[] = [];
  readonly levels: LevelDraft[] = [];
  readonly hostGroups: GroupDraft[] = [];
  readonly itemGroups: GroupDraft[] = [];
  readonly userGroups: GroupDraft[] = [];
  readonly users: UserDraft[] = [];
  readonly channels: ChannelDraft[] = [];
  readonly alerts: AlertDraft[] = [];
  readonly needs: NeedsDraft[] = [];
  readonly downtimes: DowntimeDraft[] = [];
  readonly intervals: IntervalDraft[] = [];
  pmaker: Word | undefined;
  /** Names that may be declared by statements which could not be read: that they are missing is no second mistake. */
  readonly lost = new Set<string>();
  private readonly later: (() => void)[] = [];
  /** What an include is for: reads more, at its place. */
  include: (glob: Word) => void = () => undefined;

  addHost(host: HostDraft): void {
    this.hosts.push(host);
    if (!this.hostByName.has(host.fqdn.text)) this.hostByName.set(host.fqdn.text, host);
    if (!this.hostByTag.has(host.tag.text)) this.hostByTag.set(host.tag.text, host);
  }

  /** What a word of a list of hosts is; undefined when it calls none. */
  hostKind(text: string): "host" | "group of hosts" | undefined {
    const [first = ""] = text.replace(/^!/, "").split(",");
    if (this.hostByTag.has(first) || this.hostByName.has(first)) return "host";
    return this.hostGroups.some(({ name }) => name.text === first) ? "group of hosts" : undefined;
  }

  /** Whether a glob matches a host. */
  hostsMatch(glob: string): boolean {
    return /[*?]/.test(glob) && select(glob, this.hostByTag.keys(), { get: () => undefined }).names.size > 0;
  }

  lose(names: readonly string[]): void {
    for (const name of names) for (const part of name.split(",")) this.lost.add(part);
  }

  /** Has something looked at when all was read, for the order of statements does not matter. */
  whenRead(look: () => void): void {
    this.later.push(look);
  }

  finish(): void {
    for (const look of this.later.splice(0)) look();
  }
}
