import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { ctime, fromLocalTime, localTime, stamp } from "../../src/process/localtime.ts";

// A Date is what it replaces; the zone is this machine's.
const time = fc.integer({ min: 0, max: 4e9 });

test("tells the time that a Date tells", () => {
  fc.assert(
    fc.property(time, (time_s) => {
      const date = new Date(time_s * 1000);
      expect(localTime(time_s)).toEqual({
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
        weekday: date.getDay(),
        offset_s: 0 - date.getTimezoneOffset() * 60,
      });
    }),
  );
});

test("and back", () => {
  fc.assert(
    fc.property(time, (time_s) => {
      const { year, month, day } = localTime(time_s);
      expect(fromLocalTime(year, month, day)).toBe(new Date(year, month, day).getTime() / 1000);
    }),
  );
});

test("another zone, and the day on which its clocks change", () => {
  const script = `
    import { fromLocalTime, stamp, ctime } from "${import.meta.dir}/../../src/process/localtime.ts";
    console.log(stamp(1774746000), "|", stamp(1774749600), "|", ctime(0), "|", fromLocalTime(2026, 2, 29, 43200));`;
  const child = Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ: "Europe/Amsterdam" } });
  expect(child.stdout.toString().trim()).toBe(
    "2026-03-29 03:00:00 | 2026-03-29 04:00:00 | Thu Jan  1 01:00:00 1970 | 1774778400",
  );
});

test.each([
  ["Europe/Berlin", "2026-03-29..2026-03-30", 23],
  ["Europe/Berlin", "2026-10-25..2026-10-26", 25],
  ["Australia/Lord_Howe", "2026-10-04..2026-10-05", 23.5],
  ["Australia/Lord_Howe", "2026-04-05..2026-04-06", 24.5],
])("in %s %s is a day of %p hours by libc's tables too", (zone, ival, hours) => {
  const script = `
    import { parseRange } from "${import.meta.dir}/../../src/core/range.ts";
    import { offsetAt } from "${import.meta.dir}/../../src/process/localtime.ts";
    const { from_s, to_s } = parseRange("${ival}", undefined, 1793491200, offsetAt);
    console.log((to_s - from_s) / 3600);`;
  const child = Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ: zone } });
  expect(child.stdout.toString().trim()).toBe(String(hours));
});

test("as text", () => {
  expect(stamp(1_700_000_000)).toMatch(/^2023-11-1[45] \d\d:\d\d:20$/);
  expect(ctime(1_700_000_000)).toMatch(/^(Tue|Wed) Nov 1[45] \d\d:\d\d:20 2023$/);
});
