// What a probe finds beside its values (core/probe, Found): the names and the works of such items.

import { findProbe } from "../../probes/index.ts";
import type { Level, Rule } from "../core/fitness.ts";
import {
  FIT_RULES_MAX,
  FOUND_KEY_CHARS_MAX,
  FOUND_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
  UNIT_CHARS_MAX,
} from "../core/limits.ts";
import { inAscii, slug } from "../core/names.ts";
import type { Found, FoundRule, ProbeValue } from "../core/probe.ts";
import type { Reading } from "../core/reading.ts";
import { selects } from "../core/selector.ts";
import type { ItemWork } from "../work/works.ts";
import { tidy } from "./run.ts";

/** The item by which one of this name may have been found: of `a.b.c` `a.b`, or else `a`, where its probe finds anything. */
export function finderOf(name: string, items: Readonly<Record<string, ItemWork>>): string | undefined {
  return parentsOf(name).findLast((parent) => {
    const work = Object.hasOwn(items, parent) ? items[parent] : undefined;
    const probe = work && findProbe(work.probe);
    return work && (!probe || "finds" in probe); // what a newer version's probe is nobody knows here
  });
}

function parentsOf(name: string): string[] {
  const parts = name.split(".");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
}

/** What is known of the items that there are: as what one was found. */
type Known = ReadonlyMap<string, { found?: { by: string; as: Found } }>;

/**
 * What an item found, by name, in bounds. The name is ITEM.KEY; keys that differ and make the same name get a hash behind it,
 * and each keeps its name while it is known, whatever becomes of the others. Equal keys are told apart by their order alone.
 */
export function nameFound(
  parent: string,
  found: readonly Found[],
  known: Known,
  remembers: (name: string) => boolean,
): Map<string, Found> {
  const present = new Map<string, Found>();
  const counts = new Map<string, number>();
  for (const each of found.slice(0, FOUND_MAX).map(bounded)) {
    const { key } = each;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const base = `${parent}.${keyName(key)}`;
    const plain = count === 1 ? base.slice(0, NAME_CHARS_MAX) : ending(base, String(count));
    const hashed = ending(base, hash(`${count} ${key}`));
    const before = known.get(plain)?.found;
    const isFree = !present.has(plain) && (!before || (before.by === parent && before.as.key === key));
    const name = isFree && !known.has(hashed) && !remembers(hashed) ? plain : hashed;
    if (!present.has(name)) present.set(name, each);
  }
  return present;
}

// Room for a hash is left before both, so that equal keys have one beginning.
function ending(name: string, end: string): string {
  return `${name.slice(0, NAME_CHARS_MAX - HASH_CHARS - 1)}_${end}`;
}

/** The same in every version and on every machine: names are made of it. */
function hash(text: string): string {
  return Bun.hash.crc32(text).toString(16).padStart(HASH_CHARS, "0");
}
const HASH_CHARS = 8;

// Dots and signs may stay, so that a port `1/0.5` and one `1/05` are two. Its end is cut before it is looked at: that is quadratic.
function keyName(key: string): string {
  const name = inAscii(key)
    .replace(/[^A-Za-z0-9_.+-]+/g, "_")
    .replace(/^[_.]+/, "");
  return name.slice(0, NAME_CHARS_MAX).replace(/[_.]+$/, "") || slug(key);
}

/** What others' programs wrote may be of any size; here it comes in, and nothing behind this is longer than it may be. */
function bounded(found: Found): Found {
  const { key, reading, unit, label, error, fit } = found;
  return {
    ...found,
    key: key.length > FOUND_KEY_CHARS_MAX ? shortened(key) : key,
    reading: boundedReading(reading),
    unit: tidy(unit).slice(0, UNIT_CHARS_MAX),
    ...(label === undefined ? {} : { label: tidy(label) }),
    ...(error === undefined ? {} : { error: tidy(error) }),
    ...(fit ? { fit: fit.slice(0, FIT_RULES_MAX).map(boundedRule) } : {}),
  };
}

function shortened(key: string): string {
  return `${key.slice(0, FOUND_KEY_CHARS_MAX - HASH_CHARS - 1).toWellFormed()} ${hash(key)}`;
}

function boundedReading(reading: Reading): Reading {
  return reading === null || typeof reading === "number" ? reading : { ...reading, text: tidy(reading.text) };
}

function boundedRule(rule: FoundRule): FoundRule {
  return { ...rule, text: rule.text.slice(0, TEXT_CHARS_MAX) };
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
    ...(found.label === undefined ? {} : { label: found.label }),
    unit: found.unit,
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
