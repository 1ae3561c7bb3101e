// The items of a work.conf: what each name stands for, and which hosts get it.

import { probes } from "../../../probes/index.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import type { Word } from "../../core/lexer.ts";
import { ITEMS_PER_HOST_MAX } from "../../core/limits.ts";
import { isName, NAME_FORM } from "../../core/names.ts";
import { catalogue, findItem, findProbeValue, type ItemSource, itemsAbout, knownItems } from "../catalogue.ts";
import type { Draft, GetDraft, HostDraft, ItemDraft } from "../draft.ts";
import type { Complaints } from "../statement.ts";
import { Groups } from "./groups.ts";
import type { Hosts } from "./hosts.ts";

const REMOTE = probes.filter(({ remote }) => remote).map(({ name }) => name);
const REMOTE_FORM = `are asked over the network (${REMOTE.join(", ") || "no probe of this version does that"})`;

/** Of a probe with more items, the first ones are named. */
const SHOWN_MAX = 6;

const ALWAYS = catalogue.filter(({ declared }) => declared.always);

/** An item that some host gets. */
export interface Item extends ItemSource {
  name: string;
  unit: string;
  /** Its own statement, where it has one. */
  draft?: ItemDraft;
}

export class Items {
  private readonly draft: Draft;
  private readonly hosts: Hosts;
  private readonly complaints: Complaints;
  private readonly items = new Map<string, Item>();
  readonly groups: Groups;
  private readonly own = new Map<ItemDraft, ItemSource | undefined>();

  constructor(draft: Draft, hosts: Hosts, complaints: Complaints) {
    this.draft = draft;
    this.hosts = hosts;
    this.complaints = complaints;
    const kind = { what: "item", drafts: draft.itemGroups, names: () => this.names(), lost: draft.lost };
    this.groups = new Groups(kind, complaints);
  }

  get(name: string): Item | undefined {
    return this.items.get(name);
  }

  names(): string[] {
    return [...this.items.keys()];
  }

  /** The items of each host, by tag, in the order of the get statements. What is wrong with them is said. */
  got(): Map<string, Set<string>> {
    const got = new Map<string, Set<string>>(this.hosts.all.map((host) => [host.tag.text, new Set()]));
    for (const { hosts, items } of this.draft.gets) {
      if (this.saysMisplaced(hosts, items)) continue;
      const targets = this.hosts.called(hosts);
      const words = this.expanded(items).filter((word) => this.resolve(word));
      for (const host of targets) {
        for (const word of words) {
          if (this.isReadable(word, host, hosts)) got.get(host.tag.text)?.add(word.text);
        }
      }
    }
    for (const host of this.hosts.all) this.checkCount(host, got.get(host.tag.text)?.size ?? 0);
    for (const { name, probe, value, declared } of ALWAYS) {
      if (!this.items.has(name)) this.items.set(name, { name, probe, value, args: [], unit: declared.unit });
      for (const { tag, via } of this.hosts.all) if (!via) got.get(tag.text)?.add(name);
    }
    for (const own of this.draft.items) this.resolveOwn(own); // errors also of items that nobody gets
    this.checkGroups();
    return got;
  }

  /** `get uptime mars`, `get mars db1 uptime`: hosts among the items, which is said. */
  private saysMisplaced(hosts: Word, items: readonly Word[]): boolean {
    const strays = items.filter(({ text }) => this.draft.hostKind(text) && !this.exists(text));
    const [at] = strays;
    if (!at) return false;
    const others = items.filter((word) => !strays.includes(word));
    const list = strays.map(({ text }) => text).join(",");
    const { error } = this.complaints;
    if (this.exists(hosts.text) && !this.draft.hostKind(hosts.text)) {
      const line = [list, hosts.text, ...others.map(({ text }) => text)].join(" ");
      error(hosts, `"${hosts.text}" is an item`, `hosts come first: write get ${line}`);
    } else {
      const line = [`${hosts.text},${list}`, ...others.map(({ text }) => text)].join(" ");
      error(
        at,
        `"${at.text}" is a ${this.draft.hostKind(at.text)}`,
        `write get ${line}${others.length > 0 ? "" : " ITEM…"}`,
      );
    }
    return true;
  }

  /** Whether an item or a group of items is called so. */
  private exists(name: string): boolean {
    return (
      Boolean(findItem(name)) || [...this.draft.items, ...this.draft.itemGroups].some((each) => each.name.text === name)
    );
  }

  /** The get statements by which a host has an item, itself or in a group. */
  givers(item: string, host: HostDraft): GetDraft[] {
    return this.draft.gets.filter(
      ({ hosts, items }) => this.expanded(items).some(({ text }) => text === item) && this.hosts.calls(hosts, host),
    );
  }

