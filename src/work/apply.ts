// One line of a work.conf, by the declaration of its statement: options are separated, words counted, and what is written as
// one word where it is several, or as several where it is one, is said before it leads to anything else.

import { didYouMean } from "../core/diagnostic.ts";
import { parseInterval } from "../core/interval.ts";
import type { Statement as Line, Word } from "../core/lexer.ts";
import { TEXT_CHARS_MAX } from "../core/limits.ts";
import type { Draft } from "./draft.ts";
import {
  type Complain,
  isBehind,
  type Misplaced,
  OPTION,
  type StatementDeclaration,
  type Unplaced,
  usage,
} from "./statement.ts";

/** A line that is longer is not written again in a hint. */
const HINT_CHARS_MAX = 70;

/** Applies one declaration to one line; false when something is wrong with it, which was said. */
export function applyStatement(
  declaration: StatementDeclaration,
  line: Line,
  draft: Draft,
  complain: Complain,
): boolean {
  let wrong = false;
  const say: Complain = (...said) => {
    wrong = true;
    complain(...said);
  };
  const torn = blankAtComma(declaration, line.words) ?? loneEquals(declaration, line) ?? loneNot(declaration, line);
  if (torn) {
    say(torn.at, torn.message, torn.hint);
    return false;
  }
  const { words, options } = separate(declaration, line, say);
  const misplaced: Unplaced | undefined =
    loneOption(declaration, words) ?? declaration.misplaced?.(words) ?? wrongCount(declaration, line, words, options);
  if (misplaced) {
    const { at, message, hint } = misplaced;
    wrong = true;
    if (typeof hint === "string") complain(at, message, hint);
    else draft.whenRead(() => complain(at, message, hint(draft)));
  } else if (!wrong) declaration.declare({ key: line.key, words, options, complain: say }, draft);
  return !wrong;
}

/** Takes the options out of the words. */
function separate(declaration: StatementDeclaration, line: Line, complain: Complain) {
  const words: Word[] = [];
  const options = new Map<string, Word>();
  const known = Object.keys(declaration.options ?? {});
  const free = declaration.freeOptions !== undefined;
  for (const [i, word] of line.words.entries()) {
    const [, name] = OPTION.exec(word.text) ?? [];
    const lower = name === undefined && !word.quoted ? /^([A-Za-z_]+)=/.exec(word.text)?.[1]?.toLowerCase() : undefined;
    if (lower !== undefined && !declaration.keepsUnknown && (free || known.includes(lower))) {
      complain(
        word,
        `${declaration.name} has no option "${word.text.slice(0, lower.length)}"`,
        `did you mean "${lower}="?`,
      );
      continue;
    }
    const kept = declaration.keepsUnknown && !known.includes(name ?? "");
    if (name === undefined || word.quoted || kept || (known.length === 0 && !free)) {
      words.push(word);
      continue;
    }
    const value = word.text.slice(name.length + 1);
    if (!free && !known.includes(name)) {
      const hint = didYouMean(name, known) ?? `it has ${known.join(", ")}`;
      complain(word, `${declaration.name} has no option "${name}"`, hint);
    } else if (options.has(name)) complain(word, `${name}= is given twice`);
    else if (value === "" && word.place.length === word.text.length) {
      const next = line.words[i + 1];
      complain(word, `${name}= without its value`, `write ${name}=${next?.text ?? "…"}, without a blank`);
    } else if (value.length >= TEXT_CHARS_MAX)
      complain(word, `${name}= is longer than ${TEXT_CHARS_MAX - 1} characters`);
    options.set(name, { ...word, text: value });
  }
  return { words, options };
}

function wrongCount(
  declaration: StatementDeclaration,
  { key }: Line,
  words: readonly Word[],
  options: ReadonlyMap<string, Word>,
): Misplaced | undefined {
  const { name, args, tail } = declaration;
  if (words.length < args.length) {
    const missing = args[words.length]?.replace("…", "");
    return { at: key, message: `${name}: ${missing} is missing`, hint: `write ${usage(declaration)}` };
  }
  const many = tail !== undefined || (args.at(-1)?.endsWith("…") ?? false);
  const extra = many ? undefined : words[args.length];
  if (!extra) return undefined;
  const hint = withQuotes(options, words) ?? `write ${usage(declaration)}`;
  return { at: extra, message: `${name}: "${extra.text}" is too much`, hint };
}

/** `label=room for data`: what to write when the words behind an option were meant to be its text. */
export function withQuotes(options: ReadonlyMap<string, Word>, words: readonly Word[]): string | undefined {
  for (const [name, option] of options) {
    const next = [...options.values()].find((each) => isBehind(each, option));
    const text = words.filter((word) => isBehind(word, option) && !(next && isBehind(word, next)));
    if (text.length > 0) return `write ${name}="${[option, ...text].map((word) => word.text).join(" ")}"`;
  }
  return undefined;
}

