// What changed in a work-file, in words.

import type { Level, Rule } from "../core/fitness.ts";
import { formatInterval } from "../core/interval.ts";
import type { ItemWork } from "./works.ts";

/** How a key's value is said; of a key that is not here nothing is said but that it changed: it may hold a secret. */
const SAID: Readonly<Record<string, (value: unknown) => string>> = {
  server: String,
  pmaker: (value) => (value === true ? "yes" : value === false ? "no" : String(value)),
  tag: String,
  via: String,
  addr: String,
  port: String,
  levels: (value) =>
    (value as Level[]).map(({ name, label }) => (name === label ? name : `${name} "${label}"`)).join(" "),
  args: (value) => (value as string[]).map(quoted).join(" ") || "none",
  every_s: (value) => formatInterval(value as number),
  timeout_s: (value) => formatInterval(value as number),
  label: quoted,
  unit: quoted,
};
/** What people write, where the work-file's key is another. */
const WRITTEN: Readonly<Record<string, string>> = { every_s: "every", timeout_s: "timeout" };

/** `every 5m → 1m`: a key whose JSON changed; undefined: it was not there. */
export function keyChange(key: string, before: string | undefined, after: string | undefined): string {
  const name = WRITTEN[key] ?? key;
  const say = SAID[key];
  if (!say) return `${name} ${before === undefined ? "new" : after === undefined ? "gone" : "changed"}`;
  const words = (json: string | undefined) => (json === undefined ? "default" : say(JSON.parse(json)));
  return `${name} ${words(before)} → ${words(after)}`;
}

/** What changed in an item, in words; none when it is only where its rules were written. */
export function itemChange(
  before: ItemWork,
  after: ItemWork,
  levels: { before: readonly Level[]; after: readonly Level[] },
): string[] {
  const { probe, value, fit, ...rest } = before;
  const { probe: newProbe, value: newValue, fit: newFit, ...newRest } = after;
  const words: string[] = [];
  if (probe !== newProbe || value !== newValue) words.push(`probe ${probe}.${value} → ${newProbe}.${newValue}`);
  const [json, newJson] = [asJson(rest), asJson(newRest)];
  for (const key of new Set([...Object.keys(json), ...Object.keys(newJson)]))
    if (json[key] !== newJson[key]) words.push(keyChange(key, json[key], newJson[key]));
  return [...words, ...fitChange(ruleWords(fit, levels.before), ruleWords(newFit, levels.after))];
}

/** A fitness function, a text a rule: `sick >90% until <85%`. */
export function ruleWords(fit: readonly Rule[], levels: readonly Level[]): string[] {
  return fit.map(({ level, text }) => `${levels[level]?.name ?? level} ${text}`);
}

/** Only the rules that differ are told. */
function fitChange(before: readonly string[], after: readonly string[]): string[] {
  if (before.join("\n") === after.join("\n")) return [];
  const gone = before.filter((rule) => !after.includes(rule));
  const come = after.filter((rule) => !before.includes(rule));
  if (gone.length === 0 && come.length === 0) return ["fit in another order"];
  if (gone.length === 0) return [`fit also ${come.join(" ")}`];
  if (come.length === 0) return [`fit no longer ${gone.join(" ")}`];
  return [`fit ${gone.join(" ")} → ${come.join(" ")}`];
}

function asJson(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, JSON.stringify(each)]));
}

function quoted(value: unknown): string {
  const text = String(value);
  return /^[^\s"]+$/.test(text) ? text : `"${text}"`;
}
