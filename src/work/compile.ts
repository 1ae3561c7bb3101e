// From a draft to the works of all hosts: names are resolved, fitness functions parsed, everything checked.

import { probes } from "../../probes/index.ts";
import { byPlace, type Diagnostic, didYouMean, type Place, SourceError } from "../core/diagnostic.ts";
import { DEFAULT_LEVELS, type Level, type Rule } from "../core/fitness.ts";
import type { Word } from "../core/lexer.ts";
import { ITEMS_PER_HOST_MAX } from "../core/limits.ts";
import { isName, NAME_FORM } from "../core/names.ts";
import { select } from "../core/selector.ts";
import { findItem, findProbeValue, type ItemSource, knownItems } from "./catalogue.ts";
import type { Draft, FitDraft, FitRuleDraft, HostDraft, ItemDraft } from "./draft.ts";
import { parseWork } from "./parse.ts";
import { makeRule, parseDefaultFit } from "./rules.ts";
import { type Complain, complainInto } from "./statement.ts";
import type { ClientWork, ItemWork, PmakerWork, ServerWork } from "./works.ts";

export interface Works {
  /** By canonical name of the client. */
  clients: Map<string, ClientWork>;
  server: ServerWork;
  pmaker: PmakerWork;
  warnings: Diagnostic[];
}

/** Reads and compiles a work.conf for the given server. Throws SourceError with all that is wrong. */
export function makeWorks(file: string, text: string, server: string): Works {
  const diagnostics: Diagnostic[] = [];
  const draft = parseWork(file, text, diagnostics);
  const compiler = new Compiler(draft, diagnostics);
  const works = compiler.run(file, text, server);
  const errors = diagnostics.filter(({ severity }) => severity === "error").sort(byPlace);
  if (errors.length > 0 || !works) throw new SourceError(errors);
  return { ...works, warnings: diagnostics.filter(({ severity }) => severity === "warning").sort(byPlace) };
}

/** A rule names its file beside its line; of a longer name the end. */
const FILE_CHARS_MAX = 100;

/** The place of one part of a selector. */
function partOf(selector: Word, part: string, offset: number): { place: Place } {
  const column = selector.place.column + offset + (selector.quoted ? 1 : 0);
  return { place: { ...selector.place, column, length: Math.max(1, part.length) } };
}

const REMOTE = probes.filter(({ remote }) => remote).map(({ name }) => name);
const REMOTE_FORM = `are asked over the network (${REMOTE.join(", ") || "no probe of this version does that"})`;

const NO_GROUPS: ReadonlyMap<string, readonly string[]> = new Map();

interface ResolvedItem extends ItemSource {
  name: string;
  unit: string;
  draft?: ItemDraft;
}

class Compiler {
  private readonly draft: Draft;
  private readonly error: Complain;
  private readonly warn: Complain;
  private readonly levels: readonly Level[];
  private readonly tags: Map<string, HostDraft>;
  private readonly items = new Map<string, ResolvedItem>();
  private readonly works = new Map<string, ItemWork>();

  constructor(draft: Draft, diagnostics: Diagnostic[]) {
    this.draft = draft;
    this.error = complainInto(diagnostics);
    this.warn = complainInto(diagnostics, "warning");
    this.levels = draft.levels.length > 0 ? draft.levels.map(({ name, label }) => ({ name, label })) : DEFAULT_LEVELS;
    this.tags = new Map(draft.hosts.map((host) => [host.tag.text, host]));
  }