/** `addr 10.0.0.1`, `every 5m`: an option without its equals sign. An argument of a probe may be called so too. */
function loneOption({ name, args, options = {} }: StatementDeclaration, words: readonly Word[]): Misplaced | undefined {
  const i = words.findIndex(({ text, quoted }, at) => at >= args.length && !quoted && Object.hasOwn(options, text));
  const [at, value] = words.slice(Math.max(i, 0));
  if (i < 0 || !at || !value || (name === "item" && parseInterval(value.text) === undefined)) return undefined;
  return {
    at,
    message: `"${at.text}" without its equals sign`,
    hint: `write ${at.text}=${value.text}, without a blank`,
  };
}

/** `get ! mars uptime`: what is excluded is one word with its mark. A test of a fit is told there. */
function loneNot({ name }: StatementDeclaration, { key, words }: Line): Misplaced | undefined {
  const i = words.findIndex(({ text, quoted }) => text === "!" && !quoted);
  const [at, next] = words.slice(Math.max(i, 0));
  if (i < 0 || !at || !next || name === "fit") return undefined;
  const line = [key, ...words]
    .map(({ text }) => text)
    .join(" ")
    .replace(" ! ", " !");
  return { at, message: '"!" alone', hint: `write ${line.length <= HINT_CHARS_MAX ? line : `!${next.text}`}` };
}

/** `www*, db1`: where a list with commas may stand, it is one word; where words may stand, there are no commas. */
function blankAtComma(declaration: StatementDeclaration, words: readonly Word[]): Misplaced | undefined {
  for (const [i, word] of words.entries()) {
    if (!isTorn(word, words[i + 1])) continue;
    const kind = listKind(declaration, i, word);
    if (!kind) continue;
    const run = [word];
    for (let next = words[i + 1]; next && isTorn(run.at(-1), next); next = words[i + run.length]) run.push(next);
    const column = word.place.column + word.place.length - 1;
    const at = { ...word, place: { ...word.place, column, length: 1 } };
    const texts = run.map(({ text }) => text);
    // `get www1, uptime`: as one word, the next argument would be missing.
    const enough = words.length - run.length + 1 >= declaration.args.length;
    return kind === "commas" && enough
      ? { at, message: "a blank beside a comma", hint: `write ${texts.join("")}` }
      : {
          at,
          message: "a comma between words",
          hint: `write ${texts.join(" ").replaceAll(",", " ").trim().replace(/ +/g, " ")}`,
        };
  }
  return undefined;
}

function isTorn(word: Word | undefined, next: Word | undefined): boolean {
  if (!word || !next || word.quoted || next.quoted) return false;
  return word.text.endsWith(",") || next.text.startsWith(",");
}

const DAYS_OR_TIMES = /^([\d:,-]+|(sun|mon|tue|wed|thu|fri|sat)[a-z,-]*)$/i;
/** A list behind the arguments; a test is none. */
const TAIL_LIST = /^(?!(fail|stale),)[\w.*?!:,-]+$/;

/** What may stand at a place: one word with commas, or several words. */
function listKind(declaration: StatementDeclaration, i: number, { text }: Word): "commas" | "blanks" | undefined {
  const { args, keepsUnknown } = declaration;
  const tail = keepsUnknown ? undefined : declaration.tail; // somebody else's words may have commas
  const last = args.at(-1);
  const arg = args[i] ?? (last?.endsWith("…") ? last : undefined);
  if (arg === "WHEN…") return DAYS_OR_TIMES.test(text) ? "commas" : undefined; // behind them there may be a text
  if (arg === undefined) return tail && TAIL_LIST.test(text) ? "commas" : undefined;
  if (arg === "ITEM…" || arg === "NAME…") return "blanks";
  return ["USERS", "HOSTS", "ITEMS", "SELECTOR…"].includes(arg) ? "commas" : undefined;
}

/** `hosts web = www1`, `label = x`. A fit may have one: `sick = 90` is answered there. */
function loneEquals(declaration: StatementDeclaration, { key, words }: Line): Misplaced | undefined {
  if (declaration.name === "fit") return undefined;
  const i = words.findIndex(({ text, quoted }) => text === "=" && !quoted);
  const at = words[i];
  if (!at) return undefined;
  const before = words[i - 1]?.text ?? "";
  const { options = {}, freeOptions } = declaration;
  const option = Object.hasOwn(options, before) || (freeOptions !== undefined && i > declaration.args.length);
  const line = [key, ...words.toSpliced(i, 1)].map(({ text }) => text).join(" ");
  const hint = option
    ? `write ${before}=${words[i + 1]?.text ?? "…"}, without blanks`
    : line.length <= HINT_CHARS_MAX
      ? `write ${line}`
      : "leave it out";
  return { at, message: '"=" alone', hint };
}
