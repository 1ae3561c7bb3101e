// The names in a history, each stored once: hosts, and the layouts that tell which item stands in which column of a row.

import type { Database } from "bun:sqlite";

/** Layouts that are held in memory: hosts have few, unless a probe finds other things each minute. */
const LAYOUTS_REMEMBERED_MAX = 1000;

export class Names {
  private readonly db: Database;
  private readonly hostIds = new Map<string, number>();
  private readonly layouts = new Map<number, readonly string[]>();
  /** Items of which a host has history, once somebody asked: to find out reads the whole table. */
  private readonly itemsOf = new Map<number, Set<string>>();
  /** The items of the last row of each host. */
  private readonly lastLayout = new Map<number, readonly string[]>();
  private layoutIds = new WeakMap<readonly string[], number>();

  constructor(db: Database) {
    this.db = db;
    this.reload();
  }

  /** Reads all anew: after a transaction that was rolled back took some of them with it. */
  reload(): void {
    this.hostIds.clear();
    this.layouts.clear();
    this.itemsOf.clear();
    this.lastLayout.clear();
    this.layoutIds = new WeakMap();
    for (const { id, name } of this.db.query("SELECT id, name FROM host").all() as { id: number; name: string }[]) {
      this.hostIds.set(name, id);
    }
  }

  /** The ids of all hosts. */
  hosts(): Iterable<number> {
    return this.hostIds.values();
  }

  findHost(host: string): number | undefined {
    return this.hostIds.get(host);
  }

  /** The id of a host, which gets one when it has none. To be called inside a transaction. */
  hostId(host: string): number {
    const known = this.hostIds.get(host);
    if (known !== undefined) return known;
    const { id } = this.db.query("INSERT INTO host (name) VALUES (?) RETURNING id").get(host) as { id: number };
    this.hostIds.set(host, id);
    return id;
  }

  /** Items of which a host has any history. */
  items(host: number): string[] {
    let items = this.itemsOf.get(host);
    if (!items) {
      const rows = this.db.query("SELECT DISTINCT layout FROM bucket WHERE host = ?").all(host) as { layout: number }[];
      items = new Set(rows.flatMap(({ layout }) => this.layout(layout)));
      this.itemsOf.set(host, items);
    }
    return [...items].sort();
  }

  /** The items of a layout, by column. */
  layout(id: number): readonly string[] {
    const known = this.layouts.get(id);
    if (known) return known;
    const row = this.db.query("SELECT items FROM layout WHERE id = ?").get(id) as { items: string } | null;
    return this.remember(id, row ? (JSON.parse(row.items) as string[]) : []);
  }

  private remember(id: number, items: readonly string[]): readonly string[] {
    if (this.layouts.size >= LAYOUTS_REMEMBERED_MAX) this.layouts.clear();
    this.layouts.set(id, items);
    return items;
  }

  /** Combinations of items that rows have: few, however items come and go. */
  layoutCount(): number {
    return (this.db.query("SELECT count(*) AS n FROM layout").get() as { n: number }).n;
  }

  /** The layout of a row of a host that is to be written. To be called inside a transaction. */
  layoutFor(host: number, row: ReadonlyMap<string, unknown>): { id: number; items: readonly string[] } {
    // What is missing for once does not make another layout: items that flicker would make one for each combination.
    const last = this.lastLayout.get(host);
    const items = last && covers(last, row) ? last : [...row.keys()].sort();
    this.lastLayout.set(host, items);
    const known = this.itemsOf.get(host);
    if (known) for (const item of items) known.add(item);
    return { id: this.layoutId(items), items };
  }

  private layoutId(items: readonly string[]): number {
    const same = this.layoutIds.get(items);
    if (same !== undefined) return same; // the rule: the same items as a minute ago
    const key = JSON.stringify(items);
    const found = this.db.query("SELECT id FROM layout WHERE items = ?").get(key) as { id: number } | null;
    const { id } =
      found ?? (this.db.query("INSERT INTO layout (items) VALUES (?) RETURNING id").get(key) as { id: number });
    this.remember(id, [...items]);
    this.layoutIds.set(items, id);
    return id;
  }
}

/** Whether a layout has all items of a row, and the row most of the layout's: else what left for good would stay in it. */
function covers(layout: readonly string[], row: ReadonlyMap<string, unknown>): boolean {
  if (row.size > layout.length || row.size < layout.length / 2) return false;
  let found = 0;
  for (const item of layout) if (row.has(item)) found++;
  return found === row.size;
}
