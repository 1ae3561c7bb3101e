import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  DEFAULT_LEVELS,
  describeRule,
  type Grading,
  grade,
  holds,
  parseTest,
  type Rule,
  type Test,
} from "../../src/core/fitness.ts";
import type { Outcome } from "../../src/core/reading.ts";
import { resume } from "../../src/core/resume.ts";

const value = (n: number): Outcome => ({ ok: true, value: n });
const NO_NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const NO_DATA: Outcome = { ok: true, value: null };
const FAILED: Outcome = { ok: false, error: "broken" };
const DEAD = DEFAULT_LEVELS.length - 1;

describe("parseTest", () => {
  test.each<[string, string, Test]>([
    [">90", "%", { op: ">", value: 90 }],
    ["<5%", "%", { op: "<", value: 5 }],
    [">=1.5G", "B", { op: ">=", value: 1.5e9 }],
    ["<=0", "", { op: "<=", value: 0 }],
    ["=1", "", { op: "=", value: 1 }],
    ["!=0", "", { op: "!=", value: 0 }],
    [">10m", "s", { op: ">", value: 600 }],
    [">-5", "°C", { op: ">", value: -5 }],
    ["10..40", "", { op: "inside", low: 10, high: 40 }],
    ["!10..40", "", { op: "outside", low: 10, high: 40 }],
    ["-10..-5", "", { op: "inside", low: -10, high: -5 }],
    ["1.5..2.5", "", { op: "inside", low: 1.5, high: 2.5 }],
    ["5m..1h", "s", { op: "inside", low: 300, high: 3600 }],
    ["1G..2G", "B", { op: "inside", low: 1e9, high: 2e9 }],
    ["5..5", "", { op: "inside", low: 5, high: 5 }],
    ["fail", "", { op: "fail" }],
    ["stale", "%", { op: "stale" }],
  ])("%p of %p", (text, unit, wanted) => {
    expect(parseTest(text, unit)).toEqual(wanted);
  });

  test.each<[string, string, string, string]>([
    ["", "", '"" is no test', "use a test such as >90"],
    ["90", "", '"90" is no test', "write >90 or <90"],
    ["x90", "", '"x90" is no test', "use a test such as >90"],
    [">", "", '"" is no number', "use a number such as 4"],
    [">x", "%", '"x" is no number of %', "use a number such as 90 or 90%"],
    [">10m", "B", '"10m" is no number of B', "use a number such as 10M, 1.5G"],
    ["<5%", "B/s", '"5%" is no number of B/s', "use a number such as 10M"],
    [">10%", "s", '"10%" is no number of s', "use a time such as 90s"],
    [">90%", "tasks/cpu", '"90%" is no number of tasks/cpu', "use a number such as 4"],
    ["=>5", "", '"=>5" is no test', "write >=5"],
    ["=<5", "", '"=<5" is no test', "write <=5"],
    ["==5", "", '"==5" is no test', "write =5"],
    ["<>5", "", '"<>5" is no test', "write !=5"],
    ["≥5", "", '"≥5" is no test', "write >=5"],
    [">90,5%", "%", '"90,5%" is no number of %', "write >90.5%"],
    ["40..10", "", "the range 40..10 is upside down", "write 10..40"],
    ["!40..10", "", "the range !40..10 is upside down", "write !10..40"],
    ["..5", "", '"..5" is no test', "write <=5"],
    ["5..", "", '"5.." is no test', "write >=5"],
    ["!5..", "", '"!5.." is no test', "write <5"],
    ["5-9", "", '"5-9" is no test', "write 5..9"],
    ["-5--9", "", '"-5--9" is no test', "write -9..-5"],
    ["10m-1h", "s", '"10m-1h" is no test', "write 10m..1h"],
    ["5...9", "", "the range 5...9 is upside down", "write 5..9"],
    [">1.5gib", "B", '"1.5gib" is no number of B', "write >1.5GiB"],
    [">2hours", "s", '"2hours" is no number of s', "write >2h"],
    [">2pct", "%", '"2pct" is no number of %', "write >2%"],
    ["a..b", "", '"a" is no number', "use a number"],
    ["1..b", "", '"b" is no number', "use a number"],
    [">1..5", "", '">1" is no number', "use a number"],
    ["Fail", "", '"Fail" is no test', "use a test"],
  ])("%p of %p is an error", (text, unit, error, hint) => {
    expect(parseTest(text, unit)).toEqual({ error, hint: expect.stringContaining(hint) });
  });

  test("an error names the item, where it is known", () => {
    expect(parseTest(">10%", "s", "uptime")).toMatchObject({ error: '"10%" is no number of s, the unit of uptime' });
    expect(parseTest(">x", "", "procs")).toMatchObject({ error: '"x" is no number for procs' });
  });
});

