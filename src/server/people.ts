// What people ask of the server's alerts: acknowledge, plan work, see what waits and who was told, try out who would be.

import type { Ack, Acked } from "../core/alert/ack.ts";
import type { Downtime, DowntimeNow } from "../core/alert/downtime.ts";
import { levelOf } from "../core/alert/problem.ts";
import { isWithin, type WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { levelHint } from "../core/fitness.ts";
import type { Hours, Once } from "../core/hours.ts";
import { DOWNTIMES_MAX } from "../core/limits.ts";
import type { Telling } from "../store/alert-records.ts";
import type { ItemKey, KeptProblem } from "../store/alert-state.ts";
import { StoreError } from "../store/database.ts";
import type { AlertWork, DowntimeWork } from "../work/alerting-work.ts";
import type { ServerWork } from "../work/works.ts";
import type { Scope } from "./alert-book.ts";
import type { Alerts } from "./alerts.ts";
import { type Prospect, prospects } from "./prospects.ts";
import type { PlannedNow } from "./suppressions.ts";
import type { TestMessages, Tried } from "./test-message.ts";
import type { Ticket, TicketFault, Tickets } from "./tickets.ts";

/** What was asked cannot be done; the message says why and what would be right. */
export class Unwilling extends Error {
  override name = "Unwilling";
}

export interface PeopleOptions {
  clock: Clock;
  wallClockAt: WallClockAt;
  tickets: Tickets;
  tests: TestMessages;
  alerts(): Alerts | undefined;
  work(): ServerWork | undefined;
  canonical(name: string): string | undefined;
  log: { terse(text: string): void };
}

/** Which items of which hosts: selectors as in the work, of tags or names, and of items. */
export interface Which {
  hosts: string;
  items: string;
}

export interface Wish {
  /** Who asks. */
  user: string;
  text: string;
}

/** What a link in a mail is for. */
export interface TicketView extends Ticket {
  tag: string;
  level: string;
  /** Seconds since the epoch. */
  since_s: number;
  /** The problem is over, or is another one by now. */
  over: boolean;
  /** Somebody has acknowledged it. */
  ack?: Ack;
}

/** Planned work of the config. */
export interface PlannedView extends DowntimeWork {
  isNow: boolean;
}

/** An alert line of the work. */
export interface LineView extends AlertWork {
  /** It is in its hours. */
  isNow: boolean;
  scope: Scope;
}

/** Who would be told of what, and who not. */
export interface TrialView {
  host: string;
  tag: string;
  /** The level that the item would come from. */
  prev: string;
  digest_s: number;
  prospects: Prospect[];
}

export class People {
  private readonly options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.options = options;
  }

  /** Acknowledges all that is not well of what is meant; until it is well, or a time. Throws Unwilling. */
  acknowledge(which: Which, { user, text }: Wish, until_s?: number): Acked[] {
    const alerts = this.alerts();
    const bad = this.troubles(which);
    if (bad.length === 0) throw new Unwilling(`nothing to acknowledge: ${nameOf(which)} is well`);
    const acks = alerts.acks.give(bad, user, text, until_s);
    for (const { host, item } of acks) this.log(user, `acknowledges ${this.tag(host)}:${item}`, text);
    const sinceOf = new Map(bad.map(({ host, item, problem }) => [`${host}\0${item}`, levelOf(problem).since_s]));
    return acks.map((ack) => ({
      ...ack,
      tag: this.tag(ack.host),
      since_s: alerts.wall(sinceOf.get(`${ack.host}\0${ack.item}`) ?? 0),
    }));
  }

  /** Takes acknowledgements back. Throws Unwilling. */
  unacknowledge(which: Which, user: string): ItemKey[] {
    const alerts = this.alerts();
    const covers = this.covering(which);
    const acks = this.acks().filter(({ host, item }) => covers(host, item));
    if (acks.length === 0) throw new Unwilling(`nothing of ${nameOf(which)} is acknowledged`);
    alerts.acks.takeBack(acks);
    for (const { host, item } of acks)
      this.log(user, `takes back the acknowledgement of ${this.tag(host)}:${item}`, "");
    return acks;
  }

  /** Plans work. Throws Unwilling. */
  plan(which: Which, when: Hours | Once, { user, text }: Wish): DowntimeNow {
    const alerts = this.alerts();
    this.covering(which);
    const { clock, wallClockAt } = this.options;
    const now_s = clock.now_s();
    if ("from" in when && when.to <= wallClockAt(now_s, when.zone).text)
      throw new Unwilling(`planned work until ${when.to} would be over already`);
    if (alerts.downtimes.all().length >= DOWNTIMES_MAX)
      throw new Unwilling(`there are ${DOWNTIMES_MAX} downtimes already; end some, or write them into the work`);
    const downtime = stored(() => alerts.downtimes.plan({ ...which, when, user, made_s: now_s, text }));
    this.log(user, `plans work on ${nameOf(which)} (${downtime.id})`, text);
    return this.seen(downtime);
  }

  /** Ends planned work. Throws Unwilling. */
  end(id: number, user: string): void {
    if (!stored(() => this.alerts().downtimes.end(id))) throw new Unwilling(`there is no downtime ${id}`);
    this.log(user, `ends downtime ${id}`, "");
  }

  downtimes(): DowntimeNow[] {
    return (this.options.alerts()?.downtimes.all() ?? []).map((downtime) => this.seen(downtime));
  }

  /** What the work calls levels, best first, and groups. Throws Unwilling. */
  words(): Pick<ServerWork, "levels" | "groups"> {
    const { levels, groups } = this.work();
    return { levels, groups };
  }

  /** Whether a word stands for several items. */
  isItemGroup(name: string): boolean {
    return Object.hasOwn(this.options.work()?.groups.items ?? {}, name);
  }

  /** Planned work of the config. */
  plannedLines(): PlannedView[] {
    const { clock, wallClockAt } = this.options;
    const lines = this.options.work()?.downtimes ?? [];
    return lines.map((line) => ({ ...line, isNow: isWithin(line.when, clock.now_s(), wallClockAt) }));
  }

  private seen(downtime: Downtime): DowntimeNow {
    const { clock, wallClockAt } = this.options;
    return { ...downtime, isNow: isWithin(downtime.when, clock.now_s(), wallClockAt) };
  }

  /** What a ticket is for, or why it is none (any more). */
  ticket(text: string): TicketView | TicketFault {
    const { clock, tickets } = this.options;
    const ticket = tickets.read(text, clock.now_s());
    if ("fault" in ticket) return ticket;
    const { host, item } = ticket;
    const alerts = this.alerts();
    const problem = alerts.problem(host, item);
    const { level, since_s } = problem ? levelOf(problem) : { level: alerts.best, since_s: 0 };
    const over = problem?.begun !== ticket.problem || level === alerts.best;
    const ack = this.acks().find((each) => each.host === host && each.item === item);
    const at_s = alerts.wall(since_s);
    return { ...ticket, tag: this.tag(host), level, since_s: at_s, over, ...(ack ? { ack } : {}) };
  }

  /** A ticket that is still for something, and for this. Throws Unwilling. */
  redeem(text: string, action: Ticket["action"]): TicketView {
    const ticket = this.ticket(text);
    if ("fault" in ticket) throw new Unwilling(ticket.why);
    if (ticket.action !== action) throw new Unwilling(`this link is for ${ticket.action}, not for ${action}`);
    if (ticket.over && action === "ack") throw new Unwilling(`${ticket.tag}:${ticket.item} is well again`);
    return ticket;
  }

  /** Planned work of now, and of which items it is. */
  plannedNow(): PlannedNow[] {
    return this.options.alerts()?.planned() ?? [];
  }

  /** Everything that waits: notices that something holds up, and messages that were not taken. */
  get waiting() {
    const alerts = this.options.alerts();
    return { pending: alerts?.pending() ?? [], queue: alerts?.queue() ?? [] };
  }

  /** Those whose time is not over. (Others go when their item is looked at, which may be never.) */
  acks(): Ack[] {
    const now_s = this.options.clock.now_s();
    const acks = this.options.alerts()?.acks.all() ?? [];
    return acks.filter(({ until_s }) => until_s === undefined || until_s > now_s);
  }

  /** What was told, newest first. Throws Unwilling. */
  tellings(query: Parameters<Alerts["tellings"]>[0]): Telling[] {
    return stored(() => this.options.alerts()?.tellings(query) ?? []);
  }

  /** By which lines of the work a user is told; none of who is told nothing. Throws Unwilling. */
  linesOf(user: string): { mail?: string; lines: LineView[]; levels: string[] } {
    const { users, alerts: lines, levels } = this.work();
    const { clock, wallClockAt } = this.options;
    const alerts = this.alerts();
    const own = lines.filter((line) => line.users.includes(user));
    const mail = Object.hasOwn(users, user) ? users[user]?.mail : undefined;
    return {
      ...(mail === undefined ? {} : { mail }),
      levels: levels.map(({ name }) => name),
      lines: own.map((line) => ({
        ...line,
        isNow: line.hours === undefined || isWithin(line.hours, clock.now_s(), wallClockAt),
        scope: alerts.scope(line.hosts, line.items),
      })),
    };
  }

  /** Who would be told if an item had a level from a moment on, and who would not. Throws Unwilling. */
  prospects(host: string, item: string, level: string, at_s?: number): TrialView {
    const alerts = this.alerts();
    const { levels } = this.work();
    if (!levels.some(({ name }) => name === level))
      throw new Unwilling(`there is no level ${JSON.stringify(level)}; ${levelHint(level, levels)}`);
    const canonical = this.options.canonical(host);
    if (canonical === undefined) throw this.unknown(host);
    const trial = alerts.trial(canonical, item, level, at_s ?? this.options.clock.now_s());
    const { prev, digest_s } = trial;
    return { host: canonical, tag: this.tag(canonical), prev, digest_s, prospects: prospects(trial) };
  }

  /** Sends a test message at once, by one channel or by all of a user. Rejects with Unwilling. */
  async sendTest(user: string, channel?: string): Promise<Tried[]> {
    const tried = await this.options.tests.send(this.work(), user, channel);
    if ("fault" in tried) throw new Unwilling(tried.fault);
    return tried;
  }

  private troubles(which: Which): KeptProblem[] {
    const alerts = this.alerts();
    const covers = this.covering(which);
    return [...alerts.problems()].filter(
      ({ host, item, problem }) => levelOf(problem).level !== alerts.best && covers(host, item),
    );
  }

  /** Throws Unwilling where hosts are named that there are not. */
  private covering({ hosts, items }: Which): (host: string, item: string) => boolean {
    const isName = !/[*?,!]/.test(hosts);
    const { groups } = this.work();
    if (isName && this.options.canonical(hosts) === undefined && !Object.hasOwn(groups.hosts, hosts))
      throw this.unknown(hosts);
    const scope = this.alerts().scope(hosts, items);
    return (host, item) => scope.covers(host, item);
  }

  private unknown(name: string): Unwilling {
    const tags = Object.values(this.work().hosts).map(({ tag }) => tag);
    const near = didYouMean(name, tags);
    return new Unwilling(`the work has no host ${JSON.stringify(name.slice(0, 80))}${near ? `; ${near}` : ""}`);
  }

  private alerts(): Alerts {
    const alerts = this.options.alerts();
    if (!alerts) throw new Unwilling("this server has no work yet");
    return alerts;
  }

  private work(): ServerWork {
    const work = this.options.work();
    if (!work) throw new Unwilling("this server has no work yet");
    return work;
  }

  private tag(host: string): string {
    return this.options.work()?.hosts[host]?.tag ?? host;
  }

  private log(user: string, what: string, text: string): void {
    this.options.log.terse(`${user} ${what}${text === "" ? "" : `: ${text}`}`);
  }
}

/** The disk is nobody's mistake, but whoever asks must know. */
function stored<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof StoreError ? new Unwilling(error.message) : error;
  }
}

function nameOf({ hosts, items }: Which): string {
  return items === "*" ? hosts : `${hosts}:${items}`;
}
