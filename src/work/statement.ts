// What a statement of work.conf declares. Parser, errors and documentation derive from it.

import type { Diagnostic, Place } from "../core/diagnostic.ts";
import type { Word } from "../core/lexer.ts";
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
  /** A `key=value` that is none of its options stays among the words: somebody else knows what it means. */
  keepsUnknown?: true;
  doc: string;
  example: string;
  /** Words that stand in each other's places; asked before they are counted. */
  misplaced?(words: readonly Word[]): Unplaced | undefined;
  /** Takes the words over into the draft; says what is wrong with them by `complain`. */
  declare(input: Input, draft: Draft): void;
}

/** A word in a wrong place, and what to write. */
export interface Misplaced {
  at: Word;
  message: string;
  hint: string;
}

/** The same where only all that is declared tells which word is what. */
export interface Unplaced extends Omit<Misplaced, "hint"> {
  hint: string | ((draft: Draft) => string);
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
  complain(on, "`on` without its hosts", form);
  return undefined;
}

/** All options with what they mean, for documentation; KEY stands for those that people name. */
export function optionsOf({ options = {}, freeOptions }: StatementDeclaration): [name: string, doc: string][] {
  return [...Object.entries(options), ...(freeOptions === undefined ? [] : [["KEY", freeOptions] as [string, string]])];
}

/** Errors as diagnostics of a list. */
export function complainInto(diagnostics: Diagnostic[], severity: Diagnostic["severity"] = "error"): Complain {
  return ({ place }, message, hint) => diagnostics.push({ severity, place, message, ...(hint ? { hint } : {}) });
}

/** `work.conf:41`: where a word stands, for a message about another one. */
export function whereOf({ place }: { place: Place }): string {
  return `${place.file}:${place.line}`;
}

/** Whether a word of a statement stands behind another one. */
export function isBehind({ place }: Word, { place: other }: Word): boolean {
  return place.line > other.line || (place.line === other.line && place.column > other.column);
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
