// What can be read of a database that SQLite refuses, table by table and page by page. What its tables are is known from the schema
// that it was made with; where they begin, it says itself, or else they begin where SQLite puts them when it makes them.

import { Database } from "bun:sqlite";
import { PageFile } from "./page-file.ts";
import { firstRowid, rowsOf, type StoredRow, type Value } from "./page-rows.ts";
import { pagesByRoot } from "./page-trees.ts";

/** A row by the names of its columns. */
export type SavedRow = Readonly<Record<string, Value>>;

export interface SavedRows {
  rows: SavedRow[];
  /** Rows that are lost: those that do not read; of a whole page there is no telling. */
  damaged: number;
  isLost: boolean;
}

interface Column {
  name: string;
  type: string;
  isNeeded: boolean;
  /** The number of the row itself, which stands elsewhere. */
  isRowid: boolean;
}

/** Where the tables and indexes of a database begin, by name. */
type Roots = ReadonlyMap<string, number>;

interface Design {
  tables: ReadonlyMap<string, readonly Column[]>;
  roots: Roots;
}

const MASTER_ROOT = 1;

export class DamagedDatabase {
  private readonly file: PageFile;
  private readonly design: Design;
  private readonly pages = new Map<string, readonly number[]>();

  /** `schema` as that of openDatabase. Throws what the system says when the file cannot be read. */
  constructor(file: string, schema: readonly string[]) {
    this.file = new PageFile(file);
    const designs = designsOf(schema);
    const [newest] = designs as [Design, ...Design[]];
    const said = this.rootsSaid(this.treesOf(newest).get(MASTER_ROOT) ?? []);
    const isSaid = [...newest.tables.keys()].every((table) => said.has(table));
    this.design = isSaid ? { ...newest, roots: said } : this.likeliest(designs);
    const trees = this.treesOf(this.design);
    for (const [name, root] of this.design.roots) this.pages.set(name, trees.get(root) ?? []);
  }

  /** Where a design has the root of a table, others may have a page of another one. */
  private treesOf({ roots }: Design): ReadonlyMap<number, readonly number[]> {
    return pagesByRoot(this.file, [MASTER_ROOT, ...roots.values()]);
  }

  /** The pages of a table or of an index, in the order of the file. */
  pagesOf(name: string): readonly number[] {
    return this.pages.get(name) ?? [];
  }

  /** The pages of a table in the order in which their rows came; those that do not tell come last. */
  pagesByAge(table: string): number[] {
    const age = new Map(
      this.pagesOf(table).map((page) => [page, firstRowid(this.file, page) ?? Number.POSITIVE_INFINITY]),
    );
    return [...age.keys()].sort((a, b) => (age.get(a) === age.get(b) ? a - b : (age.get(a) ?? 0) - (age.get(b) ?? 0)));
  }

  /** The rows of a table that a page has; those that are none of this table are left out. */
  rows(table: string, page: number): SavedRows {
    const { rows, damaged, isLost } = rowsOf(this.file, page);
    const columns = this.design.tables.get(table) ?? [];
    const saved = rows.map((row) => asSaved(row, columns)).filter((row) => row !== undefined);
    return { rows: saved, damaged: damaged + rows.length - saved.length, isLost };
  }

  /** All rows of a small table. */
  all(table: string): SavedRow[] {
    return this.pagesOf(table).flatMap((page) => this.rows(table, page).rows);
  }

  /** The texts that the index of a unique column has, with the numbers of their rows: a second copy of each. */
  indexed(table: string): [text: string, rowid: number][] {
    return this.pagesOf(`sqlite_autoindex_${table}_1`).flatMap((page) =>
      rowsOf(this.file, page).rows.flatMap(({ values: [text, rowid] }): [string, number][] =>
        typeof text === "string" && typeof rowid === "number" ? [[text, rowid]] : [],
      ),
    );
  }

  close(): void {
    this.file.close();
  }

  private rootsSaid(pages: readonly number[]): Roots {
    const roots = new Map<string, number>();
    for (const page of pages) {
      for (const { values } of rowsOf(this.file, page).rows) {
        const [, name, , root] = values;
        if (typeof name === "string" && typeof root === "number") roots.set(name, root);
      }
    }
    return roots;
  }

  /** Where the tables begin when the file does not say it: as in that design of which the most rows are found. */
  private likeliest(designs: readonly Design[]): Design {
    const found = (design: Design) => {
      const trees = this.treesOf(design);
      return [...design.tables].reduce((sum, [table, columns]) => {
        const page = (trees.get(design.roots.get(table) ?? 0) ?? []).find(
          (each) => rowsOf(this.file, each).rows.length > 0,
        );
        const rows = page === undefined ? [] : rowsOf(this.file, page).rows;
        return sum + (rows[0] ? (asSaved(rows[0], columns) ? 1 : -1) : 0);
      }, 0);
    };
    const [first, ...others] = designs.map((design) => ({ design, score: found(design) }));
    return others.reduce(
      (best, each) => (each.score > best.score ? each : best),
      first as { design: Design; score: number },
    ).design;
  }
}

/** The row as the columns of its table want it; undefined when it does not fit. Columns that came later are null. */
function asSaved({ rowid, values }: StoredRow, columns: readonly Column[]): SavedRow | undefined {
  if (values.length > columns.length) return undefined;
  const row: Record<string, Value> = {};
  for (const [i, column] of columns.entries()) {
    const value = column.isRowid ? (rowid ?? null) : (values[i] ?? null);
    if (!fits(value, column)) return undefined;
    row[column.name] = value;
  }
  return row;
}

function fits(value: Value, { type, isNeeded }: Column): boolean {
  if (value === null) return !isNeeded;
  if (type === "TEXT") return typeof value === "string";
  if (type === "BLOB") return value instanceof Uint8Array;
  if (type === "REAL") return typeof value === "number";
  return Number.isInteger(value);
}

/**
 * The tables and where they begin, newest schema first: as SQLite lays them out when it makes them, and as VACUUM does, which a
 * backup comes from.
 */
function designsOf(schema: readonly string[]): Design[] {
  return schema.toReversed().flatMap((_, older) => {
    const db = new Database(":memory:");
    try {
      db.run("PRAGMA auto_vacuum = INCREMENTAL");
      for (const step of schema.slice(0, schema.length - older)) db.run(step);
      const made = designOf(db);
      db.run("VACUUM");
      return [made, designOf(db)];
    } finally {
      db.close();
    }
  });
}

function designOf(db: Database): Design {
  const all = db.query("SELECT type, name, rootpage FROM sqlite_schema").all() as {
    type: string;
    name: string;
    rootpage: number;
  }[];
  const tables = all.filter(({ type, name }) => type === "table" && !name.startsWith("sqlite_"));
  return {
    roots: new Map(all.map(({ name, rootpage }) => [name, rootpage])),
    tables: new Map(tables.map(({ name }) => [name, columnsOf(db, name)])),
  };
}

function columnsOf(db: Database, table: string): Column[] {
  const columns = db.query(`PRAGMA table_info(${table})`).all() as {
    name: string;
    type: string;
    notnull: number;
    pk: number;
  }[];
  const isOneKey = columns.filter(({ pk }) => pk > 0).length === 1;
  return columns.map(({ name, type, notnull, pk }) => {
    const isRowid = isOneKey && pk > 0 && type === "INTEGER";
    return { name, type, isNeeded: notnull === 1 || isRowid, isRowid };
  });
}
