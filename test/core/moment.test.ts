import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { fromLocal, momentHint, parseDay, parseMoment } from "../../src/core/moment.ts";
import { offsetIn, UTC } from "./zones.ts";

const utc = (text: string) => Date.parse(text) / 1000;
const iso = (time_s: number | undefined) =>
  time_s === undefined ? undefined : new Date(time_s * 1000).toISOString().replace(/:00\.000Z$/, "Z");

const NOW = utc("2026-11-22T12:34:56Z");
const BERLIN = offsetIn("Europe/Berlin");

test.each([
  ["now", "2026-11-22T12:34:56.000Z"],
  ["1793491200", "2026-11-01T00:00Z"],
  ["-2h", "2026-11-22T10:34:56.000Z"],
  ["+1d", "2026-11-23T12:34:56.000Z"],
  ["2h ago", "2026-11-22T10:34:56.000Z"],
  ["1h30m ago", "2026-11-22T11:04:56.000Z"],
  ["today", "2026-11-21T23:00Z"],
  ["yesterday", "2026-11-20T23:00Z"],
  ["yesterday 14:00", "2026-11-21T13:00Z"],
  ["yesterdayT14:00", "2026-11-21T13:00Z"],
  ["14:00", "2026-11-22T13:00Z"],
  ["22:00 yesterday", "2026-11-21T21:00Z"],
  ["14:00 2026-11-20", "2026-11-20T13:00Z"],
  ["tomorrow", "2026-11-22T23:00Z"],
  ["tomorrow 6:00", "2026-11-23T05:00Z"],
  ["noon", "2026-11-22T11:00Z"],
  ["yesterday noon", "2026-11-21T11:00Z"],
  ["midnight", "2026-11-21T23:00Z"],
  ["7am", "2026-11-22T06:00Z"],
  ["7:30 pm", "2026-11-22T18:30Z"],
  ["yesterday 12am", "2026-11-20T23:00Z"],
  ["12pm", "2026-11-22T11:00Z"],
  ["saturday", "2026-11-20T23:00Z"],
  ["Monday", "2026-11-15T23:00Z"],
  ["friday 22:00", "2026-11-20T21:00Z"],
  ["7am Friday", "2026-11-20T06:00Z"],
  ["sunday", "2026-11-14T23:00Z"], // it is one: today has a name of its own
  ["2 hours ago", "2026-11-22T10:34:56.000Z"],
  ["90 min ago", "2026-11-22T11:04:56.000Z"],
  ["Yesterday", "2026-11-20T23:00Z"],
  ["9:05", "2026-11-22T08:05Z"],
  ["09:05:30", "2026-11-22T08:05:30.000Z"],
  ["2026-11-22", "2026-11-21T23:00Z"],
  ["2026-07-22", "2026-07-21T22:00Z"],
  ["2026-11-22T14:00", "2026-11-22T13:00Z"],
  ["2026-11-22 14:00", "2026-11-22T13:00Z"],
  ["2026-11-22T24:00", "2026-11-22T23:00Z"],
  ["2026-11-22T14:00Z", "2026-11-22T14:00Z"],
  ["2026-11-22T14:00:00.000Z", "2026-11-22T14:00Z"],
  ["2026-11-22T14:00:00.250Z", "2026-11-22T14:00:00.250Z"],
  ["2026-11-22T14:00-03:30", "2026-11-22T17:30Z"],
  ["2026-11-22T14:00+0100", "2026-11-22T13:00Z"],
  ["2024-02-29", "2024-02-28T23:00Z"],
  ["0001-01-02T00:00Z", "0001-01-02T00:00Z"],
])("%p in Berlin is %s", (text, moment) => {
  expect(iso(parseMoment(text, NOW, BERLIN))).toBe(moment);
});

test("the day that it is now is the local one", () => {
  const late = utc("2026-11-22T23:30:00Z"); // the 23rd in Berlin
  expect(iso(parseMoment("today", late, BERLIN))).toBe("2026-11-22T23:00Z");
  expect(iso(parseMoment("today", late, UTC))).toBe("2026-11-22T00:00Z");
  expect(iso(parseMoment("yesterday", late, offsetIn("America/New_York")))).toBe("2026-11-21T05:00Z");
});

test.each([
  ["", /^give now, today/],
  ["2h", /^write -2h$/],
  ["90", /^give now/],
  ["2 hours", /^write -2h$/],
  ["7", /^write 07:00$/],
  ["07", /^write 07:00$/],
  ["24", /^write 24:00$/],
  ["25", /^give/],
  ["7.30", /^write 07:30$/],
  ["7h30", /^write 07:30$/],
  ["7.60", /^give/],
  ["0700", /^write 07:00$/],
  ["2230", /^write 22:30$/],
  ["2026", /^write 2026-01-01 or 20:26$/],
  ["1999", /^write 1999-01-01$/],
  ["9999", /^give/],
  ["20261122", /^write 2026-11-22$/],
  ["20261399", /^give/],
  ["202611221400", /^write 2026-11-22T14:00$/],
  ["1795300000000", /^that looks like milliseconds; write 1795300000$/],
  ["1795300000000000", /^that looks like microseconds; write 1795300000$/],
  ["2026-11-22T14", /^write 2026-11-22T14:00$/],
  ["2026-11-22 7", /^write 2026-11-22T07:00$/],
  ["2026/11/22", /^write 2026-11-22$/],
  ["22.11.2026", /^write 2026-11-22$/],
  ["mon", /^write monday$/],
  ["thurs", /^write thursday$/],
  ["mondya", /^did you mean "monday"\?$/],
  ["7am Z", /^give/],
  ["13pm", /^give/],
  ["0am", /^give/],
  ["2 moons ago", /^give/],
  ["yestrday", /^did you mean "yesterday"\?$/],
  ["2026-02-29", /^no calendar and no clock has it/],
  ["2026-13-01", /^no calendar/],
  ["2026-00-10", /^no calendar/],
  ["2026-11-31", /^no calendar/],
  ["2026-11-22T25:00", /^no calendar/],
  ["2026-11-22T24:01", /^no calendar/],
  ["14:60", /^no calendar/],
  ["14:00:60", /^no calendar/],
  ["2026-11-2214:00", /^no calendar/],
  ["2026-11-22T", /^write 2026-11-22$/],
  ["2026-11-22Z", /^give/],
  ["14:00Z", /^give/],
  ["2026-1-2", /^write 2026-01-02$/],
  ["T14:00", /^give/],
  ["-", /^give/],
  ["-2h ago", /^give/],
  ["ago", /^give/],
  ["17934912000000", /./],
])("%p is no moment; %s", (text, hint) => {
  expect(parseMoment(text, NOW, BERLIN)).toBeUndefined();
  expect(momentHint(text)).toMatch(hint);
});

