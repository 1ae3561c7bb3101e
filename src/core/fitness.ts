// Fitness functions: from a value to a level. Pure; the state that hysteresis and duration need is passed in.

import { didYouMean } from "./diagnostic.ts";
import { TEXT_CHARS_MAX } from "./limits.ts";
import { mendNumber, mendOperator, mendRange } from "./mend-test.ts";
import type { Outcome } from "./reading.ts";
import { numberForm, parseNumber } from "./units.ts";

/** One level of the scale, best first. `name` is what statements use, `label` what people see. */
export interface Level {
  name: string;
  label: string;
}

/** The scale of a host that has no work yet, and of the defaults that probes declare. */
export const DEFAULT_LEVELS: readonly Level[] = [
  { name: "fine", label: "fine" },
  { name: "soso", label: "soso" },
  { name: "sick", label: "sick" },
  { name: "crit", label: "critical" },
  { name: "dead", label: "dead" },
];

export type Test =
  | { op: ">" | ">=" | "<" | "<=" | "=" | "!="; value: number }
  | { op: "inside" | "outside"; low: number; high: number }
  /** The probe failed. */
  | { op: "fail" }
  /** No value could be had. */
  | { op: "stale" };

/**
 * One line of a fitness function. It is in force from when `test` held for `for_s` until `until` held for `until_for_s`;
 * without `until`, until `test` does not hold any more.
 */
export interface Rule {
  /** Index into the levels; never 0, which is what remains when no rule holds. */
  level: number;
  test: Test;
  for_s?: number;
  until?: Test;
  until_for_s?: number;
  /** The rule in words, `>90% for 5m until <85% for 10m`, and where it was written, `work.conf:41`. */
  text: string;
  where: string;
}

/** A rule in words with its place, as states and events carry it: of words that are too long the beginning. */
export function describeRule({ text, where }: Rule): string {
  const place = ` (${where})`;
  const room = TEXT_CHARS_MAX - place.length;
  return (text.length > room ? `${text.slice(0, room - 1)}…` : text) + place;
}

export const TEST_FORM = "a test such as >90, <5%, 10..40 (inside), !10..40 (outside), fail or stale";

/** What is wrong with a test, and what to write. */
export interface NoTest {
  error: string;
  hint: string;
}

/** Parses a TEST in the unit of its item, or says what is wrong with it; `item` is named then. */
export function parseTest(text: string, unit: string, item?: string): Test | NoTest {
  if (text === "fail" || text === "stale") return { op: text };
  const noNumber = (number: string): NoTest => {
    const mended = mendNumber(number, unit);
    const of = unit ? ` of ${unit}${item ? `, the unit of ${item}` : ""}` : item ? ` for ${item}` : "";
    return {
      error: `"${number}" is no number${of}`,
      hint: mended !== undefined ? `write ${text.replace(number, mended)}` : `use ${numberForm(unit)}`,
    };
  };
  const range = /^(!?)(.+?)\.\.(.+)$/.exec(text);
  if (range) {
    const [, not = "", from = "", to = ""] = range;
    const [low, high] = [parseNumber(from, unit), parseNumber(to, unit)];
    if (low === undefined || high === undefined) return noNumber(low === undefined ? from : to);
    if (low > high)
      return {
        error: `the range ${text} is upside down`,
        hint: `write ${mendRange(text, unit) ?? `${not}${to}..${from}`}`,
      };
    return { op: not === "!" ? "outside" : "inside", low, high };
  }
  const mended = mendOperator(text);
  if (mended) return { error: `"${text}" is no test`, hint: `write ${mended}` };
  const compare = /^(>=|<=|!=|=|>|<)(.*)$/.exec(text);
  if (!compare) {
    const between = mendRange(text, unit);
    const isNumber = parseNumber(text, unit) !== undefined;
    const hint = isNumber ? `write >${text} or <${text}` : `use ${TEST_FORM}`;
    return { error: `"${text}" is no test`, hint: between === undefined ? hint : `write ${between}` };
  }
  const [, op = "", number = ""] = compare;
  const value = parseNumber(number, unit);
  return value === undefined ? noNumber(number) : { op: op as ">", value };
}

