// What is wrong with a text, where, and what would be right: the one form of all config errors.

import { cellsOf } from "./cells.ts";
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

/** The same, with the line and a caret below, in cells of a terminal: some scripts take two for a letter. A tab is one. */
export function formatWithSource(d: Diagnostic): string {
  const { column, length, text } = d.place;
  const from = Math.max(0, column - 60); // a glued line can be long: show the part that matters
  const shown = text
    .slice(from, from + 120)
    .replaceAll("\t", " ")
    .replace(/[\0-\x1f\x7f-\x9f]/g, "?"); // a terminal would obey them
  const at = column - 1 - from;
  const before = cellsOf(shown.slice(0, at));
  const marked = Math.max(1, cellsOf(shown.slice(at, at + length)));
  return `${formatOneLine(d)}\n    ${shown}\n    ${" ".repeat(before)}${"^".repeat(marked)}`;
}

/** The same words at more places than this are said once: one advice may mend all of them. */
const SAME_SHOWN_MAX = 2;
/** Of the other places of the same words the first ones are named. */
const PLACES_NAMED_MAX = 8;

/** All diagnostics as text for a terminal, each ready for a prefix such as `[error] dmon: `. */
export function formatAll(diagnostics: readonly Diagnostic[], prefix: (d: Diagnostic) => string): string {
  const texts = folded(diagnostics).map(({ first, others }) => prefix(first) + formatWithSource(first) + others);
  const shown = texts.slice(0, DIAGNOSTICS_SHOWN_MAX);
  const more = texts.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more`);
  return shown.join("\n");
}

/** Each diagnostic; of those that say the same at many places the first, with where the others are. */
function folded(diagnostics: readonly Diagnostic[]): { first: Diagnostic; others: string }[] {
  const words = ({ severity, message, hint }: Diagnostic) => [severity, message, hint].join("\n");
  const alike = Map.groupBy(diagnostics, words);
  return diagnostics.flatMap((each) => {
    const all = alike.get(words(each)) ?? [];
    if (all.length <= SAME_SHOWN_MAX) return { first: each, others: "" };
    return all[0] === each ? { first: each, others: `\n    the same in ${placesOf(all)}` } : [];
  });
}

/** `line 6, 7, work.d/a.conf:3 and 40 more`: all places but the first. */
function placesOf([first, ...others]: readonly Diagnostic[]): string {
  const own = first?.place.file;
  const lines = others.map(({ place: { file, line } }) => (file === own ? String(line) : `${file}:${line}`));
  const places = [...new Set(lines)];
  const more = places.length > PLACES_NAMED_MAX ? ` and ${places.length - PLACES_NAMED_MAX} more` : "";
  const named = places.slice(0, PLACES_NAMED_MAX).join(", ");
  return `${/^\d/.test(named) ? "line " : ""}${named}${more}`;
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

/** The candidate that is called so but for upper and lower case. */
export function sameButCase(name: string, candidates: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  for (const each of candidates) if (each !== name && each.toLowerCase() === lower) return each;
  return undefined;
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
