import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { DEFAULT_LEVELS, type Grading, grade, holds, parseTest, type Rule, type Test } from "../../src/core/fitness.ts";
import type { Outcome } from "../../src/core/reading.ts";
import { carry, implies, presume, resume } from "../../src/core/resume.ts";

const DEAD = DEFAULT_LEVELS.length - 1;
const FAILED = "fail";
const NO_DATA = null;
type Value = number | typeof FAILED | typeof NO_DATA;

function parsed(text: string): Test {
  const found = parseTest(text, "");
  if ("error" in found) throw new Error(found.error);
  return found;
}

/** Rules as in work.conf, with seconds and numbers of levels: `2 >90 for 180 until <80 for 60`, one behind the other. */
function rules(text: string, where = "w:1"): Rule[] {
  const form = /(\d) (\S+)(?: for (\d+))?(?: until (\S+)(?: for (\d+))?)?/g;
  return [...text.matchAll(form)].map(([all, level, each = "", for_s, until, until_for_s]) => ({
    level: Number(level),
    test: parsed(each),
    ...(for_s ? { for_s: Number(for_s) } : {}),
    ...(until ? { until: parsed(until) } : {}),
    ...(until_for_s ? { until_for_s: Number(until_for_s) } : {}),
    text: all,
    where,
  }));
}

function outcome(value: Value): Outcome {
  return value === FAILED ? { ok: false, error: "broken" } : { ok: true, value };
}

/** The levels that values give, a minute each, and what is remembered in the end. */
function run(fit: Rule[], values: readonly Value[], start?: Grading, now_s = 0) {
  let grading = start;
  const levels = values.map((value, i) => {
    grading = grade(fit, DEFAULT_LEVELS, grading, outcome(value), now_s + i * 60);
    return grading.level;
  });
  return { levels, grading: grading ?? { level: 0, rules: [] } };
}

describe("resume, after a restart", () => {
  const SLOW = "1 >80 for 300  2 >90 for 300 until <85";
  const STICKY = "1 >80 until <70  2 >90 until <75";
  const SIDES = "1 >80 until <70  2 <5 until >10";
  test.each<[string, string, number, Value[], number[]]>([
    ["what held still holds, without a new wait", SLOW, 2, [95], [2]],
    ["hysteresis goes on", SLOW, 2, [87, 84], [2, 1]],
    ["recovery is seen at once", SLOW, 2, [50], [0]],
    ["fine stays fine until the wait is over", SLOW, 0, [95], [0]],
    ["no data keeps it", SLOW, 2, [NO_DATA, 50], [2, 0]],
    ["no data keeps also a level that no rule makes", SLOW, DEAD, [NO_DATA, 50], [DEAD, 0]],
    ["the better level's rule on the same side was in force too", STICKY, 2, [72, 69], [1, 0]],
    ["a failure says nothing of the rules of values", STICKY, DEAD, [78], [0]],
    ["nor does one that a rule graded", `${STICKY}  3 fail`, 3, [78], [0]],
    ["what was too low was not too high", SIDES, 2, [75], [0]],
    ["and no worse rule was in force, whatever holds it", "1 >90  2 >80 for 300", 1, [95], [1]],
    ["but it was too low", SIDES, 2, [7, 11], [2, 0]],
  ])("%s", (_, text, level, values, wanted) => {
    const fit = rules(text);
    expect(run(fit, values, resume(fit, level)).levels).toEqual(wanted);
  });

  test("names the rule of the level, if it has one", () => {
    expect(resume(rules(SLOW), 2).rule?.text).toContain(">90");
    expect(resume(rules(SLOW), DEAD)).not.toHaveProperty("rule");
  });
});