  /** Item words, groups taken apart; a group's items keep their place in the group. */
  private expanded(words: readonly Word[], open: readonly string[] = []): Word[] {
    return words.flatMap((word) => {
      const group = this.draft.itemGroups.find(({ name }) => name.text === word.text);
      if (!group) return [word];
      if (!open.includes(word.text)) return this.expanded(group.members, [...open, word.text]);
      const circle = [...open, word.text].join(" > ");
      this.complaints.error(group.name, `the group ${word.text} is in itself (${circle})`, "take one of them out");
      return [];
    });
  }

  private checkGroups(): void {
    for (const { name, members } of this.draft.itemGroups) {
      const taken = findItem(name.text) || this.draft.items.some((item) => item.name.text === name.text);
      if (taken) this.complaints.error(name, `${name.text} is an item`, "choose another name");
      for (const word of this.expanded(members, [name.text])) this.sourceOf(word);
    }
  }

  private checkCount({ tag, via }: HostDraft, count: number): void {
    if (count > ITEMS_PER_HOST_MAX)
      this.complaints.error(tag, `${tag.text} has ${count} items`, `at most ${ITEMS_PER_HOST_MAX}`);
    if (count > 0) return;
    const hint = via ? `for it ${via.text} needs items that ${REMOTE_FORM}` : `add: get ${tag.text} cpu_load mem_avail`;
    this.complaints.warn(tag, `${tag.text} monitors nothing`, hint);
  }

  /**
   * Whether a host can have an item: the readings of the client that a dumb host is behind are not that host's. `*` leaves
   * those out, a host that is called by its tag is warned for.
   */
  private isReadable(word: Word, { tag, via }: HostDraft, selector: Word): boolean {
    if (!via || this.items.get(word.text)?.probe.remote) return true;
    if (selector.text.split(",").includes(tag.text)) {
      const message = `${word.text} is read on the host itself, and ${tag.text} runs no dmon (via=${via.text})`;
      this.complaints.warn(word, message, `leave it out; ${tag.text} can have items that ${REMOTE_FORM}`);
    }
    return false;
  }

  private resolve(word: Word): boolean {
    if (this.items.has(word.text)) return true;
    const found = this.sourceOf(word);
    if (!found) return false;
    const { source, draft } = found;
    const unit = draft?.unit ?? source.probe.values[source.value]?.unit ?? "";
    this.items.set(word.text, { ...source, name: word.text, unit, ...(draft ? { draft } : {}) });
    return true;
  }

  /** What a name stands for; undefined when there is no such item, which is said. */
  private sourceOf(word: Word): { source: ItemSource; draft?: ItemDraft } | undefined {
    const { error } = this.complaints;
    if (!isName(word.text)) {
      const hint = word.text.includes("{")
        ? "the braces stand for a mount or an interface: root_usage, eth0_rx"
        : `an item has ${NAME_FORM}; separate items by blanks`;
      error(word, `"${word.text}" cannot be an item`, hint);
      return undefined;
    }
    const draft = this.draft.items.find(({ name }) => name.text === word.text);
    const source = draft ? this.resolveOwn(draft) : findItem(word.text);
    if (source) return { source, ...(draft ? { draft } : {}) };
    if (draft) return undefined; // said where it is defined
    const own = [...this.draft.items, ...this.draft.itemGroups].map(({ name }) => name.text);
    const near = didYouMean(word.text, [...knownItems(word.text), ...own]);
    const about = itemsAbout(word.text);
    const some = about.length > 0 ? `there is ${about.slice(0, SHOWN_MAX).join(", ")}` : undefined;
    if (!this.draft.lost.has(word.text))
      error(word, `unknown item "${word.text}"`, some ?? near ?? "`dmon mk-work -l` lists all");
    return undefined;
  }

  /** What an item statement stands for; what is wrong with it is said once. */
  private resolveOwn(draft: ItemDraft): ItemSource | undefined {
    if (this.own.has(draft)) return this.own.get(draft);
    const source = this.ownSource(draft);
    this.own.set(draft, source);
    return source;
  }

  private ownSource({ name, probe, args, split }: ItemDraft): ItemSource | undefined {
    const { error } = this.complaints;
    const found = findProbeValue(probe.text);
    if ("error" in found) {
      error(probe, found.error, didYouMean(probe.text, found.known) ?? `there is ${found.known.join(", ")}`);
      return undefined;
    }
    const wanted = found.probe.args ?? [];
    if (args.length === wanted.length) return { ...found, args: args.map(({ text }) => text) };
    const usage = `item ${[name.text, probe.text, ...wanted.map((arg) => arg.toUpperCase())].join(" ")}`;
    const many = `${wanted.length} argument${wanted.length === 1 ? "" : "s"}`;
    error(
      args[wanted.length] ?? probe,
      `the probe ${found.probe.name} takes ${many}, not ${args.length}`,
      split ?? `write ${usage}`,
    );
    return undefined;
  }
}
