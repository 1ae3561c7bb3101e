// Numbers with units, as people write them in tests (`>1.5G`, `<5%`, `>10m`) and as pages show them.

import { formatAge, parseInterval } from "./interval.ts";

const SI: Record<string, number> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
const IEC: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
/** Of seconds; intervals have none of them. */
const FRACTIONS: Record<string, number> = { ms: 1e3, us: 1e6, µs: 1e6 };

/** The forms that a number in a test may have, for messages. */
export const NUMBER_FORM = "a number such as 90, 5%, 1.5G, 512Mi, or 10m for a time";

/** In place of a unit that is not known yet: a number may have any suffix, and stands for what that says. */
export const ANY_UNIT = "?";

/** The same for the numbers of one unit. */
export function numberForm(unit: string): string {
  if (unit === "s") return "a time such as 90s, 10m or 2h";
  if (unit === "%") return "a number such as 90 or 90%";
  if (unit.startsWith("B")) return "a number such as 10M, 1.5G or 512Mi";
  return `a number such as 4, 0.5 or 20k`;
}

/**
 * The number a text stands for, in the unit of its item: SI and IEC suffixes (optionally with the unit itself
 * behind: `10GB`, `5%`, `40°C`), and intervals, `500ms` and `20us` where the unit is `s`. Undefined for anything else.
 */
export function parseNumber(text: string, unit: string): number | undefined {
  if (unit === ANY_UNIT) return parseNumber(text, "%") ?? parseNumber(text, "B") ?? parseNumber(text, "s");
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(.*)$/.exec(text);
  if (!match) return unit === "s" && text.length > 0 ? parseInterval(text) : undefined;
  const value = Number(match[1]);
  if (!Number.isFinite(value)) return undefined;
  const suffix = match[2] ?? "";
  if (suffix === "" || suffix === unit) return value;
  if (unit === "s" && Object.hasOwn(FRACTIONS, suffix)) return value / (FRACTIONS[suffix] ?? 1);
  if (unit === "s") return parseInterval(text); // before SI: 5m is five minutes
  for (const [name, factor] of [...Object.entries(IEC), ...Object.entries(SI)]) {
    if (suffix !== name && suffix !== name + unit && !(suffix === `${name}B` && unit.startsWith("B"))) continue;
    const number = value * factor;
    return Number.isFinite(number) ? number : undefined;
  }
  // Of bytes or seconds nobody knows what 5% means; better an error than five bytes.
  return suffix === "%" && unit === "" ? value : undefined;
}

/** A value with its unit for people: 93.1 %, 1.2 GiB, 3d 4h, 12 kB/s, 0.25. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "s") {
    const size = Math.abs(value);
    return size >= 60 && size < SHOWN_MAX ? (value < 0 ? "-" : "") + formatAge(size) : `${short(value)} s`;
  }
  if (unit === "B") return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
  const [, per] = /^B(\/[smhd]²?)$/.exec(unit) ?? [];
  if (per !== undefined)
    return scaled(
      value,
      1000,
      ["B", "kB", "MB", "GB", "TB"].map((name) => name + per),
    );
  if (unit === "%") return `${short(value)} %`;
  const plain = Math.abs(value) >= 100_000 ? scaled(value, 1000, ["", "k", "M", "G", "T", "P"]) : short(value);
  if (unit.startsWith("1/")) return plain + unit.slice(1); // 12/s
  return unit === "" ? plain : `${plain} ${plain === "1" ? singular(unit) : unit}`;
}

/** Of units that are English words in the plural, the word for one: files -> file, packets/s -> packet/s. */
function singular(unit: string): string {
  return unit.replace(/^([a-z]{2,}[a-z])s(?=\/|$)/, (word, one: string) => {
    if (/[suio]$|siemen$/.test(one)) return word; // gauss, celsius
    if (one.endsWith("ie")) return `${one.slice(0, -2)}y`;
    return /(ch|sh|ss|x)e$/.test(one) ? one.slice(0, -1) : one;
  });
}

function scaled(value: number, base: number, names: string[]): string {
  let rest = Math.abs(value);
  let step = 0;
  while (rest >= base * 0.9995 && step < names.length - 1) {
    rest /= base;
    step++;
  }
  return `${short(value < 0 ? -rest : rest)} ${names[step]}`.trimEnd();
}

/** Nothing real is larger; toFixed would show it with an exponent. */
const SHOWN_MAX = 1e15;

// Three significant digits, but never an exponent and never a lost integer digit.
function short(value: number): string {
  const size = Math.abs(value);
  if (size >= SHOWN_MAX) return value > 0 ? "> 10¹⁵" : "< -10¹⁵";
  if (size >= 100) return value.toFixed(0);
  const text = value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.001 ? 3 : 6).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}
