// Who would be told if an item had a level from a moment on, when and by which line; and who would not, and why. It goes through
// the time to come with the same decisions that the alerts make.

import { type AlertRule, type Decision, decide, type Hold, type Told } from "../core/alert/decide.ts";
import { levelOf, type Problem } from "../core/alert/problem.ts";
import { beginOf, isWithin, type WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import { PROSPECT_LOOKS_MAX, PROSPECT_S_MAX } from "../core/limits.ts";
import type { Listener } from "../store/alert-state.ts";
import type { AlertBook, ListenerRules } from "./alert-book.ts";
import type { SteadyClock } from "./steady.ts";
import type { Suppressions } from "./suppressions.ts";
import type { WatchedItems } from "./watched-items.ts";

/** A level that an item might have. */
export interface Trial {
  book: AlertBook;
  host: string;
  item: string;
  prev: string;
  problem: Problem;
  /** From when on; this and all times of the problem are steady. */
  at_s: number;
  digest_s: number;
  wall: (steady_s: number) => number;
  wallClockAt: WallClockAt;
  told(listener: Listener): Told | undefined;
  /** What would hold it up at a moment. */
  suppressions(now_s: number): Suppressions;
}

/** What is so now, for a trial. */
export interface Now {
  book: AlertBook;
  items: Pick<WatchedItems, "problem" | "toldOf">;
  suppressions: Suppressions;
  clock: Clock;
  steady: SteadyClock;
  wallClockAt: WallClockAt;
  digest_s(): number;
}

/** That an item had a level from a moment on, seconds since the epoch; instead of the one it has. */
export function makeTrial(
  { host, item, level, from_s }: { host: string; item: string; level: string; from_s: number },
  now: Now,
): Trial {
  const { book, items, suppressions, steady, clock, wallClockAt } = now;
  const at_s = steady.of(from_s);
  const before = items.problem(host, item);
  const present = before ? levelOf(before).level : book.best;
  const prev = present === level ? book.best : present;
  const told = present === level ? [] : items.toldOf(host, item);
  const steps = [prev, level].map((name) => ({ level: name, since_s: at_s }));
  const skew_s = clock.now_s() - steady.now_s();
  return {
    book,
    host,
    item,
    prev,
    problem: { steps, begun: "", flapping: false, value: null, event: "", at_s: from_s },
    at_s,
    digest_s: now.digest_s(),
    wallClockAt,
    wall: (steady_s) => steady_s + skew_s,
    told: ({ user, channel }) => told.find((each) => each.user === user && each.channel === channel)?.told,
    suppressions: (now_s) => suppressions.at(now_s, now_s + skew_s),
  };
}

export interface Prospect {
  user: string;
  /** Absent where no line of the user's is for the item. */
  channel?: string;
  /** When the message would be made, by the clock on the wall; absent: they would not be told, for `why`. */
  at_s?: number;
  why?: string;
  /** By which line, or which it was that is not for this. */
  rule?: string;
  /** How long it has to hold for that. */
  after_s?: number;
  every_s?: number;
  /** They would also hear when it is over. */
  recovery?: boolean;
}

/** Of everybody whom any alert line names; those first who would be told, in the order of time. */
export function prospects(trial: Trial): Prospect[] {
  const { book, host, item } = trial;
  const listeners = book.listeners(host, item);
  const heard = listeners.map((listener) => prospect(trial, listener));
  const users = new Set(book.work.alerts.flatMap((line) => line.users));
  for (const { user } of listeners) users.delete(user);
  const others = [...users].map((user) => ({ user, why: "no alert line of theirs is for this item" }));
  const order = ({ at_s = Number.POSITIVE_INFINITY }: Prospect) => at_s;
  return [...heard.toSorted((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b))), ...others];
}

function prospect(trial: Trial, listener: ListenerRules): Prospect {
  const { user, channel } = listener;
  const who = { user, channel };
  let now_s = trial.at_s;
  let held: string | undefined;
  for (let looks = 0; looks < PROSPECT_LOOKS_MAX; looks++) {
    const decision = decideAt(trial, listener, now_s);
    if (decision.what === "tell") return tellingOf(trial, who, decision, now_s, held);
    if (decision.what !== "wait") return { ...who, ...unasked(trial, listener) };
    const { why, until_s } = decision.hold;
    held = why;
    const isFar = until_s === undefined || until_s > trial.at_s + PROSPECT_S_MAX;
    if (isFar || until_s <= now_s) return { ...who, why, rule: decision.rule.where };
    now_s = until_s;
  }
  return { ...who, why: held ?? "it is never told" };
}

function tellingOf(
  { wall, digest_s }: Trial,
  who: Listener,
  { rule, recovery }: { rule: AlertRule; recovery: boolean },
  now_s: number,
  held: string | undefined,
): Prospect {
  return {
    ...who,
    at_s: wall(now_s) + digest_s,
    rule: rule.where,
    recovery,
    ...(held === undefined ? {} : { why: held }),
    ...(rule.after_s > 0 ? { after_s: rule.after_s } : {}),
    ...(rule.every_s === undefined ? {} : { every_s: rule.every_s }),
  };
}

/** Their lines are for the item, and for another change. */
function unasked({ prev, problem }: Trial, { rules }: ListenerRules): Pick<Prospect, "why" | "rule"> {
  const level = problem.steps.at(-1)?.level ?? "";
  const rule = rules.map(({ where }) => where).join(", ");
  if (level === prev) return { why: `they know already that it is ${level}`, rule };
  return { why: `their line${rules.length > 1 ? "s are" : " is"} not for ${prev} -> ${level}`, rule };
}

function untilOf(until_s: number | undefined): Pick<Hold, "until_s"> {
  return until_s === undefined ? {} : { until_s };
}

function decideAt(trial: Trial, listener: ListenerRules, now_s: number): Decision {
  const { book, host, item, problem, wallClockAt } = trial;
  const told = trial.told(listener);
  return decide({
    rules: listener.rules,
    told,
    problem,
    best: book.best,
    rank: (name) => book.rank(name),
    now_s,
    closed: (hours) => {
      const wall_s = trial.wall(now_s);
      if (isWithin(hours, wall_s, wallClockAt)) return undefined;
      const begin_s = beginOf(hours, wall_s, wallClockAt);
      return { why: "it is not in the hours of the alert", ...untilOf(begin_s && now_s + begin_s - wall_s) };
    },
    held: () => {
      const suppressions = trial.suppressions(now_s);
      const hold = suppressions.hold(host, item, problem, told?.level ?? book.best);
      if (!hold?.isLook) return hold;
      // Of looks only those at planned work have an end that is known; that comes before all others.
      return { why: hold.why, ...untilOf(suppressions.plannedUntil_s(host, item)) };
    },
  });
}
