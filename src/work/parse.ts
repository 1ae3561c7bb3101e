// work.conf: text -> draft, by the declared statements; what it includes is read at its place.

import { resolve } from "node:path";
import { type Diagnostic, didYouMean, nearest } from "../core/diagnostic.ts";
import { type Statement as Line, lex, type Word } from "../core/lexer.ts";
import { INCLUDE_DEPTH_MAX, INCLUDED_FILES_MAX } from "../core/limits.ts";
import { applyStatement } from "./apply.ts";
import { Draft } from "./draft.ts";
import { complainInto, type StatementDeclaration } from "./statement.ts";
import { statements } from "./statements/index.ts";

/** A text and what it is called in messages. */
export interface SourceFile {
  file: string;
  text: string;
}

/** Why nothing can be read, and what to do. */
export class IncludeError extends Error {
  override name = "IncludeError";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The files that a glob names, seen from the file that includes them, in the order of their names. Throws an Error that says why. */
export type ReadIncluded = (glob: string, from: string) => SourceFile[];

const byName = new Map(statements.map((statement) => [statement.name, statement]));

/**
 * Reads a work.conf. What is wrong is pushed onto `diagnostics`; the rest of the text is still read. Returns the files too, in the
 * order in which they were read.
 */
export function parseWork(
  source: SourceFile,
  diagnostics: Diagnostic[],
  readIncluded?: ReadIncluded,
): { draft: Draft; files: string[] } {
  const draft = new Draft();
  const complain = complainInto(diagnostics);
  const warn = complainInto(diagnostics, "warning");
  const files: string[] = [];
  const paths = new Set<string>();

  const include = (glob: Word, open: readonly string[]) => {
    const [from = ""] = open.slice(-1);
    if (!readIncluded) return complain(glob, "nothing can be included here", "leave it out");
    if (open.length > INCLUDE_DEPTH_MAX)
      return complain(glob, `includes ${INCLUDE_DEPTH_MAX} deep`, "include from fewer files");
    let found: SourceFile[];
    try {
      found = readIncluded(glob.text, from);
    } catch (error) {
      const { hint } = error instanceof IncludeError ? error : { hint: "write a path from the directory of this file" };
      return complain(glob, (error as Error).message, hint);
    }
    if (found.length === 0) warn(glob, `"${glob.text}" names no file`, "it is taken from the directory of this file");
    for (const each of found) {
      const path = resolve(each.file); // ./work.conf is work.conf
      if (open.some((file) => resolve(file) === path))
        complain(glob, `${each.file} includes itself`, "leave one include out");
      else if (paths.has(path)) complain(glob, `${each.file} is included twice`, "leave one include out");
      else if (files.length >= INCLUDED_FILES_MAX) return complain(glob, `more than ${INCLUDED_FILES_MAX} files`);
      else read(each, open, glob);
    }
  };

  const read = ({ file, text }: SourceFile, open: readonly string[], from?: Word) => {
    files.push(file);
    paths.add(resolve(file));
    const inside = [...open, file];
    const unread: Diagnostic[] = [];
    const lines = lex(file, text, unread);
    if (from && isElse(lines))
      return complain(from, `no line of ${file} is a statement of a work-config`, "name files that hold such lines");
    diagnostics.push(...unread);
    const declared = new Set(lines.flatMap(({ words }) => words.slice(0, 2).map((word) => word.text)));
    for (const line of lines) {
      draft.include = (glob) => include(glob, inside);
      const declaration = byName.get(line.key.text);
      if (line.broken) {
        draft.lose(line.key.place.text.split(/[\s"]+/));
        draft.lose(line.words.map((word) => word.text));
        continue;
      }
      const inner = innerStatement(line, declared);
      if (inner) {
        const above = inner.place.file === line.key.place.file ? `line ${line.key.place.line}` : "the line above";
        complain(inner, `an indented line goes on with ${above}`, `begin "${inner.text}" in column 1`);
        draft.lose(line.words.map((word) => word.text));
      } else if (!declaration) {
        const hint =
          otherSyntax(line.key.text) ??
          didYouMean(line.key.text, byName.keys()) ??
          `statements are ${[...byName.keys()].join(", ")}`;
        complain(line.key, `unknown statement "${line.key.text}"`, hint);
        draft.lose(namesIn(line));
      } else if (!applyStatement(declaration, line, draft, complain) && declares(declaration))
        draft.lose(namesIn(line));
    }
  };
  read(source, []);
  draft.finish();
  return { draft, files };
}

/** Whether a file is something else, such as a dmon.conf: not each of its lines is a mistake. */
function isElse(lines: readonly Line[]): boolean {
  const [first, second] = lines;
  if (!first || lines.some(({ key }) => byName.has(key.text))) return false;
  return second !== undefined || nearest(first.key.text, byName.keys()) === undefined;
}

/** A statement that was indented by mistake; a name that is one by chance is declared somewhere, or stands alone. */
function innerStatement({ words }: Line, declared: ReadonlySet<string>): Word | undefined {
  return words.find(({ text, quoted, place }, i) => {
    if (quoted || !byName.has(text) || declared.has(text)) return false;
    const beginsLine = place.text.slice(0, place.column - 1).trim() === "";
    return beginsLine && words[i + 1]?.place.line === place.line;
  });
}

/** What begins a comment, or nothing, in other languages. */
function otherSyntax(key: string): string | undefined {
  if (/^(host|item|user|contact|service)?_?groups?$/.test(key))
    return "write hosts GROUP HOST…, items GROUP ITEM… or users GROUP NAME…";
  return /^(;|\/\/|--|\/\*)/.test(key) ? "a comment begins with #" : undefined;
}

/** The words of a statement that may be names which it declares. */
function namesIn({ words }: Line): string[] {
  return words.slice(0, 2).map(({ text }) => text);
}

function declares({ args: [first = ""] }: StatementDeclaration): boolean {
  return ["FQDN", "GROUP", "NAME"].includes(first.replace("…", ""));
}
