// Which events an address asks for: its words as they were typed, what the server is asked, and how that reads. Pure.

import { isPlain } from "../core/bad-text.ts";
import { nearest } from "../core/diagnostic.ts";
import { cursorShape, formatCursor, parseLevels, typedSelector } from "../core/event-filter.ts";
import { TEXT_CHARS_MAX, TIME_S_MAX, TIME_S_MIN } from "../core/limits.ts";
import { momentHint, parseDay, parseMoment } from "../core/moment.ts";
import { parseStretch, type Stretch } from "../core/range.ts";
import { ShapeError } from "../core/shape.ts";
import { formatMomentFull } from "../plot/clock.ts";
import type { Scale } from "../plot/scale.ts";
import { offsetAt } from "../process/localtime.ts";
import { RANGES } from "./lookup.ts";
import type { EventLog, EventLogAsked, Groups, LoggedEvent, Overview } from "./model.ts";
import { BadRequest } from "./view.ts";

export const EVENTS_PER_PAGE = 100;
/** The fields of the form, in its order; each is a word of the address. */
const FIELDS = ["host", "group", "item", "level", "ival", "text"] as const;
const SWITCHES = ["recoveries", "flapping"] as const;
export type Field = (typeof FIELDS)[number];
export type Switch = (typeof SWITCHES)[number];
const PLACES = ["before", "after"] as const;
type Place = (typeof PLACES)[number];
/** All that an address may have. */
export const EVENT_QUERY: readonly string[] = [...FIELDS, ...SWITCHES, ...PLACES];

export const WHEN_FORM = "3h, yesterday, monday 8:00 (since then), 2026-11-22, or 2026-11-22 14:00..16:00";

export interface EventFilter {
  typed: Readonly<Record<Field, string>>;
  on: Readonly<Record<Switch, boolean>>;
  place: Readonly<Partial<Record<Place, string>>>;
  /** Absent where any time is meant. */
  stretch?: Stretch;
  /** What is wrong with one of the fields. */
  fault?: { field: Field; message: string };
}

/** Reads an address. Throws BadRequest for a place that no page names. */
export function readFilter(query: URLSearchParams, groups: Groups, scale: Scale, now_s: number): EventFilter {
  const word = (name: string) => (query.get(name) ?? "").trim();
  const typed = Object.fromEntries(FIELDS.map((name) => [name, word(name)])) as Record<Field, string>;
  const on = { recoveries: isOn(word("recoveries")), flapping: isOn(word("flapping")) };
  const stretch = typed.ival === "" ? undefined : stretchOf(typed.ival, now_s);
  const fault = faultOf(typed, groups, scale, stretch);
  return {
    typed,
    on,
    place: { ...placeOf("before", word("before")), ...placeOf("after", word("after")) },
    ...(stretch && "from_s" in stretch ? { stretch } : {}),
    ...(fault ? { fault } : {}),
  };
}

function isOn(word: string): boolean {
  return word !== "" && word !== "0";
}

function placeOf(name: Place, text: string): Partial<Record<Place, string>> {
  if (text === "") return {};
  try {
    cursorShape(text, name);
    return { [name]: text };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new BadRequest(
      `${name}= is a place that the links “older” and “newer” name; without it the newest events are shown.`,
    );
  }
}

function faultOf(
  typed: EventFilter["typed"],
  groups: Groups,
  scale: Scale,
  stretch: ReturnType<typeof stretchOf> | undefined,
): EventFilter["fault"] {
  for (const field of FIELDS) {
    if (typed[field].length > TEXT_CHARS_MAX) return { field, message: `at most ${TEXT_CHARS_MAX} characters` };
    if (!isPlain(typed[field])) return { field, message: "there are characters in it that nobody sees; type it anew" };
  }
  const { group, level } = typed;
  if (group !== "" && !Object.hasOwn(groups.hosts, group)) {
    const near = nearest(group, Object.keys(groups.hosts));
    return {
      field: "group",
      message: `there is no such group of hosts${near === undefined ? "" : `; did you mean ${near}?`}`,
    };
  }
  const levels = level === "" ? undefined : parseLevels(level, scale.levels);
  if (levels && "error" in levels) return { field: "level", message: levels.error };
  if (stretch && "error" in stretch) return { field: "ival", message: stretch.error };
  return undefined;
}

function stretchOf(text: string, now_s: number): Stretch | { error: string } {
  const named = RANGES.find(({ name }) => name === text);
  if (named) return { from_s: now_s - named.span_s, to_s: now_s, span_s: named.span_s };
  const since_s =
    text.includes("..") || parseDay(text, now_s, offsetAt) ? undefined : parseMoment(text, now_s, offsetAt);
  const stretch =
    since_s === undefined || since_s >= now_s ? parseStretch(text, now_s, offsetAt) : { from_s: since_s, to_s: now_s };
  if ("error" in stretch) {
    if (text.includes("..")) return stretch;
    if (since_s !== undefined) return { error: "that is still to come" };
    const hint = momentHint(text);
    return { error: `that is no time; ${hint.startsWith("give ") ? `write ${WHEN_FORM}` : hint}` };
  }
  if (stretch.from_s < TIME_S_MIN || stretch.to_s > TIME_S_MAX) return { error: "give times of the years 1 to 9999" };
  return stretch;
}

