// The names of items in a work.conf, and which of them is meant where one is not known, or not got. Pure.

import { isServerItem, serverItems } from "../../core/alert/server-items.ts";
import { didYouMean, sameButCase } from "../../core/diagnostic.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import { findItem, findProbeValue, fixedItems, itemsAbout, knownItems, usualItems } from "../catalogue.ts";
import type { Draft } from "../draft.ts";
import { isOdd, meantBy } from "./near-items.ts";

/** Of a probe with more items, the first ones are named. */
const SHOWN_MAX = 6;
const OF_SERVER = "the server makes it by itself, of its own host: name it in alerts and downtimes";
const ALL = "`dmon mk-work -l` lists all";

export class ItemNames {
  private readonly draft: Draft;
  /** The names of item statements and of groups. */
  private readonly declared: ReadonlySet<string>;

  constructor(draft: Draft) {
    this.draft = draft;
    this.declared = new Set([...draft.items, ...draft.itemGroups].map(({ name }) => name.text));
  }

  /** Whether an item, a value of one, or a group of items is called so. */
  exist(name: string): boolean {
    return this.declared.has(name) || findItem(name) !== undefined || this.partsOf(wholeOf(name)).includes(name);
  }

  /** What to write for a name that no item has. */
  unknownHint(name: string): string {
    if (isServerItem(name)) return OF_SERVER;
    const about = itemsAbout(name);
    const some = about.length > 0 ? `there is ${about.slice(0, SHOWN_MAX).join(", ")}` : undefined;
    return this.caseHint(name) ?? some ?? this.partHint(name) ?? this.nearHint(name) ?? ALL;
  }

  /** What differs from a name by its case only. */
  caseHint(name: string): string | undefined {
    const same = sameButCase(name, [...this.declared, ...fixedItems, ...usualItems]);
    return same && `did you mean "${same}"?`;
  }

  nearHint(name: string): string | undefined {
    const near = didYouMean(name, [
      ...knownItems(name),
      ...this.declared,
      ...serverItems,
      ...this.partsOf(wholeOf(name)),
    ]);
    return this.caseHint(name) ?? near;
  }

  /** What to write where hosts that get these items do not get this one. */
  notGotHint(name: string, got: readonly string[], hosts = "HOSTS"): string {
    if (isServerItem(name)) return OF_SERVER;
    if (!this.exist(name)) return didYouMean(name, got) ?? this.nearHint(name) ?? ALL;
    const meant = this.declared.has(name) || !isOdd(name) ? undefined : meantBy(name, got.filter(isOdd));
    return meant === undefined ? `add: get ${hosts} ${name}` : `did you mean "${meant}"?`;
  }

  /** `web.tiem`: another value of the item web; what web finds when it is read is no item to be got. */
  private partHint(name: string): string | undefined {
    const whole = name.slice(0, name.indexOf("."));
    const near = didYouMean(name, this.partsOf(whole));
    const probe = this.probeOf(whole) ?? findItem(whole)?.probe;
    return near ?? (probe && "finds" in probe ? `what ${whole} finds comes by itself: write ${whole}` : undefined);
  }

  /** `web.time`, `web.status`: the values of an item of one's own. */
  private partsOf(whole: string): string[] {
    return Object.keys(this.probeOf(whole)?.values ?? {}).map((value) => `${whole}.${value}`);
  }

  private probeOf(own: string) {
    const draft = this.draft.items.find(({ name }) => name.text === own);
    const found = draft && findProbeValue(draft.probe.text);
    return found && "probe" in found ? found.probe : undefined;
  }
}

/** The item of which a name may be another value: of `web.time` web. */
function wholeOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** What to write for a word that cannot be the name of an item. */
export function noNameHint(text: string): string {
  if (text.includes("{")) return "the braces stand for a mount or an interface: root_usage, eth0_rx";
  const parts = text.split(/[\s,;|，、；]+/).filter((part) => part !== "");
  if (parts.length > 1 && parts.every(isName)) return `write ${parts.join(" ")}`;
  return `an item has ${NAME_FORM}; separate items by blanks`;
}
