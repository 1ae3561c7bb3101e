// Numbers without a unit, where items are in units that nobody reckons in: `uptime sick <10` is ten seconds, `mem_avail sick
// <512` half a kilobyte. Pure.

import { DEFAULT_LEVELS } from "../../core/fitness.ts";
import type { FitDraft } from "../draft.ts";
import { parseDefaultFit } from "../rules.ts";
import type { Complain } from "../statement.ts";
import type { Item } from "./item.ts";

/** A unit in which small numbers are rarely meant. */
interface Doubtful {
  is: string;
  are: string;
  /** What people reckon in, and the unit itself. */
  usual: string;
  own: string;
  /** From here on a number without a unit looks as if it was meant in this one. */
  from: number;
  /** Up to here it says whether there is any: `<1`. */
  upTo: number;
}

const UNITS: Readonly<Record<string, Doubtful>> = {
  s: { is: "is a time", are: "are times", usual: "m", own: "s", from: 600, upTo: 0 },
  B: { is: "is in bytes", are: "are in bytes", usual: "MiB", own: "B", from: 100_000, upTo: 1 },
  "B/s": { is: "is in bytes a second", are: "are in bytes a second", usual: "M", own: "B/s", from: 1000, upTo: 1 },
  "bit/s": { is: "is in bits a second", are: "are in bits a second", usual: "M", own: "bit/s", from: 100_000, upTo: 1 },
};
/** A time whose default limits are below is one of answers, of which people think in seconds. */
const LONG_S_MIN = 60;
/** Of more items of a unit the first ones are named. */
const NAMED_MAX = 3;

const BARE = /^[<>=!]*[+-]?[\d.]+$/;
const NUMBER = /\d+(\.\d+)?/g;

/** Warns once for a fit whose numbers have no unit; `items`: those that it is for. */
export function doubtUnits({ items: at, rules }: FitDraft, items: readonly Item[], warn: Complain): void {
  const isMixed = new Set(items.map(({ unit }) => (Object.hasOwn(UNITS, unit) ? unit : ""))).size > 1;
  const inUnits = items.filter(({ unit }) => Object.hasOwn(UNITS, unit));
  const doubtful = inUnits.filter((item) => isDeclared(item) && (isMixed || !isShort(item)));
  const words = rules.flatMap(({ test, until, level }) =>
    [test, ...(until ? [until] : [])].map((word) => ({ word, level: level.text })),
  );
  for (const { word, level } of words) {
    const own = BARE.test(word.text) ? doubtful.filter(({ unit }) => isDoubted(word.text, unit)) : [];
    const [first] = own;
    const unit = UNITS[first?.unit ?? ""];
    if (!first || !unit) continue;
    const meant = withUnit(word.text, unit.usual);
    const hint = isMixed
      ? `${apart(at.text, own)}fit ${first.name} ${level} ${meant}`
      : `write ${meant}, or ${withUnit(word.text, unit.own)} if it is meant so`;
    warn(word, `"${word.text}" without a unit, and ${unitWords(own)}`, hint);
    return;
  }
}

/** What to write for items of several units, up to an example. */
function apart(selector: string, items: readonly Item[]): string {
  if (items.length > NAMED_MAX) return "write a fit for each unit, such as ";
  const names = items.map(({ name }) => name);
  const parts = selector.split(",");
  const left = parts.filter((part) => !names.includes(part));
  const others = [...left, ...names.filter((name) => !parts.includes(name)).map((name) => `!${name}`)].join(",");
  if (others === "") return "write a fit for each, such as ";
  return `write ${others}, and ${items.length === 1 ? "a fit of its own: " : "fits of their own, such as "}`;
}

function isDoubted(text: string, unit: string): boolean {
  const size = Math.max(...(text.match(NUMBER) ?? []).map(Number));
  const { upTo = 0, from = 0 } = UNITS[unit] ?? {};
  return size > upTo && size < from;
}

/** Whether the unit is the probe's, and so is the order of its values. */
function isDeclared({ probe, value, unit, draft }: Item): boolean {
  return draft?.unit === undefined && probe.values[value]?.unit === unit;
}

function isShort({ probe, value, unit }: Item): boolean {
  const fit = probe.values[value]?.fit;
  if (unit !== "s" || !fit) return false;
  const limits = parseDefaultFit(fit, unit, DEFAULT_LEVELS).flatMap(({ test }) => ("value" in test ? test.value : []));
  return limits.length > 0 && Math.max(...limits) < LONG_S_MIN;
}

function withUnit(text: string, unit: string): string {
  return text.replace(NUMBER, (number) => number + unit);
}

/** `uptime is a time, mem_avail and mem_used are in bytes` */
function unitWords(items: readonly Item[]): string {
  return [...Map.groupBy(items, ({ unit }) => unit)]
    .map(([unit, { length }]) => {
      const names = items.filter((item) => item.unit === unit).map(({ name }) => name);
      const { is, are } = UNITS[unit] ?? { is: "", are: "" };
      if (length === 1) return `${names[0]} ${is}`;
      const more = length > NAMED_MAX ? [`${length - NAMED_MAX} more`] : [];
      const listed = [...names.slice(0, NAMED_MAX), ...more];
      return `${listed.slice(0, -1).join(", ")} and ${listed.at(-1)} ${are}`;
    })
    .join(", ");
}
