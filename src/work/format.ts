// mk-work --fmt: lays a work.conf out without changing its meaning. Comments and order stay; of blank lines one in a row; the first
// words of neighbouring lines of one statement stand in columns; who put two blanks between words for the eye keeps two.

import { needsQuotes } from "../core/bad-text.ts";
import { type Diagnostic, SourceError } from "../core/diagnostic.ts";
import { lex, type Word } from "../core/lexer.ts";
import { OPTION } from "./statement.ts";
import { statements } from "./statements/index.ts";

/** A word that is longer stands out of its column, or the others would be far from what they belong to. */
const COLUMN_CHARS_MAX = 40;

/** How many words of a statement's line stand in columns: its name and the arguments that are always there. */
const COLUMNS: ReadonlyMap<string, number> = new Map(
  statements.map(({ name, args }) => [name, 1 + args.filter((arg) => !arg.endsWith("…")).length]),
);

/** One line of the text. */
type Line =
  | { kind: "blank" }
  | { kind: "comment"; text: string; indented: boolean }
  | { kind: "statement" | "more"; words: string[]; gaps: string[]; columns: number };

/** The text in its layout. Throws SourceError when its words cannot be told: then nothing is known of its meaning. */
export function formatWorkConf(file: string, text: string): string {
  const words = wordsByLine(file, text);
  const source = text.replace(/^\ufeff/, "").split("\n");
  const lines = source.map((raw, i) => readLine(raw, words.get(i + 1)));
  const laidOut = layOut(lines);
  // A byte order mark stays. One at the beginning is no part of the text, so a word that begins with one must not come first.
  const made = text.startsWith("\ufeff") || laidOut.startsWith("\ufeff") ? `\ufeff${laidOut}` : laidOut;
  if (meaning(file, made) !== meaning(file, text)) throw new Error("the layout would change what the file means");
  return made;
}

/** The words of each line that has any; the first of a line tells what it is. */
function wordsByLine(file: string, text: string): Map<number, { key?: Word; words: Word[] }> {
  const diagnostics: Diagnostic[] = [];
  const bytes = unreadable(file, text);
  if (bytes) throw new SourceError([bytes]);
  const lines = new Map<number, { key?: Word; words: Word[] }>();
  for (const { key, words } of lex(file, text, diagnostics)) {
    lines.set(key.place.line, { key, words: [key] });
    for (const word of words) {
      const line = lines.get(word.place.line);
      if (line) line.words.push(word);
      else lines.set(word.place.line, { words: [word] });
    }
  }
  if (diagnostics.length > 0) throw new SourceError(diagnostics);
  return lines;
}

/** Comments may have bytes that are no UTF-8; they cannot be written as they were. */
function unreadable(file: string, text: string): Diagnostic | undefined {
  const lines = text.split("\n");
  const line = lines.findIndex((each) => each.includes("\ufffd"));
  const raw = lines[line] ?? "";
  const place = { file, line: line + 1, column: raw.indexOf("\ufffd") + 1, length: 1, text: raw };
  const hint = "save the file as UTF-8, or --fmt would lose them";
  return line < 0 ? undefined : { severity: "error", place, message: "bytes that are no UTF-8", hint };
}

function readLine(raw: string, found: { key?: Word; words: Word[] } | undefined): Line {
  if (!found) {
    const text = raw.trim();
    return text === "" ? { kind: "blank" } : { kind: "comment", text, indented: /^\s/.test(raw) };
  }
  const { key, words } = found;
  const gaps = words.slice(1).map((word, i) => gapBetween(words[i], word));
  const columns = key ? (COLUMNS.get(key.text) ?? 1) : 0;
  return { kind: key ? "statement" : "more", words: words.map(written), gaps, columns };
}

// Two blanks between words are somebody's: `soso >80%  sick >90%`.
function gapBetween(before: Word | undefined, { place }: Word): string {
  const end = before ? before.place.column + before.place.length : place.column;
  return place.column - end >= 2 ? "  " : " ";
}

/** A word as it must be written to be read as the same. */
function written({ text, quoted }: Word): string {
  const special = /^'|\\$/.test(text) || needsQuotes(text);
  if (quoted) return /^[^\s"#][^\s"]*$/.test(text) && !OPTION.test(text) && !special ? text : `"${text}"`;
  if (!/[ \t]|^\s*(#|$)|='/.test(text) && !special) return text;
  const key = OPTION.exec(text)?.[0] ?? text.slice(0, 1);
  return `${key}"${text.slice(key.length)}"`;
}

function layOut(lines: readonly Line[]): string {
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    if (line?.kind !== "statement") {
      if (line) out.push(...layOutOther(line, out));
      i++;
      continue;
    }
    const first = i;
    while (isNeighbour(line, lines[i])) i++;
    out.push(...inColumns(lines.slice(first, i) as Statement[]));
  }
  while (out.at(-1) === "") out.pop();
  return out.map((each) => `${each}\n`).join("");
}

type Statement = Extract<Line, { kind: "statement" | "more" }>;

function isNeighbour(line: Line, other: Line | undefined): boolean {
  return line.kind === "statement" && other?.kind === "statement" && line.words[0] === other.words[0];
}

function layOutOther(line: Line, before: readonly string[]): string[] {
  if (line.kind === "blank") return before.length === 0 || before.at(-1) === "" ? [] : [""];
  if (line.kind === "comment") return [`${line.indented ? "  " : ""}${line.text}`];
  return [`  ${joined(line, [])}`];
}

function inColumns(lines: readonly Statement[]): string[] {
  const columns = lines[0]?.columns ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(0, ...lines.map(({ words }) => words[i]?.length ?? 0).filter((length) => length <= COLUMN_CHARS_MAX)),
  );
  return lines.map((line) => joined(line, widths));
}

function joined({ words, gaps }: Statement, widths: readonly number[]): string {
  return words
    .map((word, i) => {
      if (i === words.length - 1) return word;
      const width = widths[i];
      return width === undefined ? word + (gaps[i] ?? " ") : `${word.padEnd(width)} `;
    })
    .join("");
}

/** All that the statements see of a text. */
function meaning(file: string, text: string): string {
  const see = ({ text: word, quoted }: Word) => [word, quoted && OPTION.test(word)];
  return JSON.stringify(lex(file, text, []).map(({ key, words }) => [see(key), ...words.map(see)]));
}
