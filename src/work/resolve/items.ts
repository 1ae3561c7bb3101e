// The items of a work.conf: what each name stands for, and which hosts get it.

import { allProbes } from "../../../probes/index.ts";
import { isServerItem, serverItems } from "../../core/alert/server-items.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import type { Word } from "../../core/lexer.ts";
import { ITEMS_PER_HOST_MAX } from "../../core/limits.ts";
import { isName } from "../../core/names.ts";
import { mayBegin } from "../../core/selector.ts";
import { catalogue, findItem, findProbeValue, type ItemSource } from "../catalogue.ts";
import type { Draft, GetDraft, HostDraft, ItemDraft } from "../draft.ts";
import { readGiven } from "../given.ts";
import type { Complaints } from "../statement.ts";
import { ITEM_OPTIONS } from "../statements/item.ts";
import { Derived } from "./derived.ts";
import { doubtItems } from "./doubts-items.ts";
import { doubtSnmp } from "./doubts-snmp.ts";
import { Groups } from "./groups.ts";
import type { Hosts } from "./hosts.ts";
import type { Item } from "./item.ts";
import { ItemNames, noNameHint } from "./item-names.ts";

const REMOTE = allProbes()
  .filter(({ remote }) => remote)
  .map(({ name }) => name);
const REMOTE_FORM = `are asked over the network (${REMOTE.join(", ") || "no probe of this version does that"})`;

const ALWAYS = catalogue.filter(({ declared }) => declared.always);

/** What a name stands for, with its own statement where it has one. */
interface Found {
  source: ItemSource;
  draft?: ItemDraft;
}

function itemOf(name: string, { source, draft }: Found): Item {
  const unit = draft?.unit ?? source.probe.values[source.value]?.unit ?? "";
  return { ...source, name, unit, ...(draft ? { draft } : {}) };
}

export class Items {
  private readonly draft: Draft;
  private readonly hosts: Hosts;
  private readonly complaints: Complaints;
  private readonly items = new Map<string, Item>();
  readonly known: ItemNames;
  /** Of the items that hosts get. */
  readonly groups: Groups;
  /** The same, and the server's own: what alerts and downtimes may be about. */
  readonly told: Groups;
  /** Of all that is written in them: which items hosts get is not known before they are taken apart. */
  private readonly written: Groups;
  /** What is written in groups, and is no group, each where it stands first. */
  private readonly members = new Map<string, Word>();
  private readonly own = new Map<ItemDraft, ItemSource | undefined>();
  private readonly derived: Derived;

  constructor(draft: Draft, hosts: Hosts, complaints: Complaints) {
    this.draft = draft;
    this.hosts = hosts;
    this.complaints = complaints;
    const isOpen = (part: string) => this.finders().some((name) => mayBegin(part, `${name}.`));
    this.known = new ItemNames(draft);
    const find = (name: string) => this.find(name);
    this.derived = new Derived({ find, unknown: (word) => this.sourceOf(word), known: this.known }, complaints);
    const kind = { what: "item", drafts: draft.itemGroups, lost: draft.lost };
    const has = (name: string) => this.items.has(name);
    const unmatched = (part: string) => this.notGot(part);
    const hint = (part: string) => this.known.caseHint(part);
    const otherwise = (part: string) => this.known.nearHint(part);
    const live = { names: () => this.names(), has, isOpen, unmatched, hint, otherwise };
    this.groups = new Groups({ ...kind, ...live }, complaints);
    const ofServer = {
      names: () => [...this.names(), ...serverItems],
      has: (name: string) => has(name) || isServerItem(name),
    };
    const silent = { error: () => {}, warn: () => {} }; // of its groups all is said already
    this.told = new Groups({ ...kind, ...live, ...ofServer }, silent);
    for (const word of draft.itemGroups.flatMap(({ members }) => members))
      if (!this.groups.has(word.text) && !this.members.has(word.text)) this.members.set(word.text, word);
    const members = [...this.members.keys()];
    this.written = new Groups({ ...kind, names: () => members, has: (name) => this.members.has(name) }, complaints);
  }