  run(file: string, text: string, serverName: string): Omit<Works, "warnings"> | undefined {
    const top: { place: Place } = {
      place: { file, line: 1, column: 1, length: 1, text: text.split("\n", 1)[0] ?? "" },
    };
    const [firstLevel] = this.draft.levels;
    if (firstLevel && this.draft.levels.length < 2) {
      this.error(firstLevel.word, "a single level grades nothing", "declare at least two, best first");
    }
    const server = this.draft.hosts.find(({ fqdn }) => fqdn.text === serverName);
    if (!server) {
      const near = didYouMean(
        serverName,
        this.draft.hosts.map(({ fqdn }) => fqdn.text),
      );
      this.error(top, `the server ${serverName} (dmon.conf) is no host here`, near ?? `add: host ${serverName} TAG`);
    }
    if (server?.via) this.error(server.via, "the server runs dmon itself, so nobody monitors it", "leave via= out");
    this.checkVia();
    const got = this.resolveGets();
    const fits = this.resolveFits([...this.items.keys()]);
    const pmaker = this.draft.pmaker ? this.tags.get(this.draft.pmaker.text) : server;
    if (this.draft.pmaker && !pmaker) {
      this.error(
        this.draft.pmaker,
        `no host has the tag "${this.draft.pmaker.text}"`,
        didYouMean(this.draft.pmaker.text, this.tags.keys()),
      );
    }
    if (this.draft.pmaker && pmaker?.via) {
      this.error(this.draft.pmaker, `${pmaker.tag.text} runs no dmon (via=), so it serves no pages`, "name a client");
    }
    const clients = this.makeClients(got, fits, serverName, pmaker);
    if (!server || !pmaker) return undefined;
    const common = { server: serverName, pmaker: pmaker.fqdn.text, levels: [...this.levels] };
    return {
      clients,
      server: { ...common, hosts: this.serverHosts() },
      pmaker: { ...common, hosts: this.pmakerHosts() },
    };
  }

  private checkVia(): void {
    for (const { via, tag } of this.draft.hosts) {
      if (!via) continue;
      const client = this.tags.get(via.text);
      if (!client) this.error(via, `no host has the tag "${via.text}"`, didYouMean(via.text, this.tags.keys()));
      else if (via.text === tag.text)
        this.error(via, "a host cannot be monitored via itself", "name another, or leave via= out");
      else if (client.via)
        this.error(via, `${via.text} is itself monitored via another host`, "name the client that runs dmon");
    }
  }

  private hostsOf(selector: Word): HostDraft[] {
    const { names, unmatched } = select(selector.text, this.tags.keys(), NO_GROUPS);
    for (const { part, offset } of unmatched) {
      this.warn(
        partOf(selector, part, offset),
        part === "" ? "an empty name in a list" : `no host is called "${part}"`,
        didYouMean(part, this.tags.keys()),
      );
    }
    return [...names].flatMap((tag) => this.tags.get(tag) ?? []);
  }

  /** The items of each host, by tag, in the order of the get statements. */
  private resolveGets(): Map<string, Set<string>> {
    const got = new Map<string, Set<string>>(this.draft.hosts.map((host) => [host.tag.text, new Set()]));
    for (const { hosts, items } of this.draft.gets) {
      const targets = this.hostsOf(hosts);
      const words = items.filter((word) => this.resolveItem(word));
      for (const host of targets) {
        for (const word of words) {
          if (this.isReadable(word, host, hosts)) got.get(host.tag.text)?.add(word.text);
        }
      }
    }
    for (const { tag, via } of this.draft.hosts) {
      const count = got.get(tag.text)?.size ?? 0;
      if (count > ITEMS_PER_HOST_MAX)
        this.error(tag, `${tag.text} has ${count} items`, `at most ${ITEMS_PER_HOST_MAX}`);
      if (got.get(tag.text)?.size === 0) {
        const hint = via
          ? `for it ${via.text} needs items that ${REMOTE_FORM}`
          : `add: get ${tag.text} cpu_load mem_avail`;
        this.warn(tag, `${tag.text} monitors nothing`, hint);
      }
    }
    return got;
  }

  /**
   * Whether a host can have an item: the readings of the client that a dumb host is behind are not that host's. `*` leaves
   * those out, a host that is called by its tag is warned for.
   */
  private isReadable(word: Word, { tag, via }: HostDraft, selector: Word): boolean {
    if (!via || this.items.get(word.text)?.probe.remote) return true;
    if (selector.text.split(",").includes(tag.text)) {
      const message = `${word.text} is read on the host itself, and ${tag.text} runs no dmon (via=${via.text})`;
      this.warn(word, message, `leave it out; ${tag.text} can have items that ${REMOTE_FORM}`);
    }
    return false;
  }

