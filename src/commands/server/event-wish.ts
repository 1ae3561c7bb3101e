// Which events are meant: the JSON of EVENTLOG, its words looked up in the work.

import { didYouMean } from "../../core/diagnostic.ts";
import { cursorShape, parseLevels, typedSelector } from "../../core/event-filter.ts";
import { EVENTS_ANSWERED_MAX, EVENTS_LOOKED_MAX } from "../../core/limits.ts";
import { parseStretch } from "../../core/range.ts";
import { select } from "../../core/selector.ts";
import { boolean, number, object } from "../../core/shape.ts";
import { offsetAt } from "../../process/localtime.ts";
import { Refusal } from "../../wire/command.ts";
import type { EventSearch, EventSeen, ServerDesk } from "./desk.ts";
import { unknownItem } from "./known-item.ts";
import { comment, moment, selector } from "./wishes.ts";

const FIELDS = {
  hosts: selector,
  group: selector,
  items: selector,
  levels: selector,
  recoveries: boolean,
  flapping: boolean,
  text: comment,
  ival: moment,
  before: cursorShape,
  after: cursorShape,
  count: number,
};
const wishShape = object({}, FIELDS);
type Wish = ReturnType<typeof wishShape>;

/** Reads it; a filter that is not known is not left out, for then it would find what is not meant. Throws ShapeError, and Refusal. */
export function readWish(value: unknown): Wish {
  const wish = wishShape(value, "");
  const strange = Object.keys(value as object).find((key) => !Object.hasOwn(FIELDS, key));
  if (strange === undefined) return wish;
  const hint = didYouMean(strange, Object.keys(FIELDS)) ?? `filters are ${Object.keys(FIELDS).join(", ")}`;
  throw new Refusal(`${JSON.stringify(strange.slice(0, 80))} is no filter; ${hint}`);
}

/** What is wrong with one of its fields. */
export class WishFault extends Error {
  override name = "WishFault";
  readonly field: keyof Wish;
  constructor(field: keyof Wish, message: string) {
    super(message);
    this.field = field;
  }
}

const COUNT_DEFAULT = 100;
/** Beyond these names are not remembered, but looked at again. */
const MEMO_MAX = 100_000;

type Test<T> = (each: T) => boolean;

/** Throws WishFault, and Refusal. */
export function searchOf(desk: ServerDesk, wish: Wish): EventSearch {
  const { count = COUNT_DEFAULT, before, after, recoveries = false, flapping = false } = wish;
  if (!Number.isInteger(count) || count < 1 || count > EVENTS_ANSWERED_MAX)
    throw new WishFault("count", `give a count from 1 to ${EVENTS_ANSWERED_MAX}; "before" goes on behind them`);
  if (before && after) throw new WishFault("after", 'give "before" or "after", not both');
  const stretch = wish.ival === undefined ? undefined : stretchOf(wish.ival, desk.now_s());
  const both = [hostsOf(desk, "hosts", wish.hosts), hostsOf(desk, "group", wish.group)];
  const hosts = common(both.flatMap(({ names }) => (names ? [names] : [])));
  const isHost = all(both.flatMap(({ test }) => (test ? [remembered(test)] : [])));
  const { item, test: isItem } = itemsOf(desk, wish.items, hosts);
  const isLevel = levelsOf(desk, wish.levels, recoveries);
  const words = wish.text?.trim().toLowerCase() ?? "";
  const hasWords = (said: string | null) => said?.toLowerCase().includes(words) ?? false;
  const tests: Test<EventSeen>[] = [
    ...(isLevel ? [isLevel] : []),
    ...(flapping ? [(event: EventSeen) => event.flapping !== null] : []),
    ...(isHost ? [({ host }: EventSeen) => isHost(host)] : []),
    ...(isItem ? [(event: EventSeen) => isItem(event.item)] : []),
    ...(words ? [({ text, reason }: EventSeen) => hasWords(text) || hasWords(reason)] : []),
  ];
  return {
    ...(hosts ? { hosts: [...hosts] } : {}),
    item,
    isMeant: (event) => tests.every((test) => test(event)),
    readsWords: words !== "",
    from_s: stretch?.from_s,
    to_s: stretch?.to_s,
    before,
    after,
    count,
    looks: EVENTS_LOOKED_MAX,
  };
}

function stretchOf(ival: string, now_s: number) {
  const stretch = parseStretch(ival, now_s, offsetAt);
  if ("error" in stretch) throw new WishFault("ival", stretch.error);
  // What is of this very moment belongs to "until now".
  return { from_s: stretch.from_s, to_s: stretch.to_s < now_s ? stretch.to_s : undefined };
}

