// Whether a user is told of an item by a channel, now: by comparing the level that was told last with the one of now. So what came
// and went is told once or not at all, whatever held it up meanwhile, and nobody hears of a recovery without its problem.

import type { Hours } from "../hours.ts";
import type { Notice } from "./message.ts";
import { heldSince, levelOf, type Problem } from "./problem.ts";

/** One alert line, as far as it is about when: whom and what it is for was looked at before. */
export interface AlertRule {
  from: ReadonlySet<string>;
  to: ReadonlySet<string>;
  after_s: number;
  every_s?: number;
  hours?: Hours;
  recovery: boolean;
  /** Its place: `work.conf:52`. */
  where: string;
}

/** What a user was told last of an item by a channel. None was: the best level. */
export interface Told {
  level: string;
  /** When, and when they were reminded last; by the steady clock. */
  at_s: number;
  /** The alert line by which it was told that it is bad; empty: nobody was told that, or it was told that it is over. */
  rule: string;
  /** They want to know when it is over. */
  recovery: boolean;
}

/** Why something is not told for now; and until when, where that is known (steady). */
export interface Hold {
  why: string;
  until_s?: number;
  /** Nobody knows when it ends: `until_s` is when to look again. */
  isLook?: boolean;
}

export interface Question {
  /** Those lines that are for this user, channel and item, in their order. */
  rules: readonly AlertRule[];
  told: Told | undefined;
  problem: Problem;
  best: string;
  /** Place of a level in the scale: 0 is the best. */
  rank: (level: string) => number;
  now_s: number;
  /** Whether a line is in its hours; and what to say, and until when to wait, when it is not. */
  closed: (hours: Hours) => Hold | undefined;
  /** What holds all up that is told of this item; asked only when there is something. */
  held: () => Hold | undefined;
}

export type Decision =
  /** Nothing is to be said; at `until_s` a reminder is due, if nothing changes. */
  | { what: "nothing"; until_s?: number }
  /** Nobody asked for this change: from now on it counts as known. */
  | { what: "follow" }
  /** Something is to be said, and something holds it up. */
  | { what: "wait"; hold: Hold; rule: AlertRule }
  | { what: "tell"; kind: Exclude<Notice["kind"], "test">; rule: AlertRule; recovery: boolean };

export function decide(question: Question): Decision {
  const { rules, told, problem, best, rank } = question;
  const { level } = levelOf(problem);
  const before = told?.level ?? best;
  if (level === before) return reminder(question, level);
  const asked = rules.filter((rule) => rule.from.has(before) && rule.to.has(level));
  const owed = told?.recovery ? leaving(question, before, level) : [];
  // What nobody asked for, and is worse, is not over.
  const isOver = level === best || (asked.length === 0 && rank(level) < rank(before));
  // Who was told nothing of it, or does not want to hear when it is over, hears of a problem, whatever it was before.
  const kind = isOver ? "recovery" : told?.recovery ? "change" : "problem";
  const candidates = asked.length > 0 ? asked : owed.filter((rule) => rule.recovery);
  if (candidates.length === 0) return { what: "follow" };
  return choose(question, candidates, kind, asked.length > 0);
}

/** The lines of whose levels it was, and is no more. After one that is worse than they ask for it is so when it is better than all. */
function leaving({ rules, best, rank }: Question, before: string, level: string): AlertRule[] {
  const told = rules.filter((rule) => rule.to.has(before));
  if (told.length > 0) return told.filter((rule) => level === best || !rule.to.has(level));
  const least = Math.min(...rules.flatMap(({ to }) => [...to].filter((name) => name !== best).map(rank)));
  return level === best || rank(level) < least ? [...rules] : [];
}

/** The first line that may speak now speaks; else the one that will be first says what it waits for. */
function choose(
  question: Question,
  rules: readonly AlertRule[],
  kind: "problem" | "change" | "recovery",
  mustHold: boolean,
): Decision {
  const waits = rules.map((rule) => ({ rule, hold: waitOf(question, rule, mustHold) }));
  const open = waits.find(({ hold }) => hold === undefined);
  if (!open) {
    const [first] = waits.toSorted((a, b) => (a.hold?.until_s ?? Infinity) - (b.hold?.until_s ?? Infinity));
    if (!first?.hold) throw new Error("no alert line");
    return { what: "wait", rule: first.rule, hold: first.hold };
  }
  const held = question.held();
  if (held) return { what: "wait", rule: open.rule, hold: held };
  const level = levelOf(question.problem).level;
  // Who is to hear when it is over still is when another line says that it got worse.
  const wants = question.told?.recovery === true || rules.some((rule) => rule.recovery);
  const recovery = wants && level !== question.best && kind !== "recovery";
  return { what: "tell", kind, rule: open.rule, recovery };
}

/** What is over is told at once; what a line asks for must hold. */
function waitOf({ problem, best, now_s, closed }: Question, rule: AlertRule, mustHold: boolean): Hold | undefined {
  const since_s = mustHold ? heldSince(problem, rule.to, best) : undefined;
  const due_s = since_s === undefined ? now_s : since_s + rule.after_s;
  if (due_s > now_s) return { why: `it must hold for ${rule.after_s} s`, until_s: due_s };
  return rule.hours && closed(rule.hours);
}

function reminder(question: Question, level: string): Decision {
  const { rules, told, now_s, closed } = question;
  if (!told || told.rule === "") return { what: "nothing" };
  const due = rules
    .filter((rule) => rule.every_s !== undefined && rule.to.has(level))
    .map((rule) => ({ rule, at_s: told.at_s + (rule.every_s ?? 0) }))
    .toSorted((a, b) => a.at_s - b.at_s);
  const now = due.find(({ rule, at_s }) => at_s <= now_s && !(rule.hours && closed(rule.hours)));
  if (now && !question.held()) return { what: "tell", kind: "reminder", rule: now.rule, recovery: told.recovery };
  const [first] = due;
  if (!first) return { what: "nothing" };
  // One that is held up, or out of its hours, is looked at again in a minute.
  return { what: "nothing", until_s: Math.max(first.at_s, now_s + REMINDER_LOOK_S) };
}

/** So often a reminder that is due is looked at while something holds it up. */
const REMINDER_LOOK_S = 60;