describe("holds", () => {
  test.each<[Test, number[], number[]]>([
    [{ op: ">", value: 5 }, [5.1], [5, 4]],
    [{ op: ">=", value: 5 }, [5, 6], [4]],
    [{ op: "<", value: 5 }, [4], [5, 6]],
    [{ op: "<=", value: 5 }, [5, 4], [6]],
    [{ op: "=", value: 5 }, [5], [4]],
    [{ op: "!=", value: 5 }, [4], [5]],
    [{ op: "inside", low: 1, high: 3 }, [1, 2, 3], [0, 4]],
    [{ op: "outside", low: 1, high: 3 }, [0, 4], [1, 2, 3]],
    [{ op: "fail" }, [], [0, 1]],
    [{ op: "stale" }, [], [0, 1]],
  ])("%j", (each, yes, no) => {
    for (const n of yes) expect(holds(each, value(n))).toBe(true);
    for (const n of no) expect(holds(each, value(n))).toBe(false);
    expect(holds(each, FAILED)).toBe(each.op === "fail");
    expect(holds(each, NO_DATA)).toBe(each.op === "stale");
    for (const n of NO_NUMBERS) expect(holds(each, value(n))).toBe(each.op === "fail");
  });

  test.each<[Test, number[], number[]]>([
    [{ op: "<", value: 5 }, [-1, -1e300, -0], [5]],
    [{ op: ">", value: -5 }, [-4, 0], [-5, -6]],
    [{ op: "inside", low: -10, high: -5 }, [-7], [7, -11]],
    [{ op: "outside", low: 0, high: 10 }, [-3], [-0]],
    [{ op: "=", value: 0 }, [-0], [-1]],
  ])("negative values are compared like all others: %j", (each, yes, no) => {
    for (const n of yes) expect(holds(each, value(n))).toBe(true);
    for (const n of no) expect(holds(each, value(n))).toBe(false);
  });
});

/** `LEVEL TEST [for S] [until TEST [for S]]` */
function rule(level: number, text: string, more: { for_s?: number; until?: string; until_for_s?: number } = {}): Rule {
  const parse = (each: string) => {
    const parsed = parseTest(each, "");
    if ("error" in parsed) throw new Error(parsed.error);
    return parsed;
  };
  const { until, ...durations } = more;
  return {
    level,
    test: parse(text),
    ...durations,
    ...(until === undefined ? {} : { until: parse(until) }),
    text,
    where: "w:1",
  };
}

/** The levels that a run of [second, outcome] gives. */
function levels(rules: Rule[], run: readonly (readonly [number, Outcome])[], start?: Grading): number[] {
  let state = start;
  return run.map(([now_s, outcome]) => {
    state = grade(rules, DEFAULT_LEVELS, state, outcome, now_s);
    return state.level;
  });
}

const minutes = (...outcomes: Outcome[]) => outcomes.map((outcome, i) => [i * 60, outcome] as const);

