// What a probe finds beside its values (core/probe, Found): the names and the works of such items.

import type { Level, Rule } from "../core/fitness.ts";
import { NAME_CHARS_MAX, UNIT_CHARS_MAX } from "../core/limits.ts";
import { slug } from "../core/names.ts";
import type { Found, FoundRule, ProbeValue } from "../core/probe.ts";
import { selects } from "../core/selector.ts";
import type { ItemWork } from "../work/works.ts";
import { tidy } from "./run.ts";

/** The items by which an item of this name may be found: `a.b` and `a` for `a.b.c`. */
export function parentsOf(name: string): string[] {
  const parts = name.split(".");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
}

/** The name of what an item found: ITEM.KEY, with a number behind it when that is taken. */
export function foundName(parent: string, key: string, taken: { has(name: string): boolean }): string {
  const name = `${parent}.${keyName(key)}`;
  const short = name.slice(0, NAME_CHARS_MAX);
  if (!taken.has(short)) return short;
  for (let count = 2; ; count++) {
    const next = `${name.slice(0, NAME_CHARS_MAX - 8)}_${count}`;
    if (!taken.has(next)) return next;
  }
}

// Dots and signs may stay, so that a port `1/0.5` and one `1/05` are two.
function keyName(key: string): string {
  return key.replace(/[^A-Za-z0-9_.+-]+/g, "_").replace(/^[_.]+|[_.]+$/g, "") || slug(key);
}

/** The work of an item that a probe found, under the rules that its parent's work has for it. */
export function foundWork(parent: ItemWork, name: string, found: Found, levels: readonly Level[]): ItemWork {
  const fit = parent.found?.fit?.findLast(({ items }) => selects(items, name))?.fit;
  const flap = parent.found?.flap?.findLast(({ items }) => selects(items, name))?.flap;
  return {
    probe: parent.probe,
    value: found.key,
    args: parent.args,
    ...(parent.options ? { options: parent.options } : {}),
    fit: fit ?? (found.fit ?? []).flatMap((rule) => ownRule(rule, levels)),
    ...(flap === undefined ? {} : { flap }),
    ...(found.label === undefined ? {} : { label: tidy(found.label) }),
    unit: tidy(found.unit).slice(0, UNIT_CHARS_MAX),
  };
}

function ownRule({ level, test, text }: FoundRule, levels: readonly Level[]): Rule[] {
  const index = levels.findIndex(({ name }) => name === level);
  return index < 1 ? [] : [{ level: index, test, text, where: "its own" }];
}

/** A value, or null for one that cannot have been measured. */
export function plausible(
  value: number | null,
  { min = -Infinity, max = Infinity }: Partial<Found> = {},
): number | null {
  return value !== null && value >= min && value <= max ? value : null;
}

export function asDeclared({ unit, kind, label }: Found): ProbeValue {
  return { unit, kind, doc: label ?? "" };
}

/** Whether it is still found as the same thing; its reading does not count. */
export function isSame(a: Found | undefined, b: Found): boolean {
  const parts = ({ key, unit, kind, label, fit, min, max }: Found) =>
    JSON.stringify([key, unit, kind, label, fit, min, max]);
  return a !== undefined && parts(a) === parts(b);
}
