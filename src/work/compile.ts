// From a work.conf to the works of all hosts: its hosts, items and fits are resolved (resolve/), everything is checked.

import { byPlace, type Diagnostic, formatOneLine, type Place, SourceError } from "../core/diagnostic.ts";
import { DEFAULT_FLAP } from "../core/flapping.ts";
import type { FitDraft, FlapDraft } from "./draft.ts";
import { parseWork, type ReadIncluded } from "./parse.ts";
import { Alerting } from "./resolve/alerting.ts";
import { Fits } from "./resolve/fits.ts";
import { Hosts } from "./resolve/hosts.ts";
import { type Item, Items } from "./resolve/items.ts";
import { Scopes } from "./resolve/scopes.ts";
import { complainInto } from "./statement.ts";
import type { ClientWork, ItemWork, PmakerWork, ServerWork } from "./works.ts";

export interface Works {
  /** By canonical name of the client. */
  clients: Map<string, ClientWork>;
  server: ServerWork;
  pmaker: PmakerWork;
  warnings: Diagnostic[];
}

/**
 * Reads and compiles a work.conf for the given server; what it includes is read by `readIncluded`. Throws SourceError with all that
 * is wrong.
 */
export function makeWorks(file: string, text: string, serverName: string, readIncluded?: ReadIncluded): Works {
  const diagnostics: Diagnostic[] = [];
  const { draft, files } = parseWork({ file, text }, diagnostics, readIncluded);
  const complaints = { error: complainInto(diagnostics), warn: complainInto(diagnostics, "warning") };
  const hosts = new Hosts(draft, complaints);
  const items = new Items(draft, hosts, complaints);
  const fits = new Fits(draft, complaints);

  fits.checkLevels();
  const server = hosts.server(serverName, topOf(file, text));
  hosts.check();
  const got = items.got();
  fits.resolve(hosts, items);
  const flaps = new Scopes<FlapDraft>("flap", complaints);
  for (const flap of draft.flaps) flaps.add(flap, hosts, items);
  const pmaker = hosts.pmaker(server);
  const alerting = new Alerting(draft, hosts, items, got, complaints).resolve(fits.levels);
  const said = inOrder(diagnostics, files);
  const errors = said.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || !server || !pmaker) throw new SourceError(errors);

  const levels = [...fits.levels];
  const common = { server: serverName, pmaker: pmaker.fqdn.text, levels };
  const workOf = itemWorks(items, fits);
  const clients = new Map<string, ClientWork>();
  for (const { client, monitored } of hosts.clients()) {
    const work: ClientWork["hosts"] = {};
    for (const { fqdn, tag, addr, snmp } of monitored) {
      const own: Record<string, ItemWork> = {};
      for (const name of [...(got.get(tag.text) ?? [])].sort()) {
        const made = workOf(name, fits.fitOf(name, tag.text), flaps.of(name, tag.text));
        if (made) own[name] = made;
      }
      work[fqdn.text] = { tag: tag.text, ...(addr ? { addr } : {}), ...(snmp ? { snmp } : {}), items: own };
    }
    const host = client.fqdn.text;
    clients.set(host, { host, server: serverName, pmaker: client === pmaker, levels, hosts: work });
  }
  return {
    clients,
    server: { ...common, hosts: hosts.forServer(), ...alerting },
    pmaker: { ...common, hosts: hosts.forPmaker() },
    warnings: said.filter(({ severity }) => severity === "warning"),
  };
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

/** Makes items under fitness functions and flap limits; the same on all hosts, so each is made once. */
function itemWorks(items: Items, fits: Fits) {
  const made = new Map<FitDraft | undefined, Map<FlapDraft | undefined, Map<string, ItemWork>>>();
  return (name: string, fit: FitDraft | undefined, flap: FlapDraft | undefined): ItemWork | undefined => {
    const byName = within(
      within(made, fit, () => new Map<FlapDraft | undefined, Map<string, ItemWork>>()),
      flap,
      () => new Map<string, ItemWork>(),
    );
    const item = items.get(name);
    return item && within(byName, name, () => itemWork(item, fits, fit, flap));
  };
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function itemWork(item: Item, fits: Fits, fit: FitDraft | undefined, flap: FlapDraft | undefined): ItemWork {
  const { draft } = item;
  return {
    probe: item.probe.name,
    value: item.value,
    args: [...item.args],
    fit: fits.rulesOf(item, fit),
    ...flapOf(flap),
    ...(draft?.every_s === undefined ? {} : { every_s: draft.every_s }),
    ...(draft?.timeout_s === undefined ? {} : { timeout_s: draft.timeout_s }),
    ...(draft?.label === undefined ? {} : { label: draft.label }),
    ...(draft?.unit === undefined ? {} : { unit: draft.unit }),
  };
}

function flapOf(flap: FlapDraft | undefined): Pick<ItemWork, "flap"> {
  if (!flap) return {};
  const { limits } = flap;
  const usual = limits !== "off" && limits.high === DEFAULT_FLAP.high && limits.low === DEFAULT_FLAP.low;
  return usual ? {} : { flap: limits };
}
