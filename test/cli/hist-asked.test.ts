import { describe, expect, test } from "bun:test";
import { askedIval } from "../../src/cli/hist-asked.ts";
import { parseRange } from "../../src/core/range.ts";
import { offsetIn, UTC } from "../core/zones.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 34, 56) / 1000;
const BERLIN = offsetIn("Europe/Berlin");

/** Options as they are typed: `--from -2h --ival 30m`. */
function asked(typed: string, offsetAt = BERLIN): string {
  const words = typed.matchAll(/--(\w+) (".*?"|\S+)/g);
  const options = Object.fromEntries([...words].map(([, name = "", value = ""]) => [name, value.replaceAll('"', "")]));
  return askedIval(options, NOW, offsetAt).replaceAll(":00.000Z", "Z");
}

test.each([
  ["", "hour"],
  ["--ival d", "day"],
  ["--ival Weeks", "week"],
  ["--ival m", "month"],
  ["--ival year", "year"],
  ["--ival 90m", "5400s"],
  ["--ival dw", "691200s"],
  ["--ival today", "2026-11-21T23:00Z..2026-11-22T23:00Z"],
  ["--ival yesterday", "2026-11-20T23:00Z..2026-11-21T23:00Z"],
  ["--ival friday", "2026-11-19T23:00Z..2026-11-20T23:00Z"],
  ["--ival mon", "month"],
  ["--from today --to tomorrow", "2026-11-21T23:00Z..2026-11-22T23:00Z"],
  ["--ival 2026-03-29", "2026-03-28T23:00Z..2026-03-29T22:00Z"],
  ["--ival 2026-10-25", "2026-10-24T22:00Z..2026-10-25T23:00Z"],
  ["--ival 12:00..13:00", "2026-11-22T11:00Z..2026-11-22T12:00Z"],
  ["--ival -2h..", "2026-11-22T10:34:56.000Z..2026-11-22T12:34:56.000Z"],
  ["--from -2h", "2026-11-22T10:34:56.000Z..2026-11-22T12:34:56.000Z"],
  ["--from yesterday --to today", "2026-11-20T23:00Z..2026-11-21T23:00Z"],
  ['--from "yesterday 22:00" --ival 4h', "2026-11-21T21:00Z..2026-11-22T01:00Z"],
  ['--from "3h ago" --to "2h ago"', "2026-11-22T09:34:56.000Z..2026-11-22T10:34:56.000Z"],
  ["--to 12:00", "2026-11-22T10:00Z..2026-11-22T11:00Z"], // the hour before it
  ["--to 12:00 --ival day", "2026-11-21T11:00Z..2026-11-22T11:00Z"],
  ["--from 1970-01-02 --to 1970-01-03", "1970-01-01T23:00Z..1970-01-02T23:00Z"],
])("%s asks for %s", (typed, ival) => {
  expect(asked(typed)).toBe(ival);
  expect(parseRange(ival, undefined, NOW, UTC)).toHaveProperty("bucket_s"); // HIST understands it
});

test("a day is the local one", () => {
  expect(asked("--ival today", UTC)).toBe("2026-11-22T00:00Z..2026-11-23T00:00Z");
});

describe("what is wrong is said with what would be right", () => {
  test.each([
    ["--from yestrday", '--from "yestrday" is no time; did you mean "yesterday"?'],
    ["--from 2h", '--from "2h" is no time; write -2h'],
    ["--from 2026-02-30", '--from "2026-02-30" is no time; no calendar and no clock has it; write 2026-11-22T14:00'],
    ["--to soon", /^--to "soon" is no time; give now, today, yesterday, monday/],
    ["--from 0001-01-01", '--from "0001-01-01" is not within the years 1 to 9999'],
    ["--from -3000y", '--from "-3000y" is not within the years 1 to 9999'],
    ["--from -1h --to -2h", '--from "-1h" is not before --to "-2h"; swap them'],
    ["--from today --to today", '--from "today" is not before --to "today"'],
    ["--from 23:50", '--from "23:50" is still to come; write --from "yesterday 23:50"'],
    ["--from 11pm", '--from "11pm" is still to come; write --from "yesterday 11pm"'],
    ["--from 2030-01-01", '--from "2030-01-01" is still to come'],
    ["--from -3h --to -2h --ival 1h", "--from, --to and --ival are one too many; two of them say it all"],
    ["--from -3h --ival yesterday", '--ival "yesterday" says from when to when; leave --from and --to out'],
    ["--to -3h --ival -9h..-4h", '--ival "-9h..-4h" says from when to when; leave --from and --to out'],
    ["--ival minute", '--ival "minute" is no interval; write 1m'],
    ["--ival yesterdy", '--ival "yesterdy" is no interval; did you mean "yesterday"?'],
    [
      "--ival fortnight",
      /^--ival "fortnight" is no interval; give hour, day, week, month, year, an interval such as 90s/,
    ],
    ["--ival 0", /^--ival "0" is no interval; give/],
    ["--ival 2026-02-30", '--ival "2026-02-30" is no interval; no calendar has it'],
    ["--ival -1h..-2h", '--ival "-1h..-2h" ends before it begins'],
    ["--ival -1h..nwo", '--ival "-1h..nwo": "nwo" is no time; did you mean "now"?'],
    ["--ival a..b..c", /^--ival "a..b..c" says from when to when/],
  ])("%s", (typed, message) => {
    expect(() => asked(typed)).toThrow(message);
  });
});
