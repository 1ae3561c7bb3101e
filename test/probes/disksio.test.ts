import { describe, expect, test } from "bun:test";
import disksio, { parseDiskstats } from "../../probes/disksio.ts";
import { fakeHost, fixtureHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const line = (name: string, reads: number, ms: number, busy_ms: number) =>
  `   8       0 ${name} ${reads} 0 0 ${ms} 0 0 0 0 0 ${busy_ms} 0 0 0 0 0\n`;

describe("disksio", () => {
  test("names the slowest and the busiest disk, partitions and loops not counted", async () => {
    let [text, at_ms] = ["", 0];
    const files = { "/sys/block/sda/stat": "", "/sys/block/sdb/stat": "", "/sys/block/loop0/stat": "" };
    const host = fakeHost(files, { read: () => text, mono_ms: () => at_ms });
    const read = (now: string, at: number) => {
      [text, at_ms] = [now, at];
      return disksio.read(host, given());
    };
    const none = { await_worst: null, util_worst: null };
    expect(await read(line("sda", 0, 0, 0) + line("sdb", 0, 0, 0), 0)).toEqual(none);
    const busy = line("sda", 100, 500, 30_000) + line("sda1", 1, 9000, 60_000) + line("sdb", 10, 900, 1000);
    expect(await read(busy + line("loop0", 1, 9000, 60_000), 60_000)).toEqual({
      await_worst: { value: 90, text: "sdb" },
      util_worst: { value: 50, text: "sda" },
    });
    // One was replaced by another of its name: nothing is known of it, and all of the other.
    expect(await read(line("sda", 5, 5, 5) + line("sdb", 20, 1000, 1000), 120_000)).toEqual({
      await_worst: { value: 10, text: "sdb" },
      util_worst: { value: 0, text: "sdb" },
    });
    expect(await read(line("sda", 6, 35, 6005) + line("sdb", 20, 1000, 1000), 180_000)).toEqual({
      await_worst: { value: 30, text: "sda" },
      util_worst: { value: 10, text: "sda" },
    });
  });

  test("has no data where there are no disks", async () => {
    expect(await disksio.read(fixtureHost("container"), given())).toEqual({});
  });

  test.each([...GARBAGE, line("sdb", 1, 1, 1), line("sda", 1, 1, 1).trimEnd(), "8 0 sda 1 2 3\n", "8 0 sda x\n"])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parseDiskstats(text, new Set(["sda"])))).toContain("/proc/diskstats: expected");
    },
  );
});