  /** The item of a name, got or not; undefined where there is none, or its own statement is wrong, which is said. */
  private find(name: string): Item | undefined {
    const found = this.items.has(name) ? undefined : this.found(name);
    return found && found !== "wrong" ? itemOf(name, found) : this.items.get(name);
  }

  /** The items whose probes find others (ITEM.KEY) when they are read. */
  private finders(): string[] {
    return [...this.items.values()].filter(({ probe }) => "finds" in probe).map(({ name }) => name);
  }

  /** The part of a selector that may select what an item finds, without groups; undefined where none may. */
  foundBy(name: string, selector: string): string | undefined {
    const item = this.items.get(name);
    if (!item || !("finds" in item.probe)) return undefined;
    const parts = selector.split(",");
    const isFor = (part: string) => !this.groups.has(part) && mayBegin(part, `${name}.`);
    const chosen = parts.filter((part) => !part.startsWith("!"));
    const wanted = chosen.filter(isFor);
    if (chosen.length > 0 && wanted.length === 0) return undefined;
    return [...wanted, ...parts.filter((part) => part.startsWith("!") && isFor(part.slice(1)))].join(",") || "*";
  }

  /** The items whose probes may find what a selector selects. */
  mayFind(selector: string): string[] {
    return this.finders().filter((name) => this.foundBy(name, selector) !== undefined);
  }

  /** The item by whose probe one of this name is found. */
  finderOf(name: string): Item | undefined {
    const finder = this.finders().find((each) => name.startsWith(`${each}.`));
    return finder === undefined ? undefined : this.items.get(finder);
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
    const own = this.draft.items.flatMap(({ name }) => this.find(name.text) ?? []); // errors also of items that nobody gets
    this.derived.settle(this.items, own, got);
    this.checkGroups();
    doubtItems(this.items, this.own, got, this.complaints.warn);
    doubtSnmp(this.hosts.all, this.items, got, this.complaints.warn);
    return got;
  }

