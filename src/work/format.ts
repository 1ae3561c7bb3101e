// mk-work --fmt: lays a work.conf out as a careful person would, its meaning unchanged. Comments and order stay; of blank
// lines one in a row. Lines of one statement that follow each other, also with comments between, stand in columns two blanks
// apart, as far as their arguments are always there; of a fit `ITEMS on HOSTS` is one, and its rules are two blanks apart.

import { needsQuotes } from "../core/bad-text.ts";
import { cellsOf } from "../core/cells.ts";
import { type Diagnostic, SourceError } from "../core/diagnostic.ts";
import { lex, type Word } from "../core/lexer.ts";
import { OPTION } from "./statement.ts";
import { statements } from "./statements/index.ts";

/** A word that is longer stands out of its column, or the others would be far from what they belong to. */
const COLUMN_CHARS_MAX = 40;

/** How many arguments of a statement stand in columns: those that are always there, each one word. */
const COLUMNS: ReadonlyMap<string, number> = new Map(
  statements.map(({ name, args }) => [name, args.filter((arg) => !arg.endsWith("…")).length]),
);
/** Statements whose first argument goes on with `on HOSTS`. */
const ON_HOSTS: ReadonlySet<string> = new Set(
  statements.filter(({ tail }) => tail?.startsWith("[on HOSTS]")).map(({ name }) => name),
);
const RULES = "fit";

/** One line of the text. Of a statement: its key, what stands in columns, and the rest; a line that goes on with it has a rest. */
type Line =
  | { kind: "blank" }
  | { kind: "comment"; text: string; indented: boolean }
  | { kind: "statement"; key: string; columns: string[]; rest: string[] }
  | { kind: "more"; rest: string[] };

/** The text in its layout. Throws SourceError when its words cannot be told: then nothing is known of its meaning. */
export function formatWorkConf(file: string, text: string): string {
  const read = linesOf(file, text);
  const source = text.replace(/^\ufeff/, "").split("\n");
  const laidOut = layOut(source.map((raw, i) => read.get(i + 1) ?? readOther(raw)));
  // A byte order mark stays. One at the beginning is no part of the text, so a word that begins with one must not come first.
  const made = text.startsWith("\ufeff") || laidOut.startsWith("\ufeff") ? `\ufeff${laidOut}` : laidOut;
  if (meaning(file, made) !== meaning(file, text)) throw new Error("the layout would change what the file means");
  return made;
}

/** The lines that have words, by their numbers. */
function linesOf(file: string, text: string): Map<number, Line> {
  const diagnostics: Diagnostic[] = [];
  const bytes = unreadable(file, text);
  if (bytes) throw new SourceError([bytes]);
  const lines = new Map<number, Line>();
  for (const { key, words } of lex(file, text, diagnostics)) {
    const head = ON_HOSTS.has(key.text) && words[1]?.text === "on" ? 3 : 1;
    const starts = key.text === RULES ? ruleStarts(words, head) : new Set<number>();
    const columns = ON_HOSTS.has(key.text) ? [head] : Array<number>(COLUMNS.get(key.text) ?? 0).fill(1);
    let at = 0;
    const take = (line: number, count: number) => {
      const from = at;
      while (at < from + count && words[at]?.place.line === line) at++;
      return words.slice(from, at).map(written).join(" ");
    };
    const restOf = (line: number) => {
      const rest: string[] = [];
      while (words[at]?.place.line === line) {
        const isApart = rest.length === 0 || starts.has(at);
        const word = take(line, 1);
        if (isApart) rest.push(word);
        else rest.push(`${rest.pop()} ${word}`);
      }
      return rest;
    };
    const { line } = key.place;
    const own = columns.map((count) => take(line, count)).filter((column) => column !== "");
    lines.set(line, { kind: "statement", key: written(key), columns: own, rest: restOf(line) });
    for (let next = words[at]; next; next = words[at])
      lines.set(next.place.line, { kind: "more", rest: restOf(next.place.line) });
  }
  if (diagnostics.length > 0) throw new SourceError(diagnostics);
  return lines;
}

/** Where rules begin among the words of a fit: LEVEL TEST [for IVAL] [until TEST [for IVAL]]. */
function ruleStarts(words: readonly Word[], head: number): Set<number> {
  const starts = new Set<number>();
  for (let i = head; i < words.length; ) {
    starts.add(i);
    i += 2;
    for (const key of ["for", "until", "for"]) if (words[i]?.text === key) i += 2;
  }
  return starts;
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

function readOther(raw: string): Line {
  const text = raw.trim();
  return text === "" ? { kind: "blank" } : { kind: "comment", text, indented: /^\s/.test(raw) };
}

/** A word as it must be written to be read as the same. */
function written({ text, quoted }: Word): string {
  const special = /^'|\\$/.test(text) || needsQuotes(text);
  if (quoted) return /^[^\s"#][^\s"]*$/.test(text) && !OPTION.test(text) && !special ? text : `"${text}"`;
  if (!/[ \t]|^\s*(#|$)|='/.test(text) && !special) return text;
  const key = OPTION.exec(text)?.[0] ?? text.slice(0, 1);
  return `${key}"${text.slice(key.length)}"`;
}

type Statement = Extract<Line, { kind: "statement" }>;

function layOut(lines: readonly Line[]): string {
  const out: string[] = [];
  let block: Block | undefined;
  for (const [i, line] of lines.entries()) {
    if (line.kind === "blank") {
      block = undefined;
      if (out.length > 0 && out.at(-1) !== "") out.push("");
    } else if (line.kind === "comment") out.push(`${line.indented ? "  " : ""}${line.text}`);
    else if (line.kind === "more") out.push(`  ${line.rest.join(APART)}`);
    else {
      if (block?.key !== line.key) block = blockOf(line.key, lines.slice(i));
      out.push(inColumns(line, block));
    }
  }
  while (out.at(-1) === "") out.pop();
  return out.map((each) => `${each}\n`).join("");
}

/** Lines of one statement that follow each other, and how wide their columns are. */
interface Block {
  key: string;
  widths: number[];
  isOne: boolean;
}

const APART = "  ";

/** The block that begins with the first of these lines. */
function blockOf(key: string, lines: readonly Line[]): Block {
  const end = lines.findIndex((line) => line.kind === "blank" || (line.kind === "statement" && line.key !== key));
  const own = lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line): line is Statement => line.kind === "statement");
  const count = Math.max(0, ...own.map(({ columns }) => columns.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(0, ...own.map(({ columns }) => cellsOf(columns[i] ?? "")).filter((width) => width <= COLUMN_CHARS_MAX)),
  );
  return { key, widths, isOne: own.length === 1 };
}

function inColumns({ key, columns, rest }: Statement, { widths, isOne }: Block): string {
  const gap = isOne && rest.length < 2 ? " " : APART;
  const parts = [
    ...columns.map((text, i) => text + " ".repeat(Math.max(0, (widths[i] ?? 0) - cellsOf(text)))),
    rest.join(APART),
  ];
  return `${key} ${parts.join(gap)}`.trimEnd();
}

/** All that the statements see of a text. */
function meaning(file: string, text: string): string {
  const see = ({ text: word, quoted }: Word) => [word, quoted && OPTION.test(word)];
  return JSON.stringify(lex(file, text, []).map(({ key, words }) => [see(key), ...words.map(see)]));
}
