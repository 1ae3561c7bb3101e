// The items that exist without being defined: what the probes declare, by name and by pattern.

import { allProbes } from "../../probes/index.ts";
import type { Probe, ProbeValue } from "../core/probe.ts";

/** What an item name stands for. */
export interface ItemSource {
  probe: Probe;
  /** The probe's value that the item is. */
  value: string;
  args: readonly string[];
  options?: Readonly<Record<string, string>>;
}

export interface CatalogueEntry {
  /** An item's name, or a pattern such as `{mount}_usage`. */
  name: string;
  probe: Probe;
  value: string;
  declared: ProbeValue;
}

/** Every declared item and pattern, by name. */
export const catalogue: readonly CatalogueEntry[] = allProbes()
  .flatMap((probe) =>
    Object.entries(probe.values).flatMap(([value, declared]) =>
      declared.item === undefined ? [] : [{ name: declared.item, probe, value, declared }],
    ),
  )
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The names that are no patterns, and those that patterns have on many hosts. */
export const fixedItems: readonly string[] = catalogue.map(({ name }) => name).filter((name) => !name.includes("{"));
export const usualItems: readonly string[] = catalogue.flatMap(({ declared, probe }) =>
  (probe.usual ?? []).flatMap((instance) => itemName(declared, instance) ?? []),
);

const fixed = new Map(catalogue.filter(({ name }) => !name.includes("{")).map((entry) => [entry.name, entry]));
const patterns = catalogue
  .filter(({ name }) => name.includes("{"))
  .map((entry) => {
    const [before = "", after = ""] = entry.name.split(/\{\w+\}/);
    return { entry, before, after };
  });

/** What a name stands for that no `item` statement defines; undefined when no probe supplies it. */
export function findItem(name: string): ItemSource | undefined {
  const entry = fixed.get(name);
  if (entry) return { probe: entry.probe, value: entry.value, args: [] };
  for (const { entry: pattern, before, after } of patterns) {
    const instance = name.slice(before.length, name.length - after.length);
    if (instance.length > 0 && name === before + instance + after) {
      return { probe: pattern.probe, value: pattern.value, args: [instance] };
    }
  }
  return undefined;
}

/** The name of the item that a probe's value has for one instance: (`{mount}_usage`, "home") -> home_usage. */
export function itemName({ item }: ProbeValue, instance: string | undefined): string | undefined {
  return instance === undefined ? item : item?.replace(/\{\w+\}/, instance);
}

/** PROBE or PROBE.VALUE of an item statement; an error says what is wrong and names what there is. */
export function findProbeValue(text: string): { probe: Probe; value: string } | { error: string; known: string[] } {
  const [probeName = "", ...more] = text.split(".");
  const probe = allProbes().find((candidate) => candidate.name === probeName);
  if (!probe) return { error: `there is no probe "${probeName}"`, known: allProbes().map(({ name }) => name) };
  const values = Object.keys(probe.values);
  const value = more.length > 0 ? more.join(".") : (values[0] ?? "");
  if (!values.includes(value)) {
    return {
      error: `the probe ${probeName} has no value "${value}"`,
      known: values.map((name) => `${probeName}.${name}`),
    };
  }
  return { probe, value };
}

/** Items of a probe, or those whose names begin so: what somebody may mean who writes `disk` or `mem`. */
export function itemsAbout(word: string): string[] {
  const about = word.toLowerCase();
  const found = catalogue
    .filter(({ name, probe }) => probe.name === about || name.startsWith(`${about}_`))
    .map(({ name }) => name.replace("{mount}", "root").replace("{iface}", "eth0"));
  const plain = about.replace(/_?\d+$/, ""); // load_1, as of other tools
  if (found.length === 0 && plain !== about) return itemsAbout(plain);
  const usage = `${about}_usage`; // what most people mean
  return found.includes(usage) ? [usage, ...found.filter((name) => name !== usage)] : found;
}

/** The names to choose from when one is mistyped; of the patterns the instance that may be meant: root_usgae, eth0rx. */
export function knownItems(mistyped: string): string[] {
  const instance = /^(.+)_[^_]*$/.exec(mistyped)?.[1];
  const names = catalogue.map(({ name }) => (instance ? name.replace(/^\{\w+\}/, instance) : name));
  const glued = patterns.flatMap(({ before, after }) => {
    const end = after.replace(/^_/, "");
    const [, own] =
      before === "" && mistyped.toLowerCase().endsWith(end) ? (GLUED.exec(mistyped.slice(0, -end.length)) ?? []) : [];
    return own === undefined ? [] : [own + after];
  });
  return [...names, ...glued];
}

/** What stands before the end of a pattern, the line between them missing or another. */
const GLUED = /^(\w+[^\W_])[-.]?$/;
