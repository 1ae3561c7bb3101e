// The words behind a probe's name: its arguments, and the `key=value` words that it knows, each tried by the form it has.

import { didYouMean } from "../core/diagnostic.ts";
import { type Form, WordError } from "../core/form.ts";
import type { Word } from "../core/lexer.ts";
import { ARGUMENT_CHARS_MAX } from "../core/limits.ts";
import { type Argument, type Option, type Options, type Probe, probeUsage } from "../core/probe.ts";
import { type Complain, isBehind, OPTION } from "./statement.ts";

export interface GivenWords {
  args: string[];
  options?: Record<string, string>;
}

/** What an item says of its probe. */
export interface ProbeWords {
  /** The probe's name. */
  key: Word;
  words: readonly Word[];
  /** The options that are the item's and not the probe's, without their names. */
  own: ReadonlyMap<string, Word>;
  /** Those that there are, for hints. */
  ownNames: readonly string[];
  /** Whether who wrote them can quote a word: a shell takes the quotes away. */
  quotes: boolean;
  /** What to write where the arguments were meant to be an option's text. */
  split?: string;
}

/** The words of a probe, sorted. */
interface Sorted {
  args: Word[];
  /** By name; the text is the value. */
  options: Map<string, Word>;
}

/** One option of many names, such as `env.NAME`: `env.` is what they begin with. */
const MANY = /^[a-z_]+\.(?=[A-Z]+$)/;
const ONE_OF_MANY = /^([a-z_]+\.[A-Za-z_][A-Za-z0-9_]*)=/;

/** Reads the words of an item called `name`; a command line is taken as it is. Undefined when one is wrong, which is said. */
export function readGiven(name: string, probe: Probe, given: ProbeWords, complain: Complain): GivenWords | undefined {
  let wrong = false;
  const say: Complain = (...said) => {
    wrong = true;
    complain(...said);
  };
  const sorted = separate(probe, given, say);
  if (!wrong) refuseBehind(name, probe, given, sorted, say);
  if (!wrong) count(name, probe, given, sorted, say);
  if (!wrong) tryForms(probe, sorted, say);
  const args = sorted.args.map(({ text }) => text);
  const options = Object.fromEntries([...sorted.options].map(([option, { text }]) => [option, text]));
  if (!wrong) attempt(() => probe.check?.({ args, options }), wordOf(probe, given, sorted), say);
  return wrong ? undefined : { args, ...(sorted.options.size > 0 ? { options } : {}) };
}

/** Arguments and options; of a command line nothing is an option. */
function separate(probe: Probe, { words, ownNames, quotes }: ProbeWords, complain: Complain): Sorted {
  const { args: declared = [], options: known = {} } = probe;
  const args: Word[] = [];
  const options = new Map<string, Word>();
  const command = takesCommand(probe) ? declared.length : Number.POSITIVE_INFINITY;
  for (const [i, word] of words.entries()) {
    const name = word.quoted || args.length >= command ? undefined : optionName(word.text, known);
    if (name === undefined) {
      args.push(word);
      continue;
    }
    const text = word.text.slice(name.length + 1);
    const option = optionOfName(name, known);
    if (!option) {
      const all = [...Object.keys(known), ...ownNames];
      const there = `there is ${all.join(", ")}${quotes ? "; in quotes the word is an argument" : ""}`;
      complain(word, `the probe ${probe.name} has no option "${name}"`, didYouMean(name, all) ?? there);
    } else if (options.has(name)) complain(word, `${name}= is given twice`);
    else if (text.length > ARGUMENT_CHARS_MAX)
      complain(word, `${name}= is longer than ${ARGUMENT_CHARS_MAX} characters`);
    else if (isLone(word, option)) {
      const next = words[i + 1]?.text;
      complain(word, `${name}= without its value`, `write ${name}=${next ? `${next}, without a blank` : "…"}`);
    }
    options.set(name, { ...word, text });
  }
  return { args, options };
}

/** `port=` and nothing, where something must be; quotes would be in its place. */
function isLone({ text, place }: Word, { form }: Option): boolean {
  if (!text.endsWith("=") || text.indexOf("=") < text.length - 1 || place.length > text.length) return false;
  return !takes(form, "");
}

function takesCommand({ args = [] }: Probe): boolean {
  return args.at(-1)?.rest === true;
}

/** The name of an option, known or not; undefined for an argument. */
function optionName(text: string, known: Options): string | undefined {
  const many = ONE_OF_MANY.exec(text)?.[1];
  return many !== undefined && optionOfName(many, known) ? many : OPTION.exec(text)?.[1];
}

function optionOfName(name: string, known: Options): Option | undefined {
  if (Object.hasOwn(known, name)) return known[name];
  const many = Object.keys(known).find((option) => name.startsWith(MANY.exec(option)?.[0] ?? "\0"));
  return many === undefined || !ONE_OF_MANY.test(`${name}=`) ? undefined : known[many];
}

