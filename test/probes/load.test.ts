import { describe, expect, test } from "bun:test";
import load, { parseCpuList, parseLoadavg } from "../../probes/load.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

describe("load", () => {
  test("gives the three averages, and the first by cpus", async () => {
    const host = fakeHost({
      "/proc/loadavg": "8.00 6.00 4.00 2/83 4016\n",
      "/sys/devices/system/cpu/online": "0-2,5\n",
    });
    expect(await load.read(host, given())).toEqual({ load1: 8, load5: 6, load15: 4, per_core: 2 });
  });

  test("has no data by cpu where /sys is not mounted", async () => {
    const host = fakeHost({ "/proc/loadavg": "8.00 6.00 4.00 2/83 4016\n" });
    expect(await load.read(host, given())).toEqual({ load1: 8, load5: 6, load15: 4 });
  });

  test.each([
    ["0", 1],
    ["0-127", 128],
    ["0,2-3", 3],
    ["0-3,8-11,16", 9],
  ])("the cpu list %p has %p", (list, count) => expect(parseCpuList(`${list}\n`)).toBe(count));

  test.each([...GARBAGE, "0.08", "0.08 0.07 0.0", "0.08 0.07 0.04 2/83", "0,08 0,07 0,04 2/83 4016\n"])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parseLoadavg(text))).toContain("/proc/loadavg: expected");
    },
  );

  test.each([...GARBAGE, "3-0", "0-", "0,,1", "-1"])("refuses the cpu list %p", async (text) => {
    expect(await probeErrorOf(() => parseCpuList(text))).toContain('a list of cpus such as "0-3"');
  });
});