/** What the server is asked for. */
export function askedOf({ typed, on, place, stretch }: EventFilter, now_s: number): EventLogAsked {
  const iso = (time_s: number) => new Date(time_s * 1000).toISOString();
  const { host, group, item, level, text } = typed;
  return {
    ...(host === "" ? {} : { hosts: typedSelector(host) }),
    ...(group === "" ? {} : { group }),
    ...(item === "" ? {} : { items: typedSelector(item) }),
    ...(level === "" ? {} : { levels: level }),
    ...(on.recoveries ? { recoveries: true } : {}),
    ...(on.flapping ? { flapping: true } : {}),
    ...(text === "" ? {} : { text }),
    ...(stretch ? { ival: `${iso(stretch.from_s)}..${stretch.to_s < now_s ? iso(stretch.to_s) : ""}` } : {}),
    ...place,
    count: EVENTS_PER_PAGE,
  };
}

/** Which page field a field of the server's is. */
export function fieldOf(field: string): Field {
  const names: Readonly<Record<string, Field>> = { hosts: "host", items: "item", levels: "level" };
  return names[field] ?? FIELDS.find((each) => each === field) ?? "host";
}

/** Whether anything is left out, wherever the page is. */
export function isFiltered({ typed, on }: EventFilter): boolean {
  // Recoveries alone leave nothing out.
  return FIELDS.some((field) => typed[field] !== "") || on.flapping;
}

/** The address of these events at another place, or without one of the filters. */
export function eventsUrl(
  { typed, on }: EventFilter,
  to: { place?: [Place, string]; without?: Field | Switch } = {},
): string {
  const query = new URLSearchParams();
  for (const field of FIELDS)
    if (typed[field] !== "" && field !== to.without) query.set(field, typed[field].toWellFormed());
  for (const name of SWITCHES) if (on[name] && name !== to.without) query.set(name, "1");
  if (to.place) query.set(...to.place);
  return query.size === 0 ? "events" : `events?${query.toString()}`;
}

/** The place of an event, to go on from. */
export function placeAt({ at, time, id }: LoggedEvent): string {
  return formatCursor({ at_s: Math.max(0, at ?? time), id });
}

/** The newest of all, which need no search. */
export function newest({ events }: Overview, count: number): EventLog {
  const shown: LoggedEvent[] = events.slice(0, count);
  const last = shown.at(-1);
  return { events: shown, ...(last && events.length > shown.length ? { goOn: placeAt(last) } : {}) };
}

/** One filter in words: `of web (group)`, with what it means in full where that is other. */
export interface Words {
  field: Field | Switch;
  words: string;
  full?: string;
}

/** All filters in words, as they follow on "23 events": `of mars`, `sick or worse`, `since yesterday 14:00`. */
export function wordsOf({ typed, on, stretch }: EventFilter, scale: Scale): Words[] {
  const { host, group, item, level, ival, text } = typed;
  const out: Words[] = [];
  if (host) out.push({ field: "host", words: `of ${host}` });
  if (group) out.push({ field: "group", words: `of ${group} (group)` });
  if (item)
    out.push({
      field: "item",
      words: `${host || group ? "" : "of "}${/[\s,*?!]/.test(item) ? "items" : "item"} ${item}`,
    });
  if (level) out.push({ field: "level", words: levelWords(level, scale) });
  if (level && on.recoveries) out.push({ field: "recoveries", words: "and recoveries from that" });
  if (on.flapping) out.push({ field: "flapping", words: "of flapping alone" });
  if (ival && stretch) {
    const full = `${formatMomentFull(stretch.from_s)} to ${formatMomentFull(stretch.to_s)}`;
    out.push({ field: "ival", words: whenWords(ival), full });
  }
  if (text) out.push({ field: "text", words: `that say “${text}”` });
  return out;
}

function levelWords(level: string, scale: Scale): string {
  const words = level.split(",").map((part) => {
    const [, op = "", name = ""] = /^\s*(>=|<=|>|<)?\s*(.*?)\s*$/s.exec(part) ?? [];
    const label = scale.label(name);
    if (op === ">=") return scale.weight(name) === scale.levels.length - 1 ? label : `${label} or worse`;
    if (op === "<=") return scale.isBest(name) ? label : `${label} or better`;
    return op === "" ? label : `${op === ">" ? "worse" : "better"} than ${label}`;
  });
  return words.join(" or ");
}

function whenWords(ival: string): string {
  const named = RANGES.find(({ name }) => name === ival);
  if (named) return `of the last ${named.name}`;
  const [from = "", to] = ival.split("..");
  if (to !== undefined) return to === "" || to === "now" ? `since ${from}` : `from ${from} to ${to}`;
  if (/^-?\d+(?:\.\d+)?[a-z]/i.test(ival)) return `of the last ${ival.replace(/^-| ago$/g, "")}`;
  return parseDay(ival, 0, () => 0) ? `of ${ival}` : `since ${ival}`;
}