describe("carry, to other rules", () => {
  test.each<[string, string, Value[], string, Value[], number[]]>([
    ["the same: a wait goes on", "2 >90 for 180", [95, 95], "2 >90 for 180", [95, 95], [0, 2]],
    ["the same: so does what is in force", "2 >90 until <80", [95, 85], "2 >90 until <80", [85, 79], [2, 0]],
    ["the same: so does the way back", "2 >9 until <5 for 180", [10, 4, 4], "2 >9 until <5 for 180", [4, 4], [2, 0]],
    ["in another place", "2 >90 for 120  1 >80", [95, 95], "1 >80  1 >70  2 >90 for 120", [95], [2]],
    ["another limit, which holds too: it stays", "2 >90 for 180", [95, 95, 95, 95], "2 >91 for 180", [95], [2]],
    ["another limit, which does not hold: it is over", "2 >90 for 180", [95, 95, 95, 95], "2 >97 for 180", [95], [0]],
    ["and has not begun", "2 >90 until <50", [95], "2 >97 until <50", [95, 60], [0, 0]],
    ["another limit, no data yet: it stays", "2 >90", [95], "2 >91", [NO_DATA, 95, 50], [2, 2, 0]],
    ["another limit of what has not come yet waits", "2 >90 for 180", [95], "2 >91 for 120", [95, 95, 95], [0, 0, 2]],
    ["another way back", "2 >90 until <80", [95, 85], "2 >90 until <70", [75, 69], [2, 0]],
    ["a way back that begins anew", "2 >9 until <5 for 120", [10, 4, 4], "2 >9 until <6 for 120", [4, 4, 4], [2, 2, 0]],
    ["a shorter wait", "2 >90 for 600", [95, 95, 95], "2 >90 for 120", [95], [2]],
    ["a longer wait ends nothing", "2 >90", [95], "2 >90 for 600", [95, 50], [2, 0]],
    [
      "of a test at two levels, each its own",
      "1 >9 for 60  2 >9 for 600",
      [10, 10],
      "1 >9 for 90  2 >9 for 500",
      [10],
      [1],
    ],
    ["another level, the same conditions", "2 >90 for 120", [95, 95, 95], "3 >90 for 120", [95], [3]],
    ["a better level's new rule on the same side", "2 >90", [95], "1 >80 for 600  2 >90", [85], [1]],
    ["a new rule on the other side waits", "2 >90", [95], "1 <5 for 600  2 >90", [4], [0]],
    ["no rules any more", "2 >90", [95], "", [NO_DATA, 95], [2, 0]],
    ["behind a failure", "2 >90 for 60  1 fail", [95, 95, FAILED], "2 >91 for 60  1 fail", [95], [2]],
    ["behind the default for a failure", "2 >90 for 60", [95, 95, FAILED], "2 >91 for 60", [95], [2]],
  ])("%s", (_, before, values, after, more, wanted) => {
    const [was, now] = [rules(before), rules(after, "w:7")];
    const { grading } = run(was, values);
    const carried = carry(grading, was, now, (level) => level);
    expect(run(now, more, carried, values.length * 60).levels).toEqual(wanted);
  });

  test("twice before the next value", () => {
    const [first, second, third] = [rules("2 >90 for 60"), rules("2 >91 for 60"), rules("2 >92 for 60")];
    const once = carry(run(first, [95, 95]).grading, first, second, (level) => level);
    const twice = carry(once, second, third, (level) => level);
    expect(run(third, [95], twice, 120).levels).toEqual([2]);
  });

  test("names the rule by its new line, and none that is no more", () => {
    const was = rules("1 >80  2 >90", "w:1");
    const { grading } = run(was, [95]);
    const named = (now: Rule[]) =>
      run(
        now,
        [NO_DATA],
        carry(grading, was, now, (level) => level),
      ).grading.rule?.where;
    expect(named(rules("1 >80  2 >90", "w:2"))).toBe("w:2");
    expect(named(rules("1 >80  2 >91", "w:2"))).toBeUndefined();
    const { grading: dead } = run(was, [FAILED]);
    expect(carry(dead, was, rules("1 >80"), (level) => level).rule?.where).toBe("default");
  });

  test("levels that stand elsewhere", () => {
    const was = rules("1 >80 until <70  2 >90 until <75");
    const now = rules("1 >80 until <70  3 >90 until <75");
    const carried = carry(run(was, [95]).grading, was, now, (level) => (level >= 2 ? level + 1 : level));
    expect(carried).toMatchObject({ level: 3, rule: { level: 3 } });
    expect(run(now, [78, 72], carried).levels).toEqual([3, 1]);
  });
});

test("presume: another thing stays at the level while it is as bad, and has no way back of its own yet", () => {
  const fit = rules("1 >80 for 300  2 >90 for 300 until <50");
  const level = (...values: Value[]) => run(fit, values, presume(fit, 2)).levels;
  expect(level(95)).toEqual([2]);
  expect(level(85)).toEqual([1]);
  expect(level(60)).toEqual([0]);
  expect(level(NO_DATA, 95, 60)).toEqual([2, 2, 2]);
});

