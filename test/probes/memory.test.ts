import { describe, expect, test } from "bun:test";
import { evaluate, parseMeminfo } from "../../probes/memory.ts";
import { GARBAGE, probeErrorOf } from "./fake-host.ts";

const MODERN = {
  MemTotal: 1000,
  MemFree: 100,
  MemAvailable: 250,
  Buffers: 20,
  Cached: 300,
  Shmem: 40,
  SReclaimable: 30,
  SwapTotal: 200,
  SwapFree: 150,
  Dirty: 5,
  Writeback: 1,
};

function meminfo(sizes: Record<string, number>): string {
  return Object.entries(sizes)
    .map(([name, kib]) => `${`${name}:`.padEnd(15)} ${String(kib).padStart(8)} kB\n`)
    .join("");
}
const read = (sizes: Record<string, number>) => evaluate(parseMeminfo(meminfo(sizes)));

describe("memory", () => {
  test("gives bytes and percentages", () => {
    expect(read(MODERN)).toEqual({ avail: 256_000, usage: 75, cached: 358_400, dirty: 6144, swap: 25 });
  });

  test("without swap has no data on it", () => {
    expect(read({ ...MODERN, SwapTotal: 0, SwapFree: 0 }).swap).toBeNull();
    expect(read({ MemTotal: 1000, MemAvailable: 1 }).swap).toBeNull();
  });

  test("before Linux 3.14 takes free memory and cache, but not what is shared", () => {
    const { MemAvailable: _, ...old } = MODERN;
    expect(read(old).avail).toBe((100 + 20 + 300 - 40) * 1024);
    expect(read({ MemTotal: 1000, MemFree: 100, Shmem: 500 }).avail).toBe(100 * 1024); // never below what is free
  });

  test("available is never more than there is", () => {
    expect(read({ ...MODERN, MemAvailable: 2000 })).toMatchObject({ avail: 1_024_000, usage: 0 });
  });

  test("lines that are no sizes are left out", () => {
    const text = `${meminfo(MODERN)}HugePages_Total:       7\nsomething else\nActive(anon):  1492 kB\n`;
    expect(parseMeminfo(text).get("HugePages_Total")).toBeUndefined();
    expect(parseMeminfo(text).get("Active(anon)")).toBe(1492 * 1024);
  });

  test.each([...GARBAGE, "MemTotal:", "MemTotal:       246", "MemTotal: 0 kB\n", "MemFree: 12 kB\n"])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => evaluate(parseMeminfo(text)))).toContain("/proc/meminfo: expected");
    },
  );

  test("names what is missing where a file ends too early", async () => {
    expect(await probeErrorOf(() => read({ MemTotal: 1000 }))).toBe(
      '/proc/meminfo: expected MemAvailable or MemFree, found "MemTotal"',
    );
  });
});
