// The work of one probe, for a look at it: all its values under the names that they would have.

import { DEFAULT_LEVELS } from "../core/fitness.ts";
import type { Word } from "../core/lexer.ts";
import { slug } from "../core/names.ts";
import { type Probe, probeUsage } from "../core/probe.ts";
import { itemName } from "./catalogue.ts";
import { readGiven } from "./given.ts";
import { parseDefaultFit } from "./rules.ts";
import { type Complain, OPTION } from "./statement.ts";
import { ITEM_OPTIONS, readTimeout } from "./statements/item.ts";
import type { ItemWork } from "./works.ts";

/** The host of such a work. */
export const HERE = "localhost";

/** Of what an item says for itself, what there is to see at one look: the rest is for every minute, or for pages. */
const SEEN = ["timeout", "unit"];

/** The items of a probe with these words behind its name; `fail` is called with what is wrong with them. */
export function workOfProbe(
  probe: Probe,
  words: readonly string[],
  fail: (message: string) => never,
): Record<string, ItemWork> {
  const { key, own, rest } = split(probe, words);
  const complain: Complain = (_, message, hint) => {
    const usage = `usage: dmon probe ${probeUsage(probe)}`;
    return fail(`${message}; ${hint === undefined || hint.startsWith("write item") ? usage : hint}`);
  };
  const unseen = [...own.keys()].find((name) => !SEEN.includes(name));
  if (unseen !== undefined) fail(`${unseen}= is of no use for one look; leave it out`);
  const timeout = own.get("timeout");
  const timeout_s = timeout && readTimeout(timeout, complain);
  const given = readGiven(
    probe.name,
    probe,
    { key, words: rest, own: new Map(), ownNames: SEEN, quotes: false },
    complain,
  );
  if (!given) return {};
  const unit = own.get("unit")?.text;
  const instance = given.args[0] === undefined ? undefined : slug(given.args[0]);
  return Object.fromEntries(
    Object.entries(probe.values).map(([value, declared], i) => {
      const name = itemName(declared, instance) ?? (i === 0 ? probe.name : `${probe.name}.${value}`);
      const fit = declared.fit ? parseDefaultFit(declared.fit, declared.unit, DEFAULT_LEVELS) : [];
      const more = {
        ...(timeout_s === undefined ? {} : { timeout_s }),
        ...(i > 0 || unit === undefined ? {} : { unit }),
      };
      return [name, { probe: probe.name, value, ...given, fit, ...more }];
    }),
  );
}

/** What a shell gave, as a work-config would have it: the item's own options apart, and all behind a command the command's. */
function split(probe: Probe, texts: readonly string[]) {
  const words = texts.map((text) => asWord(text, /\s/.test(text) && !isOption(probe, text)));
  const command = probe.args?.at(-1)?.rest ? words.findIndex(({ text }) => !OPTION_LIKE.test(text)) : -1;
  const own = new Map<string, Word>();
  const rest: Word[] = [];
  for (const [i, word] of words.entries()) {
    const name = OPTION.exec(word.text)?.[1];
    const isCommand = command >= 0 && i >= command;
    if (name !== undefined && !isCommand && ITEM_OPTIONS.includes(name))
      own.set(name, { ...word, text: word.text.slice(name.length + 1) });
    else rest.push(isCommand ? { ...word, quoted: true } : word);
  }
  return { key: asWord(probe.name, false), own, rest };
}
const OPTION_LIKE = /^[a-z_]+(\.\w+)?=/;

function asWord(text: string, quoted: boolean): Word {
  return { text, quoted, place: { file: "", line: 1, column: 1, length: text.length, text } };
}

function isOption({ options = {} }: Probe, text: string): boolean {
  return [...Object.keys(options), ...ITEM_OPTIONS].some((option) => text.startsWith(`${option}=`));
}
