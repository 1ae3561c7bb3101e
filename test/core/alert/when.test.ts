import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { beginOf, endOf, isWithin } from "../../../src/core/alert/when.ts";
import type { Hours, Once } from "../../../src/core/hours.ts";
import { parseWhen } from "../../../src/core/hours.ts";
import { wallClockAt } from "../../../src/process/wall-clock.ts";

const clock = (time_s: number, zone = "UTC") => wallClockAt(time_s, zone);
const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const whenOf = (text: string): Hours | Once => {
  const parsed = parseWhen(text.split(" "));
  if ("error" in parsed) throw new Error(parsed.error);
  return parsed.value;
};

test.each([
  ["mon 11-13", "2026-11-23T12:00", "2026-11-23T13:00"],
  ["mon 11-13,13-15", "2026-11-23T12:00", "2026-11-23T15:00"], // one goes over into the next
  ["daily 22-6", "2026-11-23T23:59", "2026-11-24T06:00"],
  ["fri", "2026-11-27T12:00", "2026-11-28T00:00"],
  ["sat,sun", "2026-11-28T12:00", "2026-11-30T00:00"],
  ["daily", "2026-11-28T12:00", undefined],
  ["2026-11-23T11:00..2026-11-23T18:00", "2026-11-23T12:00", "2026-11-23T18:00"],
  ["2026-11-23T11:00..2026-11-23T18:00 Europe/Berlin", "2026-11-23T12:00", "2026-11-23T17:00"],
  ["mon 11-18 Europe/Berlin", "2026-11-23T12:00", "2026-11-23T17:00"],
  ["2026-10-24T11:00..2026-10-25T18:00 Europe/Berlin", "2026-10-24T12:00", "2026-10-25T17:00"], // over a change of the clock
])("%s, which is on at %s, ends at %s", (text, now, end) => {
  expect(isWithin(whenOf(text), at(now), clock)).toBe(true);
  expect(endOf(whenOf(text), at(now), clock)).toBe(end === undefined ? undefined : at(end));
});

test("it is on in each minute until its end, and not then", () => {
  const time = fc.integer({ min: 0, max: 1439 });
  const stretch = fc.tuple(time, time).map(([from, to]): [number, number] => [from, to === 0 ? 1440 : to]);
  const hours = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    times: fc.array(stretch, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 10_079 }), (when, minute) => {
      const now_s = at("2026-11-23T00:00") + minute * 60;
      fc.pre(isWithin(when, now_s, clock));
      const end_s = endOf(when, now_s, clock);
      let last_s = now_s;
      while (last_s < now_s + 8 * 86_400 && isWithin(when, last_s, clock)) last_s += 60;
      expect(end_s).toBe(last_s < now_s + 8 * 86_400 ? last_s : undefined);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ["2026-11-23T00:00", "UTC"],
  ["2026-03-24T00:00", "Europe/Berlin"], // clocks are set forward on the 29th
  ["2026-10-20T00:00", "Europe/Berlin"], // and back on the 25th
])("from %s on, in %s: it is off in each minute until its begin, and not then", (start, zone) => {
  const time = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
  const stretch = fc.tuple(time, time).map(([from, to]): [number, number] => [from, to === 0 ? 1440 : to]);
  const hours = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    times: fc.array(stretch, { minLength: 1, maxLength: 3 }),
    zone: fc.constant(zone),
  });
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 480 }), (when, quarter) => {
      const now_s = at(start) + quarter * 900 + 7;
      fc.pre(!isWithin(when, now_s, clock));
      let first_s = now_s - 7;
      while (first_s < now_s + 9 * 86_400 && !isWithin(when, first_s, clock)) first_s += 60;
      expect(beginOf(when, now_s, clock)).toBe(first_s);
    }),
    { numRuns: 40 },
  );
});
