// Tests of a fitness as people know them from elsewhere, as they are written here. Pure.

import { unitOfWord } from "./interval.ts";
import { parseNumber } from "./units.ts";

const MISTYPED: Readonly<Record<string, string>> = {
  "=>": ">=",
  "=<": "<=",
  "==": "=",
  "=!": "!=",
  "<>": "!=",
  "≥": ">=",
  "≤": "<=",
  "≠": "!=",
};

/** A comparison as other languages write it, as it is written here: `=>90` is `>=90`. */
export function mendOperator(text: string): string | undefined {
  const op = Object.keys(MISTYPED).find((each) => text.startsWith(each));
  return op && `${MISTYPED[op]}${text.slice(op.length)}`;
}

/** `10-40`, `10...40`, `10..` and `..40` as a test; undefined for what is no range that is written otherwise. */
export function mendRange(text: string, unit: string): string | undefined {
  const read = (number = "") => parseNumber(number, unit);
  const [, not = "", from, to] = /^(!?)(.*?\d.*?)(?:\.\.\.+|…|[-–—])(.+)$/.exec(text) ?? [];
  const [one, other] = [read(from), read(to)];
  if (one !== undefined && other !== undefined) return one > other ? `${not}${to}..${from}` : `${not}${from}..${to}`;
  const [, outside, low, high] = /^(!?)(?:(.+)\.\.|\.\.(.+))$/.exec(text) ?? [];
  if (read(low) !== undefined) return `${outside ? "<" : ">="}${low}`;
  return read(high) !== undefined ? `${outside ? ">" : "<="}${high}` : undefined;
}

/** `0,5`, `10min`, `512mb`, `90percent` as a number of the unit; undefined where it would be none either. */
export function mendNumber(number: string, unit: string): string | undefined {
  return [
    number.replace(/^([+-]?\d+),(\d+)/, "$1.$2"),
    number.replace(/[a-z]+/gi, (word) => unitOfWord(word) ?? word),
    number.replace(/(\d) ?(percent|pct)$/i, "$1%"),
    number.replace(/(?!m$)[a-z]+$/i, (suffix) => suffix.toUpperCase().replace("I", "i")), // 10m may be minutes
  ].find((mended) => mended !== number && parseNumber(mended, unit) !== undefined);
}

/** The one test for two that are joined by `and`: a range, or the stricter of two that look the same way. */
export function mendBoth(first: string, second: string): string | undefined {
  const read = (text: string) => /^([<>])=?([+-]?[\d.]+(.*))$/.exec(text) ?? [];
  const [[, way, a = "", unit], [, other, b = "", otherUnit]] = [read(first), read(second)];
  if (!way || !other) return undefined;
  const size = (number: string) => Number.parseFloat(number);
  const isKnown = unit === otherUnit || unit === "" || otherUnit === "";
  if (way === other) return isKnown && size(a) < size(b) === (way === ">") ? second : first;
  const [low, high] = way === ">" ? [a, b] : [b, a];
  return isKnown && size(low) > size(high) ? `!${high}..${low}` : `${low}..${high}`;
}
