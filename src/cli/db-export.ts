// dmon db export: the history for other programs, as it is stored.

import { didYouMean } from "../core/diagnostic.ts";
import { formatInterval, parseInterval } from "../core/interval.ts";
import { TIME_S_MAX, TIME_S_MIN } from "../core/limits.ts";
import { momentHint, parseMoment } from "../core/moment.ts";
import { select } from "../core/selector.ts";
import { offsetAt } from "../process/localtime.ts";
import { checkFile } from "../store/check.ts";
import { CLIENT_SCHEMA } from "../store/client-store.ts";
import { closeDatabase, guarded } from "../store/database.ts";
import { type ExportedChange, type ExportedRow, Exporter } from "../store/export.ts";
import { openForReading } from "../store/reading.ts";
import { type CliContext, UsageError } from "./command.ts";
import { type DbContext, mustBeThere } from "./db.ts";
import { Outlet } from "./outlet.ts";

type Cells = readonly (string | number)[];

const ROW_HEAD: Cells = ["host", "item", "bucket_s", "time", "avg", "min", "max", "count"];
const CHANGE_HEAD: Cells = ["host", "item", "time", "kind", "level", "text"];

export async function run({ args, options, files, err }: DbContext): Promise<number> {
  if (options.csv && options.json) throw new UsageError("--csv and --json are two formats; give one");
  if (options.changes && options.tier !== undefined) throw new UsageError("--tier is about rows; leave out --changes");
  const now_s = Date.now() / 1000;
  const range = rangeOf(options, now_s);
  const file = files.client;
  mustBeThere(file);
  const db = openForReading(file);
  const outlet = new Outlet();
  try {
    // Said before the first row, for that may be of a wrong item; 15 MiB take some 10 ms.
    const { damage } = guarded(file, () => checkFile(db, CLIENT_SCHEMA));
    if (damage.length > 0) err(`[error] dmon: ${file}: is damaged (${damage[0]}); what can be read is given\n`);
    const damaged = new Set<string>();
    const exporter = guarded(file, () => new Exporter(db, (what) => damaged.add(what)));
    const query = { ...selected(exporter, args, options.host), ...range, now_s };
    const sizes = options.changes ? [] : sizesOf(options.tier, exporter.sizes());
    const pieces = options.changes
      ? lines(exporter.changes(query), CHANGE_HEAD, changeCells, options.json === true)
      : lines(rowsOf(exporter, query, sizes), ROW_HEAD, rowCells, options.json === true);
    for (;;) {
      const { done, value } = guarded(file, () => pieces.next());
      if (done) break;
      if (!(await outlet.write(value))) return damage.length === 0 ? 0 : 1; // whoever read has enough
    }
    for (const what of damaged) err(`[warning] dmon: ${file}: ${what}; left out\n`);
    return damaged.size + damage.length === 0 ? 0 : 1;
  } finally {
    outlet.close();
    closeDatabase(db);
  }
}

type Query = ReturnType<typeof selected> & { from_s: number; to_s: number; now_s: number };

function* rowsOf(exporter: Exporter, query: Query, sizes: readonly (number | undefined)[]): Generator<ExportedRow[]> {
  for (const bucket_s of sizes) yield* exporter.rows({ ...query, ...(bucket_s === undefined ? {} : { bucket_s }) });
}

function* lines<T extends object>(
  pieces: Iterable<readonly T[]>,
  head: Cells,
  cells: (row: T) => Cells,
  asJson: boolean,
): Generator<string> {
  if (!asJson) yield csvLine(head);
  const json = (row: T) => `${JSON.stringify(Object.fromEntries(cells(row).map((cell, i) => [head[i], cell])))}\n`;
  for (const rows of pieces) yield rows.map((row) => (asJson ? json(row) : csvLine(cells(row)))).join("");
}

function rowCells({ host, item, bucket_s, time_s, avg, min, max, count }: ExportedRow): Cells {
  return [host, item, bucket_s, isoTime(time_s), avg, min, max, count];
}

function changeCells({ host, item, time_s, kind, level, text }: ExportedChange): Cells {
  return [host, item, isoTime(time_s), kind, level, text ?? ""];
}

/** RFC 4180, but for the ends of lines, which are those of the system. Numbers are exact. */
function csvLine(cells: Cells): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(",")}\n`;
}

function isoTime(time_s: number): string {
  return new Date(time_s * 1000).toISOString().replace(".000Z", "Z");
}

function rangeOf({ from, to }: CliContext["options"], now_s: number): { from_s: number; to_s: number } {
  const moment = (option: string, text: string) => {
    const time_s = parseMoment(text, now_s, offsetAt);
    if (time_s === undefined) throw new UsageError(`--${option} "${text}" is no time; ${momentHint(text)}`);
    return time_s;
  };
  const from_s = typeof from === "string" ? moment("from", from) : TIME_S_MIN;
  const to_s = typeof to === "string" ? moment("to", to) : TIME_S_MAX;
  if (from_s >= to_s) throw new UsageError(`--from "${from ?? ""}" is not before --to "${to ?? ""}"`);
  return { from_s, to_s };
}

/** Which hosts and items are meant. Throws UsageError for what there is none of. */
function selected(exporter: Exporter, words: readonly string[], host: unknown) {
  const hosts = exporter.hosts();
  const chosenHosts = typeof host === "string" ? chosen("host", host, hosts) : new Set(hosts);
  const items = [...new Set([...chosenHosts].flatMap((name) => exporter.items(name)))];
  const chosenItems = words.length > 0 ? chosen("item", words.join(","), items) : new Set(items);
  return { isHost: (name: string) => chosenHosts.has(name), isItem: (name: string) => chosenItems.has(name) };
}

function chosen(what: string, selector: string, all: readonly string[]): ReadonlySet<string> {
  const { names, unmatched } = select(selector, all, new Map());
  const [unknown] = unmatched;
  if (unknown) {
    const hint = didYouMean(unknown.part, all) ?? (all.length > 0 ? `there are ${some(all)}` : "it is empty yet");
    throw new UsageError(`the history has no ${what} "${unknown.part}"; ${hint}`);
  }
  return names;
}

const SHOWN = 10;

function some(names: readonly string[]): string {
  return names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? `, and ${names.length - SHOWN} more` : "");
}

/** The sizes of rows that are asked for; undefined stands for the finest of each time. */
function sizesOf(tier: unknown, sizes: readonly number[]): (number | undefined)[] {
  if (typeof tier !== "string") return [undefined];
  if (tier === "all") return [...sizes];
  const bucket_s = parseInterval(tier);
  if (bucket_s !== undefined && sizes.includes(bucket_s)) return [bucket_s];
  const names = [...sizes.map(formatInterval), "all"].join(", ");
  throw new UsageError(`--tier "${tier}": the history has no rows of that size; give ${names}`);
}
