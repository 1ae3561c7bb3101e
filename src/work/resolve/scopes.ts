// Which statement is for which item of which host: of those with ITEMS [on HOSTS] the last that selects both.

import type { ScopeDraft } from "../draft.ts";
import type { Complaints } from "../statement.ts";
import type { Hosts } from "./hosts.ts";
import type { Items } from "./items.ts";

export class Scopes<S extends ScopeDraft> {
  /** The name of the statement, for what is said. */
  private readonly kind: string;
  private readonly complaints: Complaints;
  /** For each item the statements that select it, first to last, each with the tags of its hosts (undefined: all). */
  private readonly byItem = new Map<string, { scope: S; tags?: Set<string> }[]>();

  /** Those that may select what an item finds. */
  private readonly open: { scope: S; tags?: Set<string> }[] = [];

  constructor(kind: string, complaints: Complaints) {
    this.kind = kind;
    this.complaints = complaints;
  }

  /** Adds the next statement; returns the items that it selects. What selects nothing is warned for. */
  add(scope: S, hosts: Hosts, items: Items): Set<string> {
    const names = items.groups.select(scope.items, ({ place }, message, hint) => {
      const said = message.replace(/^no item is called/, "no host gets an item");
      this.complaints.warn({ place }, `${said}, so this ${this.kind} is for nothing`, hint);
    });
    const tags = scope.hosts ? new Set(hosts.called(scope.hosts).map((host) => host.tag.text)) : undefined;
    if (items.mayFind(scope.items.text).length > 0) this.open.push({ scope, ...(tags ? { tags } : {}) });
    for (const name of names) {
      const list = this.byItem.get(name) ?? [];
      list.push({ scope, ...(tags ? { tags } : {}) });
      this.byItem.set(name, list);
    }
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
}