/** Options behind a command: whether they are the item's or the command's, only who wrote them knows. */
function refuseBehind(name: string, probe: Probe, { own }: ProbeWords, { args }: Sorted, complain: Complain): void {
  const { args: declared = [], options: known = {} } = probe;
  const command = takesCommand(probe) ? args[declared.length - 1] : undefined;
  if (!command) return;
  const ofProbe = args.filter(({ text, quoted }) => {
    const option = quoted ? undefined : optionName(text, known);
    return option !== undefined && optionOfName(option, known) !== undefined;
  });
  const behind = [...own.values(), ...ofProbe].filter((word) => isBehind(word, command));
  const [first] = behind;
  if (!first) return;
  const options = behind.map(({ place }) => place.text.slice(place.column - 1, place.column - 1 + place.length));
  const hint = `write item ${name} ${probe.name} ${options.join(" ")} ${command.text} …; in quotes it is the command's`;
  complain(first, `${options[0]} stands behind the command`, hint);
}

function count(name: string, probe: Probe, { key, split }: ProbeWords, { args }: Sorted, complain: Complain): void {
  const { args: declared = [], options = {} } = probe;
  const least = declared.filter(({ optional }) => !optional).length;
  const most = takesCommand(probe) ? Number.POSITIVE_INFINITY : declared.length;
  if (args.length >= least && args.length <= most) return;
  const lone = args.findIndex(({ text, quoted }, i) => !quoted && Object.hasOwn(options, text) && i < args.length - 1);
  const [at, value] = args.slice(Math.max(lone, 0));
  if (lone >= 0 && at && value && args.length > most) {
    complain(at, `"${at.text}" without its equals sign`, `write ${at.text}=${value.text}, without a blank`);
    return;
  }
  const limit = declared.findIndex((argument) => argument.limit);
  const whole = args.length > most && limit >= 0 ? oneWord(declared[limit], args.slice(limit)) : undefined;
  if (whole !== undefined) {
    complain(args[limit] ?? key, `the limit is ${args.length - limit} words`, `write ${whole}, as one word`);
    return;
  }
  const usage = `write item ${name} ${probeUsage(probe)}`;
  const dashed = args.length > most ? args.find(({ text, quoted }) => !quoted && /^-[A-Za-z-]/.test(text)) : undefined;
  if (dashed) {
    complain(dashed, `"${dashed.text}" is no option here`, usage);
    return;
  }
  const exact = least === most ? String(least) : `${least} or ${most}`;
  const many = takesCommand(probe) ? `at least ${least}` : exact;
  const wanted = `${many} argument${many.endsWith("1") ? "" : "s"}, not ${args.length}`;
  const hint = split ?? asOption(args.slice(most), options) ?? usage;
  complain(args[most] ?? key, `the probe ${probe.name} takes ${most === 0 ? "no arguments" : wanted}`, hint);
}

/** What words are together, where blanks have parted them: `< 10`, `100 %`; not `1 000`, which may be two numbers. */
function oneWord(argument: Argument | undefined, words: readonly Word[]): string | undefined {
  const text = words.map((word) => word.text).join(" ");
  if (/\d [\d.]/.test(text)) return undefined;
  const joined = text.replaceAll(" ", "");
  return argument && takes(argument.form, joined) ? joined : undefined;
}

/** Where one word is too many, and it is what one option takes, how that is written. */
function asOption([word, more]: readonly Word[], options: Options): string | undefined {
  if (!word || more || word.quoted) return undefined;
  const [option, other] = Object.entries(options).filter(
    ([name, { form }]) => !MANY.test(name) && takes(form, word.text) && !takes(form, NOTHING_TAKES),
  );
  return option && !other ? `write ${option[0]}=${word.text}` : undefined;
}

/** What takes this takes whatever there is, so that it tells nothing of a word. */
const NOTHING_TAKES = "\u0000 ?";

function takes(form: Form, word: string): boolean {
  try {
    form.parse(word);
    return true;
  } catch (error) {
    if (error instanceof WordError) return false;
    throw error;
  }
}

/** Each word by itself; of a command line the first. */
function tryForms(probe: Probe, { args, options }: Sorted, complain: Complain): void {
  for (const [i, { form }] of (probe.args ?? []).entries()) {
    const word = args[i];
    if (word)
      attempt(
        () => form.parse(word.text),
        () => word,
        complain,
      );
  }
  for (const [name, word] of options) {
    attempt(
      () => optionOfName(name, probe.options ?? {})?.form.parse(word.text),
      () => word,
      complain,
    );
  }
}

/** Says what a form or a check says. */
function attempt(check: () => unknown, wordAbout: (error: WordError) => Word, complain: Complain): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    complain(wordAbout(error), error.fault, error.remedy);
  }
}

/** The word that a check is about. */
function wordOf(probe: Probe, { key }: ProbeWords, { args, options }: Sorted): (error: WordError) => Word {
  return ({ about = "" }) =>
    options.get(about) ?? args[(probe.args ?? []).findIndex(({ name }) => name === about)] ?? key;
}