describe("grade", () => {
  const usage = [rule(1, ">80"), rule(2, ">90"), rule(3, ">97")];

  test.each<[string, Rule[], Outcome[], number[]]>([
    ["the worst rule that holds", usage, [50, 81, 91, 98, 50].map(value), [0, 1, 2, 3, 0]],
    ["in any order of the rules", usage.toReversed(), [50, 81, 91, 98].map(value), [0, 1, 2, 3]],
    ["no rules: the best level", [], [value(1e9)], [0]],
    [
      "until is the way back",
      [rule(2, ">90", { until: "<85" })],
      [89, 91, 86, 85, 84, 89].map(value),
      [0, 2, 2, 2, 0, 0],
    ],
    [
      "until of one level, on the way down to another",
      [rule(1, ">80"), rule(2, ">90", { until: "<85" })],
      [95, 86, 84, 79].map(value),
      [2, 2, 1, 0],
    ],
    [
      "for: the test must hold so long",
      [rule(2, ">90", { for_s: 120 })],
      [91, 92, 93, 50, 91].map(value),
      [0, 0, 2, 0, 0],
    ],
    [
      "for: an interruption begins anew",
      [rule(2, ">90", { for_s: 120 })],
      [91, 50, 91, 92, 93].map(value),
      [0, 0, 0, 0, 2],
    ],
    [
      "for and until: once in force, until alone ends it",
      [rule(2, ">90", { for_s: 60, until: "<85" })],
      [91, 92, 88, 91, 84].map(value),
      [0, 2, 2, 2, 0],
    ],
    [
      "until for: the way back must hold so long",
      [rule(2, ">90", { until: "<85", until_for_s: 120 })],
      [91, 84, 83, 82, 95].map(value),
      [2, 2, 2, 0, 2],
    ],
    [
      "until for: an interruption begins anew, be it above the limit or between",
      [rule(2, ">90", { until: "<85", until_for_s: 120 })],
      [91, 84, 83, 87, 84, 91, 84, 84, 84].map(value),
      [2, 2, 2, 2, 2, 2, 2, 2, 0],
    ],
    [
      "until for: what is over has to begin anew, with its own for",
      [rule(2, ">90", { for_s: 60, until: "<85", until_for_s: 60 })],
      [91, 91, 84, 91, 84, 84, 91, 91].map(value),
      [0, 2, 2, 2, 2, 0, 0, 2],
    ],
    [
      "until for goes on through a minute without data, and through a failure",
      [rule(2, ">90", { until: "<85", until_for_s: 120 }), rule(1, "fail")],
      [value(91), value(80), NO_DATA, FAILED, value(80)],
      [2, 2, 2, 2, 0],
    ],
    [
      "until for of each level by itself",
      [rule(1, ">80", { until: "<75", until_for_s: 60 }), rule(2, ">90", { until: "<85", until_for_s: 120 })],
      [95, 70, 70, 70, 70].map(value),
      [2, 2, 2, 0, 0],
    ],
    [
      "until for of a failure",
      [rule(3, "fail", { until: ">=0", until_for_s: 120 })],
      [FAILED, value(1), value(1), FAILED, value(1), value(1), value(1)],
      [3, 3, 3, 3, 3, 3, 0],
    ],
    ["a failure is the last level", usage, [value(50), FAILED, value(50)], [0, DEAD, 0]],
    ["a fail rule decides instead", [rule(1, "fail")], [FAILED, value(5)], [1, 0]],
    ["fail for", [rule(3, "fail", { for_s: 60 })], [FAILED, FAILED, value(5)], [0, 3, 0]],
    [
      "while a probe fails, the rules of values stay as they were",
      [...usage, rule(1, "fail")],
      [value(95), FAILED],
      [2, 2],
    ],
    ["no data keeps the level", usage, [value(95), NO_DATA, NO_DATA, value(50)], [2, 2, 2, 0]],
    ["no data at first is the best level", usage, [NO_DATA, value(95)], [0, 2]],
    ["NaN is a failure", usage, [value(95), value(Number.NaN), value(95)], [2, DEAD, 2]],
    ["and so is what is infinite", usage, [value(Number.POSITIVE_INFINITY), value(-1 / 0)], [DEAD, DEAD]],
    ["which a fail rule grades", [...usage, rule(1, "fail")], [value(Number.NaN), value(1 / 0)], [1, 1]],
    [
      "and which changes no rule of numbers",
      [rule(2, ">90", { until: "<85" }), rule(1, "fail")],
      [value(91), value(-1 / 0), value(87)],
      [2, 2, 2],
    ],
    ["less than nothing is a value", [rule(2, "<0")], [value(-1), value(-0), value(-1e308)], [2, 0, 2]],
    ["no data does not end a failure", usage, [FAILED, NO_DATA, value(50)], [DEAD, DEAD, 0]],
    ["nor one that a rule made", [rule(3, "fail")], [FAILED, NO_DATA, value(50)], [3, 3, 0]],
    ["stale: no data is a level", [rule(2, "stale")], [value(1), NO_DATA, value(1)], [0, 2, 0]],
    ["stale for", [rule(2, "stale", { for_s: 120 })], [NO_DATA, NO_DATA, NO_DATA, value(1)], [0, 0, 2, 0]],
    ["stale does not make better what was worse", [...usage, rule(1, "stale")], [value(95), NO_DATA], [2, 2]],
    [
      "for goes on through a minute without data",
      [rule(2, ">90", { for_s: 120 })],
      [value(91), NO_DATA, value(91)],
      [0, 0, 2],
    ],
  ])("%s", (_, rules, outcomes, wanted) => {
    expect(levels(rules, minutes(...outcomes))).toEqual(wanted);
  });

  test("names the rule that made the level, and none for the best", () => {
    expect(grade(usage, DEFAULT_LEVELS, undefined, value(95), 0).rule?.text).toBe(">90");
    const twice = [rule(2, ">90"), rule(2, ">80"), rule(1, ">70")];
    expect(grade(twice, DEFAULT_LEVELS, undefined, value(95), 0).rule?.text).toBe(">90"); // of two the first
    expect(grade(usage, DEFAULT_LEVELS, undefined, value(5), 0)).not.toHaveProperty("rule");
    expect(grade(usage, DEFAULT_LEVELS, undefined, FAILED, 0).rule).toMatchObject({ text: "fail", where: "default" });
  });
});

