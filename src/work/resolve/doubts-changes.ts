// Alerts for a change that no fitness of their items makes, such as crit where only sick is graded. Pure.

import { badLevel, serverItems } from "../../core/alert/server-items.ts";
import { isPossible, parseChange } from "../../core/change.ts";
import type { AlertDraft, Draft, FitDraft } from "../draft.ts";
import type { Complain } from "../statement.ts";
import type { Fits } from "./fits.ts";
import type { Hosts } from "./hosts.ts";
import type { Item } from "./item.ts";
import type { Items } from "./items.ts";

/** What alerts are about. */
interface Around {
  hosts: Hosts;
  items: Items;
  fits: Fits;
  /** The items of each host, by tag. */
  got: ReadonlyMap<string, ReadonlySet<string>>;
  /** The server's tag. */
  server: string | undefined;
}

/** The item by which the server tells that a host is silent: it makes its levels itself. */
const SILENCE = "dmon";

/** Warns for alerts that never come; of those that are for no item at all something else is said. */
export function doubtChanges(draft: Draft, around: Around, warn: Complain): void {
  const { fits } = around;
  const levelsOf = levelsOfItems(fits);
  for (const alert of draft.alerts) {
    const change = parseChange(alert.change.text, fits.levels);
    if ("error" in change || !isPossible(change)) continue; // said
    const found = new Set<string>();
    const seen = new Set<ReadonlySet<string>>();
    let comes = false;
    for (const levels of levelSets(alert, around, levelsOf)) {
      if (seen.has(levels)) continue;
      seen.add(levels);
      for (const level of levels) found.add(level);
      const can = (names: readonly string[]) => names.filter((name) => levels.has(name));
      comes = isPossible({ from: can(change.from), to: can(change.to) });
      if (comes) break;
    }
    if (comes || seen.size === 0) continue;
    const names = fits.levels.map(({ name }) => name).filter((name) => found.has(name));
    const hint = `they can be ${names.join(", ")}; see: dmon mk-work --explain HOST:ITEM`;
    warn(alert.change, "no fitness of these items makes such a change: this alert never comes", hint);
  }
}

type LevelsOf = (item: Item, fit: FitDraft | undefined) => ReadonlySet<string>;

/** The levels that the items can have that an alert is about, on its hosts and under their fits. */
function* levelSets(
  alert: AlertDraft,
  { hosts, items, fits, got, server }: Around,
  levelsOf: LevelsOf,
): Generator<ReadonlySet<string>> {
  const names = items.told.select(alert.items);
  const ofServer = new Set([fits.levels[0], badLevel(fits.levels)].flatMap((level) => level?.name ?? []));
  for (const tag of hosts.groups.select(alert.hosts)) {
    for (const name of got.get(tag) ?? []) {
      const item = names.has(name) ? items.get(name) : undefined;
      if (item) yield levelsOf(item, fits.fitOf(name, tag));
    }
    if (tag === server && serverItems.some((name) => names.has(name))) yield ofServer;
  }
}

/** Tells the levels that an item under a fit can have; the same set for the same two. */
function levelsOfItems(fits: Fits): LevelsOf {
  const all = fits.levels.map(({ name }) => name);
  const made = new Map<FitDraft | undefined, Map<Item, ReadonlySet<string>>>();
  return (item, fit) => {
    const byItem = made.get(fit) ?? new Map<Item, ReadonlySet<string>>();
    made.set(fit, byItem);
    const levels = byItem.get(item) ?? new Set(item.name === SILENCE ? all : gradesOf(item, fit, fits, all));
    byItem.set(item, levels);
    return levels;
  };
}

/** The best level, those of the rules, and the last one, which is what a failing probe gets where no rule says otherwise. */
function gradesOf(item: Item, fit: FitDraft | undefined, fits: Fits, all: readonly string[]): string[] {
  const rules = fits.rulesOf(item, fit);
  const failing = rules.some(({ test }) => test.op === "fail") ? [] : all.slice(-1);
  return [...all.slice(0, 1), ...rules.flatMap(({ level }) => all[level] ?? []), ...failing];
}
