import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  CHANGES,
  DEFAULT_FLAP,
  type FlapLimits,
  type Flapping,
  flap,
  percentOf,
  resumeFlapping,
  steady,
} from "../../src/core/flapping.ts";

/** The memories of a run of levels, one letter each. */
function run(levels: string, limits: FlapLimits | "off" = DEFAULT_FLAP, start = steady("f")): Flapping[] {
  let state = start;
  return levels.split("").map((level) => {
    state = flap(state, level, limits);
    return state;
  });
}

/** For each level whether the item flaps then: `.` no, `*` yes. */
const marks = (...args: Parameters<typeof run>) =>
  run(...args)
    .map(({ flapping }) => (flapping ? "*" : "."))
    .join("");

describe("percentOf: changes, the newest on the right", () => {
  test.each<[string, number]>([
    ["", 0],
    ["1", 6.25],
    ["10000000000000000000", 3.75],
    ["11111111111111111111", 100],
    ["1111", 24.21],
    ["111111", 35.53],
    ["10101010101010101010", 49.34],
    ["01010101010101010101", 50.66],
    ["00001001001001001001", 31.58],
  ])("%s", (changes, percent) => {
    expect(percentOf(Number.parseInt(changes || "0", 2))).toBeCloseTo(percent, 2);
  });
});

describe("flap, by the default limits", () => {
  const QUIET = "f".repeat(30);
  test.each<[string, string, string]>([
    ["what stays does not flap", "ffffffff", "........"],
    ["a change does not", "ffssssss", "........"],
    ["nor a trouble of a minute", "fffsffff", "........"],
    ["nor a way through all levels", "abcdeeee", "........"],
    ["nor up to the worst by and by, and back an hour later", `abcde${"e".repeat(60)}dcbaf`, ".".repeat(70)],
    ["six changes in a row do", "sfsfsf", ".....*"],
    ["in whatever levels", "abcdfa", ".....*"],
    ["a trouble of a minute every third minute", "sffsffsffsff", ".......*****"],
    ["what is quiet for 16 readings stops", `sfsfsf${QUIET}`, `.....*${"*".repeat(15)}${".".repeat(15)}`],
    ["at whatever level", `sfsfs${"c".repeat(31)}`, `.....*${"*".repeat(15)}${".".repeat(15)}`],
  ])("%s", (_, levels, wanted) => {
    expect(marks(levels)).toBe(wanted);
  });

  test("an item that changes every third minute flaps, one that does every fifth does not", () => {
    const every = (n: number) => ("s".repeat(n) + "f".repeat(n)).repeat(20);
    expect(marks(every(3))).toContain("*");
    expect(marks(every(5))).not.toContain("*");
  });
});

describe("limits", () => {
  const changing = "sf".repeat(20);
  test("off is never", () => {
    expect(marks(changing, "off")).not.toContain("*");
  });
  test("off ends what began, and what was seen meanwhile counts when it is over", () => {
    const flapping = run(changing).at(-1) ?? steady("f");
    const off = flap(flapping, "s", "off");
    expect(off.flapping).toBe(false);
    expect(flap(off, "s", DEFAULT_FLAP).flapping).toBe(false); // with a change only
    expect(flap(off, "f", DEFAULT_FLAP).flapping).toBe(true);
  });
  test("high is reached by as much, and what is as low ends it", () => {
    expect(marks("fs", { high: 6.25, low: 1 })).toBe(".*"); // one change, the newest
    expect(marks("fss", { high: 6.25, low: percentOf(0b10) })).toBe(".*.");
  });
  test("high=100 is every reading, and low=0 until none changed", () => {
    const limits = { high: 100, low: 0 };
    expect(marks(changing, limits)).toBe(`${".".repeat(19)}${"*".repeat(21)}`);
    expect(marks("f".repeat(25), limits, resumeFlapping("f"))).toBe(`${"*".repeat(19)}......`);
  });
});

describe("after a restart", () => {
  test("it goes on flapping, and 16 quiet readings end it", () => {
    expect(marks("ffffffffffffffffffff", DEFAULT_FLAP, resumeFlapping("f"))).toBe(`${"*".repeat(15)}.....`);
    expect(marks("sfsfsfsfsfsfsfsfsfsf", DEFAULT_FLAP, resumeFlapping("f"))).toBe("*".repeat(20));
  });
});

test("what is steady takes no memory of its own", () => {
  const state = steady("f");
  expect(flap(state, "f", DEFAULT_FLAP)).toBe(state);
});

describe("laws", () => {
  const levels = fc.array(fc.constantFrom("f", "s", "d"), { maxLength: 80 }).map((each) => each.join(""));
  const limits = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ high: Math.max(a, b), low: Math.min(a, b) }));

  test("percent are those of Nagios' formula over the last 21 states", () => {
    fc.assert(
      fc.property(levels, (each) => {
        const states = ["f".repeat(CHANGES + 1), each].join("").slice(-CHANGES - 1);
        let sum = 0;
        for (let x = 1; x <= CHANGES; x++)
          if (states[x] !== states[x - 1]) sum += ((x - 1) * (1.25 - 0.75)) / 19 + 0.75;
        expect(percentOf(run(each).at(-1)?.changes ?? 0)).toBeCloseTo((sum * 100) / 20, 9);
      }),
    );
  });

  test("20 quiet readings end it under any limits", () => {
    fc.assert(
      fc.property(levels, limits, (each, some) => {
        expect(run(`${each}${"f".repeat(21)}`, some).at(-1)).toEqual(steady("f"));
      }),
    );
  });

  test("it begins with a change, at or above high; it ends at or below low", () => {
    fc.assert(
      fc.property(levels, limits, (each, some) => {
        let before = steady("f");
        for (const now of run(each, some)) {
          const percent = percentOf(now.changes);
          if (now.flapping && !before.flapping) {
            expect(percent).toBeGreaterThanOrEqual(some.high);
            expect(now.level).not.toBe(before.level);
          }
          if (!now.flapping && before.flapping) expect(percent).toBeLessThanOrEqual(some.low);
          before = now;
        }
      }),
    );
  });
});
