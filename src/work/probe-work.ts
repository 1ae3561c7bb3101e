// The work of one probe, for a look at it: all its values under the names that they would have.

import { DEFAULT_LEVELS } from "../core/fitness.ts";
import type { Word } from "../core/lexer.ts";
import { slug } from "../core/names.ts";
import { type Probe, probeUsage } from "../core/probe.ts";
import { itemName } from "./catalogue.ts";
import { readGiven } from "./given.ts";
import { parseDefaultFit } from "./rules.ts";
import type { ItemWork } from "./works.ts";

/** The host of such a work. */
export const HERE = "localhost";

/** The items of a probe with these words behind its name; `fail` is called with what is wrong with them. */
export function workOfProbe(
  probe: Probe,
  words: readonly string[],
  fail: (message: string) => never,
): Record<string, ItemWork> {
  const [key, ...all] = [probe.name, ...words].map((text): Word => {
    const place = { file: "", line: 1, column: 1, length: text.length, text };
    const isOption = Object.keys(probe.options ?? {}).some((option) => text.startsWith(`${option}=`));
    return { text, quoted: /\s/.test(text) && !isOption, place };
  });
  if (!key) return {};
  const given = readGiven(probe.name, probe, { key, words: all }, (_, message, hint) => {
    const usage = `dmon probe ${probeUsage(probe)}`;
    return fail(`${message}; ${hint?.startsWith("write item") ? `usage: ${usage}` : (hint ?? `usage: ${usage}`)}`);
  });
  if (!given) return {};
  const [first] = given.args;
  const values = Object.entries(probe.values);
  return Object.fromEntries(
    values.map(([value, declared], i) => {
      const instance = first === undefined ? undefined : slug(first);
      const name = itemName(declared, instance) ?? (i === 0 ? probe.name : `${probe.name}.${value}`);
      const fit = declared.fit ? parseDefaultFit(declared.fit, declared.unit, DEFAULT_LEVELS) : [];
      return [name, { probe: probe.name, value, ...given, fit }];
    }),
  );
}