interface HostsMeant {
  /** All that may be meant, canonical; absent: any. */
  names?: ReadonlySet<string>;
  /** Of any host, also of one that left the work; absent: all are. */
  test?: Test<string>;
}

/** Hosts of a selector: tags, names, groups, globs; and those that left the work, by their names. */
function hostsOf(desk: ServerDesk, field: "hosts" | "group", typed = "*"): HostsMeant {
  const text = typedSelector(typed);
  if (text === "*" || text === "") return {};
  const { hosts: groups } = desk.people.words().groups;
  const byTag = new Map(desk.hosts().map(([host, { tag }]) => [tag, host]));
  const tagOf = new Map([...byTag].map(([tag, host]) => [host, tag]));
  const group = (name: string) => {
    if (Object.hasOwn(groups, name)) return groups[name];
    const tag = tagOf.get(name);
    return tag === undefined ? undefined : [tag];
  };
  const { names, unmatched } = select(text, byTag.keys(), { get: group });
  for (const { part } of unmatched) mustBeHost(desk, field, part, [...byTag.keys(), ...tagOf.keys()], groups);
  const meant = new Set([...names].flatMap((tag) => byTag.get(tag) ?? []));
  const test = (host: string) =>
    tagOf.has(host) ? meant.has(host) : select(text, [host], { get: (name) => group(name) && [] }).names.has(host);
  const parts = text.split(",");
  if (parts.every((part) => part.startsWith("!")) || parts.some((part) => /^[^!]*[*?]/.test(part))) return { test };
  const gone = unmatched.map(({ part }) => part).filter((part) => parts.includes(part) && test(part));
  return { names: new Set([...meant, ...gone]), test };
}

/** A name that nobody has is a mistake, unless there are events of it; a pattern may be for what is to come. */
function mustBeHost(
  desk: ServerDesk,
  field: "hosts" | "group",
  part: string,
  names: readonly string[],
  groups: Readonly<Record<string, unknown>>,
): void {
  if (/[*?]/.test(part) || Object.hasOwn(groups, part)) return;
  for (const _ of desk.events({ host: part, count: 1 })) return;
  const known = field === "group" ? Object.keys(groups) : [...names, ...Object.keys(groups)];
  const none = `no ${field === "group" ? "group of hosts" : "host"} is called ${JSON.stringify(part.slice(0, 80))}`;
  throw new WishFault(field, [none, didYouMean(part, known)].filter(Boolean).join("; "));
}

function itemsOf(desk: ServerDesk, typed = "*", hosts: ReadonlySet<string> | undefined) {
  const text = typedSelector(typed);
  if (text === "*" || text === "") return {};
  const groups = new Map(Object.entries(desk.people.words().groups.items));
  const [host] = hosts?.size === 1 ? hosts : [];
  const parts = text.split(",");
  for (const each of parts) {
    const part = each.replace(/^!/, "");
    if (/[*?]/.test(part) || groups.has(part)) continue;
    // What is left out need not be of this host.
    const unknown = unknownItem(desk, part === each ? host : undefined, part);
    if (unknown !== undefined) throw new WishFault("items", unknown);
  }
  const isOne = parts.length === 1 && !/[!*?]/.test(text) && !groups.has(text);
  if (isOne) return { item: text };
  // A group's names are there whether or not anybody has them.
  const isMeant = (item: string) => select(text, [item], groups).names.has(item);
  return { test: remembered(isMeant) };
}

/** Changes to these levels; and those that leave them for a better one. */
function levelsOf(desk: ServerDesk, typed = "", recoveries: boolean): Test<EventSeen> | undefined {
  if (typed.trim() === "" || typed === "*") return undefined;
  const { levels } = desk.people.words();
  const meant = parseLevels(typed, levels);
  if ("error" in meant) throw new WishFault("levels", meant.error);
  const rank = new Map(levels.map(({ name }, i) => [name, i]));
  const isBetter = ({ level, prev }: EventSeen) => (rank.get(level) ?? 0.5) < (rank.get(prev) ?? 0.5);
  return (event) => meant.has(event.level) || (recoveries && meant.has(event.prev) && isBetter(event));
}

function common(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> | undefined {
  const [first, second] = sets;
  return first && second ? new Set([...first].filter((name) => second.has(name))) : first;
}

function all<T>(tests: readonly Test<T>[]): Test<T> | undefined {
  return tests.length === 0 ? undefined : (each) => tests.every((test) => test(each));
}

/** A million events are of few names. */
function remembered(test: Test<string>): Test<string> {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const verdict = test(name);
    if (known.size < MEMO_MAX) known.set(name, verdict);
    return verdict;
  };
}