describe("implies", () => {
  test.each<[string, string[], string[]]>([
    [">90", [">80", ">=90", ">90", "!=90", "!10..90"], [">91", "<100", "=95", "!10..91", "fail"]],
    [">=90", [">=90", ">89", "!=89"], [">90", "!=90", "!10..90"]],
    ["<5", ["<6", "<=5", "!5..9"], ["<4", ">0"]],
    ["=5", [">=5", "<=5", "4..6", "5..5"], [">5", "6..7", "!=5"]],
    ["10..20", ["10..20", "5..25", ">9", "!30..40", "!=9"], ["11..20", ">10", "!15..16", "!=15"]],
    ["!10..20", ["!10..20", "!12..18", "!=15"], ["!5..20", ">20", "!=9"]],
    ["fail", ["fail"], ["stale", ">0", "!=0"]],
    ["stale", ["stale"], ["fail"]],
    [">1e308", [">9e307"], [">1.1e308"]],
  ])("%s", (text, yes, no) => {
    for (const each of yes) expect([each, implies(parsed(text), parsed(each))]).toEqual([each, true]);
    for (const each of no) expect([each, implies(parsed(text), parsed(each))]).toEqual([each, false]);
  });
});

describe("laws", () => {
  const number = fc.integer({ min: -4, max: 4 });
  const someTest: fc.Arbitrary<Test> = fc.oneof(
    fc.record({ op: fc.constantFrom(">", ">=", "<", "<=", "=", "!=" as const), value: number }) as fc.Arbitrary<Test>,
    fc
      .tuple(fc.constantFrom("inside" as const, "outside" as const), number, number)
      .map(([op, a, b]) => ({ op, low: Math.min(a, b), high: Math.max(a, b) })),
    fc.constantFrom<Test>({ op: "fail" }, { op: "stale" }),
  );
  const seconds = fc.constantFrom(0, 60, 120);
  const someRule = fc
    .tuple(fc.integer({ min: 1, max: DEAD }), someTest, seconds, fc.option(someTest), seconds)
    .map(([level, each, for_s, until, until_for_s]) => ({
      level,
      test: each,
      for_s,
      text: "t",
      where: "w",
      ...(until ? { until, until_for_s } : {}),
    }));
  const fits = fc.array(someRule, { maxLength: 4 });
  const some = fc.oneof({ weight: 5, arbitrary: number }, { weight: 1, arbitrary: fc.constantFrom(FAILED, NO_DATA) });
  const values = fc.array(some, { maxLength: 12 });

  test("a test that implies another never holds without it", () => {
    fc.assert(
      fc.property(someTest, someTest, (a, b) => {
        const all: Outcome[] = [FAILED, NO_DATA, ...Array.from({ length: 41 }, (_, i) => i / 4 - 5)].map((each) =>
          outcome(each as Value),
        );
        expect(implies(a, b)).toBe(all.every((each) => !holds(a, each) || holds(b, each)));
      }),
    );
  });

  test("rules that only moved in the file are graded as if nothing had been", () => {
    fc.assert(
      fc.property(fits, values, values, (fit, before, after) => {
        const moved = fit.map((each) => ({ ...each, where: "w:9" }));
        const { grading } = run(fit, before);
        const carried = carry(grading, fit, moved, (level) => level);
        const [now, then] = [run(moved, after, carried, 5000), run(fit, after, grading, 5000)];
        expect(now.levels).toEqual(then.levels);
        if (carried.rule?.where !== "default") expect(carried.rule?.where).not.toBe("w");
      }),
    );
  });

  test("no new rules make a level that neither was nor is due", () => {
    fc.assert(
      fc.property(fits, fits, values, number, (was, now, before, last) => {
        const { grading } = run(was, before);
        const [level = 0] = run(
          now,
          [last],
          carry(grading, was, now, (each) => each),
          5000,
        ).levels;
        const hold = now.filter((each) => holds(each.test, outcome(last)) || each.until !== undefined);
        expect([0, ...hold.map((each) => each.level)]).toContain(level);
      }),
    );
  });
});
