import { describe, expect, test } from "bun:test";
import probe from "../../probes/forecast.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";
import { givenWith, hostWithPast, NOW } from "./past.ts";

describe("forecast", () => {
  const rising = () => hostWithPast((minutes) => 95 + minutes / 60);

  test.each<[string, Record<string, string>, string[], number, string]>([
    ["by a day", {}, ["root_usage", "100"], 5 * 3600, "95 % now, +1 %/h"],
    ["with a unit", {}, ["root_usage", ">96%"], 3600, "95 % now, +1 %/h"],
    ["by an hour", { window: "1h" }, ["root_usage", "100%"], 5 * 3600, "95 % now, +1 %/h"],
    ["by a week", { window: "1w" }, ["root_usage", "100"], 5 * 3600, "95 % now, +1 %/h"],
    [
      "that it is beyond",
      {},
      ["root_usage", "<98"],
      0,
      "95 % now, and always beyond the limit of 98 %; for what rises to it write >98%",
    ],
  ])("%s", async (_, options, args, left_s, text) => {
    const { left } = await probe.read(rising(), givenWith(options, ...args));
    expect(left).toEqual({ value: expect.closeTo(left_s, 3), text });
  });

  test("asks for its own host's item, in up to 150 rows that history keeps", async () => {
    const host = rising();
    const target = { host: "ups1.example.org" };
    await probe.read(host, { ...given("charge", "0"), target });
    const asked = { host: target.host, item: "charge", to_s: NOW };
    expect(host.asked).toEqual([
      { ...asked, from_s: NOW - 86_400, bucket_s: 600 },
      { ...asked, from_s: NOW - 6 * 3600, bucket_s: 300 },
      { ...asked, from_s: NOW - 5400, bucket_s: 60 },
    ]);
  });

  test.each([
    ["5m", [60]],
    ["19m", [60]],
    ["1h", [60, 60]],
    ["80m", [60, 60, 60]],
    ["1w", [7200, 1200, 300, 60]],
  ])(
    "looks at no part that is shorter than five minutes, and for the last reading at the last rows: %s",
    async (window, sizes) => {
      const host = rising();
      await probe.read(host, givenWith({ window }, "root_usage", "100"));
      expect(host.asked.map(({ bucket_s }) => bucket_s)).toEqual(sizes);
    },
  );

  test("shows the last reading, as the item itself does", async () => {
    const risen = hostWithPast((minutes) => (minutes > -1 ? 91 : 60));
    for (const window of ["1d", "1w"]) {
      const { left } = await probe.read(risen, givenWith({ window }, "root_usage", "100"));
      expect(left).toMatchObject({ text: "not in sight: 91 % now, no clear trend" });
    }
  });

  test("of little is no data, with the reason", async () => {
    const read = await probe.read(
      hostWithPast((m) => (m > -30 ? 5 : undefined)),
      given("root_usage", "100"),
    );
    const text = "too little is known of root_usage: 26m 40s, and a trend needs 2h 24m";
    expect(read.left).toEqual({ value: null, text });
  });

  test("of what is not measured, or of no history, is an error", async () => {
    const past = () => Promise.reject(new ProbeError("root_usage is not measured"));
    const read = () => probe.read(fakeHost({}, { past }), given("root_usage", "100"));
    expect(await probeErrorOf(read)).toBe("root_usage is not measured");
  });

  test("words of older work that are none now are an error", async () => {
    const read = () => probe.read(rising(), given("root_usage", "soon"));
    expect(await probeErrorOf(read)).toMatch(/^"soon" is no limit; write a number/);
  });
});