describe("describeRule", () => {
  test.each<[string, string]>([
    [">90% for 5m until <85% for 10m", ">90% for 5m until <85% for 10m (work.conf:41)"],
    ["x".repeat(185), `${"x".repeat(185)} (work.conf:41)`],
    ["x".repeat(186), `${"x".repeat(184)}… (work.conf:41)`],
  ])("%s", (text, wanted) => {
    expect(describeRule({ ...rule(1, ">1"), text, where: "work.conf:41" })).toBe(wanted);
    expect(wanted.length).toBeLessThanOrEqual(200);
  });
});

describe("laws", () => {
  const number = fc.integer({ min: -5, max: 5 });
  const anyTest: fc.Arbitrary<Test> = fc.oneof(
    fc.record({ op: fc.constantFrom(">", ">=", "<", "<=", "=", "!=" as const), value: number }) as fc.Arbitrary<Test>,
    fc
      .tuple(fc.constantFrom("inside" as const, "outside" as const), number, number)
      .map(([op, a, b]) => ({ op, low: Math.min(a, b), high: Math.max(a, b) })),
    fc.constantFrom<Test>({ op: "fail" }, { op: "stale" }),
  );
  const plain = fc.record({ level: fc.integer({ min: 1, max: DEAD }), test: anyTest });
  const dress = (each: Pick<Rule, "level" | "test">): Rule => ({ ...each, text: "t", where: "w" });
  const simple = fc.array(plain.map(dress), { maxLength: 5 });
  const seconds = fc.integer({ min: 0, max: 200 });
  const full = fc.array(
    fc
      .tuple(plain, fc.option(seconds), fc.option(anyTest), fc.option(seconds))
      .map(([each, for_s, until, until_for_s]) => ({
        ...dress(each),
        ...(for_s === null ? {} : { for_s }),
        ...(until === null ? {} : { until }),
        ...(until === null || until_for_s === null ? {} : { until_for_s }),
      })),
    { maxLength: 5 },
  );
  const outcome = fc.oneof(
    { weight: 5, arbitrary: number.map(value) },
    { weight: 1, arbitrary: fc.constantFrom(FAILED, NO_DATA) },
  );
  const run = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), outcome), { maxLength: 20 });

  test("the level is always one of the levels, and its rule says so", () => {
    fc.assert(
      fc.property(full, run, fc.nat(DEAD), (rules, steps, start) => {
        let now_s = 0;
        let state: Grading | undefined = resume(rules, start);
        for (const [step_s, each] of steps) {
          now_s += step_s; // clocks go anywhere
          state = grade(rules, DEFAULT_LEVELS, state, each, now_s);
          expect(DEFAULT_LEVELS[state.level]).toBeDefined();
          expect(state.rules).toHaveLength(rules.length);
          if (state.rule) expect(state.rule.level).toBe(state.level);
        }
      }),
    );
  });

  test("without for and until, a value alone decides: the past does not matter", () => {
    fc.assert(
      fc.property(simple, run, number, (rules, steps, last) => {
        const after = levels(rules, [...steps, [0, value(last)] as const]).at(-1);
        expect(after).toBe(grade(rules, DEFAULT_LEVELS, undefined, value(last), 0).level);
        const worst = Math.max(0, ...rules.filter((each) => holds(each.test, value(last))).map(({ level }) => level));
        expect(after).toBe(worst);
      }),
    );
  });

  test("no data never changes a level, where nothing tests for stale", () => {
    fc.assert(
      fc.property(full, run, (all, steps) => {
        const rules = all.filter(({ test: each }) => each.op !== "stale");
        const seen = levels(rules, [...steps, [1000, NO_DATA] as const]);
        expect(seen.at(-1)).toBe(seen.at(-2) ?? 0);
      }),
    );
  });

  test("a value that stays is graded in the end as the rules say, whatever was before: nothing is lost", () => {
    fc.assert(
      fc.property(full, run, number, (rules, steps, last) => {
        const quiet = Array.from({ length: 10 }, () => value(last));
        const all = [...steps.map(([, each]) => each), ...quiet]; // a minute each: longer than any `for`
        const end = levels(rules, minutes(...all)).at(-1) ?? 0;
        const inForce = (each: Rule) => holds(each.test, value(last));
        const sticky = (each: Rule) => each.until !== undefined && !holds(each.until, value(last));
        const least = Math.max(0, ...rules.filter(inForce).map(({ level }) => level));
        const most = Math.max(least, ...rules.filter(sticky).map(({ level }) => level));
        expect(end).toBeGreaterThanOrEqual(least);
        expect(end).toBeLessThanOrEqual(most);
      }),
    );
  });

  test("with a for behind until, a level lasts at least as long as without", () => {
    fc.assert(
      fc.property(anyTest, anyTest, seconds, fc.array(outcome, { maxLength: 20 }), (each, until, until_for_s, all) => {
        const made = { ...dress({ level: 2, test: each }), until };
        const fail = dress({ level: 1, test: { op: "fail" } });
        const bare = levels([made, fail], minutes(...all));
        const slow = levels([{ ...made, until_for_s }, fail], minutes(...all));
        for (const [i, level] of bare.entries()) expect(slow[i]).toBeGreaterThanOrEqual(level);
      }),
    );
  });

  test("with until, a level lasts at least as long as without", () => {
    fc.assert(
      fc.property(anyTest, anyTest, fc.array(number, { maxLength: 20 }), (each, until, values) => {
        const bare = levels([dress({ level: 2, test: each })], minutes(...values.map(value)));
        const sticky = levels([{ ...dress({ level: 2, test: each }), until }], minutes(...values.map(value)));
        for (const [i, level] of bare.entries()) expect(sticky[i]).toBeGreaterThanOrEqual(level);
      }),
    );
  });
});
