import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatValue, parseNumber } from "../../src/core/units.ts";

test.each<[string, string, number]>([
  ["90", "%", 90],
  ["90%", "%", 90],
  ["5%", "", 5],
  ["1.5G", "B", 1.5e9],
  ["1.5Gi", "B", 1.5 * 2 ** 30],
  ["10GB", "B", 1e10],
  ["512MiB", "B", 512 * 2 ** 20],
  ["512Mi", "B", 512 * 2 ** 20],
  ["10MB", "B/s", 1e7],
  ["10MB/s", "B/s", 1e7],
  ["10k", "packets/s", 10_000],
  ["10K", "", 10_000],
  ["1P", "", 1e15],
  ["40°C", "°C", 40],
  ["-5", "°C", -5],
  ["+5", "", 5],
  [".5", "", 0.5],
  ["5.", "", 5],
  ["1e3", "", 1000],
  ["1e-3", "", 0.001],
  // Of seconds the suffixes of intervals, so m is minutes.
  ["10m", "s", 600],
  ["1h30m", "s", 5400],
  ["2d", "s", 172_800],
  ["d", "s", 86_400],
  ["-5m", "s", -300],
  ["90", "s", 90],
  ["90s", "s", 90],
  ["100ms", "ms", 100],
  ["500ms", "s", 0.5],
  ["-1.5ms", "s", -0.0015],
  ["20us", "s", 0.00002],
  ["20µs", "s", 0.00002],
])("parseNumber(%p) in %p = %p", (text, unit, wanted) => {
  expect(parseNumber(text, unit)).toBe(wanted);
});

test.each<[string, string]>([
  ["", ""],
  ["", "s"],
  ["x", ""],
  ["x", "s"],
  ["10m", ""],
  ["10m", "B"],
  ["10m", "ms"],
  ["10s", "ms"],
  ["5%", "B"], // five percent of what? Not five bytes.
  ["5%", "s"],
  ["1.5.5", ""],
  ["1,5", ""],
  ["0x10", ""],
  ["--5", ""],
  ["1e999", ""],
  ["1e", ""],
  ["Infinity", ""],
  ["NaN", ""],
  ["10 G", "B"],
  ["10GG", "B"],
  ["10G%", "B"],
  ["10B", "%"],
  ["1e3m", "s"],
  ["1h500ms", "s"],
  ["1e308T", "B"],
  ["1e300P", ""],
])("parseNumber(%p) in %p is none", (text, unit) => {
  expect(parseNumber(text, unit)).toBeUndefined();
});

test.each<[number | null | undefined, string, string]>([
  [null, "%", "–"],
  [undefined, "", "–"],
  [Number.NaN, "B", "–"],
  [Number.POSITIVE_INFINITY, "s", "–"],
  [0, "", "0"],
  [-0, "", "0"],
  [0, "1/s", "0/s"],
  [12.5, "1/s", "12.5/s"],
  [250_000, "1/s", "250 k/s"],
  [0, "%", "0 %"],
  [93.14, "%", "93.1 %"],
  [100, "%", "100 %"],
  [99.96, "%", "100 %"],
  [0.25, "", "0.25"],
  [0.001, "", "0.001"],
  [0.00004, "", "0.00004"],
  [1e-9, "", "0"],
  [-1e-9, "", "0"],
  [-0.5, "°C", "-0.5 °C"],
  [4096, "", "4096"],
  [99_999, "", "99999"],
  [100_000, "", "100 k"],
  [1_234_567, "packets/s", "1.23 M packets/s"],
  [0, "B", "0 B"],
  [1023, "B", "1023 B"],
  [1024, "B", "1 KiB"],
  [1.2 * 2 ** 30, "B", "1.2 GiB"],
  [-(2 ** 20), "B", "-1 MiB"],
  [12_000, "B/s", "12 kB/s"],
  [999_999, "B/s", "1 MB/s"],
  [1.2e9, "B/h", "1.2 GB/h"],
  [-5000, "B/s²", "-5 kB/s²"],
  [0, "s", "0 s"],
  [0.25, "s", "0.25 s"],
  [59, "s", "59 s"],
  [60, "s", "1m"],
  [273_600, "s", "3d 4h"],
  [-90, "s", "-1m 30s"],
  [1, "answers", "1 answer"],
  [1.001, "files", "1 file"],
  [2, "ports", "2 ports"],
  [0, "days", "0 days"],
  [1, "tasks/cpu", "1 task/cpu"],
  [1, "batteries", "1 battery"],
  [1, "matches", "1 match"],
  [1, "pages", "1 page"],
  [1, "celsius", "1 celsius"],
  [1, "ms", "1 ms"],
  [1, "V", "1 V"],
  [1e6, "packets/s", "1 M packets/s"],
  [1e300, "", "> 10¹⁵ P"],
  [-1e300, "B", "< -10¹⁵ PiB"],
  [1e300, "%", "> 10¹⁵ %"],
  [1e300, "s", "> 10¹⁵ s"],
])("formatValue(%p, %p) = %p", (value, unit, wanted) => {
  expect(formatValue(value, unit)).toBe(wanted);
});

const unit = fc.constantFrom("", "%", "B", "B/s", "s", "1/s", "ms", "tasks", "°C");

test("what is shown has no exponent, no lonely minus, and is short", () => {
  fc.assert(
    fc.property(fc.double(), unit, (value, each) => {
      const text = formatValue(value, each);
      expect(text).not.toMatch(/\de[+-]?\d/);
      expect(text).not.toMatch(/^-0(?![.\d])/);
      expect(text).not.toMatch(/ 1\/s/);
      expect(text.length).toBeLessThan(30);
    }),
    { numRuns: 1000 },
  );
});

test("any text is a finite number or none", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eE]{1,8}[kKMGTPi%Bsmh]{0,3}$/)),
      unit,
      (text, each) => {
        const value = parseNumber(text, each);
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test("a plain number means itself, in any unit", () => {
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), unit, (n, each) => parseNumber(String(n), each) === n));
});
