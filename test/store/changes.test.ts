import { describe, expect, test } from "bun:test";
import { LEVEL_CHANGES_MAX, TEXT_CHANGES_MAX } from "../../src/core/limits.ts";
import type { Change } from "../../src/store/changes.ts";
import type { ClientStore } from "../../src/store/client-store.ts";
import { HOST, START, TIERS, withStore } from "./fixture.ts";

const HOUR = 3600;
const FINEST = TIERS[0]?.keep_s ?? 0;

function keep(store: ClientStore, time_s: number, ...changes: Partial<Change>[]): void {
  const whole = changes.map((change) => ({ item: "a", time_s, level: "sick", isLevel: true, ...change }));
  store.tick([{ host: HOST, time_s, values: new Map([["a", 1]]), events: [], changes: whole }], time_s);
}

function kept(store: ClientStore, items = ["a"], from_s = START, to_s = START + 1e9, count = 1e6): Change[] {
  return store.history.changesOf({ host: HOST, items, from_s, to_s }, count);
}

describe("changes", () => {
  test("are read by item and time, the newest ones where there are too many", () => {
    withStore((store) => {
      keep(store, START, { level: "fine" }, { item: "b", isLevel: false, text: "sda" });
      keep(store, START + 60, { level: "sick", text: "it burns" });
      keep(store, START + 120, { level: "fine" });
      const [first, second, third] = [
        { item: "a", time_s: START, level: "fine", isLevel: true },
        { item: "a", time_s: START + 60, level: "sick", text: "it burns", isLevel: true },
        { item: "a", time_s: START + 120, level: "fine", isLevel: true },
      ] as const;
      expect(kept(store)).toEqual([first, second, third]);
      expect(kept(store, ["b", "unknown"])).toEqual([
        { item: "b", time_s: START, level: "sick", text: "sda", isLevel: false },
      ]);
      expect(kept(store, ["a"], START + 60, START + 120)).toEqual([second]);
      expect(kept(store, ["a", "b"], START, START + 1e9, 2)).toEqual([second, third]);
      keep(store, START + 180, ...[1, 2, 3].map((n) => ({ item: "b", time_s: START + 180 + n, isLevel: false })));
      expect(kept(store, ["a", "b"], START, START + 1e9, 5).map(({ time_s }) => time_s - START)).toEqual([
        0, 60, 120, 182, 183,
      ]);
      expect(store.history.changesOf({ host: "other", items: ["a"], from_s: 0, to_s: 1e12 }, 10)).toEqual([]);
    });
  });

  test("of texts are kept as long as minutes, of levels as long as days", () => {
    withStore((store) => {
      keep(store, START, { text: "old" });
      keep(store, START + 60, { text: "old", isLevel: false });
      const later = START + FINEST + 2 * HOUR;
      for (let i = 0; i < 20; i++) keep(store, later + i * 60);
      expect(kept(store, ["a"], START, later)).toMatchObject([{ text: "old", isLevel: true }]);
      const longAfter = START + 300 * HOUR;
      for (let i = 0; i < 20; i++) keep(store, longAfter + i * 60);
      expect(kept(store, ["a"], START, later)).toEqual([]);
    });
  });

  test.each([
    ["levels", true, LEVEL_CHANGES_MAX],
    ["texts", false, TEXT_CHANGES_MAX],
  ] as const)("of %s are no more than they may be: the oldest go", (_, isLevel, max) => {
    withStore((store) => {
      const flood = Array.from({ length: max + 100 }, (__, i) => ({ time_s: START + i / 1000, isLevel }));
      keep(store, START + 60, ...flood);
      for (let i = 0; i < 20; i++) keep(store, START + 120 + i * 60, { isLevel: !isLevel });
      const left = kept(store).filter((change) => change.isLevel === isLevel);
      expect(left).toHaveLength(max);
      expect(left.at(-1)?.time_s).toBe(START + (max + 99) / 1000);
    });
  });
});
