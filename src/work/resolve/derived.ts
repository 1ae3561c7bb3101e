// Items that are made of the past of others (core/probe, madeOf): in which units they and their limits are, whether there is
// what they are made of on their hosts, and that none is made of itself.

import { LIMIT, limitWord, parseLimit } from "../../core/forecast.ts";
import type { Word } from "../../core/lexer.ts";
import { ANY_UNIT } from "../../core/units.ts";
import type { Complaints } from "../statement.ts";
import { type Item, isShare } from "./item.ts";
import type { ItemNames } from "./item-names.ts";

/** Of more hosts that lack an item the first ones are named. */
const NAMED_MAX = 4;

/** What the items of a work know of each other. */
export interface Lookup {
  /** The item of a name, got or not. */
  find(name: string): Item | undefined;
  /** Says that there is no such item. */
  unknown(word: Word): void;
  known: ItemNames;
}

export class Derived {
  private readonly lookup: Lookup;
  private readonly complaints: Complaints;
  private readonly remote = new Map<string, boolean>();

  constructor(lookup: Lookup, complaints: Complaints) {
    this.lookup = lookup;
    this.complaints = complaints;
  }

  /**
   * Completes the items that hosts get, and says what is wrong with them and with those of one's own.
   * `got`: the items of each host, by tag.
   */
  settle(items: Map<string, Item>, own: readonly Item[], got: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const [name, item] of items) items.set(name, this.completed(item));
    for (const item of own) this.completed(item); // for what is said
    this.check([...own, ...items.values()]);
    this.doubt(items.values(), got);
  }

  /** The item with its unit, and with its limit as a number of the unit of the one that it is made of. */
  completed(item: Item): Item {
    const source = sourceOf(item);
    if (source === undefined) return item;
    const unit = this.unitOf(source, [item.name]);
    const at = item.probe.args?.findIndex(({ limit }) => limit) ?? -1;
    const word = item.args[at];
    const args = word === undefined ? item.args : item.args.with(at, this.limitOf(word, unit, item, source));
    return { ...item, args, unit: this.unitOf(item.name, [], item) };
  }

  /** Says what can never be read. */
  private check(items: Iterable<Item>): void {
    const told = new Set<string>();
    for (const item of items) {
      const source = sourceOf(item);
      if (source === undefined) continue;
      const circle = this.circleOf(item);
      if (circle && !told.has(circle.toSorted().join(" "))) this.sayCircle(circle);
      if (circle) told.add(circle.toSorted().join(" "));
      else if (item.draft && !this.isKnown(source)) this.lookup.unknown(wordOf(item, source));
    }
  }

  /** Warns for items that are made of what their hosts do not get. */
  private doubt(items: Iterable<Item>, got: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const item of items) {
      const source = sourceOf(item);
      if (source === undefined || !this.isKnown(source)) continue;
      const finder = this.finderOf(source);
      const lacking = [...got].filter(
        ([, names]) => names.has(item.name) && !names.has(source) && !(finder && names.has(finder.name)),
      );
      const [first] = lacking;
      if (!first) continue;
      const tags = lacking.map(([tag]) => tag);
      const hosts = tags.length > NAMED_MAX ? "HOSTS" : tags.join(",");
      const hint = this.lookup.known.notGotHint(finder?.name ?? source, [...first[1]], hosts);
      const message = `${item.name} is made of ${source}, which ${listed(tags)} not get`;
      this.complaints.warn(item.at ?? wordOf(item, source), message, hint);
    }
  }

  /** Whether an item can be had of a host that runs no dmon. */
  isRemote(name: string): boolean {
    const known = this.remote.get(name);
    if (known !== undefined) return known;
    this.remote.set(name, false); // for circles
    const item = this.finderOf(name) ?? this.lookup.find(name);
    const source = item && sourceOf(item);
    const remote = source === undefined ? item?.probe.remote !== undefined : this.isRemote(source);
    this.remote.set(name, remote);
    return remote;
  }

  /** The name of an item as the beginning of a sentence on what it is read from. */
  madeOf(name: string): string {
    const item = this.lookup.find(name);
    const source = item && sourceOf(item);
    return source === undefined ? name : `${name} is made of ${source}, which`;
  }

  /** The unit of an item; ANY_UNIT where that is known only when it is found. */
  private unitOf(name: string, from: readonly string[], item = this.itemOf(name)): string {
    if (!item) return ANY_UNIT;
    const declared = item.probe.values[item.value];
    const source = sourceOf(item);
    if (item.draft?.unit !== undefined || !declared?.unitOf || source === undefined)
      return item.draft?.unit ?? declared?.unit ?? "";
    if (from.includes(name)) return ANY_UNIT; // a circle, which is said
    const unit = this.unitOf(source, [...from, name]);
    return unit === ANY_UNIT ? unit : declared.unitOf(unit, wordsOf(item));
  }

  /** A limit as a number of the unit; in one that is not known yet it is what its form makes of it. */
  private limitOf(word: string, unit: string, item: Item, source: string): string {
    if (unit === ANY_UNIT) return limitWord(LIMIT.parse(word));
    const limit = parseLimit(word, unit, source);
    if ("error" in limit) {
      this.complaints.error(wordOf(item, word), limit.error, limit.hint);
      return word;
    }
    const share = this.itemOf(source);
    if (share && isShare(share) && (limit.value < 0 || limit.value > 100)) {
      const message = `${source} is a share of 0 to 100 %, and is never there`;
      this.complaints.warn(wordOf(item, word), message, "give a limit between");
    }
    return limitWord(limit);
  }

  /** The item of a name; undefined for one that is found when another one is read, and where there is none. */
  private itemOf(name: string): Item | undefined {
    return this.finderOf(name) ? undefined : this.lookup.find(name);
  }

  private isKnown(name: string): boolean {
    return this.finderOf(name) !== undefined || this.lookup.find(name) !== undefined;
  }

  /** The item whose probe may find one of this name: of `a.b.c` `a.b`, or else `a`. */
  private finderOf(name: string): Item | undefined {
    const dots = [...name.matchAll(/\./g)].map(({ index }) => index);
    if (dots.length === 0 || this.lookup.find(name)?.draft) return undefined; // a value of an item of one's own
    return dots.toReversed().reduce<Item | undefined>((found, dot) => {
      const item = found ? undefined : this.lookup.find(name.slice(0, dot));
      return found ?? (item && "finds" in item.probe ? item : undefined);
    }, undefined);
  }

  /** The items from one on that are made of each other until it comes again. */
  private circleOf(item: Item): string[] | undefined {
    const way = [item.name];
    let source = sourceOf(item);
    while (source !== undefined && !way.includes(source)) {
      way.push(source);
      const next = this.itemOf(source);
      source = next && sourceOf(next);
    }
    return source === item.name ? way : undefined;
  }

  private sayCircle(circle: readonly string[]): void {
    const [first = ""] = circle;
    const items = circle.flatMap((name) => this.itemOf(name) ?? []);
    const item = items.find(({ draft }) => draft);
    if (!item) return;
    const at = wordOf(item, sourceOf(item) ?? "");
    if (circle.length === 1) this.complaints.error(at, `${first} is made of its own past`, "name another item");
    else {
      const way = [...circle, first].join(" > ");
      this.complaints.error(at, `items are made of each other in a circle (${way})`, "one of them must be measured");
    }
  }
}

function wordsOf({ args, options = {} }: Item) {
  return { args, options };
}

/** The item that one is made of. */
function sourceOf(item: Item): string | undefined {
  return item.probe.madeOf?.(wordsOf(item));
}

/** The word of an item statement that says so, as far as one does. */
function wordOf({ draft, at, name }: Item, text: string): Word {
  const word = draft?.args.find((arg) => arg.text === text) ?? draft?.name ?? at;
  if (!word) throw new Error(`${name} is written nowhere`);
  return { ...word, text };
}

/** `mars does`, `mars, www1 and 3 more do` */
function listed(tags: readonly string[]): string {
  const shown = tags.slice(0, NAMED_MAX);
  if (tags.length > shown.length) shown.push(`${tags.length - shown.length} more`);
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)} do` : `${shown[0]} does`;
}
