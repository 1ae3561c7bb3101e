import { expect, test } from "bun:test";
import probe from "../../probes/max_of.ts";
import { fakeHost, given } from "./fake-host.ts";
import { givenWith, hostWithPast, NOW } from "./past.ts";

test("max_of is that of all readings, each counting once", async () => {
  const rows = [
    { time_s: NOW - 120, avg: 10, min: 9, max: 12, count: 3 },
    { time_s: NOW - 60, avg: 18, min: 11, max: 21, count: 3 },
    { time_s: NOW, avg: 14, min: 14, max: 14, count: 1 },
  ];
  const host = fakeHost({}, { past: () => ({ unit: "", rows }) });
  expect(await probe.read(host, given("cpu_load"))).toEqual({ max: 21 });
});

test("max_of looks back a quarter of an hour, or as far as it is told", async () => {
  const host = hostWithPast(() => 5);
  await probe.read(host, given("cpu_load"));
  await probe.read(host, givenWith({ window: "1w" }, "cpu_load"));
  expect(host.asked).toMatchObject([
    { host: "mars.example.org", item: "cpu_load", from_s: NOW - 900, to_s: NOW, bucket_s: 60 },
    { from_s: NOW - 604_800, bucket_s: 7200 },
  ]);
});

test("max_of nothing is no data, with the reason", async () => {
  const read = await probe.read(fakeHost({}), given("cpu_load"));
  expect(read).toEqual({ max: { value: null, text: "cpu_load had no value in the last 15m" } });
});
