// What fills in hours is seen at once, and nothing else: pasts in minutes, forecast as `full` does and graded by its default fit.

import { describe, expect, test } from "bun:test";
import probe from "../../probes/full.ts";
import { DEFAULT_LEVELS, type Grading, grade } from "../../src/core/fitness.ts";
import type { Host } from "../../src/core/host.ts";
import { nearTrend } from "../../src/core/near-trend.ts";
import type { Stretch } from "../../src/core/past.ts";
import type { Given } from "../../src/core/probe.ts";
import { parseDefaultFit } from "../../src/work/rules.ts";

const START = 1_793_491_200;
const DAY = 1440;
const EVERY = (probe.every_s ?? 60) / 60;
const FIT = parseDefaultFit(probe.values.left.fit ?? "", "s", DEFAULT_LEVELS);

/** What is told of an item at a minute, of which each minute had a reading. */
async function tell(valueAt: (minute: number) => number, minute: number, window = "1d") {
  const now_s = START + minute * 60;
  const past: Host["past"] = ({ from_s, to_s, bucket_s }) => {
    const rows = [];
    for (let time_s = Math.floor(from_s / bucket_s) * bucket_s; time_s < to_s; time_s += bucket_s) {
      const length = (Math.min(time_s + bucket_s, now_s) - time_s) / 60;
      const values = Array.from({ length }, (_, i) => Math.min(100, valueAt((time_s - START) / 60 + i)));
      const [min, max] = [Math.min(...values), Math.max(...values)];
      const avg = values.reduce((sum, value) => sum + value, 0) / values.length;
      if (values.length > 0) rows.push({ time_s, avg, min, max, count: values.length });
    }
    return { unit: "%", rows };
  };
  const host: Pick<Host, "now" | "past"> = { now: () => now_s, past };
  const given: Given = { args: ["root"], options: { window }, timeout_s: 10, target: { host: "mars.example.org" } };
  const { left } = await probe.read(host as Host, given);
  return left as { value: number; text: string };
}

/** The levels that the default fit gives in a day and a half from minute DAY on, worst last. */
async function levels(valueAt: (minute: number) => number): Promise<string[]> {
  const seen = new Set<number>();
  let grading: Grading | undefined;
  for (let minute = DAY; minute <= 2.5 * DAY; minute += EVERY) {
    const { value } = await tell(valueAt, minute);
    grading = grade(FIT, DEFAULT_LEVELS, grading, { ok: true, value }, minute * 60);
    seen.add(grading.level);
  }
  return [...seen].sort((a, b) => a - b).map((level) => DEFAULT_LEVELS[level]?.name ?? "");
}

/** Noise that is the same in every run, between -1 and 1. */
const noise = (minute: number) => ((((minute * 7919) ^ (minute * 104_729)) % 201) - 100) / 100;
const swing = (level: number, by: number) => (minute: number) => level + by * Math.sin((2 * Math.PI * minute) / DAY);
/** Each night at two by 25 in half an hour, from when on it stays for some minutes. */
const nightly = (level: number, stays: number) => (minute: number) => {
  const since = (minute % DAY) - 120;
  return level + (since < 0 || since > 30 + stays ? 0 : Math.min(25, (25 * since) / 30));
};
const rising = (by: number, hours: number, at: number) => (minute: number) =>
  60 + by * Math.min(1, Math.max(0, (minute - at + hours * 60) / (hours * 60)));

describe("a disk that fills in hours is forecast", () => {
  test.each<[string, number, number, number, string]>([
    ["20 in the last hour", 20, 1, 1.16, "79.7 % now, +17.4 %/h in the last 1h30m"],
    ["30 in two hours", 30, 2, 0.67, "89.8 % now, +15 %/h in the last 1h30m"],
    ["30 in five hours", 30, 5, 1.66, "89.9 % now, +6 %/h in the last 6h"],
    ["30 in thirteen hours", 30, 13, 4.33, "90 % now, +2.31 %/h in the last 6h"],
    ["30 in a day", 30, 24, 8, "90 % now, +1.25 %/h"],
  ])("that rose by %s", async (_, by, hours, left_h, text) => {
    const { value, text: told } = await tell(rising(by, hours, 2 * DAY), 2 * DAY);
    expect(value / 3600).toBeCloseTo(left_h, 1);
    expect(told).toBe(text);
  });

  test("also where it was cleaned in the last night, when it was nearly full", async () => {
    const cleaned = (minute: number) => (minute < 1.5 * DAY ? 95 : rising(20, 1, 2 * DAY)(minute));
    expect((await tell(cleaned, 2 * DAY)).value).toBeLessThan(1.2 * 3600);
  });

  test("and told of by the default fit in time", async () => {
    expect(await levels(rising(40, 2, 2 * DAY))).toEqual(["fine", "sick"]);
    expect(await levels(rising(40, 8, 2 * DAY))).toEqual(["fine", "soso", "sick"]);
  });

  test("by a window of its own too", async () => {
    expect((await tell(rising(20, 1, 2 * DAY), 2 * DAY, "6h")).value / 3600).toBeCloseTo(1, 1);
    expect((await tell(rising(20, 8, 2 * DAY), 2 * DAY, "4d")).text).toMatch(/ in the last 6h$/);
  });
});

