// What holds up all that would be told of an item: flapping, planned work, an acknowledgement, something that it needs, a silent
// client. The first reason that holds is the one that is said and recorded.

import type { Ack } from "../core/alert/ack.ts";
import type { Hold } from "../core/alert/decide.ts";
import type { Downtime } from "../core/alert/downtime.ts";
import { levelOf, type Problem } from "../core/alert/problem.ts";
import type { Voice } from "../core/alert/silence.ts";
import { endOf, isWithin, type WallClockAt } from "../core/alert/when.ts";
import type { AlertBook, Scope } from "./alert-book.ts";

/** The item by which a client tells of itself, and the server of a silent one. */
export const DMON_ITEM = "dmon";
/**
 * What needs something waits so long for news of that: both may have failed in the same minute, and the one whose news comes later may
 * be the cause. When that is well again, what needs it has as long to follow.
 */
const NEEDS_GRACE_S = 90;
/** Until the next look, where nothing tells when a hold ends. */
const LOOK_S = 60;
/** The same for a client that is silent: only one that was dead makes an event when it is heard again. */
const SILENT_LOOK_S = 10;

/** Planned work that is on now: of a person, or of a line of the work. */
export interface PlannedNow {
  text: string;
  id?: number;
  user?: string;
  where?: string;
  /** Seconds since the epoch; absent: it has no end. */
  until_s?: number;
  /** Of all items of the hosts that the scope has. */
  isWhole: boolean;
  scope: Scope;
}

export interface Surroundings {
  book(): AlertBook;
  wallClockAt: WallClockAt;
  /** By the clock on the wall, and the steady one. */
  wall_s: () => number;
  now_s: () => number;
  problem(host: string, item: string): Problem | undefined;
  voice(client: string): Voice | undefined;
  /** How often it reports. */
  ival_s(client: string): number;
}

export class Suppressions {
  private readonly around: Surroundings;
  private acks = new Map<string, Ack>();
  private downtimes: { downtime: Downtime; scope: Scope }[] = [];

  constructor(around: Surroundings, acks: readonly Ack[], downtimes: readonly Downtime[]) {
    this.around = around;
    for (const ack of acks) this.acks.set(keyOf(ack.host, ack.item), ack);
    this.setDowntimes(downtimes);
  }

  /** The same, as they would be at another moment: steady, and on the wall. */
  at(now_s: number, wall_s: number): Suppressions {
    const around = { ...this.around, now_s: () => now_s, wall_s: () => wall_s };
    const other = new Suppressions(around, [], []);
    other.acks = this.acks; // only to be looked at
    other.downtimes = this.downtimes;
    return other;
  }

  setDowntimes(downtimes: readonly Downtime[]): void {
    this.downtimes = downtimes.map((downtime) => ({
      downtime,
      scope: this.around.book().scope(downtime.hosts, downtime.items),
    }));
  }

  acknowledge(ack: Ack): void {
    this.acks.set(keyOf(ack.host, ack.item), ack);
  }

  unacknowledge(host: string, item: string): boolean {
    return this.acks.delete(keyOf(host, item));
  }

  ack(host: string, item: string): Ack | undefined {
    return this.acks.get(keyOf(host, item));
  }

  allAcks(): Iterable<Ack> {
    return this.acks.values();
  }

  allDowntimes(): readonly Downtime[] {
    return this.downtimes.map(({ downtime }) => downtime);
  }

  /** Why nothing is told of an item now to somebody who was told a level of it. */
  hold(host: string, item: string, problem: Problem, told: string): Hold | undefined {
    if (problem.flapping) return { why: "it flaps" };
    return (
      this.plannedWork(host, item) ??
      this.acknowledged(host, item, problem, told) ??
      this.silent(host, item) ??
      this.needing(host, item, problem)
    );
  }

  /** The planned work that an item is in now. */
  plannedWork(host: string, item: string): Hold | undefined {
    const on = this.plannedOn(host, item);
    if (!on) return undefined;
    const until_s = this.around.now_s() + LOOK_S - (this.around.wall_s() % LOOK_S);
    return { why: on.why, until_s, isLook: true };
  }

  /** When that ends; steady, infinite for what goes on for weeks, undefined for none. */
  plannedUntil_s(host: string, item: string): number | undefined {
    const on = this.plannedOn(host, item);
    if (!on) return undefined;
    const { wall_s, now_s, wallClockAt } = this.around;
    return now_s() + (endOf(on.when, wall_s(), wallClockAt) ?? Number.POSITIVE_INFINITY) - wall_s();
  }

