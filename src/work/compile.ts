// From a draft to the works of all hosts: names are resolved, fitness functions parsed, everything checked.

import { type Diagnostic, didYouMean, type Place, SourceError } from "../core/diagnostic.ts";
import { DEFAULT_LEVELS, type Level, type Rule } from "../core/fitness.ts";
import type { Word } from "../core/lexer.ts";
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

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.place.line - b.place.line || a.place.column - b.place.column;
}

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
      else if (client.via)
        this.error(via, `${via.text} is itself monitored via another host`, "name the client that runs dmon");
      else if (via.text === tag.text) this.error(via, "a host cannot be monitored via itself");
    }
  }

  private hostsOf(selector: Word): HostDraft[] {
    const { names, unmatched } = select(selector.text, this.tags.keys(), NO_GROUPS);
    for (const { part, offset } of unmatched) {
      const column = selector.place.column + offset + (selector.quoted ? 1 : 0);
      const at = { place: { ...selector.place, column, length: Math.max(1, part.length) } };
      this.warn(
        at,
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
      const names = items.filter((word) => this.resolveItem(word)).map((word) => word.text);
      for (const host of targets) for (const name of names) got.get(host.tag.text)?.add(name);
    }
    for (const { tag } of this.draft.hosts) {
      if (got.get(tag.text)?.size === 0)
        this.warn(tag, `${tag.text} monitors nothing`, `add: get ${tag.text} cpu_load mem_avail`);
    }
    return got;
  }

  private resolveItem(word: Word): boolean {
    if (this.items.has(word.text)) return true;
    const defined = this.draft.items.find(({ name }) => name.text === word.text);
    const source = defined ? this.resolveOwn(defined) : findItem(word.text);
    if (!source) {
      if (defined) return false; // said where it is defined
      const known = [...knownItems(), ...this.draft.items.map(({ name }) => name.text)];
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
          `the probe ${found.probe.name} takes ${wanted.length} arguments, not ${given.length}`,
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
      for (const { part } of unmatched) {
        this.warn(fit.items, `no host gets an item "${part}", so this fit is for nothing`, didYouMean(part, names));
      }
      const tags = fit.hosts ? new Set(this.hostsOf(fit.hosts).map((host) => host.tag.text)) : undefined;
      this.checkLevels(fit.rules);
      for (const name of selected) {
        const list = byItem.get(name) ?? [];
        list.push({ fit, ...(tags ? { tags } : {}) });
        byItem.set(name, list);
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

  private rules(fit: FitDraft, unit: string): Rule[] {
    const file = fit.key.place.file.replace(/^.*\//, "");
    return fit.rules.flatMap(
      (draft) => makeRule(draft, unit, this.levels, `${file}:${draft.level.place.line}`, this.error) ?? [],
    );
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
