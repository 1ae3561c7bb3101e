// How many rows of a table may be forgotten in one cleaning: a small share, for our clock may be wrong.

import type { Database } from "bun:sqlite";

/**
 * What one pass forgets at most: this share of all rows, or so many. Four weeks of rows lose 0.15 % an hour, so a backlog
 * shrinks; a server's clock that is years ahead for an hour costs a hundredth, not all.
 */
const DROP_SHARE_MAX = 0.01;
const DROP_LEAST = 10;

export function droppable(db: Database, table: "event" | "telling" | "sent"): number {
  // Not count(*), which reads all of a million; what was dropped in between makes it a little more.
  const ends = db.query(`SELECT (SELECT min(rowid) FROM ${table}) AS first, (SELECT max(rowid) FROM ${table}) AS last`);
  const { first, last } = ends.get() as { first: number | null; last: number | null };
  const held = first === null || last === null ? 0 : last - first + 1;
  return Math.max(DROP_LEAST, Math.floor(held * DROP_SHARE_MAX));
}