test("a burst that has ended is forgotten within minutes", async () => {
  const burst = rising(20, 1, 2 * DAY);
  expect((await tell(burst, 2 * DAY)).value).toBeLessThan(2 * 3600);
  expect(await tell(burst, 2 * DAY + 20)).toEqual({
    value: 100 * 86_400,
    text: "not in sight: 80 % now, no clear trend",
  });
});

describe("nobody is alarmed by", () => {
  test.each<[string, (minute: number) => number]>([
    ["noise", (minute) => 80 + 5 * noise(minute)],
    ["a spike of minutes", (minute) => (minute >= 2 * DAY && minute < 2 * DAY + 10 ? 97 : 60)],
    ["a disk that was cleaned", (minute) => (minute < 2 * DAY ? 88 : 50) + 0.1 * noise(minute)],
    ["a daily swing", swing(70, 20)],
    ["a large daily swing", swing(50, 40)],
    ["a small one with noise", (minute) => swing(70, 10)(minute) + 0.3 * noise(minute)],
    [
      "the work of a day",
      (minute) => {
        const hour = (minute % DAY) / 60;
        return 60 + 25 * Math.max(0, Math.min(1, (hour - 8) / 4, (20 - hour) / 2));
      },
    ],
    ["25 in half an hour of the night", nightly(60, 30)],
    ["25 in half an hour of the night, for three hours", nightly(60, 180)],
    ["25 in half an hour of the night, from 70", nightly(70, 30)],
    ["25 in half an hour, once, which stays", rising(25, 0.5, 1.5 * DAY)],
    ["25 in half an hour for the first time", (minute) => (minute < 2 * DAY ? 60 : nightly(60, 60)(minute))],
    ["what is written and dropped each hour", (minute) => 60 + (minute % 60) / 4],
    ["what is written and dropped every four hours", (minute) => 60 + (minute % 240) / 16],
    ["steps of a night", (minute) => 60 + Math.floor((minute + 600) / DAY)],
  ])("%s", async (_, valueAt) => {
    expect(await levels(valueAt)).toEqual(["fine"]);
  });
});

describe("the newest part of a window counts", () => {
  /** Rows of so many minutes up to now, 0; those without a value are not there. */
  const stretch = (minutes: number, size: number, valueAt: (minute: number) => number | undefined): Stretch => {
    const starts = Array.from({ length: minutes / size }, (_, i) => i * size - minutes);
    const rows = starts.flatMap((start) => {
      const avg = valueAt(start + size / 2);
      const [time_s, at_s] = [START + start * 60, START + (start + size / 2) * 60];
      return avg === undefined ? [] : [{ time_s, at_s, avg, min: avg, max: avg, count: size }];
    });
    return { unit: "%", now_s: START, window_s: minutes * 60, bucket_s: size * 60, rows };
  };
  const flat = stretch(DAY, 10, () => 50);
  const seen = (part: Stretch, finest = part) =>
    nearTrend(part, flat, finest, { value: 100, bad: "above" }) !== undefined;
  const line = (minute: number) => 90 + minute / 10;

  test.each<[string, (minute: number) => number | undefined, boolean]>([
    ["where it is a line", line, true],
    ["not where noise may have made it", (minute) => 90 + minute / 30 + 1.8 * noise(minute - 0.5), false],
    ["where there is some noise", (minute) => line(minute) + noise(minute - 0.5), true],
    ["not of half an hour", (minute) => (minute > -30 ? line(minute) : undefined), false],
    ["not of few rows", (minute) => (Math.floor(minute) % 9 === 0 ? line(minute) : undefined), false],
    ["not since a drop of half an hour ago", (minute) => line(minute) + (minute < -30 ? 30 : 0), false],
    ["not where it leads away", (minute) => 90 - minute / 10, false],
    ["not where it has come to rest", (minute) => Math.min(88, line(minute)), false],
  ])("%s", (_, valueAt, expected) => {
    expect(seen(stretch(90, 1, valueAt))).toBe(expected);
  });

  test("not where a shorter one has come to rest", () => {
    const resting = (minute: number) => Math.min(88, line(minute));
    expect(seen(stretch(360, 5, resting))).toBe(true);
    expect(seen(stretch(360, 5, resting), stretch(90, 1, resting))).toBe(false);
  });

  test("and sees no further than the window", async () => {
    const risen = (hours_left: number) => (minute: number) =>
      100 - 1.2 * hours_left + 1.2 * Math.max(0, (minute - 2 * DAY) / 60 + 1.5);
    expect((await tell(risen(12), 2 * DAY)).value).toBeLessThan(12 * 3600);
    expect((await tell(risen(40), 2 * DAY)).value).toBe(100 * 86_400);
  });
});
