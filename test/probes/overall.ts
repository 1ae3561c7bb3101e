// What avg_of, max_of and min_of have in common: all but which of a window's numbers it is.

import { expect, test } from "bun:test";
import type { ReadingProbe } from "../../src/core/probe.ts";
import { fakeHost, given } from "./fake-host.ts";
import { givenWith, hostWithPast, NOW } from "./past.ts";

/** `wanted` is what the probe makes of three rows of 10, 18 and 14 on average, of 3, 3 and 1 readings between 9 and 21. */
export function testOverall(probe: ReadingProbe, value: string, wanted: number): void {
  const { name } = probe;

  test(`${name} is that of all readings, each counting once`, async () => {
    const rows = [
      { time_s: NOW - 120, avg: 10, min: 9, max: 12, count: 3 },
      { time_s: NOW - 60, avg: 18, min: 11, max: 21, count: 3 },
      { time_s: NOW, avg: 14, min: 14, max: 14, count: 1 },
    ];
    const host = fakeHost({}, { past: () => ({ unit: "", rows }) });
    expect(await probe.read(host, given("cpu_load"))).toEqual({ [value]: wanted });
  });

  test(`${name} looks back a quarter of an hour, or as far as it is told`, async () => {
    const host = hostWithPast(() => 5);
    await probe.read(host, given("cpu_load"));
    await probe.read(host, givenWith({ window: "1w" }, "cpu_load"));
    expect(host.asked).toMatchObject([
      { host: "mars.example.org", item: "cpu_load", from_s: NOW - 900, to_s: NOW, bucket_s: 60 },
      { from_s: NOW - 604_800, bucket_s: 7200 },
    ]);
  });

  test(`${name} of nothing is no data, with the reason`, async () => {
    const read = await probe.read(fakeHost({}), given("cpu_load"));
    expect(read).toEqual({ [value]: { value: null, text: "cpu_load had no value in the last 15m" } });
  });
}
