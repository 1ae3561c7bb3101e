// The words behind a probe's name: its arguments, and the `key=value` words that it knows.

import { didYouMean } from "../core/diagnostic.ts";
import type { Word } from "../core/lexer.ts";
import { ARGUMENT_CHARS_MAX } from "../core/limits.ts";
import { type Probe, probeUsage } from "../core/probe.ts";
import { type Complain, OPTION } from "./statement.ts";
import { ITEM_OPTIONS } from "./statements/item.ts";

export interface GivenWords {
  args: string[];
  options?: Record<string, string>;
}

/** One option of many names, such as `env.NAME`: `env.` is what they begin with. */
const MANY = /^[a-z_]+\.(?=[A-Z]+$)/;
const ONE_OF_MANY = /^([a-z_]+\.[A-Za-z_][A-Za-z0-9_]*)=/;

/** Reads the words of an item called `name`; a command line is taken as it is. Undefined when one is wrong, which is said. */
export function readGiven(
  name: string,
  probe: Probe,
  { key, words, split }: { key: Word; words: readonly Word[]; split?: string },
  complain: Complain,
): GivenWords | undefined {
  const declared = probe.args ?? [];
  const rest = declared.at(-1)?.rest === true;
  const { args, options } = separate(probe, words, complain);
  if (!options) return undefined;
  const least = declared.filter(({ optional }) => !optional).length;
  const most = rest ? Number.POSITIVE_INFINITY : declared.length;
  if (args.length < least || args.length > most) {
    const many = rest ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`;
    const message = `the probe ${probe.name} takes ${many} argument${many.endsWith("1") ? "" : "s"}, not ${args.length}`;
    complain(args[most] ?? key, message, split ?? `write item ${name} ${probeUsage(probe)}`);
    return undefined;
  }
  return {
    args: args.map(({ text }) => text),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

/** Arguments and options; of a command line nothing is an option. No options: one is wrong, which was said. */
function separate(
  { name: probe, args: declared = [], options: known = {} }: Probe,
  words: readonly Word[],
  complain: Complain,
): { args: Word[]; options?: Record<string, string> } {
  const args: Word[] = [];
  const options: Record<string, string> = {};
  const command = declared.at(-1)?.rest ? declared.length : Number.POSITIVE_INFINITY;
  for (const word of words) {
    const name = word.quoted || args.length >= command ? undefined : optionName(word.text, known);
    if (name === undefined) {
      args.push(word);
      continue;
    }
    const fault = faultOf(name, word.text, known, options);
    if (fault) {
      const all = [...Object.keys(known), ...ITEM_OPTIONS];
      const hint = didYouMean(name, all) ?? `there is ${all.join(", ")}; in quotes the word is an argument`;
      if (fault === "unknown") complain(word, `the probe ${probe} has no option "${name}"`, hint);
      else complain(word, `${name}= ${fault}`);
      return { args };
    }
    options[name] = word.text.slice(name.length + 1);
  }
  return { args, options };
}

/** The name of an option, known or not; undefined for an argument. */
function optionName(text: string, known: NonNullable<Probe["options"]>): string | undefined {
  const many = ONE_OF_MANY.exec(text)?.[1];
  return many !== undefined && isOneOfMany(many, known) ? many : OPTION.exec(text)?.[1];
}

function isOneOfMany(name: string, known: NonNullable<Probe["options"]>): boolean {
  return Object.keys(known).some((option) => name.startsWith(MANY.exec(option)?.[0] ?? "\0"));
}

function faultOf(
  name: string,
  text: string,
  known: NonNullable<Probe["options"]>,
  given: Readonly<Record<string, string>>,
): string | undefined {
  if (!Object.hasOwn(known, name) && !isOneOfMany(name, known)) return "unknown";
  if (Object.hasOwn(given, name)) return "is given twice";
  return text.length > ARGUMENT_CHARS_MAX ? `is longer than ${ARGUMENT_CHARS_MAX} characters` : undefined;
}