  private resolveItem(word: Word): boolean {
    if (this.items.has(word.text)) return true;
    if (!isName(word.text)) {
      const hint = word.text.includes("{")
        ? "the braces stand for a mount or an interface: root_usage, eth0_rx"
        : `an item has ${NAME_FORM}; separate items by blanks`;
      this.error(word, `"${word.text}" cannot be an item`, hint);
      return false;
    }
    const defined = this.draft.items.find(({ name }) => name.text === word.text);
    const source = defined ? this.resolveOwn(defined) : findItem(word.text);
    if (!source) {
      if (defined) return false; // said where it is defined
      const known = [...knownItems(word.text), ...this.draft.items.map(({ name }) => name.text)];
      this.error(word, `unknown item "${word.text}"`, didYouMean(word.text, known) ?? "`dmon mk-work -l` lists all");
      return false;
    }
    const unit = defined?.unit ?? source.probe.values[source.value]?.unit ?? "";
    this.items.set(word.text, { ...source, name: word.text, unit, ...(defined ? { draft: defined } : {}) });
    return true;
  }

  private readonly resolvedOwn = new Map<ItemDraft, ItemSource | undefined>();

  private resolveOwn(draft: ItemDraft): ItemSource | undefined {
    if (this.resolvedOwn.has(draft)) return this.resolvedOwn.get(draft);
    const found = findProbeValue(draft.probe.text);
    let source: ItemSource | undefined;
    if ("error" in found) {
      this.error(
        draft.probe,
        found.error,
        didYouMean(draft.probe.text, found.known) ?? `there is ${found.known.join(", ")}`,
      );
    } else {
      const wanted = found.probe.args ?? [];
      const given = draft.args.map(({ text }) => text);
      if (given.length === wanted.length) source = { ...found, args: given };
      else {
        const usage = `item ${[draft.name.text, draft.probe.text, ...wanted.map((name) => name.toUpperCase())].join(" ")}`;
        this.error(
          draft.args[wanted.length] ?? draft.probe,
          `the probe ${found.probe.name} takes ${wanted.length} argument${wanted.length === 1 ? "" : "s"}, not ${given.length}`,
          `write ${usage}`,
        );
      }
    }
    this.resolvedOwn.set(draft, source);
    return source;
  }

  /** For each item name, the fits that select it, first to last, each with its hosts (undefined: all). */
  private resolveFits(names: string[]): Map<string, { fit: FitDraft; tags?: Set<string> }[]> {
    const byItem = new Map<string, { fit: FitDraft; tags?: Set<string> }[]>();
    for (const draft of this.draft.items) this.resolveOwn(draft); // errors also of items that nobody gets
    for (const fit of this.draft.fits) {
      const { names: selected, unmatched } = select(fit.items.text, names, NO_GROUPS);
      for (const { part, offset } of unmatched) {
        const at = partOf(fit.items, part, offset);
        this.warn(at, `no host gets an item "${part}", so this fit is for nothing`, didYouMean(part, names));
      }
      const tags = fit.hosts ? new Set(this.hostsOf(fit.hosts).map((host) => host.tag.text)) : undefined;
      this.checkLevels(fit.rules);
      for (const name of selected) {
        const list = byItem.get(name) ?? [];
        list.push({ fit, ...(tags ? { tags } : {}) });
        byItem.set(name, list);
        this.rules(fit, this.items.get(name)?.unit ?? ""); // for its errors, also where a later fit wins
      }
    }
    return byItem;
  }

  private checkLevels(rules: readonly FitRuleDraft[]): void {
    for (const { level } of rules) {
      const index = this.levels.findIndex(({ name }) => name === level.text);
      const names = this.levels.map(({ name }) => name);
      if (index < 0)
        this.error(
          level,
          `unknown level "${level.text}"`,
          didYouMean(level.text, names) ?? `levels are ${names.join(", ")}`,
        );
      if (index === 0)
        this.error(
          level,
          `"${level.text}" is the best level`,
          "it is what remains when no rule holds; grade the others",
        );
    }
  }

