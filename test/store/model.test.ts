// A real history beside a naive one, through anything that happens to one in ten years, in any order: see model-world.ts.
// `MODEL_MINUTES=10 bun test test/store/model.test.ts` goes on for so long; MODEL_SEED is where it begins.

import { test } from "bun:test";
import * as fc from "fast-check";
import type { Tier } from "../../src/core/consolidation.ts";
import { withDirectory } from "./fixture.ts";
import { type Action, type Actions, World } from "./model-world.ts";

const HOUR = 3600;
const DAY = 86_400;
/** More than there is to do ever. */
const ALL = 20_000;

/** Sizes of buckets, and for how many hours each is kept. */
const SETS: readonly (readonly Tier[])[] = [
  [60, 2, 600, 6, HOUR, 24, 4 * HOUR, 120],
  [60, 3, HOUR, 48],
  [300, 4, HOUR, 24, 4 * HOUR, 120],
  [60, 2, 300, 4, 600, 6, HOUR, 24, 4 * HOUR, 120],
  [600, 8],
  [120, 3, 1800, 12, 2 * HOUR, 72],
  [60, 2, 600, 6, HOUR, 24, 4 * HOUR, 120, 8 * HOUR, 240],
  [HOUR, 72],
  [60, 1, 600, 1, HOUR, 4, 4 * HOUR, 5],
  [60, 2, 900, 8, HOUR, 24, 4 * HOUR, 120],
].map((pairs) => pairs.flatMap((size, i) => (i % 2 ? [] : [{ bucket_s: size, keep_s: (pairs[i + 1] ?? 0) * HOUR }])));
const BROKEN = ["bucket", "stretch", "host", "item", "series", "tier", "horizon"];

const ACTIONS = {
  run: fc.record({
    ticks: fc.integer({ min: 1, max: 150 }),
    step_s: fc.constantFrom(60, 60, 60, 300, 600),
    hosts: fc.oneof(fc.constantFrom(1, 1, 2, 3), fc.constantFrom(1, 15)),
    items: fc.integer({ min: 1, max: 3 }),
    twice: fc.boolean(),
  }),
  late: fc.record({ minutes: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 3000 })) }),
  clock: fc.constantFrom(
    -3650 * DAY,
    -5 * DAY,
    -DAY,
    -5 * HOUR,
    -HOUR,
    -180,
    180,
    HOUR,
    5 * HOUR,
    DAY,
    3 * DAY,
    3650 * DAY,
  ),
  clockRight: fc.constant(true as const),
  away: fc.record({ hours: fc.constantFrom(1, 5, 30, 200, 1000), restart: fc.boolean() }),
  quiet: fc.record({ hours: fc.integer({ min: 1, max: 200 }) }),
  zap: fc.constantFrom(1, 2, 5, ALL),
  restart: fc.constant(true as const),
  fail: fc.constantFrom(...BROKEN),
  slow: fc.record({
    rows: fc.nat(200),
    ticks: fc.integer({ min: 1, max: 40 }),
    wanted_s: fc.constantFrom(60, 600, HOUR),
  }),
  tiers: fc.constantFrom(...SETS),
} satisfies { [K in keyof Actions]: fc.Arbitrary<Actions[K]> };

const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: fc.record({ run: ACTIONS.run }), weight: 6 },
  ...Object.entries(ACTIONS)
    .filter(([name]) => name !== "run")
    .map(([name, arbitrary]) => ({
      arbitrary: (arbitrary as fc.Arbitrary<unknown>).map((what) => ({ [name]: what }) as unknown as Action),
      weight: name === "tiers" ? 2 : 1,
    })),
);

const minutes = Number(process.env.MODEL_MINUTES ?? 0);

test("whatever happens, the history is that of its readings", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SETS),
      fc.array(action, { minLength: 3, maxLength: 25, size: "max" }),
      (first, actions) => {
        withDirectory((dir) => {
          const world = new World(dir, first);
          try {
            for (const [i, each] of actions.entries()) {
              world.do(each);
              if (i % 3 === 2) world.check();
            }
            world.check();
            world.checkDone();
          } finally {
            world.close();
          }
        });
      },
    ),
    {
      includeErrorInReport: true,
      seed: Number(process.env.MODEL_SEED ?? 1),
      numRuns: minutes ? 1e9 : 25,
      ...(minutes ? { interruptAfterTimeLimit: minutes * 60_000 } : {}),
    },
  );
}, 1e9);
