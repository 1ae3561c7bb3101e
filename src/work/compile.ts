// From a work.conf to the works of all hosts: its hosts, items and fits are resolved (resolve/), everything is checked.

import { byPlace, type Diagnostic, type Place, SourceError } from "../core/diagnostic.ts";
import type { FitDraft, HostDraft } from "./draft.ts";
import { parseWork } from "./parse.ts";
import { Fits } from "./resolve/fits.ts";
import { Hosts } from "./resolve/hosts.ts";
import { type Item, Items } from "./resolve/items.ts";
import { complainInto } from "./statement.ts";
import type { ClientWork, ItemWork, PmakerWork, ServerWork } from "./works.ts";

export interface Works {
  /** By canonical name of the client. */
  clients: Map<string, ClientWork>;
  server: ServerWork;
  pmaker: PmakerWork;
  warnings: Diagnostic[];
}

/** A work.conf with all its names resolved. */
export interface Resolved {
  hosts: Hosts;
  items: Items;
  fits: Fits;
  server: HostDraft;
  pmaker: HostDraft;
  /** The items of each host, by tag. */
  got: ReadonlyMap<string, ReadonlySet<string>>;
  warnings: Diagnostic[];
}

/** Reads a work.conf for the given server. Throws SourceError with all that is wrong. */
export function resolveWork(file: string, text: string, serverName: string): Resolved {
  const diagnostics: Diagnostic[] = [];
  const draft = parseWork(file, text, diagnostics);
  const complaints = { error: complainInto(diagnostics), warn: complainInto(diagnostics, "warning") };
  const hosts = new Hosts(draft, complaints);
  const items = new Items(draft, hosts, complaints);
  const fits = new Fits(draft, complaints);

  fits.checkLevels();
  const server = hosts.server(serverName, topOf(file, text));
  hosts.check();
  const got = items.got();
  fits.resolve(hosts, items);
  const pmaker = hosts.pmaker(server);
  const errors = diagnostics.filter(({ severity }) => severity === "error").sort(byPlace);
  if (errors.length > 0 || !server || !pmaker) throw new SourceError(errors);
  const warnings = diagnostics.filter(({ severity }) => severity === "warning").sort(byPlace);
  return { hosts, items, fits, server, pmaker, got, warnings };
}

/** Compiles a resolved work.conf for all hosts. */
export function compileWork({ hosts, items, fits, server, pmaker, got, warnings }: Resolved): Works {
  const levels = [...fits.levels];
  const common = { server: server.fqdn.text, pmaker: pmaker.fqdn.text, levels };
  const itemsOf = sharedItems(items, fits);
  const clients = new Map<string, ClientWork>();
  for (const { client, monitored } of hosts.clients()) {
    const work: ClientWork["hosts"] = {};
    for (const { fqdn, tag, addr, snmp } of monitored) {
      const own = itemsOf(tag.text, got.get(tag.text) ?? new Set());
      work[fqdn.text] = { tag: tag.text, ...(addr ? { addr } : {}), ...(snmp ? { snmp } : {}), items: own };
    }
    const host = client.fqdn.text;
    clients.set(host, { host, server: server.fqdn.text, pmaker: client === pmaker, levels, hosts: work });
  }
  return {
    clients,
    server: { ...common, hosts: hosts.forServer() },
    pmaker: { ...common, hosts: hosts.forPmaker() },
    warnings,
  };
}

/** Reads and compiles a work.conf for the given server. Throws SourceError with all that is wrong. */
export function makeWorks(file: string, text: string, serverName: string): Works {
  return compileWork(resolveWork(file, text, serverName));
}

/** Where an error is that belongs to no word of the text. */
function topOf(file: string, text: string): { place: Place } {
  return { place: { file, line: 1, column: 1, length: 1, text: text.split("\n", 1)[0] ?? "" } };
}

/** The items of a host. Hosts with the same items under the same fits share one object, so its text is made once too. */
function sharedItems(items: Items, fits: Fits): (tag: string, got: ReadonlySet<string>) => Record<string, ItemWork> {
  const workOf = itemWorks(items, fits);
  const sorted = new Map<string, string[]>();
  const made = new Map<string, Record<string, ItemWork>>();
  return (tag, got) => {
    const unsorted = [...got].join(" ");
    const names = sorted.get(unsorted) ?? [...got].sort();
    sorted.set(unsorted, names);
    const own = names.flatMap((name) => workOf(name, fits.fitOf(name, tag)) ?? []);
    const key = own.map(({ id }) => id).join(" ");
    const known = made.get(key);
    if (known) return known;
    const record = Object.fromEntries(own.map(({ name, work }) => [name, work]));
    made.set(key, record);
    return record;
  };
}

interface NumberedItem {
  /** Another for each item and fit. */
  id: number;
  name: string;
  work: ItemWork;
}

/** Makes items under fitness functions; the same on all hosts, so each is made once. */
function itemWorks(items: Items, fits: Fits): (name: string, fit: FitDraft | undefined) => NumberedItem | undefined {
  const made = new Map<FitDraft | undefined, Map<string, NumberedItem>>();
  let id = 0;
  return (name, fit) => {
    let byName = made.get(fit);
    if (!byName) {
      byName = new Map();
      made.set(fit, byName);
    }
    const known = byName.get(name);
    if (known) return known;
    const item = items.get(name);
    if (!item) return undefined;
    const numbered = { id: id++, name, work: itemWork(item, fits, fit) };
    byName.set(name, numbered);
    return numbered;
  };
}

function itemWork(item: Item, fits: Fits, fit: FitDraft | undefined): ItemWork {
  const { draft } = item;
  return {
    probe: item.probe.name,
    value: item.value,
    args: [...item.args],
    fit: fits.rulesOf(item, fit),
    ...(draft?.every_s === undefined ? {} : { every_s: draft.every_s }),
    ...(draft?.timeout_s === undefined ? {} : { timeout_s: draft.timeout_s }),
    ...(draft?.label === undefined ? {} : { label: draft.label }),
    ...(draft?.unit === undefined ? {} : { unit: draft.unit }),
  };
}
