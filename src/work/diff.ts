// What new work-files change, told by host: `+` and `-` for items that come and go, `~` for those that change. Hosts with the
// same changes are told together. Where only line numbers of rules changed, the file changes too, for people are
// shown them, but there is nothing to read about.

import type { Level } from "../core/fitness.ts";
import { itemChange, keyChange } from "./change-words.ts";
import { type FileLines, type HostLines, itemLines, readFileLines } from "./file-lines.ts";
import type { WorkChange } from "./install.ts";
import type { ItemWork } from "./works.ts";

/** Without -v no more is shown than fits on a few screens. */
const GROUPS_MAX = 40;
const LINES_MAX = 12;
const NAMES_MAX = 8;
/** Of more hosts the first and the last are named. */
const HOSTS_NAMED_MAX = 4;

const PLACES = "only line numbers of rules";

/** Items of a host that came, went, and changed: in words, with the names of those that changed alike. */
interface ItemChanges {
  come: string[];
  gone: string[];
  changed: Map<string, string[]>;
}

interface Group {
  names: string[];
  lines: string[];
}

export class WorkDiff {
  private readonly verbose: boolean;
  private readonly groups = new Map<string, Group>();
  /** By items before and items after: thousands of hosts have the same. */
  private readonly compared = new Map<string, Map<string, ItemChanges>>();

  /** @param verbose all names and all lines are shown */
  constructor(verbose: boolean) {
    this.verbose = verbose;
  }

  add({ kind, host, before, after }: WorkChange): void {
    const old = before === undefined ? undefined : readFileLines(before);
    const now = after === undefined ? undefined : readFileLines(after);
    const tag = tagOf((now ?? old)?.hosts.get(host), host);
    const name = kind === "client" ? tag : `${kind} ${tag}`;
    const put = (lines: string[]) => this.put(kind === "client" ? "clients" : "other roles", name, lines);
    if (!now) put(["removed"]);
    else if (before === undefined) put([this.firstTime(now)]);
    else if (!old) put(["made anew, for the old file does not read"]);
    else {
      const lines = this.changesOrNot(old, now, host);
      put(lines.length > 0 ? lines : [PLACES]);
    }
  }

  /** All of it, a line each. */
  *lines(): Generator<string> {
    const isLast = ({ lines }: Group) => Number(lines[0] === PLACES);
    const groups = [...this.groups.values()].sort((a, b) => isLast(a) - isLast(b));
    const shown = this.verbose ? groups : groups.slice(0, GROUPS_MAX);
    for (const { names, lines } of shown) {
      const who = this.hosts(names);
      const few = this.verbose ? lines : lines.slice(0, LINES_MAX);
      if (lines.length === 1) yield `${who}: ${lines[0]}`;
      else yield* [`${who}:`, ...few.map((line) => `  ${line}`)];
      if (few.length < lines.length) yield `  … and ${lines.length - few.length} more lines (-v shows all)`;
    }
    if (shown.length < groups.length) {
      const names = groups.slice(shown.length).flatMap((group) => group.names);
      yield `${this.hosts(names)}: other changes (-v shows all)`;
    }
  }

  /** Says that the files of these hosts stay as they are. */
  static unchanged(tags: readonly string[]): string {
    return `${folded(tags)}: unchanged`;
  }

  private put(role: string, name: string, lines: string[]): void {
    const key = [role, ...lines].join("\n");
    const group = this.groups.get(key);
    if (group) group.names.push(name);
    else this.groups.set(key, { names: [name], lines });
  }

  private firstTime({ hosts }: FileLines): string {
    const items = [...hosts.values()].flatMap((each) => [...itemLines(each.items ?? "").keys()]);
    if (items.length === 0) return `new, ${count(hosts.size, "host")}`;
    return `new, ${count(items.length, "item")}${this.verbose ? `: ${items.join(" ")}` : ""}`;
  }

  // A file of another version, or that somebody wrote, need not be as the types say.
  private changesOrNot(old: FileLines, now: FileLines, own: string): string[] {
    try {
      return this.changes(old, now, own);
    } catch {
      return ["changed in a way that cannot be told"];
    }
  }

