// From a work.conf to the works of all hosts: its hosts, items and fits are resolved (resolve/), everything is checked.

import { byPlace, type Diagnostic, formatOneLine, type Place, SourceError } from "../core/diagnostic.ts";
import { DEFAULT_FLAP } from "../core/flapping.ts";
import { ANY_UNIT } from "../core/units.ts";
import type { AlertingWork } from "./alerting-work.ts";
import type { FitDraft, FlapDraft, HostDraft } from "./draft.ts";
import { parseWork, type ReadIncluded } from "./parse.ts";
import { Alerting } from "./resolve/alerting.ts";
import { checkCounts } from "./resolve/counts.ts";
import { doubtChanges } from "./resolve/doubts-changes.ts";
import { doubtIntervals } from "./resolve/doubts-intervals.ts";
import { Fits } from "./resolve/fits.ts";
import { Hosts } from "./resolve/hosts.ts";
import type { Item } from "./resolve/item.ts";
import { Items } from "./resolve/items.ts";
import { Scopes } from "./resolve/scopes.ts";
import type { Site } from "./site.ts";
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
  flaps: Scopes<FlapDraft>;
  alerting: Alerting;
  alertingWork: AlertingWork;
  /** All users by name, sorted; the server's work has only those who are told of something. */
  users: readonly string[];
  server: HostDraft;
  pmaker: HostDraft;
  /** The items of each host, by tag. */
  got: ReadonlyMap<string, ReadonlySet<string>>;
  warnings: Diagnostic[];
}

/** How often items are read where no dmon.conf says it. */
const IVAL_MAKE_STATE_S = 60;

/**
 * Reads a work.conf for the given server; what it includes is read by `readIncluded`. Throws SourceError with all that is
 * wrong. `site` is for warnings only.
 */
export function resolveWork(
  file: string,
  text: string,
  serverName: string,
  readIncluded?: ReadIncluded,
  site: Site = {},
): Resolved {
  const diagnostics: Diagnostic[] = [];
  const { draft, files } = parseWork({ file, text }, diagnostics, readIncluded);
  const complaints = { error: complainInto(diagnostics), warn: complainInto(diagnostics, "warning") };
  const hosts = new Hosts(draft, complaints);
  const items = new Items(draft, hosts, complaints);
  const fits = new Fits(draft, complaints);

  checkCounts(draft, complaints);
  fits.checkLevels();
  const server = hosts.server(serverName, topOf(file, text));
  hosts.check(server);
  const got = items.got();
  fits.resolve(hosts, items, got);
  const flaps = new Scopes<FlapDraft>("flap", complaints);
  for (const flap of draft.flaps) flaps.add(flap, hosts, items);
  flaps.doubt(got);
  const pmaker = hosts.pmaker(server);
  const alerting = new Alerting(draft, hosts, items, got, complaints, server?.tag.text);
  const alertingWork = alerting.resolve(fits.levels, site);
  doubtIntervals(draft.intervals, site.ival_make_state_s ?? IVAL_MAKE_STATE_S, complaints.warn);
  doubtChanges(draft, { hosts, items, fits, got, server: server?.tag.text }, complaints.warn);
  const said = inOrder(diagnostics, files);
  const errors = said.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || !server || !pmaker) throw new SourceError(errors);
  const warnings = said.filter(({ severity }) => severity === "warning");
  const users = draft.users.map(({ name }) => name.text).toSorted();
  return { hosts, items, fits, flaps, alerting, alertingWork, users, server, pmaker, got, warnings };
}

/** Compiles a resolved work.conf for all hosts. */
export function compileWork(resolved: Resolved): Works {
  const { hosts, fits, server, pmaker, got, warnings } = resolved;
  const levels = [...fits.levels];
  const common = { server: server.fqdn.text, pmaker: pmaker.fqdn.text, levels };
  const itemsOf = sharedItems(resolved);
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
    server: { ...common, hosts: hosts.forServer(), ...resolved.alertingWork },
    pmaker: {
      ...common,
      users: [...resolved.users],
      hosts: { [pmaker.fqdn.text]: { tag: pmaker.tag.text } },
      groups: resolved.alertingWork.groups,
    },
    warnings,
  };
}

/** Reads and compiles a work.conf for the given server. Throws SourceError with all that is wrong. */
export function makeWorks(...from: Parameters<typeof resolveWork>): Works {
  return compileWork(resolveWork(...from));
}

