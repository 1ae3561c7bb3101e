// What a statement of work.conf declares. Parser, errors and documentation derive from it.

import { type Diagnostic, didYouMean, type Place } from "../core/diagnostic.ts";
import type { Statement as Line, Word } from "../core/lexer.ts";
import { TEXT_CHARS_MAX } from "../core/limits.ts";
import type { Draft } from "./draft.ts";

export interface StatementDeclaration {
  name: string;
  /** Names of the words behind the name, in order; the last one may end in `…` (one or more). */
  args: readonly string[];
  /** What may follow the words, in words of its own; shown as it is, and read by `declare`. */
  tail?: string;
  /** `key=value` words that may follow, and what they mean. */
  options?: Readonly<Record<string, string>>;
  /** Any `key=value` may follow; what for. */
  freeOptions?: string;
  doc: string;
  /** It is checked and stored; what it is for is not in this version. */
  later?: true;
  example: string;
  /** Takes the words over into the draft; says what is wrong with them by `complain`. */
  declare(input: Input, draft: Draft): void;
}

export interface Input {
  /** The statement's own name, for its place. */
  key: Word;
  words: readonly Word[];
  options: ReadonlyMap<string, Word>;
  complain: Complain;
}

/** Notes an error at a word. */
export type Complain = (at: { place: Place }, message: string, hint?: string) => void;

/** What is wrong, and what may not be meant so. */
export interface Complaints {
  error: Complain;
  warn: Complain;
}

export function defineStatement(declaration: StatementDeclaration): StatementDeclaration {
  return declaration;
}

/** What makes a word an option, where it is not quoted. */
export const OPTION = /^([a-z_]+)=/;

/** All options with what they mean; those of one's own choice as KEY. */
export function optionDocs({ options, freeOptions }: StatementDeclaration): [name: string, doc: string][] {
  return [
    ...Object.entries(options ?? {}),
    ...(freeOptions === undefined ? [] : [["KEY", freeOptions] as [string, string]]),
  ];
}

/** `host FQDN TAG [via=…] [addr=…]` */
export function usage(declaration: StatementDeclaration): string {
  const options = Object.keys(declaration.options ?? {}).map((name) => `[${name}=…]`);
  const free = declaration.freeOptions === undefined ? [] : ["[KEY=VALUE…]"];
  const tail = declaration.tail === undefined ? [] : [declaration.tail];
  return [declaration.name, ...declaration.args, ...tail, ...options, ...free].join(" ");
}

/** Separates `ITEMS [on HOSTS]` from what is behind; undefined when HOSTS are missing, which was said. */
export function splitHosts(
  { words, complain }: Pick<Input, "words" | "complain">,
  form: string,
): { items: Word; hosts?: Word; rest: Word[] } | undefined {
  const [items, on, hosts, ...rest] = words;
  if (!items) return undefined;
  if (on?.text !== "on") return { items, rest: words.slice(1) };
  if (hosts) return { items, hosts, rest };
  complain(on, "on which hosts?", form);
  return undefined;
}

/** Errors as diagnostics of a list. */
export function complainInto(diagnostics: Diagnostic[], severity: Diagnostic["severity"] = "error"): Complain {
  return ({ place }, message, hint) => diagnostics.push({ severity, place, message, ...(hint ? { hint } : {}) });
}

/** Applies one declaration to one line: separates options, counts the words, and lets it declare. */
export function applyStatement(declaration: StatementDeclaration, line: Line, draft: Draft, complain: Complain): void {
  const words: Word[] = [];
  const options = new Map<string, Word>();
  const known = Object.keys(declaration.options ?? {});
  let wrong = false;
  for (const word of line.words) {
    const equals = OPTION.exec(word.text);
    const free = declaration.freeOptions !== undefined;
    if (!equals || word.quoted || (known.length === 0 && !free)) {
      words.push(word);
      continue;
    }
    const name = equals[1] ?? "";
    if (!free && !known.includes(name)) {
      complain(
        word,
        `${declaration.name} has no option "${name}"`,
        didYouMean(name, known) ?? `it has ${known.join(", ")}`,
      );
      wrong = true;
    } else if (options.has(name)) {
      complain(word, `${name}= is given twice`);
      wrong = true;
    } else if (word.text.length - name.length > TEXT_CHARS_MAX) {
      complain(word, `${name}= is longer than ${TEXT_CHARS_MAX - 1} characters`);
      wrong = true;
    } else options.set(name, { ...word, text: word.text.slice(name.length + 1) });
  }
  const many = declaration.tail !== undefined || (declaration.args.at(-1)?.endsWith("…") ?? false);
  if (words.length < declaration.args.length) {
    const missing = declaration.args[words.length]?.replace("…", "");
    complain(line.key, `${declaration.name}: ${missing} is missing`, `write ${usage(declaration)}`);
    return;
  }
  if (words.length > declaration.args.length && !many) {
    const extra = words[declaration.args.length];
    if (extra) complain(extra, `${declaration.name}: "${extra.text}" is too much`, `write ${usage(declaration)}`);
    return;
  }
  if (!wrong) declaration.declare({ key: line.key, words, options, complain }, draft);
}

/** `work.conf:41`: where a word stands, for a message about another one. */
export function whereOf({ place }: { place: Place }): string {
  return `${place.file}:${place.line}`;
}

/** The place of one part of a selector. */
export function partOf(selector: Word, part: string, offset: number): { place: Place } {
  const column = selector.place.column + offset + (selector.quoted ? 1 : 0);
  return { place: { ...selector.place, column, length: Math.max(1, part.length) } };
}

/** A place beside which its line is shown; of a longer name the end. */
const FILE_CHARS_MAX = 100;

/** `work.conf:41`: where a rule stands, as pages and mails show it. */
export function shortPlace({ place }: { place: Place }): string {
  return `${place.file.replace(/^.*\//, "").slice(-FILE_CHARS_MAX)}:${place.line}`;
}
