// What is wrong with a text, where, and what would be right: the one form of all config errors.

import { DIAGNOSTICS_SHOWN_MAX } from "./limits.ts";

/** A stretch of a source text. Lines and columns count from 1; length is in characters, at least 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
  length: number;
  /** The whole source line, to be shown above the caret. */
  text: string;
}

export interface Diagnostic {
  severity: "error" | "warning";
  place: Place;
  /** What is wrong, in one line. */
  message: string;
  /** What would be right, in one line. */
  hint?: string;
}

/** Thrown when a text cannot be used; carries everything that is wrong with it, not only the first. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly diagnostics: Diagnostic[];
  constructor(diagnostics: Diagnostic[]) {
    super(diagnostics.map(formatOneLine).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/** For sorting: as a person reads the file. */
export function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.place.line - b.place.line || a.place.column - b.place.column;
}

/** `file:line:column: message; hint` */
export function formatOneLine(d: Diagnostic): string {
  const { file, line, column } = d.place;
  return `${file}:${line}:${column}: ${d.message}${d.hint ? `; ${d.hint}` : ""}`;
}

/** The same, with the line and a caret below. Tabs count as one column, as in the lexer. */
export function formatWithSource(d: Diagnostic): string {
  const { column, length, text } = d.place;
  const from = Math.max(0, column - 60); // a glued line can be long: show the part that matters
  const shown = text
    .slice(from, from + 120)
    .replaceAll("\t", " ")
    .replace(/[\0-\x1f\x7f-\x9f]/g, "?"); // a terminal would obey them
  const caretLength = Math.max(1, Math.min(length, shown.length - (column - 1 - from)));
  return `${formatOneLine(d)}\n    ${shown}\n    ${" ".repeat(column - 1 - from)}${"^".repeat(caretLength)}`;
}

/** All diagnostics as text for a terminal, each ready for a prefix such as `[error] dmon: `. */
export function formatAll(diagnostics: Diagnostic[], prefix: (d: Diagnostic) => string): string {
  const shown = diagnostics.slice(0, DIAGNOSTICS_SHOWN_MAX).map((d) => prefix(d) + formatWithSource(d));
  const more = diagnostics.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more`);
  return shown.join("\n");
}

/** The candidate nearest to a mistyped name (edit distance, at most a third of its length), if any is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance =
      candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name.toLowerCase(), candidate.toLowerCase());
    // Of two that are as near, the one that only lacks its end: `stat` is `state` rather than `start`.
    const rank = candidate.startsWith(name) ? distance - 0.5 : distance;
    if (rank < bestDistance) {
      bestDistance = rank;
      best = candidate;
    }
  }
  return best;
}

/** `did you mean "x"?` when something is near, else nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  // Nothing is near to nothing; and the same name was not understood where it stands.
  const near =
    name === ""
      ? undefined
      : nearest(
          name,
          [...candidates].filter((each) => each !== name),
        );
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** Optimal string alignment: insertions, deletions, replacements, and neighbours swapped (the commonest typing mistake). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, (before[j - 2] ?? 0) + 1);
      row.push(d);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
