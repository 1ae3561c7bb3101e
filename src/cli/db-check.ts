// dmon db check: what there is in the databases, and whether all of it is right.

import type { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { formatInterval } from "../core/interval.ts";
import { formatValue } from "../core/units.ts";
import { stamp } from "../process/localtime.ts";
import { type CheckedClient, type CheckedFile, checkClient, isReadable } from "../store/check.ts";
import { type CheckedServer, checkServer } from "../store/check-server.ts";
import { CLIENT_SCHEMA } from "../store/client-store.ts";
import { asStoreError, closeDatabase, DamagedError, StoreError } from "../store/database.ts";
import { openForReading } from "../store/reading.ts";
import { counted } from "../store/rescue.ts";
import { partsOf } from "../store/schema.ts";
import { SERVER_SCHEMA } from "../store/server-store.ts";
import { type DbContext, mustBeThere } from "./db.ts";

type Whole = { log_bytes: number } & (({ kind: "client" } & CheckedClient) | ({ kind: "server" } & CheckedServer));
/** Of a file that SQLite refuses nothing more is known. */
type Refused = { kind: "client" | "server" } & Pick<CheckedFile, "damage" | "wrong" | "wrong_more" | "notes">;
type Checked = { file: string; ok: boolean } & (Whole | Refused);

/** What SQLite says of damage is for those who know it; of so many lines. */
const DAMAGE_SHOWN = 5;

export function run({ args: [file], options, files, out }: DbContext): number {
  const wanted = file === undefined ? [files.client, ...(existsSync(files.server) ? [files.server] : [])] : [file];
  if (file === undefined) mustBeThere(files.client);
  const checked = wanted.map((each) => check(each, each === files.server ? "server" : "client"));
  if (options.json) out(`${JSON.stringify(file === undefined ? checked : checked[0])}\n`);
  else out(checked.map((each) => textOf(each, files)).join("\n"));
  return checked.every(({ ok }) => ok) ? 0 : 1;
}

/** Throws StoreError for what is no database of dmon, or cannot be read. */
function check(file: string, kind: Checked["kind"]): Checked {
  try {
    return look(file);
  } catch (error) {
    if (error instanceof DamagedError)
      return { file, kind, ok: false, damage: ["is damaged or no database"], wrong: [], wrong_more: 0, notes: [] };
    throw error;
  }
}

function look(file: string): Checked {
  const db = openForReading(file);
  try {
    const kind = kindOf(db, file);
    const about = { file, log_bytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0 };
    if (kind === "client") {
      const found = checkClient(db, Date.now() / 1000);
      return { ...about, kind, ok: isRight(found), ...found };
    }
    const found = checkServer(db);
    return { ...about, kind, ok: isRight(found), ...found };
  } catch (error) {
    throw asStoreError(file, error);
  } finally {
    closeDatabase(db);
  }
}

/** By most of its tables, for one may have lost its name. */
function kindOf(db: Database, file: string): Checked["kind"] {
  const [client, server] = [partsOf(db, CLIENT_SCHEMA), partsOf(db, SERVER_SCHEMA)];
  if (client + server === 0) throw new StoreError(`${file}: is no database of dmon`);
  return client > server ? "client" : "server";
}

function isRight(found: CheckedFile): boolean {
  return isReadable(found) && found.wrong.length === 0;
}

function textOf(checked: Checked, own: DbContext["files"]): string {
  const { file, notes } = checked;
  const lines = "pages" in checked ? contentOf(checked) : [];
  return `${[`${file}: ${lines[0] ?? "cannot be read"}`, ...lines.slice(1), ...notes.map((note) => `note: ${note}`), ...verdict(checked, own)].join("\n")}\n`;
}

function contentOf(checked: Whole): string[] {
  const { bytes, pages, free_pages, log_bytes, schema } = checked;
  const log = log_bytes > 0 ? `, log ${formatValue(log_bytes, "B")}` : "";
  const head = `${formatValue(bytes, "B")} in ${many(pages, "page")}, ${counted(free_pages)} free${log}, schema ${schema}`;
  if (!isReadable(checked)) return [head]; // its rows were not looked at
  return [head, ...(checked.kind === "client" ? clientLines(checked) : serverLines(checked))];
}

function clientLines(checked: CheckedClient): string[] {
  const { tiers, hosts, items, series, level_changes, text_changes, levels, waiting_events } = checked;
  const [rows, values] = [sum(tiers.map((tier) => tier.rows)), sum(tiers.map((tier) => tier.values))];
  const table = [
    ["rows of", "how many", "from", "to", "values", "bytes/value"],
    ...tiers.map((tier) => [
      formatInterval(tier.bucket_s),
      counted(tier.rows),
      tier.from_s === null ? "" : stamp(tier.from_s),
      tier.to_s === null ? "" : stamp(tier.to_s),
      counted(tier.values),
      tier.values > 0 ? (tier.bytes / tier.values).toFixed(1) : "",
    ]),
  ];
  return [
    `${many(hosts, "host")}, ${many(items, "item")}, ${counted(series)} series`,
    ...aligned(table, [1, 4, 5]),
    `${many(rows, "row")}, ${many(values, "value")}${values > 0 ? `, ${(checked.bytes / values).toFixed(1)} bytes of the file each` : ""}`,
    `${many(level_changes, "change")} of level, ${counted(text_changes)} of text; ${many(levels, "level")}; ${many(waiting_events, "event")} for the server`,
  ];
}

function serverLines({ events, from_s, to_s, reports }: CheckedServer): string[] {
  const range = from_s === null || to_s === null ? "" : ` from ${stamp(from_s)} to ${stamp(to_s)}`;
  return [`${many(events, "event")}${range}, the last reports of ${many(reports, "host")}`];
}

/** What is wrong, and what to do. */
function verdict(checked: Checked, own: DbContext["files"]): string[] {
  const { file, damage, wrong, wrong_more, kind } = checked;
  const newer_than = "pages" in checked ? checked.newer_than : undefined;
  if (newer_than !== undefined && damage.length === 0)
    return [`it is of a newer dmon: this one knows schemas up to ${newer_than}; check it with that one`];
  if (damage.length + wrong.length === 0) return ["ok"];
  const option = kind === "server" ? " --server" : "";
  return [
    ...damage.slice(0, DAMAGE_SHOWN).map((line) => `damaged: ${line}`),
    ...wrong.map((line) => `wrong: ${line}`),
    ...(wrong_more > 0 ? [`and ${counted(wrong_more)} more`] : []),
    damage.length > 0
      ? adviceFor(file, own[kind], option)
      : "Nothing is to be done: such rows are left out, and go when they are old. If there are more each day, the disk is to blame.",
  ];
}

/** Rescue is of the file in use: of a backup it would take apart what is well. */
function adviceFor(file: string, own: string, option: string): string {
  if (resolve(file) !== resolve(own))
    return `Take another copy. Where there is none: dmon stop; put this one in the place of ${own}; dmon db rescue${option}; dmon start`;
  return `dmon stop; dmon db rescue${option}; dmon start: saves what can be read. Or put a backup in its place: dmon db --help`;
}

/** Columns of a width; those named have their cells at the right. */
function aligned(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function many(count: number, what: string): string {
  return `${counted(count)} ${what}${count === 1 ? "" : "s"}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
