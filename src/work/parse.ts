// work.conf: text -> draft, by the declared statements.

import { type Diagnostic, didYouMean } from "../core/diagnostic.ts";
import { lex } from "../core/lexer.ts";
import { Draft } from "./draft.ts";
import { applyStatement, complainInto } from "./statement.ts";
import { statements } from "./statements/index.ts";

const byName = new Map(statements.map((statement) => [statement.name, statement]));

/** Reads a work.conf. What is wrong is pushed onto `diagnostics`; the rest of the text is still read. */
export function parseWork(file: string, text: string, diagnostics: Diagnostic[]): Draft {
  const draft = new Draft();
  const complain = complainInto(diagnostics);
  for (const line of lex(file, text, diagnostics)) {
    const declaration = byName.get(line.key.text);
    if (declaration) applyStatement(declaration, line, draft, complain);
    else {
      const hint = didYouMean(line.key.text, byName.keys()) ?? `statements are ${[...byName.keys()].join(", ")}`;
      complain(line.key, `unknown statement "${line.key.text}"`, hint);
    }
  }
  return draft;
}
