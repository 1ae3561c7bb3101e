// Turns: how many run at once, who waits for whom, and that a turn always ends.

import { expect, test } from "bun:test";
import { Lanes, SLOW_MS } from "../../src/client/lanes.ts";
import { PLUGINS_AT_ONCE } from "../../src/core/limits.ts";

/** Tasks that run until they are told to end. */
function lane() {
  const lanes = new Lanes();
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    began,
    take: (name: string, took_ms = 0) =>
      lanes.take("plugin", took_ms, () => {
        began.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      }),
    end: async (name: string) => {
      ends.get(name)?.();
      await Bun.sleep(0);
    },
    lanes,
  };
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test("only a few run at once, in the order in which they came", async () => {
  const { began, take, end } = lane();
  for (const name of names("a", PLUGINS_AT_ONCE + 2)) void take(name);
  await Bun.sleep(0);
  expect(began).toEqual(names("a", PLUGINS_AT_ONCE));
  await end("a2");
  expect(began).toEqual(names("a", PLUGINS_AT_ONCE + 1));
  await end("a0");
  expect(began).toEqual(names("a", PLUGINS_AT_ONCE + 2));
});

test("those that hang leave a place to those that are quick", async () => {
  const { began, take, end } = lane();
  for (const name of names("slow", PLUGINS_AT_ONCE * 2)) void take(name, SLOW_MS + 1);
  for (const name of ["quick0", "quick1"]) void take(name);
  await Bun.sleep(0);
  expect(began).toEqual([...names("slow", PLUGINS_AT_ONCE - 1), "quick0"]);
  await end("quick0");
  await end("quick1");
  expect(began).toHaveLength(PLUGINS_AT_ONCE + 1);
  await end("slow0");
  expect(began.at(-1)).toBe(`slow${PLUGINS_AT_ONCE - 1}`);
});

test("of one place the slow have their turn, too", async () => {
  const lanes = new Lanes();
  expect(await lanes.take("program", SLOW_MS + 1, () => 1)).toBe(1);
});

test("a task that fails gives its turn on", async () => {
  const { began, take, lanes } = lane();
  const fail = () => {
    throw new Error("broken");
  };
  for (let i = 0; i < PLUGINS_AT_ONCE; i++) expect(lanes.take("plugin", SLOW_MS + i, fail)).rejects.toThrow("broken");
  void take("a");
  await Bun.sleep(0);
  expect(began).toEqual(["a"]);
});
