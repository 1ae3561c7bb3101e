// Rows below each other for a screen: columns as wide as they must be, and the last one, which says most, in the room that is left:
// wrapped, or on lines of its own where there is too little.

import { cellsOf } from "../core/cells.ts";
import { cutCells, filled, type Line, type Screen, type Span, type Style, screenOf } from "./screen.ts";

const GAP = "  ";
/** Less room is none for a text; it stands below, behind so many blanks. */
const LAST_CELLS_MIN = 24;
const BELOW = 4;

/** What is written into a file or a pipe is not cut: it has all, and a line a row, for grep. */
export interface Paper extends Screen {
  isTerminal: boolean;
}

export function paperOf(
  stdout: { isTTY?: boolean; columns?: number; rows?: number },
  env: Readonly<Record<string, string | undefined>>,
): Paper {
  const screen = screenOf(stdout, env);
  const isTerminal = stdout.isTTY === true;
  const width = isTerminal || env.COLUMNS ? screen.width : Number.POSITIVE_INFINITY;
  return { ...screen, width, isTerminal };
}

/** The rows as lines. The last column wraps; other ones are as wide as the widest. */
export function rowsAsLines(rows: readonly (readonly Span[])[], width: number): Line[] {
  const count = Math.max(0, ...rows.map((row) => row.length - 1));
  const widths = Array.from({ length: count }, (_, i) => Math.max(0, ...rows.map((row) => cellsOf(textOf(row[i])))));
  const used = widths.reduce((sum, cells) => sum + cells + GAP.length, 0);
  return rows.flatMap((row) => {
    const first: Span[] = row.slice(0, -1).flatMap((span, i) => [span, padding(span, (widths[i] ?? 0) + GAP.length)]);
    const last = row.at(-1) ?? "";
    const isBelow = width - used < LAST_CELLS_MIN && cellsOf(textOf(last)) > width - used;
    const room = isBelow ? width - BELOW : width - used;
    const [head = "", ...more] = folded(textOf(last), Math.max(1, room)).map((text) => styled(text, last));
    const indent = " ".repeat(isBelow ? BELOW : used);
    const continued = more.map((span): Line => [indent, span]);
    if (!isBelow) return [[...first, head], ...continued];
    return [first, [indent, head], ...continued];
  });
}

/** A text in lines of so many cells; what is longer than a line is broken. */
export function folded(text: string, width: number): string[] {
  if (cellsOf(text) <= width) return [text];
  const words = text.split(" ").flatMap((word) => {
    const parts: string[] = [];
    for (let rest = word; rest !== ""; ) {
      const part = cutCells(rest, width) || rest;
      parts.push(part);
      rest = rest.slice(part.length);
    }
    return parts;
  });
  return filled(words, " ", width);
}

function textOf(span: Span | undefined): string {
  return span === undefined ? "" : typeof span === "string" ? span : span[0];
}

function styled(text: string, like: Span): Span {
  const style: Style | undefined = typeof like === "string" ? undefined : like[1];
  return style ? [text, style] : text;
}

function padding(span: Span, cells: number): string {
  return " ".repeat(Math.max(0, cells - cellsOf(textOf(span))));
}
