import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { kernelClock, pageBytes, readTimex } from "../../src/client/kernel.ts";

/** struct timex with these 64-bit words; the rest is 0. */
function timex(words: Record<number, bigint>): BigInt64Array {
  const struct = new BigInt64Array(26);
  for (const [index, word] of Object.entries(words)) struct[Number(index)] = word;
  return struct;
}

describe("kernel", () => {
  test("tells its clock in seconds", () => {
    const { offset_s, maxError_s } = kernelClock();
    expect(Math.abs(offset_s)).toBeLessThan(1);
    expect(maxError_s).toBeGreaterThanOrEqual(0);
    expect(maxError_s).toBeLessThanOrEqual(16);
  });

  test.each<[string, bigint, number]>([
    ["in microseconds", 0x40n, -0.0025],
    ["in nanoseconds, as the status says", 0x2001n, -0.0000025],
  ])("an offset %s", (_, status, offset_s) => {
    expect(readTimex(timex({ 1: -2500n, 3: 512_000n, 5: status }))).toEqual({ offset_s, maxError_s: 0.512 });
  });

  test("tells the size of its pages", () => {
    expect(pageBytes()).toBe(Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" })));
  });
});
