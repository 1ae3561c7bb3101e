// mk-work --explain: which lines of a work.conf make an item of a host what it is.

import { badLevel, isServerItem, SERVER_ITEMS, type ServerItem } from "../core/alert/server-items.ts";
import { didYouMean, type Place } from "../core/diagnostic.ts";
import { formatInterval } from "../core/interval.ts";
import { PROBE_TIMEOUT_S } from "../core/limits.ts";
import { firstSentence } from "../core/text.ts";
import { ANY_UNIT } from "../core/units.ts";
import { catalogue } from "./catalogue.ts";
import { ruleWords } from "./change-words.ts";
import type { Resolved } from "./compile.ts";
import type { FitDraft, HostDraft } from "./draft.ts";
import type { Item } from "./resolve/item.ts";
import { whereOf } from "./statement.ts";

/** How often an item is read that says nothing else. */
const EVERY_S = 60;
/** A statement is shown by its line, up to here. */
const LINE_CHARS_MAX = 90;

/** What the work does not have; the message says what it has. */
export class ExplainError extends Error {
  override name = "ExplainError";
}

/** A line of an explanation: what it is about, where that is written, in which words. */
type Row = readonly [about: string, where: string, words: string];

/** What is asked about one item of one host. */
interface Asked {
  work: Resolved;
  host: HostDraft;
  item: Item;
}

/** What decides an item, in the order in which it is told. */
const ASPECTS: readonly ((asked: Asked) => Row[])[] = [hostRows, getRows, probeRows, fitRows, flapRows, alertRows];

/** Explains `HOST:ITEM`, or all items of `HOST`; hosts by tag or by name. Throws ExplainError. */
export function explain(work: Resolved, target: string): string {
  const colon = target.indexOf(":");
  const host = findHost(work, colon < 0 ? target : target.slice(0, colon));
  if (colon < 0) return explainHost(work, host);
  if (colon === target.length - 1)
    throw new ExplainError(`ITEM is missing; write --explain ${host.tag.text}:ITEM, or --explain ${host.tag.text}`);
  const name = target.slice(colon + 1);
  if (isServerItem(name)) return explainServerItem(work, host, name);
  const item = findGot(work, host, target.slice(colon + 1));
  const rows = ASPECTS.flatMap((rowsOf) => rowsOf({ work, host, item }));
  return `${host.tag.text}:${item.name}\n${columns(rows)}`;
}

function explainServerItem(work: Resolved, host: HostDraft, name: ServerItem): string {
  const { server, alerting, fits } = work;
  if (host !== server)
    throw new ExplainError(
      `${host.tag.text} has no item "${name}"; only the server has it: ${server.tag.text}:${name}`,
    );
  const [best, bad] = [fits.levels[0], badLevel(fits.levels)].map((level) => level?.name ?? "");
  const rows: Row[] = [
    ["host", whereOf(host.tag), source(host.tag.place)],
    ["given by", "built in", "the server makes it by itself, of its own host"],
    ["tells of", "", SERVER_ITEMS[name]],
    ["fitness", "built in", `${best}, or ${bad}; no fit changes it`],
    ...alertRows({ work: { alerting }, host, item: { name } }),
  ];
  return `${host.tag.text}:${name}\n${columns(rows)}`;
}

function explainHost(work: Resolved, host: HostDraft): string {
  const names = [...(work.got.get(host.tag.text) ?? [])].sort();
  const rows = names.flatMap((name): Row[] => {
    const item = work.items.get(name);
    if (!item) return [];
    const fit = work.fits.fitOf(name, host.tag.text);
    const rules = ruleWords(work.fits.rulesOf(item, fit), work.fits.levels).join("  ");
    return [[name, fit ? whereOf(fit.key) : "default", rules || "(no fitness)"]];
  });
  return `${host.tag.text} (${host.fqdn.text}), ${names.length} items and their fitness:\n${columns(rows)}`;
}

function hostRows({ work, host }: Asked): Row[] {
  const client = host.via && work.hosts.all.find(({ tag }) => tag.text === host.via?.text);
  const via: Row[] = client ? [["read by", whereOf(client.tag), source(client.tag.place)]] : [];
  return [["host", whereOf(host.tag), source(host.tag.place)], ...via];
}

function getRows({ work, host, item }: Asked): Row[] {
  // The line of the word, where a get has several.
  const rows = work.items
    .givers(item.name, host)
    .map(({ get, word }): Row => ["given by", whereOf(word), source(get.hosts.place)]);
  return rows.length > 0 ? rows : [["given by", "built in", "every client has it"]];
}

function probeRows({ item }: Asked): Row[] {
  const { draft, probe, value, args } = item;
  const declared = probe.values[value];
  const options = Object.entries(item.options ?? {}).map(([key, word]) => `${key}=${word}`);
  const what = [`${probe.name}.${value}`, ...args, ...options].join(" ");
  const name = catalogue.find((entry) => entry.declared === declared)?.name;
  const probeRow: Row = draft
    ? ["item", whereOf(draft.name), source(draft.name.place)]
    : ["item", "built in", `item ${item.name} ${what}${name === item.name ? "" : `  (as ${name})`}`];
  const every = draft?.every_s ?? probe.every_s ?? EVERY_S;
  const timeout = draft?.timeout_s ?? probe.timeout_s ?? PROBE_TIMEOUT_S;
  const times = `every ${formatInterval(every)}, given up after ${formatInterval(timeout)}`;
  return [
    probeRow,
    [
      "reads",
      "",
      `${what}${item.unit && item.unit !== ANY_UNIT ? ` in ${item.unit}` : ""}, ${times}: ${firstSentence(declared?.doc ?? "")}`,
    ],
  ];
}