  /** `get uptime mars`, `get mars db1 uptime`: hosts among the items, which is said. */
  private saysMisplaced(hosts: Word, items: readonly Word[]): boolean {
    const strays = items.filter(({ text }) => this.draft.hostKind(text) && !this.known.exist(text));
    const [at] = strays;
    if (!at) return false;
    const others = items.filter((word) => !strays.includes(word));
    const list = strays.map(({ text }) => text).join(",");
    const { error } = this.complaints;
    if (this.known.exist(hosts.text) && !this.draft.hostKind(hosts.text)) {
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

  /** The get statements by which a host has an item, each with its word: the item itself, or a group with it. */
  givers(item: string, host: HostDraft): { get: GetDraft; word: Word }[] {
    return this.draft.gets.flatMap((get) => {
      const word = get.items.find((each) => this.expanded([each]).some(({ text }) => text === item));
      return word && this.hosts.calls(get.hosts, host) ? [{ get, word }] : [];
    });
  }

  /** What is said of a name in a selector that selects nothing, for nobody gets such an item. */
  private notGot(part: string): { message: string; hint: string } | undefined {
    if (/[*?]/.test(part) || !this.known.exist(part)) return undefined;
    return { message: `no host gets an item "${part}"`, hint: this.known.notGotHint(part, this.names()) };
  }

  /** The items that a selector names and no host gets. */
  namedOnly(selector: Word): Item[] {
    const parts = selector.text.split(",").filter((part) => !/[!*?]/.test(part) && !this.items.has(part));
    const names = parts.flatMap((part) => (this.groups.has(part) ? this.written.of(part) : [part]));
    return [...new Set(names)].flatMap((name) => {
      const item = this.items.has(name) ? undefined : this.find(name);
      return item ? this.derived.completed(item) : [];
    });
  }

  /** Item words, groups taken apart; a group's items keep their place in the group. */
  private expanded(words: readonly Word[]): Word[] {
    return words.flatMap((word) =>
      this.groups.has(word.text) ? this.written.of(word.text).flatMap((name) => this.members.get(name) ?? []) : [word],
    );
  }

  private checkGroups(): void {
    for (const { name } of this.draft.itemGroups) {
      const taken = findItem(name.text) || this.draft.items.some((item) => item.name.text === name.text);
      if (taken) this.complaints.error(name, `${name.text} is an item`, "choose another name");
      this.written.of(name.text); // for circles
    }
    for (const word of this.members.values()) this.sourceOf(word);
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
    if (!via || this.derived.isRemote(word.text)) return true;
    if (selector.text.split(",").includes(tag.text)) {
      const message = `${this.derived.madeOf(word.text)} is read on the host itself, and ${tag.text} runs no dmon (via=${via.text})`;
      this.complaints.warn(word, message, `leave it out; ${tag.text} can have items that ${REMOTE_FORM}`);
    }
    return false;
  }

  private resolve(word: Word): boolean {
    if (this.items.has(word.text)) return true;
    const found = this.sourceOf(word);
    if (found) this.items.set(word.text, { ...itemOf(word.text, found), at: word });
    return found !== undefined;
  }

  /** What a name stands for; undefined when there is no such item, which is said. */
  private sourceOf(word: Word): Found | undefined {
    const { error } = this.complaints;
    if (!isName(word.text)) {
      error(word, `"${word.text}" cannot be an item`, noNameHint(word.text));
      return undefined;
    }
    const found = this.found(word.text);
    if (found === "wrong") return undefined;
    if (!found && !this.draft.lost.has(word.text))
      error(word, `unknown item "${word.text}"`, this.known.unknownHint(word.text));
    return found;
  }

  /** The same; "wrong": its own statement is, which is said there. */
  private found(name: string): Found | "wrong" | undefined {
    const draft = this.draft.items.find((item) => item.name.text === name);
    const source = draft ? this.resolveOwn(draft) : findItem(name);
    if (source) return { source, ...(draft ? { draft } : {}) };
    return draft ? "wrong" : this.partOfOwn(name);
  }

  /** What an item statement stands for; what is wrong with it is said once. */
  private resolveOwn(draft: ItemDraft): ItemSource | undefined {
    if (this.own.has(draft)) return this.own.get(draft);
    const source = this.ownSource(draft);
    this.own.set(draft, source);
    return source;
  }

  /** What `web.time` stands for: another value of the probe of the item `web`. "wrong": `web` itself is, which is said. */
  private partOfOwn(name: string): Found | "wrong" | undefined {
    const dot = name.lastIndexOf(".");
    const draft = this.draft.items.find((item) => item.name.text === name.slice(0, dot));
    if (dot < 0 || !draft) return undefined;
    const source = this.resolveOwn(draft);
    if (!source) return "wrong";
    const value = name.slice(dot + 1);
    if (!Object.hasOwn(source.probe.values, value)) return undefined;
    const { label: _label, unit: _unit, ...part } = draft; // those are of its main value
    return { source: { ...source, value }, draft: part };
  }

  private ownSource({ name, probe, args, options, split }: ItemDraft): ItemSource | undefined {
    const { error } = this.complaints;
    const found = findProbeValue(probe.text);
    if ("error" in found) {
      error(probe, found.error, didYouMean(probe.text, found.known) ?? `there is ${found.known.join(", ")}`);
      return undefined;
    }
    const words = {
      key: probe,
      words: args,
      own: options,
      ownNames: ITEM_OPTIONS,
      quotes: true,
      ...(split ? { split } : {}),
    };
    const given = readGiven(name.text, found.probe, words, error);
    return given && { ...found, ...given };
  }
}
