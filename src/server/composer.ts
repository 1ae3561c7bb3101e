// Makes messages: what a notice is about, the host's other trouble, and how much of it one message holds.

import type { Message, Notice, OtherTrouble } from "../core/alert/message.ts";
import { levelOf } from "../core/alert/problem.ts";
import type { Voice } from "../core/alert/silence.ts";
import type { Clock } from "../core/clock.ts";
import { MESSAGE_NOTICES_MAX, MESSAGE_NOTICES_SHOWN_MAX, OTHER_TROUBLE_MAX } from "../core/limits.ts";
import type { About, ItemState } from "../core/report.ts";
import type { KeptProblem, Listener } from "../store/alert-state.ts";
import type { AlertBook } from "./alert-book.ts";
import type { SteadyClock } from "./steady.ts";
import { DMON_ITEM } from "./suppressions.ts";

export interface Known {
  state: Readonly<Record<string, ItemState>>;
  about: About;
  /** When its last report came; steady. */
  received_s: number;
}

/** What is known of an item beside its level. */
interface Facts {
  tag: string;
  unit: string;
  value: number | null;
  /** When that was measured; seconds since the epoch, 0 when it is not known. */
  time_s: number;
}

export interface ComposerOptions {
  hostname: string;
  clock: Clock;
  steady: SteadyClock;
  book: () => AlertBook;
  known(host: string): Known | undefined;
  problems(): Iterable<KeptProblem>;
  voice(client: string): Voice | undefined;
  /** Where a notice leads. */
  links(notice: Notice, user: string): Notice["links"];
}

export class Composer {
  private readonly options: ComposerOptions;

  constructor(options: ComposerOptions) {
    this.options = options;
  }

  private facts(host: string, item: string): Facts {
    const tag = this.options.book().work.hosts[host]?.tag ?? host;
    const state = this.options.known(host)?.state;
    const own = state && Object.hasOwn(state, item) ? state[item] : undefined;
    return { tag, unit: own?.unit ?? "", value: own?.value ?? null, time_s: own?.time ?? 0 };
  }

  /** What is said of an item. */
  notice({ host, item, problem }: KeptProblem, said: Pick<Notice, "kind" | "prev" | "rule">): Notice {
    const { steady, book } = this.options;
    const { level, since_s } = levelOf(problem);
    const { tag, unit, value, time_s } = this.facts(host, item);
    const { text, reason } = problem;
    return {
      ...said,
      host,
      tag,
      item,
      level,
      rank: book().rank(level),
      since_s: steady.wall(since_s),
      time_s: Math.max(time_s, problem.at_s),
      value: time_s > problem.at_s ? value : problem.value,
      unit,
      problem: problem.begun,
      ...(text === undefined ? {} : { text }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  /**
   * Messages of these notices to a user whom the work has: one, for a person, of which what is too much is only counted; as many as
   * it takes where a program wants all.
   */
  messages({ user: name }: Listener, notices: readonly Notice[], wantsAll: boolean): Message[] {
    const user = this.options.book().work.users[name];
    if (!user) return [];
    const sorted = this.linked(name, worstFirst(notices), wantsAll);
    const parts = wantsAll ? chunks(sorted, MESSAGE_NOTICES_MAX) : [sorted.slice(0, MESSAGE_NOTICES_MAX)];
    return parts.map((part) => ({
      id: Bun.randomUUIDv7(),
      server: this.options.hostname,
      user: { name, mail: user.mail, options: user.options ?? {} },
      made_s: this.options.clock.now_s(),
      notices: part,
      more: wantsAll ? 0 : sorted.length - part.length,
      others: this.others(part),
      levels: this.options.book().work.levels,
    }));
  }

  /** With links: for a person those that are told in full, for each costs two signatures. */
  linked(user: string, notices: readonly Notice[], wantsAll: boolean): Notice[] {
    return notices.map((notice, i) => {
      const links = wantsAll || i < MESSAGE_NOTICES_SHOWN_MAX ? this.options.links(notice, user) : undefined;
      return links ? { ...notice, links } : notice;
    });
  }

  /** What else is not well on the first hosts of a message, as far as anybody knows: not what a silent client told last. */
  private others(notices: readonly Notice[]): OtherTrouble[] {
    const hosts = [...new Set(notices.map(({ host }) => host))].slice(0, OTHER_TROUBLE_MAX);
    const told = new Set(notices.map(({ host, item }) => `${host}\0${item}`));
    const bad = new Map<string, OtherTrouble["items"]>(hosts.map((host) => [host, []]));
    for (const kept of this.options.problems()) {
      const items = bad.get(kept.host);
      if (!items || told.has(`${kept.host}\0${kept.item}`) || this.isUnknown(kept)) continue;
      const item = this.otherItem(kept);
      if (item.rank > 0) items.push(item);
    }
    return [...bad].flatMap(([host, items]) => {
      if (items.length === 0) return [];
      const worst = items.toSorted((a, b) => b.rank - a.rank).slice(0, OTHER_TROUBLE_MAX);
      return [{ host, tag: this.facts(host, "").tag, items: worst, more: items.length - worst.length }];
    });
  }

  /** Of a silent client only that is known. */
  private isUnknown({ host, item }: KeptProblem): boolean {
    const client = this.options.book().clientOf(host);
    const voice = this.options.voice(client);
    return voice !== undefined && voice !== "well" && !(client === host && item === DMON_ITEM);
  }

  private otherItem({ host, item, problem }: KeptProblem): OtherTrouble["items"][number] {
    const { level, since_s } = levelOf(problem);
    const { unit, value } = this.facts(host, item);
    const rank = this.options.book().rank(level);
    const { text } = problem;
    return {
      item,
      level,
      rank,
      value,
      unit,
      since_s: this.options.steady.wall(since_s),
      ...(text === undefined ? {} : { text }),
    };
  }
}

/** The order in which a person wants to read: what is bad, worst first, then what is over. */
export function worstFirst(notices: readonly Notice[]): Notice[] {
  const isOver = ({ kind }: Notice) => Number(kind === "recovery");
  return notices.toSorted((a, b) => isOver(a) - isOver(b) || b.rank - a.rank || a.since_s - b.since_s);
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));
}
