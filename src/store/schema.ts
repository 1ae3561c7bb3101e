// Whether the tables and indexes of a database are those that its schema makes: what the file says of them steers each read and each
// write, and SQLite believes it.

import { Database } from "bun:sqlite";

interface Part {
  type: string;
  table: string;
  sql: string;
}

/** Tables and indexes by name. */
type Parts = ReadonlyMap<string, Part>;

/** What the steps made so far make, by their text: a `:memory:` database is asked once. */
const made = new Map<string, Parts>();

/** What is wrong with a database that was made by these steps, one line each. Whoever added tables of his own may have them. */
export function schemaFaults(db: Database, steps: readonly string[]): string[] {
  const there = rowsOf(db);
  if (steps.length === 0) return there.length > 0 ? ["is no database of dmon, or has lost its version"] : [];
  const found = new Map(there.map(({ name, ...part }) => [name, part]));
  const faults = [...madeBy(steps)].flatMap(([name, wanted]) => {
    const part = found.get(name);
    if (!part) return [`has lost ${name}`];
    return isSame(part, wanted) ? [] : [`${wanted.type} ${name} is not as dmon makes it`];
  });
  const roots = there.map(({ root }) => root).filter((root) => root > 0);
  if (new Set(roots).size < roots.length) faults.push("two of its tables begin at one page");
  return faults;
}

/** How many tables and indexes of a schema a database has, by their names. */
export function partsOf(db: Database, steps: readonly string[]): number {
  const names = new Set(rowsOf(db).map(({ name }) => name));
  return [...madeBy(steps).keys()].filter((name) => names.has(name)).length;
}

function isSame(a: Part, b: Part): boolean {
  return a.type === b.type && a.table === b.table && a.sql === b.sql;
}

function madeBy(steps: readonly string[]): Parts {
  const text = steps.join(";\n");
  const known = made.get(text);
  if (known) return known;
  const db = new Database(":memory:");
  try {
    for (const step of steps) db.run(step);
    const parts = new Map(rowsOf(db).map(({ name, type, table, sql }) => [name, { type, table, sql }]));
    made.set(text, parts);
    return parts;
  } finally {
    db.close();
  }
}

type PartRow = Part & { name: string; root: number };

function rowsOf(db: Database): PartRow[] {
  const rows = db
    .query("SELECT type, name, tbl_name AS 'table', rootpage AS root, sql FROM sqlite_schema")
    .all() as (Omit<PartRow, "sql"> & { sql: string | null })[];
  // How a statement was laid out is no difference; SQLite makes indexes of unique columns without one.
  return rows.map(({ sql, ...row }) => ({ ...row, sql: (sql ?? "").replaceAll(/\s+/g, " ") }));
}
