import { describe, expect, test } from "bun:test";
import memory, { describeKills, evaluate, killsOf, parseMeminfo, parseVmstat } from "../../probes/memory.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

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
    expect(read(MODERN)).toEqual({
      avail: 256_000,
      used: 768_000,
      free: 102_400,
      usage: 75,
      cached: 358_400,
      dirty: 6144,
      commit: null,
      swap: 25,
    });
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

  test("promised memory is a share of its limit, and may be more", () => {
    expect(read({ ...MODERN, CommitLimit: 400, Committed_AS: 600 }).commit).toBe(150);
    expect(read({ ...MODERN, CommitLimit: 0, Committed_AS: 600 }).commit).toBeNull();
  });

  test("counts swap in bytes, of pages of any size", async () => {
    const files = { "/proc/meminfo": meminfo(MODERN), "/proc/vmstat": "nr_free_pages 7\npswpin 3\npswpout 5\n" };
    const host = fakeHost(files, { pageBytes: () => 65_536 });
    expect(await memory.read(host, given())).toMatchObject({ swap_in: 196_608, swap_out: 327_680, oom_kills: null });
  });

  test("a kill is shown for an hour, and none that was before the start", async () => {
    let [count, minute] = [7, 0];
    const host = fakeHost({}, { mono_ms: () => minute * 60_000 });
    host.readIfAny = () => `nr_free_pages 7\noom_kill ${count}\n`;
    host.read = () => meminfo(MODERN);
    const kills = async (at: number, now: number) => {
      [minute, count] = [at, now];
      return (await memory.read(host, given())).oom_kills;
    };
    expect(await kills(0, 7)).toBe(0);
    expect(await kills(1, 8)).toEqual({ value: 1, text: "the last one just now; dmesg tells which" });
    expect(await kills(40, 10)).toMatchObject({ value: 3 });
    expect(await kills(60, 10)).toEqual({ value: 3, text: "the last one 20 min ago; dmesg tells which" });
    expect(await kills(61, 10)).toMatchObject({ value: 2 });
    expect(await kills(100, 10)).toBe(0);
    expect(await kills(101, 4)).toBe(0); // counted anew
    expect(killsOf(9, undefined, 0)).toEqual([]);
    expect(describeKills([], 0)).toBe(0);
  });

  test("in a container has no data on what its kernel counts for all", async () => {
    const files = {
      "/proc/meminfo": meminfo(MODERN),
      "/proc/vmstat": "nr_free_pages 7\noom_kill 3\n",
      "/.dockerenv": "",
    };
    expect(await memory.read(fakeHost(files), given())).toMatchObject({ swap_in: null, oom_kills: null, usage: 75 });
  });

  test.each(GARBAGE)("refuses %p as /proc/vmstat", async (text) => {
    expect(await probeErrorOf(() => parseVmstat(text))).toContain("/proc/vmstat: expected");
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
