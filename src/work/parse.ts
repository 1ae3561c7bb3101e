// work.conf: text -> draft, by the declared statements; what it includes is read at its place.

import { resolve } from "node:path";
import { type Diagnostic, didYouMean } from "../core/diagnostic.ts";
import { lex, type Word } from "../core/lexer.ts";
import { INCLUDE_DEPTH_MAX, INCLUDED_FILES_MAX } from "../core/limits.ts";
import { Draft } from "./draft.ts";
import { applyStatement, complainInto } from "./statement.ts";
import { statements } from "./statements/index.ts";

/** A text and what it is called in messages. */
export interface SourceFile {
  file: string;
  text: string;
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
      return complain(glob, (error as Error).message, "write a path from the directory of this file");
    }
    if (found.length === 0) warn(glob, `"${glob.text}" names no file`, "it is taken from the directory of this file");
    for (const each of found) {
      const path = resolve(each.file); // ./work.conf is work.conf
      if (open.some((file) => resolve(file) === path))
        complain(glob, `${each.file} includes itself`, "leave one include out");
      else if (paths.has(path)) complain(glob, `${each.file} is included twice`, "leave one include out");
      else if (files.length >= INCLUDED_FILES_MAX) return complain(glob, `more than ${INCLUDED_FILES_MAX} files`);
      else read(each, open);
    }
  };

  const read = ({ file, text }: SourceFile, open: readonly string[]) => {
    files.push(file);
    paths.add(resolve(file));
    const inside = [...open, file];
    for (const line of lex(file, text, diagnostics)) {
      draft.include = (glob) => include(glob, inside);
      const declaration = byName.get(line.key.text);
      if (declaration) {
        applyStatement(declaration, line, draft, complain);
        if (declaration.later) draft.notYet.push(line.key);
      } else {
        const hint = didYouMean(line.key.text, byName.keys()) ?? `statements are ${[...byName.keys()].join(", ")}`;
        complain(line.key, `unknown statement "${line.key.text}"`, hint);
      }
    }
  };
  read(source, []);
  return { draft, files };
}