  private plannedOn(host: string, item: string): { why: string; when: Downtime["when"] } | undefined {
    const wall_s = this.around.wall_s();
    const isNow = ({ when }: Pick<Downtime, "when">) => isWithin(when, wall_s, this.around.wallClockAt);
    const own = this.downtimes.find(({ downtime, scope }) => scope.covers(host, item) && isNow(downtime));
    if (own) {
      const { id, user, text, when } = own.downtime;
      return { why: `planned work ${id} of ${user}${text ? `: ${text}` : ""}`, when };
    }
    const line = this.around.book().downtimesOf(host, item).find(isNow);
    return line && { why: `planned work${line.text ? `: ${line.text}` : ""} (${line.where})`, when: line.when };
  }

  /** All planned work of now. */
  planned(): PlannedNow[] {
    const { wallClockAt } = this.around;
    const now_s = this.around.wall_s();
    const timed = [
      ...this.downtimes.map(({ downtime: { id, user, text, when, items }, scope }) => ({
        planned: { id, user, text, isWhole: items === "*", scope },
        when,
      })),
      ...this.around.book().plans.map(({ line: { text = "", where, when, items }, scope }) => ({
        planned: { where, text, isWhole: items === "*", scope },
        when,
      })),
    ];
    return timed.flatMap(({ planned, when }): PlannedNow[] => {
      if (!isWithin(when, now_s, wallClockAt)) return [];
      const until_s = endOf(when, now_s, wallClockAt);
      return [until_s === undefined ? planned : { ...planned, until_s }];
    });
  }

  /** Until it is well again, or a time; what is worse than what was acknowledged is told all the same, to each once. */
  private acknowledged(host: string, item: string, problem: Problem, told: string): Hold | undefined {
    const ack = this.ack(host, item);
    const { wall_s, now_s } = this.around;
    const { levels } = this.around.book().work;
    const { level } = levelOf(problem);
    if (!ack || level === levels[0]?.name) return undefined;
    const left_s = (ack.until_s ?? Number.POSITIVE_INFINITY) - wall_s();
    const rank = (name: string) => levels.findIndex((each) => each.name === name);
    if (left_s <= 0 || rank(level) > Math.max(rank(ack.level), rank(told))) return undefined;
    const why = `acknowledged by ${ack.user}${ack.text ? `: ${ack.text}` : ""}`;
    return Number.isFinite(left_s) ? { why, until_s: now_s() + left_s } : { why };
  }

  /** A client that is not heard knows nothing of its items; that it is not heard is told by one of them. */
  private silent(host: string, item: string): Hold | undefined {
    const client = this.around.book().clientOf(host);
    const voice = this.around.voice(client);
    if (voice === undefined || voice === "well" || (client === host && item === DMON_ITEM)) return undefined;
    return { why: `${client} is silent`, until_s: this.around.now_s() + SILENT_LOOK_S, isLook: true };
  }

  private needing(host: string, own: string, problem: Problem): Hold | undefined {
    const { now_s } = this.around;
    const book = this.around.book();
    const client = book.clientOf(host);
    const isHeard = this.around.voice(client) !== "dead" && this.around.voice(client) !== "stale";
    for (const { host: needed, item, where } of book.needs(host)) {
      if (needed === host && item === own) continue; // `needs * mars:ping` is of all else of mars
      const what = item === undefined ? needed : `${needed}:${item}`;
      const state = this.around.problem(needed, item ?? DMON_ITEM);
      const voice = this.around.voice(book.clientOf(needed));
      const isSilent = voice !== undefined && voice !== "well";
      const level = state && item !== undefined ? levelOf(state).level : book.best;
      if (isSilent)
        return { why: `it needs ${what}, which is silent (${where})`, until_s: now_s() + SILENT_LOOK_S, isLook: true };
      if (level !== book.best) return { why: `it needs ${what}, which is ${level} (${where})` };
      const since_s = Math.max(levelOf(problem).since_s, state ? levelOf(state).since_s : Number.NEGATIVE_INFINITY);
      const until_s = since_s + NEEDS_GRACE_S + (isHeard ? 0 : this.around.ival_s(client));
      if (until_s > now_s()) return { why: `it needs ${what}, of which news may come (${where})`, until_s };
    }
    return undefined;
  }
}

function keyOf(host: string, item: string): string {
  return `${host}\0${item}`;
}
