// Fitness functions: from a value to a level. Pure; the state that hysteresis and duration need is passed in.

import type { Outcome } from "./reading.ts";
import { NUMBER_FORM, parseNumber } from "./units.ts";

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

/** One line of a fitness function. It holds from when `test` held for `for_s` until `until` holds (or test ends). */
export interface Rule {
  /** Index into the levels; never 0, which is what remains when no rule holds. */
  level: number;
  test: Test;
  for_s?: number;
  until?: Test;
  /** The rule in words, `>90% for 5m`, and where it was written, `work.conf:41`. */
  text: string;
  where: string;
}

export const TEST_FORM = "a test such as >90, <5%, 10..40 (inside), !10..40 (outside), fail or stale";

/** Parses a TEST in the unit of its item, or says what is wrong with it. */
export function parseTest(text: string, unit: string): Test | { error: string } {
  if (text === "fail" || text === "stale") return { op: text };
  const range = /^(!?)(.+?)\.\.(.+)$/.exec(text);
  if (range) {
    const low = parseNumber(range[2] ?? "", unit);
    const high = parseNumber(range[3] ?? "", unit);
    if (low === undefined || high === undefined) return { error: `"${text}" is no range; use ${NUMBER_FORM}` };
    if (low > high) return { error: `the range ${text} is upside down` };
    return { op: range[1] === "!" ? "outside" : "inside", low, high };
  }
  const compare = /^(>=|<=|!=|=|>|<)(.*)$/.exec(text);
  if (!compare) return { error: `"${text}" is no test; use ${TEST_FORM}` };
  const value = parseNumber(compare[2] ?? "", unit);
  if (value === undefined) {
    return { error: `"${compare[2]}" is no number${unit ? ` of ${unit}` : ""}; use ${NUMBER_FORM}` };
  }
  return { op: compare[1] as ">", value };
}

/** Whether a test holds. A missing value holds only `stale`, a failure only `fail`. */
export function holds(test: Test, outcome: Outcome): boolean {
  if (!outcome.ok) return test.op === "fail";
  const { value } = outcome;
  if (value === null || Number.isNaN(value)) return test.op === "stale";
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

/** What grading remembers between two values: for each rule whether it is in force and since when its test holds. */
export interface Grading {
  level: number;
  /** The rule that made the level; none for the best level. */
  rule?: Rule;
  rules: { active: boolean; since_s?: number }[];
}

/** What grading remembers of an item that had this level when the daemon last stopped: a restart is no recovery. */
export function resume(rules: readonly Rule[], level: number): Grading {
  const rule = rules.find((each) => each.level === level);
  // The better levels' rules were in force too: who was above 90 for five minutes was above 80 for as long.
  return { level, ...(rule ? { rule } : {}), rules: rules.map((each) => ({ active: each.level <= level })) };
}

/**
 * Grades one outcome: the worst level of the rules in force. A failure with no `fail` rule is the last level. No
 * data leaves every rule and the level as they were, unless a `stale` rule makes it worse. `now_s` only goes forward: a
 * clock that is set must not make a `for` come true.
 */
export function grade(
  rules: readonly Rule[],
  levels: readonly Level[],
  before: Grading | undefined,
  outcome: Outcome,
  now_s: number,
): Grading {
  const noData = outcome.ok && (outcome.value === null || Number.isNaN(outcome.value));
  const memory = rules.map((rule, i) => {
    const old = before?.rules[i] ?? { active: false };
    // Without a value a numeric rule can neither begin nor end; without data a failure has not ended either.
    const answered = outcome.ok
      ? !noData || rule.test.op === "stale"
      : rule.test.op === "fail" || rule.test.op === "stale";
    if (!answered) return old;
    if (holds(rule.test, outcome)) {
      const since_s = old.since_s ?? now_s;
      return { active: old.active || now_s - since_s >= (rule.for_s ?? 0), since_s };
    }
    return { active: old.active && rule.until !== undefined && !holds(rule.until, outcome) };
  });
  let level = noData ? (before?.level ?? 0) : 0;
  let worst = noData ? before?.rule : undefined;
  for (const [i, rule] of rules.entries()) {
    if (!memory[i]?.active || rule.level <= level) continue;
    level = rule.level;
    worst = rule;
  }
  if (!outcome.ok && !rules.some((rule) => rule.test.op === "fail")) {
    level = levels.length - 1;
    worst = { level, test: { op: "fail" }, text: "fail", where: "default" };
  }
  return { level, ...(worst ? { rule: worst } : {}), rules: memory };
}
