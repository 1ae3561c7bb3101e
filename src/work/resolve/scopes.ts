// Which statement is for which item of which host: of those with ITEMS [on HOSTS] the last that selects both.

import type { ScopeDraft } from "../draft.ts";
import { type Complain, type Complaints, whereOf } from "../statement.ts";
import type { Hosts } from "./hosts.ts";
import type { Items } from "./items.ts";

/** A statement that selects an item, with the tags of its hosts (undefined: all). */
interface Scoped<S> {
  scope: S;
  tags?: Set<string>;
}

/** Of the statements that override another one so many are named. */
const NAMED_MAX = 3;

export class Scopes<S extends ScopeDraft> {
  /** The name of the statement, for what is said. */
  private readonly kind: string;
  private readonly complaints: Complaints;
  /** For each item the statements that select it, first to last. */
  private readonly byItem = new Map<string, Scoped<S>[]>();
  /** All of them, each with its items. */
  private readonly added: (Scoped<S> & { names: Set<string> })[] = [];

  /** Those that may select what an item finds. */
  private readonly open: Scoped<S>[] = [];

  constructor(kind: string, complaints: Complaints) {
    this.kind = kind;
    this.complaints = complaints;
  }

  /** Adds the next statement; returns the items that it selects. What selects nothing is warned for. */
  add(scope: S, hosts: Hosts, items: Items): Set<string> {
    const said: Parameters<Complain>[] = [];
    const note: Complain = (...each) => said.push(each);
    const names = items.groups.select(scope.items, note, note);
    // With other items in its list it is for these.
    const so = names.size === 0 ? `, so this ${this.kind} is for nothing` : "";
    for (const [at, message, hint] of said) this.complaints.warn(at, message + so, hint);
    const tags = scope.hosts ? new Set(hosts.called(scope.hosts).map((host) => host.tag.text)) : undefined;
    const scoped = { scope, ...(tags ? { tags } : {}) };
    if (items.mayFind(scope.items.text).length > 0) this.open.push(scoped);
    for (const name of names) {
      const list = this.byItem.get(name);
      if (list) list.push(scoped);
      else this.byItem.set(name, [scoped]);
    }
    this.added.push({ ...scoped, names });
    return names;
  }

  /** All that select an item of a host, first to last. */
  all(item: string, tag: string): S[] {
    const selecting = this.byItem.get(item) ?? [];
    return selecting.filter(({ tags }) => !tags || tags.has(tag)).map(({ scope }) => scope);
  }

  /** The statements that may be for what an item of a host finds, first to last, each with the selector's part for that. */
  found(item: string, tag: string, items: Items): { scope: S; items: string }[] {
    return this.open.flatMap(({ scope, tags }) => {
      const part = !tags || tags.has(tag) ? items.foundBy(item, scope.items.text) : undefined;
      return part === undefined ? [] : [{ scope, items: part }];
    });
  }

  /** The statement for an item of a host; undefined where there is none. */
  of(item: string, tag: string): S | undefined {
    return this.byItem.get(item)?.findLast(({ tags }) => !tags || tags.has(tag))?.scope;
  }

  /** Whether a statement is for an item of all hosts. */
  isForAll(item: string): boolean {
    return this.byItem.get(item)?.some(({ tags }) => !tags) ?? false;
  }

  /**
   * Warns for statements that are not the last one for any item of any host. `got`: the items of each host. The first item
   * and host that one decides settles it, so only those that are for nothing are looked through to the end.
   */
  doubt(got: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const { scope, tags, names } of this.added) {
      if (names.size === 0 || tags?.size === 0) continue; // said
      const overriding = this.overriding(scope, names, tags ?? got.keys(), got);
      if (overriding === undefined) continue;
      const [other] = overriding;
      if (!other) {
        const hint = `see: dmon mk-work --explain HOST`;
        const message = `none of these hosts gets any of these items: this ${this.kind} never decides`;
        this.complaints.warn(scope.items, message, hint);
        continue;
      }
      const places = [...new Set(overriding.map(({ items }) => whereOf(items)))].slice(0, NAMED_MAX).join(", ");
      const same = scope.items.text === other.items.text && scope.hosts?.text === other.hosts?.text;
      this.complaints.warn(
        scope.items,
        `this ${this.kind} never decides: ${places} ${overriding.length > 1 ? "override" : "overrides"} it on every host`,
        same ? "the last one counts alone: make one of them" : "write the exception below the rule",
      );
    }
  }

  private isBefore(scope: S, other: S, item: string): boolean {
    return this.byItem.get(item)?.find((each) => each.scope === scope || each.scope === other)?.scope === scope;
  }

  /** The statements that decide where a given one could; undefined when it decides somewhere itself. */
  private overriding(
    scope: S,
    names: ReadonlySet<string>,
    tags: Iterable<string>,
    got: ReadonlyMap<string, ReadonlySet<string>>,
  ): S[] | undefined {
    const found = new Set<S>();
    const hosts = [...tags];
    for (const name of names) {
      const forAll = this.byItem.get(name)?.findLast((each) => !each.tags)?.scope;
      if (forAll && forAll !== scope && this.isBefore(scope, forAll, name)) {
        found.add(forAll); // no need to ask for each of ten thousand hosts
        continue;
      }
      for (const tag of hosts) {
        if (!got.get(tag)?.has(name)) continue;
        const last = this.of(name, tag);
        if (last === scope) return undefined;
        if (last) found.add(last);
      }
    }
    return [...found];
  }
}
