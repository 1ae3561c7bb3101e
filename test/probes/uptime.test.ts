import { describe, expect, test } from "bun:test";
import uptime, { parseUptime } from "../../probes/uptime.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

describe("uptime", () => {
  test("is the first number, in seconds", async () => {
    const host = fakeHost({ "/proc/uptime": "993.34 1906.95\n" });
    expect(await uptime.read(host, given())).toEqual({ uptime: 993.34 });
  });

  test.each([...GARBAGE, "993", "993.34", "993.34 19"])("refuses %p", async (text) => {
    expect(await probeErrorOf(() => parseUptime(text))).toContain("/proc/uptime: expected");
  });
});
