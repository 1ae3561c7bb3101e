// Which statement is for which item of which host: of those with ITEMS [on HOSTS] the last that selects both.

import { didYouMean } from "../../core/diagnostic.ts";
import { select } from "../../core/selector.ts";
import type { ScopeDraft } from "../draft.ts";
import type { Complaints } from "../statement.ts";
import { type Hosts, partOf } from "./hosts.ts";
import type { Items } from "./items.ts";

const NO_GROUPS: ReadonlyMap<string, readonly string[]> = new Map();

export class Scopes<S extends ScopeDraft> {
  /** The name of the statement, for what is said. */
  private readonly kind: string;
  private readonly complaints: Complaints;
  /** For each item the statements that select it, first to last, each with the tags of its hosts (undefined: all). */
  private readonly byItem = new Map<string, { scope: S; tags?: Set<string> }[]>();

  constructor(kind: string, complaints: Complaints) {
    this.kind = kind;
    this.complaints = complaints;
  }

  /** Adds the next statement; returns the items that it selects. What selects nothing is warned for. */
  add(scope: S, hosts: Hosts, items: Items): Set<string> {
    const all = items.names();
    const { names, unmatched } = select(scope.items.text, all, NO_GROUPS);
    for (const { part, offset } of unmatched) {
      const at = partOf(scope.items, part, offset);
      const message = `no host gets an item "${part}", so this ${this.kind} is for nothing`;
      this.complaints.warn(at, message, didYouMean(part, all));
    }
    const tags = scope.hosts ? new Set(hosts.called(scope.hosts).map((host) => host.tag.text)) : undefined;
    for (const name of names) {
      const list = this.byItem.get(name) ?? [];
      list.push({ scope, ...(tags ? { tags } : {}) });
      this.byItem.set(name, list);
    }
    return names;
  }

  /** The statement for an item of a host; undefined where there is none. */
  of(item: string, tag: string): S | undefined {
    return this.byItem.get(item)?.findLast(({ tags }) => !tags || tags.has(tag))?.scope;
  }
}
