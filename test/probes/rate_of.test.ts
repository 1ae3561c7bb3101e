import { expect, test } from "bun:test";
import probe from "../../probes/rate_of.ts";
import { given } from "./fake-host.ts";
import { givenWith, hostWithPast } from "./past.ts";

const falling = () => hostWithPast((minutes) => 50 - 6 * minutes);

test.each<[Record<string, string>, number]>([
  [{}, -0.1],
  [{ per: "m" }, -6],
  [{ per: "h", window: "6h" }, -360],
  [{ per: "d" }, -8640],
])("with %j it is %p", async (options, expected) => {
  const { rate } = await probe.read(falling(), givenWith(options, "queue"));
  expect(rate).toBeCloseTo(expected, 6);
});

test("is the change from the first to the last, whatever was between", async () => {
  const jumped = hostWithPast((minutes) => (minutes < -7 ? 10 : 910));
  const { rate } = await probe.read(jumped, givenWith({ per: "m" }, "queue"));
  expect(rate).toBeCloseTo(900 / 14.67, 1);
});

test("of one value, or none, is no data, with the reason", async () => {
  const read = async (minutes_least: number) =>
    (
      await probe.read(
        hostWithPast((m) => (m > minutes_least ? 5 : undefined)),
        given("queue"),
      )
    ).rate;
  expect(await read(-0.5)).toEqual({ value: null, text: "queue had one value alone in the last 15m" });
  expect(await read(1)).toEqual({ value: null, text: "queue had no value in the last 15m" });
});

test.each([
  ["%", {}, "%/s"],
  ["B", { per: "h" }, "B/h"],
  ["", {}, "1/s"],
  ["B/s", {}, "B/s²"],
  ["B/s", { per: "h" }, "B/s/h"],
  ["a_very_long_unit_name", {}, ""],
])("of %p by %j is in %p", (unit, options, expected) => {
  expect(probe.values.rate.unitOf?.(unit, { args: [], options })).toBe(expected);
});