/** Each once, in the order in which a person reads the files. */
function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const once = new Map(diagnostics.map((each) => [`${each.severity} ${formatOneLine(each)}`, each]));
  const rank = new Map(files.map((file, i) => [file, i]));
  const fileOf = ({ place }: Diagnostic) => rank.get(place.file) ?? 0;
  return [...once.values()].sort((a, b) => fileOf(a) - fileOf(b) || byPlace(a, b));
}

/** Where an error is that belongs to no word of the text. */
function topOf(file: string, text: string): { place: Place } {
  return { place: { file, line: 1, column: 1, length: 1, text: text.split("\n", 1)[0] ?? "" } };
}

type Parts = Pick<Resolved, "items" | "fits" | "flaps">;

/** The items of a host. Hosts with the same items under the same fits share one object, so its text is made once too. */
function sharedItems(parts: Parts): (tag: string, got: ReadonlySet<string>) => Record<string, ItemWork> {
  const { fits, flaps } = parts;
  const workOf = itemWorks(parts);
  const sorted = new Map<string, string[]>();
  const made = new Map<string, Record<string, ItemWork>>();
  return (tag, got) => {
    const names = within(sorted, [...got].join(" "), () => [...got].sort());
    const own = names.flatMap(
      (name) => workOf(name, fits.fitOf(name, tag), flaps.of(name, tag), foundOf(parts, name, tag)) ?? [],
    );
    const key = own.map(({ id }) => id).join(" ");
    return within(made, key, () => Object.fromEntries(own.map(({ name, work }) => [name, work])));
  };
}

interface NumberedItem {
  /** Another for each item, fit and flap. */
  id: number;
  name: string;
  work: ItemWork;
}

/** Makes items under fitness functions and flap limits; the same on all hosts, so each is made once. */
function itemWorks({ items, fits }: Parts) {
  const made = new Map<FitDraft | undefined, Map<FlapDraft | undefined, Map<string, NumberedItem>>>();
  let id = 0;
  return (
    name: string,
    fit: FitDraft | undefined,
    flap: FlapDraft | undefined,
    found: ItemWork["found"],
  ): NumberedItem | undefined => {
    const byFlap = within(made, fit, () => new Map<FlapDraft | undefined, Map<string, NumberedItem>>());
    const byName = within(byFlap, flap, () => new Map<string, NumberedItem>());
    const item = items.get(name);
    const key = found ? `${name} ${JSON.stringify(found)}` : name;
    return item && within(byName, key, () => ({ id: id++, name, work: itemWork(item, fits, fit, flap, found) }));
  };
}

/** The fits and flap limits for what an item of a host finds; undefined where there are none. */
function foundOf({ items, fits, flaps }: Parts, name: string, tag: string): ItemWork["found"] {
  const probe = items.get(name)?.probe;
  if (!probe || !("finds" in probe)) return undefined;
  const fit = fits.foundFits(name, tag, items).map((each) => ({ items: each.items, fit: fits.foundRules(each.fit) }));
  const flap = flaps.found(name, tag, items).map((each) => ({ items: each.items, flap: each.scope.limits }));
  if (fit.length + flap.length === 0) return undefined;
  return { ...(fit.length > 0 ? { fit } : {}), ...(flap.length > 0 ? { flap } : {}) };
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function itemWork(
  item: Item,
  fits: Fits,
  fit: FitDraft | undefined,
  flap: FlapDraft | undefined,
  found: ItemWork["found"],
): ItemWork {
  const { draft } = item;
  return {
    probe: item.probe.name,
    value: item.value,
    args: [...item.args],
    ...(item.options ? { options: { ...item.options } } : {}),
    fit: fits.rulesOf(item, fit),
    ...(found ? { found } : {}),
    ...flapOf(flap),
    ...(draft?.every_s === undefined ? {} : { every_s: draft.every_s }),
    ...(draft?.timeout_s === undefined ? {} : { timeout_s: draft.timeout_s }),
    ...(draft?.label === undefined ? {} : { label: draft.label }),
    ...unitOf(item),
  };
}

/** Where it is not that of the probe; of what is known only when it is found there is none. */
function unitOf({ probe, value, unit, draft }: Item): Pick<ItemWork, "unit"> {
  const isOther = draft?.unit !== undefined || unit !== (probe.values[value]?.unit ?? "");
  return isOther && unit !== ANY_UNIT ? { unit } : {};
}

function flapOf(flap: FlapDraft | undefined): Pick<ItemWork, "flap"> {
  if (!flap) return {};
  const { limits } = flap;
  const usual = limits !== "off" && limits.high === DEFAULT_FLAP.high && limits.low === DEFAULT_FLAP.low;
  return usual ? {} : { flap: limits };
}
