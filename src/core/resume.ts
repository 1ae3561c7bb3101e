// What grading remembers where its memory has a gap: of an item after a restart, and of one whose rules, levels or source are
// others now. Pure.

import { type Comparable, type Grading, IDLE, type Memory, meets, type Rule, type Test } from "./fitness.ts";

/** After a restart, of which only the level is known: a restart is no recovery, so the rules that made it are in force. */
export function resume(rules: readonly Rule[], level: number): Grading {
  const rule = rules.find((each) => each.level === level);
  const memory = inForce(rules, new Set([level])).map((active) => ({ active }));
  return { level, ...(rule ? { rule } : {}), rules: memory };
}

/** Of an item that measures something else now: it stays at its level if that holds a rule of it, too, without a new wait. */
export function presume(rules: readonly Rule[], level: number): Grading {
  return { level, rules: presumed(rules, new Set([level])) };
}

/**
 * With other rules, or with the same ones of other lines, or where the levels stand elsewhere now (`place` gives the new index
 * of an old one). A rule that stays goes on. One that is new begins anew, unless it is of a level that is reached: then the
 * item stays there while its test holds, for new words in a work.conf are no recovery.
 */
export function carry(
  before: Grading,
  was: readonly Rule[],
  rules: readonly Rule[],
  place: (level: number) => number,
): Grading {
  const old = was.map((rule, i) => ({ rule, level: place(rule.level), memory: before.rules[i] ?? IDLE }));
  const level = place(before.level);
  const reached = new Set([level, ...old.flatMap((each) => (each.memory.active ? [each.level] : []))]);
  const anew = presumed(rules, reached);
  const memory = rules.map((rule, i) => {
    const same = old.find((each) => conditions(each.rule) === conditions(rule));
    if (same) return same.memory;
    // Only its waits or its way back are others: what is known of its test stays true.
    const akin = old.find((each) => each.level === rule.level && isSame(each.rule.test, rule.test));
    return akin ? { active: akin.memory.active, since_s: akin.memory.since_s } : (anew[i] ?? IDLE);
  });
  const rule = named(before.rule, level, was, rules);
  return { level, ...(rule ? { rule } : {}), rules: memory };
}

/** All that a rule's memory depends on; its level, its words and its line are not. */
function conditions({ test, for_s, until, until_for_s }: Rule): string {
  return JSON.stringify([test, for_s, until, until_for_s]);
}

function isSame(a: Test, b: Test): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

// The rule that made the level, in its new words; none when it is no more. The default for a failure is in no list.
function named(rule: Rule | undefined, level: number, was: readonly Rule[], rules: readonly Rule[]): Rule | undefined {
  if (!rule) return undefined;
  if (!was.includes(rule)) return { ...rule, level };
  return rules.find((each) => each.level === level && conditions(each) === conditions(rule));
}

/** As if the test had held for ever, should it hold at the next value; if not, the rule was not in force. */
const HELD: Memory = { active: false, since_s: Number.NEGATIVE_INFINITY };

function presumed(rules: readonly Rule[], levels: ReadonlySet<number>): Memory[] {
  return inForce(rules, levels).map((each) => (each ? HELD : IDLE));
}

/**
 * Which rules were in force when these levels were reached: their own, and those of better levels that hold wherever one of
 * theirs does: what was above 90 for five minutes was above 80 for as long. Nothing more is known: a failure says nothing of
 * the rules of values, and what was too low was not too high.
 */
function inForce(rules: readonly Rule[], levels: ReadonlySet<number>): boolean[] {
  const own = rules.filter(({ level }) => levels.has(level));
  return rules.map(
    (rule) => own.includes(rule) || own.some((worse) => worse.level > rule.level && implies(worse.test, rule.test)),
  );
}

/** Whether `b` holds of all that holds `a`. A test changes its answer at its own numbers only, so these and what lies between decide. */
export function implies(a: Test, b: Test): boolean {
  const edges = [...edgesOf(a), ...edgesOf(b)].sort((x, y) => x - y);
  const between = edges.slice(1).map((edge, i) => edge / 2 + (edges[i] ?? edge) / 2);
  const points: Comparable[] = [
    Number.NEGATIVE_INFINITY,
    ...edges,
    ...between,
    Number.POSITIVE_INFINITY,
    "fail",
    "stale",
  ];
  return points.every((point) => !meets(a, point) || meets(b, point));
}

function edgesOf(test: Test): number[] {
  if ("low" in test) return [test.low, test.high];
  return "value" in test ? [test.value] : [];
}
