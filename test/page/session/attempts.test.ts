import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  WRONG_FREE,
  WRONG_FREE_WIDE,
  WRONG_KEPT_S,
  WRONG_WAIT_S_MAX,
  WRONG_WAIT_WIDE_S_MAX,
} from "../../../src/core/limits.ts";
import { Attempts } from "../../../src/page/session/attempts.ts";

function world() {
  let now_s = 1000;
  const attempts = new Attempts(() => now_s);
  return {
    attempts,
    pass: (s: number) => {
      now_s += s;
    },
    /** How long one has to wait; 0: the attempt is made, and wrong. */
    wrong: (user: string, address: string): number => {
      const begun = attempts.begin(user, address);
      return "wait_s" in begun ? begun.wait_s : 0;
    },
    right: (user: string, address: string): number => {
      const begun = attempts.begin(user, address);
      if ("wait_s" in begun) return begun.wait_s;
      begun.right();
      return 0;
    },
  };
}

describe("who guesses one user's password from one address", () => {
  test("waits twice as long each time, up to a bound", () => {
    const { wrong, pass } = world();
    for (let i = 0; i < WRONG_FREE; i++) expect(wrong("anna", "a")).toBe(0);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const wait = wrong("anna", "a");
      waits.push(wait);
      expect(wrong("anna", "a")).toBe(wait); // asking makes it no longer
      pass(wait);
      expect(wrong("anna", "a")).toBe(0);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    expect(WRONG_WAIT_S_MAX).toBe(900);
  });

  test("begins anew after a time, and after the right password", () => {
    const { wrong, right, pass } = world();
    for (let i = 0; i < WRONG_FREE; i++) wrong("anna", "a");
    expect(wrong("anna", "a")).toBe(2);
    pass(2);
    expect(right("anna", "a")).toBe(0);
    for (let i = 0; i < WRONG_FREE; i++) expect(wrong("anna", "a")).toBe(0);
    pass(WRONG_KEPT_S + 1);
    for (let i = 0; i < WRONG_FREE; i++) expect(wrong("anna", "a")).toBe(0);
    expect(wrong("anna", "a")).toBe(2);
  });

  test("a thousand at once are a thousand wrong ones", () => {
    const { attempts } = world();
    const begun = Array.from({ length: 1000 }, () => attempts.begin("anna", "a"));
    expect(begun.filter((each) => !("wait_s" in each))).toHaveLength(WRONG_FREE);
  });
});

test("who tries many users from one address waits a minute; those who work there do not", () => {
  const { wrong, right, pass } = world();
  expect(right("ben", "office")).toBe(0);
  for (let i = 0; i < WRONG_FREE_WIDE; i++) expect(wrong(`user${i}`, "office")).toBe(0);
  expect(wrong("other", "office")).toBe(2);
  expect(right("ben", "office")).toBe(0);
  for (let i = 0; i < 20; i++) {
    const wait = wrong(`more${i}`, "office");
    expect(wait).toBeLessThanOrEqual(WRONG_WAIT_WIDE_S_MAX);
    pass(wait);
    wrong(`more${i}`, "office");
  }
  // One's own password does not buy more guesses.
  for (let i = 0; i < 5; i++) expect(right("ben", "office")).toBe(0);
  expect(wrong("last", "office")).toBe(WRONG_WAIT_WIDE_S_MAX);
});

test("guesses from everywhere keep nobody out of where they work, and a newcomer waits a minute at most", () => {
  const { wrong, right, pass } = world();
  expect(right("anna", "home")).toBe(0);
  for (let i = 0; i < 500; i++) {
    wrong("anna", `bot${i}`);
    pass(1);
  }
  expect(right("anna", "home")).toBe(0);
  const wait = right("anna", "train");
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(WRONG_WAIT_WIDE_S_MAX);
  pass(wait);
  expect(right("anna", "train")).toBe(0);
});

test("an attempt that nobody looked at does not count", () => {
  const { attempts } = world();
  for (let i = 0; i < 100; i++) {
    const begun = attempts.begin("anna", "a");
    if ("wait_s" in begun) throw new Error("waits");
    begun.never();
  }
});

test("whatever comes, guesses of one user at one address are few, and no wait is longer than said", () => {
  const moves = fc.array(fc.tuple(fc.constantFrom("anna", "ben"), fc.constantFrom("a", "b", "c"), fc.nat(100)), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(moves, (all) => {
      const { wrong, pass } = world();
      let made = 0;
      let time = 0;
      for (const [user, address, s] of all) {
        const wait = wrong(user, address);
        expect(wait).toBeLessThanOrEqual(WRONG_WAIT_S_MAX);
        if (wait === 0 && user === "anna" && address === "a") made++;
        pass(s);
        time += s;
      }
      // 2 + 4 + … + 2^n seconds for n guesses beyond the free ones.
      if (time < WRONG_KEPT_S) expect(made).toBeLessThanOrEqual(WRONG_FREE + Math.log2(time + 4) + 1);
    }),
    { numRuns: 200 },
  );
});
