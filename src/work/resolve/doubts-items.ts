// Items that are legal and surely not meant so: a mistyped name that a pattern takes for a mount or an interface, a
// built-in item that another one hides, one that nobody gets. Pure.

import { findItem, fixedItems, type ItemSource } from "../catalogue.ts";
import type { ItemDraft } from "../draft.ts";
import type { Complain } from "../statement.ts";
import { doubtUnused } from "./doubts-unused.ts";
import type { Item } from "./item.ts";
import { isNear, isOdd, meantBy, withoutDigits } from "./near-items.ts";

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
    (listed, names = ["ITEM…"]) => [`no host gets ${listed}`, `add: get HOSTS ${names.join(" ")}`],
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
  const odd = new Map<string, Item>();
  for (const item of items.values()) {
    const plain = withoutDigits(item.name);
    if (!item.draft && !odd.has(plain) && isOdd(item.name)) odd.set(plain, item);
  }
  const compared = [...odd.values()].slice(0, COMPARED_MAX);
  for (const item of compared) {
    const others = compared.filter((other) => isRarer(item, other, got));
    const meant = meantBy(
      item.name,
      others.map(({ name }) => name),
    );
    if (!meant || !item.at) continue;
    const source = `${item.probe.name}.${item.value} ${item.args.join(" ")}`;
    warn(
      item.at,
      `"${item.name}" would be ${source}`,
      `did you mean "${meant}"? If not, add: item ${item.name} ${source}`,
    );
  }
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