test("what a hint says to write is a moment", () => {
  const digits = fc.array(fc.nat(9), { maxLength: 20 }).map((all) => all.join(""));
  const part = fc.constantFrom(
    "2026",
    "-",
    "/",
    ".",
    ":",
    "T",
    " ",
    "h",
    "am",
    "mon",
    "day",
    "hours",
    "ago",
    "11",
    "7",
    "30",
  );
  const text = fc.oneof(
    digits,
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (typed) => {
      if (parseMoment(typed, NOW, UTC) !== undefined) return;
      const [, written] = /write (.*)$/.exec(momentHint(typed)) ?? [];
      for (const each of written?.split(" or ") ?? []) expect(parseMoment(each, NOW, UTC)).toBeNumber();
    }),
    { numRuns: 2000 },
  );
});

describe("clocks that change", () => {
  test.each([
    // In spring 02:00 to 03:00 is not.
    ["Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59Z"],
    ["Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00Z"],
    ["Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30Z"], // 03:30
    ["Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00Z"],
    ["Europe/Berlin", "2026-03-29T03:30", "2026-03-29T01:30Z"],
    // In autumn 02:00 to 03:00 is twice.
    ["Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59Z"],
    ["Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00Z"],
    ["Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z"],
    ["Europe/Berlin", "2026-10-25T02:30+01:00", "2026-10-25T01:30Z"],
    ["Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00Z"],
    // Half an hour: 02:00 to 02:30 is not, 01:30 to 02:00 is twice.
    ["Australia/Lord_Howe", "2026-10-04T01:59", "2026-10-03T15:29Z"],
    ["Australia/Lord_Howe", "2026-10-04T02:00", "2026-10-03T15:30Z"],
    ["Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45Z"], // 02:45
    ["Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:29", "2026-04-04T14:29Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"],
    ["Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30Z"],
    // Midnight itself is not.
    ["Asia/Beirut", "2026-03-29", "2026-03-28T22:00Z"], // 01:00
    // A day that is not.
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z"], // the 31st
    ["Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z"],
  ])("%s %s is %s", (zone, text, moment) => {
    expect(iso(parseMoment(text, NOW, offsetIn(zone)))).toBe(moment);
  });

  test.each([
    ["Europe/Berlin", "2026-03-28", 24],
    ["Europe/Berlin", "2026-03-29", 23],
    ["Europe/Berlin", "2026-10-25", 25],
    ["Australia/Lord_Howe", "2026-10-04", 23.5],
    ["Australia/Lord_Howe", "2026-04-05", 24.5],
    ["Asia/Kolkata", "2026-03-29", 24],
    ["Asia/Beirut", "2026-03-29", 23],
  ])("in %s %s has %p hours", (zone, day, hours) => {
    const { from_s = 0, to_s = 0 } = parseDay(day, NOW, offsetIn(zone)) ?? {};
    expect((to_s - from_s) / 3600).toBe(hours);
  });

  test("every moment's local time is that moment again, but for the hours that are twice", () => {
    for (const zone of [
      "Europe/Berlin",
      "Australia/Lord_Howe",
      "America/St_Johns",
      "Asia/Beirut",
      "Africa/Casablanca",
    ]) {
      const offsetAt = offsetIn(zone);
      fc.assert(
        fc.property(fc.integer({ min: utc("2020-01-01"), max: utc("2030-01-01") }), (time_s) => {
          const again = fromLocal(time_s + offsetAt(time_s), offsetAt);
          const isSecond = offsetAt(time_s) < offsetAt(time_s - 7200);
          expect(again === time_s || (isSecond && again < time_s)).toBe(true);
        }),
        { numRuns: 200 },
      );
    }
  });
});

test.each(["", "now", "14:00", "2026-11-22T14:00", "2026-02-30", "tomorrow", "-2h", "constructor"])(
  "%p is no day",
  (text) => expect(parseDay(text, NOW, BERLIN)).toBeUndefined(),
);

test("whatever is typed, it is a finite moment or none, with a hint", () => {
  const part = fc.constantFrom(
    "today",
    "yesterday",
    "2026-11-22",
    "T",
    " ",
    "14:00",
    "Z",
    "+01:00",
    "-",
    "2h",
    " ago",
    "9",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (typed) => {
      expect(Number.isFinite(parseMoment(typed, NOW, BERLIN) ?? 0)).toBe(true);
      expect(momentHint(typed)).not.toBe("");
    }),
  );
});