function fitRows({ work, host, item }: Asked): Row[] {
  const { fits } = work;
  const matching = fits.fitsOf(item.name, host.tag.text);
  const fit = matching.at(-1);
  const rules = fits.rulesOf(item, fit);
  const words = ruleWords(rules, fits.levels);
  const last = fits.levels.at(-1)?.name ?? "";
  const failing = rules.some(({ test }) => test.op === "fail") ? [] : [`${last} fail`];
  const best = fits.levels[0]?.name ?? "";
  const head: Row = fit
    ? [
        "fitness",
        whereOf(fit.key),
        matching.length > 1 ? `${source(fit.key.place)}  (the last of ${matching.length})` : source(fit.key.place),
      ]
    : [
        "fitness",
        "default",
        words.length > 0 ? "of the probe, for no fit matches" : `none: ${best}, unless the probe fails`,
      ];
  const foundRows = fits
    .foundFits(item.name, host.tag.text, work.items)
    .map((each): Row => [`${item.name}.…`, whereOf(each.fit.key), source(each.fit.key.place)]);
  const ruleRows = rules.map((rule, i): Row => ["", rule.where === "default" ? "" : rule.where, `  ${words[i]}`]);
  const overridden = matching
    .slice(0, -1)
    .toReversed()
    .map((each: FitDraft): Row => ["overridden", whereOf(each.key), source(each.key.place)]);
  return [head, ...ruleRows, ...failing.map((each): Row => ["", "default", `  ${each}`]), ...overridden, ...foundRows];
}

function flapRows({ work, host, item }: Asked): Row[] {
  const flap = work.flaps.of(item.name, host.tag.text);
  return flap ? [["flapping", whereOf(flap.items), source(flap.items.place)]] : [];
}

function alertRows({
  work: { alerting },
  host,
  item,
}: {
  work: Pick<Resolved, "alerting">;
  host: HostDraft;
  item: Pick<Item, "name">;
}): Row[] {
  const alerts = alerting.about(item.name, host.tag.text).flatMap((alert): Row[] => [
    ["alerts", whereOf(alert.key), source(alert.key.place)],
    ["", "", `  tells ${alerting.toldBy(alert).join(", ") || "nobody"}`],
  ]);
  const back = alerting.keptBackBy(item.name, host.tag.text);
  return [
    ...(alerts.length > 0 ? alerts : [["alerts", "", "none: nobody is told"] as const]),
    ...back.map(({ key }): Row => ["kept back by", whereOf(key), source(key.place)]),
  ];
}

function findHost({ hosts }: Resolved, name: string): HostDraft {
  const found = hosts.all.find(({ tag, fqdn }) => tag.text === name || fqdn.text === name);
  if (found) return found;
  if (name === "") throw new ExplainError("HOST is missing; write HOST:ITEM, such as --explain mars:uptime");
  if (hosts.groups.has(name)) throw new ExplainError(`"${name}" is a group; name one host`);
  const known = hosts.all.flatMap(({ tag, fqdn }) => [tag.text, fqdn.text]);
  throw new ExplainError(
    `there is no host "${name}" in the work-config; ${didYouMean(name, known) ?? "write HOST:ITEM with a tag or a name"}`,
  );
}

function findGot({ items, got }: Resolved, { tag }: HostDraft, name: string): Item {
  const own = got.get(tag.text) ?? new Set<string>();
  const item = own.has(name) ? items.get(name) : undefined;
  if (item) return item;
  const finder = items.finderOf(name);
  if (finder && own.has(finder.name)) throw new ExplainError(foundWords(tag.text, name, finder));
  const hint = items.known.notGotHint(name, [...own], tag.text);
  const what = hint.startsWith("add:") ? `does not get ${name}` : `has no item "${name}"`;
  throw new ExplainError(`${tag.text} ${what}; ${hint}`);
}

function foundWords(tag: string, name: string, finder: Item): string {
  return `whether there is ${name} is known when ${finder.name} was read; what decides that one: dmon mk-work --explain ${tag}:${finder.name}`;
}

function source({ text }: Place): string {
  const words = text.trim().replace(/\s+/g, " ");
  return words.length > LINE_CHARS_MAX ? `${words.slice(0, LINE_CHARS_MAX)}…` : words;
}

/** Two columns as wide as they need, then the words; what is said before is not said again. */
function columns(rows: readonly Row[]): string {
  const width = (i: 0 | 1) => Math.max(0, ...rows.map((row) => row[i].length));
  const [first, second] = [width(0), width(1)];
  return rows
    .map(([about, where, words], i) => {
      const shown = about === rows[i - 1]?.[0] ? "" : about;
      return `  ${shown.padEnd(first)}  ${where.padEnd(second)}  ${words}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join("");
}