/** What may be meant by a word that is no level. */
export function levelHint(text: string, levels: readonly Level[], others: readonly string[] = []): string {
  const names = levels.map(({ name }) => name);
  const labelled = levels.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  if (labelled) return `did you mean "${labelled.name}"?`;
  const warning = /^warn(ing)?$/i.test(text) ? names.filter((name) => name === "soso" || name === "sick") : [];
  const list = `levels are ${names.join(", ")}`;
  if (warning.length > 0) return `${list}; for a warning write ${warning.join(" or ")}`;
  return didYouMean(text, [...names, ...others]) ?? list;
}

/** The value that tests compare, or which of the two other tests an outcome is for. */
export type Comparable = number | "fail" | "stale";

function comparable(outcome: Outcome): Comparable {
  if (!outcome.ok) return "fail";
  if (outcome.value === null) return "stale";
  return Number.isFinite(outcome.value) ? outcome.value : "fail";
}

/**
 * Whether a test holds. A missing value holds only `stale`; a failure only `fail`, and so do NaN and the infinities, for a
 * probe that gives them has measured nothing. Negative values are compared like all others: -3 holds `<5` and `!0..10`.
 */
export function holds(test: Test, outcome: Outcome): boolean {
  return meets(test, comparable(outcome));
}

/** Whether a test holds of what it compares. */
export function meets(test: Test, value: Comparable): boolean {
  if (typeof value === "string") return test.op === value;
  switch (test.op) {
    case ">":
      return value > test.value;
    case ">=":
      return value >= test.value;
    case "<":
      return value < test.value;
    case "<=":
      return value <= test.value;
    case "=":
      return value === test.value;
    case "!=":
      return value !== test.value;
    case "inside":
      return value >= test.low && value <= test.high;
    case "outside":
      return value < test.low || value > test.high;
    default:
      return false;
  }
}

/**
 * Whether an outcome says anything to a rule, so that it can begin or end: without a value none of numbers can, and without
 * data a failure has not ended either.
 */
export function concerns(rule: Rule, outcome: Outcome): boolean {
  return speaksTo(rule, comparable(outcome));
}

function speaksTo({ test }: Rule, value: Comparable): boolean {
  return typeof value === "number" || test.op === "stale" || (test.op === "fail" && value === "fail");
}

/** What is remembered of a rule between two values. */
export interface Memory {
  active: boolean;
  /** Since when its test holds. */
  since_s?: number;
  /** While it is in force: since when its way back holds. */
  back_s?: number;
}

/** What grading remembers between two values. */
export interface Grading {
  level: number;
  /** The rule that made the level; none for the best level. */
  rule?: Rule;
  rules: Memory[];
}

export const IDLE: Memory = { active: false };

function remember(rule: Rule, old: Memory, value: Comparable, now_s: number): Memory {
  if (!speaksTo(rule, value)) return old;
  if (meets(rule.test, value)) {
    const since_s = old.since_s ?? now_s;
    return { active: old.active || now_s - since_s >= (rule.for_s ?? 0), since_s };
  }
  if (!old.active || !rule.until) return IDLE;
  if (!meets(rule.until, value)) return { active: true };
  const back_s = old.back_s ?? now_s;
  return now_s - back_s >= (rule.until_for_s ?? 0) ? IDLE : { active: true, back_s };
}

/**
 * Grades one outcome: the worst level of the rules in force. A failure (`holds` says what is one) with no `fail` rule is
 * the last level. No data leaves every rule and the level as they were, unless a `stale` rule makes it worse. `now_s` only
 * goes forward: a clock that is set must not make a `for` come true.
 */
export function grade(
  rules: readonly Rule[],
  levels: readonly Level[],
  before: Grading | undefined,
  outcome: Outcome,
  now_s: number,
): Grading {
  const value = comparable(outcome);
  const memory: Memory[] = [];
  let level = value === "stale" ? (before?.level ?? 0) : 0;
  let worst = value === "stale" ? before?.rule : undefined;
  for (const rule of rules) {
    const now = remember(rule, before?.rules[memory.length] ?? IDLE, value, now_s);
    memory.push(now);
    if (!now.active || rule.level <= level) continue;
    level = rule.level;
    worst = rule;
  }
  if (value === "fail" && !rules.some((rule) => rule.test.op === "fail")) {
    level = levels.length - 1;
    worst = { level, test: { op: "fail" }, text: "fail", where: "default" };
  }
  return { level, ...(worst ? { rule: worst } : {}), rules: memory };
}
