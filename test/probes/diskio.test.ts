import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import diskio, { advance, asStat, parseStat, realDisks } from "../../probes/diskio.ts";
import { fakeHost, fixtureHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const W32 = 2 ** 32;
/** reads, merged, sectors, ms, the same of writes, in flight, busy ms, weighted ms. */
const columns = (
  reads: number,
  read_ms: number,
  writes: number,
  write_ms: number,
  inFlight: number,
  busy_ms: number,
) => [reads, 0, reads * 8, read_ms, writes, 0, writes * 16, write_ms, inFlight, busy_ms, 0];
const stat = (...of: Parameters<typeof columns>) => asStat(columns(...of));
const after = (was: Parameters<typeof columns>, now: Parameters<typeof columns>, elapsed_ms = 60_000) =>
  advance(stat(...now), { seen: stat(...was), result: { await_ms: null, busy: 1000 }, elapsed_ms });
const block = (...names: string[]) =>
  fakeHost(
    Object.fromEntries(names.map((name) => [`/sys/block/${name}/stat`, `${columns(1, 2, 3, 4, 0, 6).join(" ")}\n`])),
  );

describe("diskio", () => {
  test("counts bytes, whatever sectors the disk has", async () => {
    const wanted = { read: 8 * 512, write: 3 * 16 * 512, await: null, util: 0 };
    expect(await diskio.read(block("sda"), given("sda"))).toEqual(wanted);
  });

  test.each<[string, Parameters<typeof columns>, Parameters<typeof columns>, number | null, number]>([
    ["the mean of reads and writes", [0, 0, 0, 0, 0, 0], [30, 900, 10, 100, 0, 6000], 25, 1600],
    ["nothing to do", [5, 50, 5, 50, 0, 70], [5, 50, 5, 50, 0, 70], 0, 1000],
    ["begun and not ended in all the time: it hangs", [5, 50, 5, 50, 2, 70], [5, 50, 5, 50, 2, 60_070], 60_000, 7000],
    ["begun just now", [5, 50, 5, 50, 0, 70], [5, 50, 5, 50, 1, 70], 0, 1000],
    ["times that wrapped", [5, W32 - 400, 5, 50, 0, W32 - 500], [9, 400, 5, 50, 0, 2500], 200, 1300],
    ["counted anew", [500, 50, 5, 50, 0, 70_000], [5, 5, 5, 5, 0, 70], null, 0],
    ["another disk by its name, with more time", [500, 50, 5, 50, 0, 70], [5, 60, 5, 60, 1, 80], null, 0],
    ["times counted anew", [5, 5000, 5, 50, 0, 70_000], [6, 5, 5, 50, 0, 70_000], null, 0],
    ["never busier than the time that passed", [0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 90_000], 1, 7000],
  ])("await and busy: %s", (_, was, now, await_ms, busy) => {
    expect(after(was, now)).toEqual({ await_ms, busy });
  });

  test("no numbers of any disk make a negative, an infinity or more than all the time", () => {
    const numbers = fc.tuple(fc.nat(), fc.nat(W32 - 1), fc.nat(), fc.nat(W32 - 1), fc.nat(9), fc.nat(W32 - 1));
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 500, max: 1e6 }), (was, now, elapsed_ms) => {
        const { await_ms, busy } = after(was, now, elapsed_ms);
        expect(await_ms === null || (await_ms >= 0 && Number.isFinite(await_ms))).toBe(true);
        expect(busy >= 0 && busy <= 1000 + elapsed_ms / 10).toBe(true);
      }),
    );
  });

  test("the first time tells nothing", () => {
    expect(advance(stat(9, 9, 9, 9, 9, 9), undefined)).toEqual({ await_ms: null, busy: 0 });
  });

  test("offers whole disks and arrays, short names first", () => {
    const real = ["md0", "sda", "vda", "sdaa", "xvda1", "mmcblk0", "nvme0n1", "nvme10n1", "dasda", "cciss!c0d0"];
    const others = ["loop0", "ram0", "zram0", "sr0", "fd0", "nbd3", "dm-0", "mmcblk0boot0", "nvme0c1n1", "mtdblock0"];
    expect(realDisks(block(...others, ...real)).sort()).toEqual(real.sort());
    expect(realDisks(block("sdb", "sdaa", "sda"))).toEqual(["sda", "sdb", "sdaa"]);
    expect(diskio.instances?.(fixtureHost("server128")).length).toBe(42); // 40 disks, two arrays
  });

  test("in a container has none, for they are its host's", () => {
    const host = fakeHost({ "/sys/block/sda/stat": "", "/.dockerenv": "" });
    expect(diskio.instances?.(host)).toEqual([]);
  });

  test.each(["dm-0", "dm_0", "vg0-photo album", "vg0_photo_album"])("finds the volume %p", async (name) => {
    const whole = await diskio.read(fixtureHost("server128"), given("dm-0"));
    expect(await diskio.read(fixtureHost("server128"), given(name))).toEqual(whole);
  });

  test("says which there are, and goes nowhere else for one", async () => {
    const message = "there is no disk sdx; there are: sda sdb";
    expect(await probeErrorOf(() => diskio.read(block("sda", "sdb", "loop0"), given("sdx")))).toBe(message);
    expect(await probeErrorOf(() => diskio.read(block(), given("../../etc")))).toContain("is no name of a disk");
  });

  test.each([...GARBAGE, "1 2 3 4 5 6 7 8 9 10\n", "1 2 3 4 5 6 7 8 9 10 11", "1 2 3 4 5 6 7 8 9 10 x\n"])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parseStat(text, "/sys/block/sda/stat"))).toContain("sda/stat: expected");
    },
  );
});
