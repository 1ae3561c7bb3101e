// What changed in a work-file, in words.

import type { Level, Rule } from "../core/fitness.ts";
import type { FlapLimits } from "../core/flapping.ts";
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
  flap: (value) => (value === "off" ? value : `high=${(value as FlapLimits).high}% low=${(value as FlapLimits).low}%`),
  users: (value) => (Array.isArray(value) ? value.join(" ") || "none" : keysOf(value)),
  channels: keysOf,
  alerts: count,
  needs: count,
  downtimes: count,
  every_s: (value) => formatInterval(value as number),
  timeout_s: (value) => formatInterval(value as number),
  label: quoted,
  unit: quoted,
};
/** What people write, where the work-file's key is another. */
const WRITTEN: Readonly<Record<string, string>> = { every_s: "every", timeout_s: "timeout" };

/** `every 5m → 1m`: a key whose JSON changed; undefined: it was not there. */
export function keyChange(key: string, before: string | undefined, after: string | undefined): string {
  if (key === "groups") return groupsChange(before, after);
  const name = WRITTEN[key] ?? key;
  const say = SAID[key];
  if (!say) return `${name} ${before === undefined ? "new" : after === undefined ? "gone" : "changed"}`;
  // An older mk-work left them out of the pagemaker's.
  const absent = key === "users" ? "none" : "default";
  const words = (json: string | undefined) => (json === undefined ? absent : say(JSON.parse(json)));
  const [old, now] = [words(before), words(after)];
  return old === now ? `${name} changed` : `${name} ${old} → ${now}`;
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

/** Both as a whole: of a part nobody knows what else holds. */
function fitChange(before: readonly string[], after: readonly string[]): string[] {
  const [old, now] = [before.join("  ") || "none", after.join("  ") || "none"];
  return old === now ? [] : [`fit ${old} → ${now}`];
}

type GroupMembers = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Groups of hosts and items: `group web: + www5 - www1`. */
function groupsChange(before: string | undefined, after: string | undefined): string {
  const read = (json: string | undefined) => (json === undefined ? {} : (JSON.parse(json) as GroupMembers));
  const [old, now] = [read(before), read(after)];
  const changes = [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((kind) => {
    const [was, is] = [old[kind] ?? {}, now[kind] ?? {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => {
      const [gone, come] = [missing(was[name], is[name]), missing(is[name], was[name])];
      if (gone.length + come.length === 0 && name in was && name in is) return [];
      return [`group ${name}:${listed(" +", come)}${listed(" -", gone)}`.replace(/:$/, " changed")];
    });
  });
  return changes.join(", ") || "groups changed";
}

function missing(from: readonly string[] = [], others: readonly string[] = []): string[] {
  const known = new Set(others);
  return from.filter((name) => !known.has(name));
}

/** Of more members their number is told. */
const MEMBERS_MAX = 8;

function listed(sign: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  return `${sign} ${names.length > MEMBERS_MAX ? `${names.length} members` : names.join(" ")}`;
}

function asJson(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, JSON.stringify(each)]));
}

/** Of a collection what it is about, no address and no URL. */
function keysOf(value: unknown): string {
  return Object.keys(value as object).join(" ") || "none";
}

function count(value: unknown): string {
  return String((value as unknown[]).length);
}

function quoted(value: unknown): string {
  const text = String(value);
  return /^[^\s"]+$/.test(text) ? text : `"${text}"`;
}
