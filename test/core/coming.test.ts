import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { comingHint, parseComing, UNTIL_FORM } from "../../src/core/coming.ts";
import { offsetIn } from "./zones.ts";

const utc = (text: string) => Date.parse(text) / 1000;
const iso = (time_s: number | undefined) =>
  time_s === undefined ? undefined : new Date(time_s * 1000).toISOString().replace(/:00\.000Z$/, "Z");

const NOW = utc("2026-11-22T12:34:56Z"); // a Sunday
const BERLIN = offsetIn("Europe/Berlin");

describe("a moment to come", () => {
  test.each([
    ["2h", "2026-11-22T14:34:56.000Z"],
    ["2 hours", "2026-11-22T14:34:56.000Z"],
    ["+2h", "2026-11-22T14:34:56.000Z"],
    ["14:00", "2026-11-22T13:00Z"],
    ["13:00", "2026-11-23T12:00Z"], // over today
    ["8:00", "2026-11-23T07:00Z"],
    ["7am", "2026-11-23T06:00Z"],
    ["7 am", "2026-11-23T06:00Z"],
    ["noon", "2026-11-23T11:00Z"],
    ["midnight", "2026-11-22T23:00Z"],
    ["tomorrow", "2026-11-23T07:00Z"], // a day alone: when people are back
    ["Tomorrow 8:00", "2026-11-23T07:00Z"],
    ["monday", "2026-11-23T07:00Z"],
    ["monday 8:00", "2026-11-23T07:00Z"],
    ["sunday", "2026-11-29T07:00Z"], // it is one
    ["sunday 12:00", "2026-11-29T11:00Z"],
    ["sunday 14:00", "2026-11-22T13:00Z"],
    ["2026-11-24", "2026-11-24T07:00Z"],
    ["2026-11-24T08:00", "2026-11-24T07:00Z"],
    ["2026-11-24T08:00:00.000Z", "2026-11-24T08:00Z"],
    ["8.00", "2026-11-23T07:00Z"],
    ["18.30", "2026-11-22T17:30Z"],
    ["tomorrow 8.00", "2026-11-23T07:00Z"],
    ["at 18:30", "2026-11-22T17:30Z"],
    ["1.5h", "2026-11-22T14:04:56.000Z"],
    ["2.50 hours", "2026-11-22T15:04:56.000Z"],
    ["in 2 hours", "2026-11-22T14:34:56.000Z"],
    ["in 90m", "2026-11-22T14:04:56.000Z"],
    ["2 hours from now", "2026-11-22T14:34:56.000Z"],
    ["1 hour 30 minutes", "2026-11-22T14:04:56.000Z"],
    ["fri", "2026-11-27T07:00Z"],
    ["on Fri", "2026-11-27T07:00Z"],
    ["fri 9:00", "2026-11-27T08:00Z"],
    ["9:00 fri", "2026-11-27T08:00Z"],
    ["friday at 9.00", "2026-11-27T08:00Z"],
    ["next monday", "2026-11-23T07:00Z"],
    ["next mon 18:00", "2026-11-23T17:00Z"],
    ["next sunday 14:00", "2026-11-29T13:00Z"], // not today
    ["next sunday", "2026-11-29T07:00Z"],
    ["tonight", "2026-11-22T21:00Z"],
    ["tonight 20:00", "2026-11-22T19:00Z"],
    ["tonight 8pm", "2026-11-22T19:00Z"],
    ["1795500000", "2026-11-24T06:00Z"],
    ["today 8:00", "2026-11-22T07:00Z"], // over, and meant so
    ["yesterday", "2026-11-20T23:00Z"],
    ["-2h", "2026-11-22T10:34:56.000Z"],
    ["soon", undefined],
    ["2026-02-30", undefined],
    ["25:00", undefined],
    ["8", undefined],
    ["+8", undefined],
    ["8.5", undefined],
    ["0830", undefined],
    ["25.00", undefined],
    ["next week", undefined],
    ["next", undefined],
    ["in", undefined],
  ])("%s", (typed, wanted) => {
    expect(iso(parseComing(typed, NOW, BERLIN))).toBe(wanted);
  });

  test("a time of day is the next one, also on days of 23 and 25 hours", () => {
    const hour = fc.integer({ min: 4, max: 23 }).map((value) => `${value}:30`);
    const now = fc.integer({ min: utc("2026-03-27T00:00Z"), max: utc("2026-10-27T00:00Z") });
    fc.assert(
      fc.property(hour, now, (typed, now_s) => {
        const at_s = parseComing(typed, now_s, BERLIN) ?? 0;
        expect(at_s).toBeGreaterThan(now_s);
        expect(at_s - now_s).toBeLessThanOrEqual(25 * 3600);
        const local_s = at_s + BERLIN(at_s);
        expect(`${Math.floor((local_s % 86_400) / 3600)}:30`).toBe(typed);
      }),
    );
  });

  test.each([
    ["8", "write 8:00, or 8h"],
    ["90", "write 90m, or 90h"],
    ["1830", "write 18:30, or 1830m"],
    ["2.5", "write 2.5h, or 18:30 for a time of day"],
    ["tomorow", 'did you mean "tomorrow"?'],
    ["25:00", "no calendar and no clock has it; write 2026-11-22T14:00"],
    ["soon", `give ${UNTIL_FORM}`],
    ["2h ago or so", `give ${UNTIL_FORM}`],
  ])("for %s: %s", (typed, hint) => expect(comingHint(typed)).toBe(hint));
});
