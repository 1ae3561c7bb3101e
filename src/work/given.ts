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

/** Reads the words of an item called `name`; a command line is taken as it is. Undefined when one is wrong, which is said. */
export function readGiven(
  name: string,
  probe: Probe,
  { key, words, split }: { key: Word; words: readonly Word[]; split?: string },
  complain: Complain,
): GivenWords | undefined {
  const declared = probe.args ?? [];
  const rest = declared.at(-1)?.rest === true;
  const { args, options } = rest ? { args: [...words], options: {} } : separate(probe, words, complain);
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

function separate(
  probe: Probe,
  words: readonly Word[],
  complain: Complain,
): { args: Word[]; options?: Record<string, string> } {
  const args: Word[] = [];
  const options: Record<string, string> = {};
  const known = Object.keys(probe.options ?? {});
  for (const word of words) {
    const name = word.quoted ? undefined : OPTION.exec(word.text)?.[1];
    if (name === undefined) {
      args.push(word);
    } else if (!known.includes(name)) {
      const all = [...known, ...ITEM_OPTIONS];
      const hint = didYouMean(name, all) ?? `there is ${all.join(", ")}; in quotes the word is an argument`;
      complain(word, `the probe ${probe.name} has no option "${name}"`, hint);
      return { args };
    } else if (Object.hasOwn(options, name)) {
      complain(word, `${name}= is given twice`);
      return { args };
    } else if (word.text.length > ARGUMENT_CHARS_MAX) {
      complain(word, `${name}= is longer than ${ARGUMENT_CHARS_MAX} characters`);
      return { args };
    } else options[name] = word.text.slice(name.length + 1);
  }
  return { args, options };
}
