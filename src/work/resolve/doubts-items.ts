// Items that are legal and surely not meant so: a mistyped name that a pattern takes for a mount or an interface, a
// built-in item that another one hides, one that nobody gets. Pure.

import { editDistance } from "../../core/diagnostic.ts";
import { findItem, fixedItems, type ItemSource, usualItems } from "../catalogue.ts";
import type { ItemDraft } from "../draft.ts";
import type { Complain } from "../statement.ts";
import { doubtUnused } from "./doubts-unused.ts";
import type { Item } from "./items.ts";

/** Shorter names of mounts and interfaces are all near to each other. */
const LETTERS_MIN = 3;
/** Names that are compared with each other: a quadratic look, for what a person wrote by hand. */
const COMPARED_MAX = 300;

type Got = ReadonlyMap<string, ReadonlySet<string>>;

/** @param own the item statements, each with what it stands for */
export function doubtItems(
  items: ReadonlyMap<string, Item>,
  own: ReadonlyMap<ItemDraft, ItemSource | undefined>,
  got: Got,
  warn: Complain,
): void {
  doubtUnused(
    [...own.keys()],
    (name) => items.has(name),
    (names) => [`no host gets ${names}`, "add: get HOSTS ITEM"],
    warn,
  );
  for (const [{ name }, source] of own) {
    const builtIn = findItem(name.text);
    // With the same probe it is the same item, read more seldom or labelled.
    if (!builtIn || !source || !isFixed(name.text) || isSame(builtIn, source)) continue;
    const hint = "choose another name";
    warn(name, `${name.text} is built in (${builtIn.probe.name}.${builtIn.value}), and this item hides it`, hint);
  }
  doubtMistyped(items, got, warn);
}

function isFixed(name: string): boolean {
  return fixedItems.includes(name);
}

function isSame(a: ItemSource, b: ItemSource): boolean {
  return a.probe === b.probe && a.value === b.value;
}

/** `men_usage`, `rot_usage`, `eht0_rx`: legal names of mounts and interfaces, one edit from an item that is surely meant. */
function doubtMistyped(items: ReadonlyMap<string, Item>, got: Got, warn: Complain): void {
  const usual = new Set(usualItems.map(withoutDigits));
  const isLong = (name: string) => withoutDigits(findItem(name)?.args[0] ?? "").length >= LETTERS_MIN;
  const likely = [...fixedItems, ...usualItems.filter(isLong)];
  const names = [...items.values()].filter(({ draft, name }) => !draft && isLong(name));
  const odd = new Map<string, Item>(); // eth0_rx and eth1_rx are two, not one mistyped: digits do not count
  for (const item of names) {
    const plain = withoutDigits(item.name);
    if (!usual.has(plain) && !odd.has(plain)) odd.set(plain, item);
  }
  for (const [plain, item] of [...odd].slice(0, COMPARED_MAX)) {
    const others = [...odd].slice(0, COMPARED_MAX).filter(([, other]) => isRarer(item, other, got));
    const known = [...likely, ...others.map(([, { name }]) => name)];
    const near = known.find((name) => isNear(plain, withoutDigits(name)));
    if (!near || !item.at) continue;
    const source = `${item.probe.name}.${item.value} ${item.args.join(" ")}`;
    warn(
      item.at,
      `"${item.name}" would be ${source}`,
      `did you mean "${nameLike(near, item.name)}"? If not, add: item ${item.name} ${source}`,
    );
  }
}

function withoutDigits(name: string): string {
  return name.replace(/_?\d+/g, ""); // eth0_7 is a VLAN of eth0
}

function isNear(a: string, b: string): boolean {
  return a !== b && Math.abs(a.length - b.length) <= 1 && editDistance(a, b) === 1;
}

/** Whether an item is on fewer hosts than another one, and on none together with it: who has both means both. */
function isRarer(item: Item, other: Item, got: Got): boolean {
  if (!isNear(withoutDigits(item.name), withoutDigits(other.name))) return false;
  let [own, theirs] = [0, 0];
  for (const names of got.values()) {
    const [here, there] = [names.has(item.name), names.has(other.name)];
    if (here && there) return false;
    own += Number(here);
    theirs += Number(there);
  }
  return own < theirs;
}

/** `eth0_rx` with the number of `eht3_rx`. */
function nameLike(near: string, name: string): string {
  const [number] = /\d+/.exec(name) ?? [];
  return number === undefined ? near : near.replace(/\d+/, number);
}