  private makeClients(
    got: ReadonlyMap<string, Set<string>>,
    fits: ReadonlyMap<string, { fit: FitDraft; tags?: Set<string> }[]>,
    server: string,
    pmaker: HostDraft | undefined,
  ): Map<string, ClientWork> {
    const behind = Map.groupBy(this.draft.hosts, ({ via, tag }) => (via ?? tag).text);
    const clients = new Map<string, ClientWork>();
    for (const host of this.draft.hosts) {
      if (host.via) continue;
      const hosts: ClientWork["hosts"] = {};
      for (const served of behind.get(host.tag.text) ?? []) {
        const items: Record<string, ItemWork> = {};
        for (const name of [...(got.get(served.tag.text) ?? [])].sort()) {
          const fit = fits.get(name)?.findLast(({ tags }) => !tags || tags.has(served.tag.text))?.fit;
          const work = this.itemWork(name, fit);
          if (work) items[name] = work;
        }
        const { addr, snmp } = served;
        hosts[served.fqdn.text] = { tag: served.tag.text, ...(addr ? { addr } : {}), ...(snmp ? { snmp } : {}), items };
      }
      clients.set(host.fqdn.text, {
        host: host.fqdn.text,
        server,
        pmaker: host === pmaker,
        levels: [...this.levels],
        hosts,
      });
    }
    return clients;
  }

  /** One item under one fitness function; the same on all hosts, so made once. */
  private itemWork(name: string, fit: FitDraft | undefined): ItemWork | undefined {
    const key = `${name} ${fit ? this.draft.fits.indexOf(fit) : "default"}`;
    const known = this.works.get(key);
    if (known) return known;
    const item = this.items.get(name);
    if (!item) return undefined;
    const rules = fit ? this.rules(fit, item.unit) : this.defaultRules(item);
    const { draft } = item;
    const work: ItemWork = {
      probe: item.probe.name,
      value: item.value,
      args: [...item.args],
      fit: rules,
      ...(draft?.every_s === undefined ? {} : { every_s: draft.every_s }),
      ...(draft?.timeout_s === undefined ? {} : { timeout_s: draft.timeout_s }),
      ...(draft?.label === undefined ? {} : { label: draft.label }),
      ...(draft?.unit === undefined ? {} : { unit: draft.unit }),
    };
    this.works.set(key, work);
    return work;
  }

  private readonly rulesMade = new Map<string, Rule[]>();
  private readonly wrong = new Set<Place>();

  /** The rules of a fit for items of a unit. What is wrong with a word is said for the first unit only. */
  private rules(fit: FitDraft, unit: string): Rule[] {
    const key = `${this.draft.fits.indexOf(fit)} ${unit}`;
    const known = this.rulesMade.get(key);
    if (known) return known;
    const file = fit.key.place.file.replace(/^.*\//, "").slice(-FILE_CHARS_MAX);
    const complain: Complain = (at, message, hint) => {
      if (!this.wrong.has(at.place)) this.error(at, message, hint);
      this.wrong.add(at.place);
    };
    const made = fit.rules.flatMap(
      (draft) => makeRule(draft, unit, this.levels, `${file}:${draft.level.place.line}`, complain) ?? [],
    );
    this.rulesMade.set(key, made);
    return made;
  }

  private defaultRules(item: ResolvedItem): Rule[] {
    const text = item.probe.values[item.value]?.fit;
    if (!text || (item.draft?.unit !== undefined && item.draft.unit !== item.probe.values[item.value]?.unit)) return [];
    return parseDefaultFit(text, item.unit, this.levels);
  }

  private serverHosts(): ServerWork["hosts"] {
    const hosts: ServerWork["hosts"] = {};
    for (const { fqdn, tag, via, addr, port } of this.draft.hosts) {
      const client = via && this.tags.get(via.text)?.fqdn.text;
      hosts[fqdn.text] = {
        tag: tag.text,
        ...(client ? { via: client } : {}),
        ...(addr ? { addr } : {}),
        ...(port ? { port } : {}),
      };
    }
    return hosts;
  }

  private pmakerHosts(): PmakerWork["hosts"] {
    const hosts: PmakerWork["hosts"] = {};
    for (const { fqdn, tag, via } of this.draft.hosts) {
      const client = via && this.tags.get(via.text)?.fqdn.text;
      hosts[fqdn.text] = { tag: tag.text, ...(client ? { via: client } : {}) };
    }
    return hosts;
  }
}