  private changes(old: FileLines, now: FileLines, own: string): string[] {
    const levels = { before: levelsOf(old), after: levelsOf(now) };
    const come: string[] = [];
    const gone: string[] = [];
    const changed = new Map<string, string[]>();
    for (const [fqdn, host] of now.hosts) {
      const before = old.hosts.get(fqdn);
      const tag = tagOf(host, fqdn);
      const prefix = fqdn === own ? "" : `${tag}:`;
      if (!before) {
        come.push(behind(host, tag));
        continue;
      }
      const keys = keyChanges(before.keys, host.keys);
      if (keys.length > 0) push(changed, keys.join(", "), tag);
      if (before.items === host.items) continue;
      const items = this.itemChanges(before.items ?? "", host.items ?? "", levels);
      come.push(...items.come.map((name) => prefix + name));
      gone.push(...items.gone.map((name) => prefix + name));
      for (const [words, names] of items.changed) for (const name of names) push(changed, words, prefix + name);
    }
    for (const [fqdn, host] of old.hosts) if (!now.hosts.has(fqdn)) gone.push(behind(host, tagOf(host, fqdn)));
    return [
      ...keyChanges(old.keys, now.keys).map((words) => `~ ${words}`),
      ...(come.length > 0 ? [`+ ${this.names(come)}`] : []),
      ...(gone.length > 0 ? [`- ${this.names(gone)}`] : []),
      ...[...changed].map(([words, names]) => `~ ${this.names(names)}: ${words}`),
    ];
  }

  private itemChanges(before: string, after: string, levels: { before: Level[]; after: Level[] }): ItemChanges {
    const byAfter = this.compared.get(before) ?? new Map<string, ItemChanges>();
    this.compared.set(before, byAfter);
    const known = byAfter.get(after);
    if (known) return known;
    const [old, now] = [itemLines(before), itemLines(after)];
    const changed = new Map<string, string[]>();
    for (const [name, json] of now) {
      const was = old.get(name);
      if (was === undefined || was === json) continue;
      const words = itemChange(JSON.parse(was) as ItemWork, JSON.parse(json) as ItemWork, levels);
      if (words.length > 0) push(changed, words.join(", "), name);
    }
    const made = {
      come: [...now.keys()].filter((name) => !old.has(name)),
      gone: [...old.keys()].filter((name) => !now.has(name)),
      changed,
    };
    byAfter.set(after, made);
    return made;
  }

  private hosts(names: readonly string[]): string {
    return this.verbose ? names.join(", ") : folded(names);
  }

  private names(names: readonly string[]): string {
    if (this.verbose || names.length <= NAMES_MAX) return names.join(" ");
    return `${names.slice(0, NAMES_MAX).join(" ")} … (${names.length} in all)`;
  }
}

function folded(names: readonly string[]): string {
  if (names.length <= HOSTS_NAMED_MAX) return names.join(", ");
  return `${names[0]} … ${names.at(-1)} (${names.length} hosts)`;
}

function keyChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => withoutPlaces(before.get(key)) !== withoutPlaces(after.get(key)))
    .map((key) => keyChange(key, before.get(key), after.get(key)));
}

/** JSON without where its rules were written. */
function withoutPlaces(json: string | undefined): string | undefined {
  return json?.replace(/"where":"[^"]*"/g, '"where":""');
}

function tagOf(host: HostLines | undefined, fqdn: string): string {
  const tag = host?.keys.get("tag");
  return tag === undefined ? fqdn : (JSON.parse(tag) as string);
}

/** A dumb host as a client's work has it; the server's and the pagemaker's have no items. */
function behind({ items }: HostLines, tag: string): string {
  return items === undefined ? tag : `${tag} (${count(itemLines(items).size, "item")})`;
}

function levelsOf({ keys }: FileLines): Level[] {
  return JSON.parse(keys.get("levels") ?? "[]") as Level[];
}

function push(into: Map<string, string[]>, key: string, value: string): void {
  const list = into.get(key);
  if (list) list.push(value);
  else into.set(key, [value]);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
