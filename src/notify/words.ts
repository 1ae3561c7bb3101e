// The words of a command line, without a shell: blanks separate words, '…' and "…" hold blanks (also within a word), and no other
// character means anything. Pure.

import { COMMAND_WORDS_MAX } from "../core/limits.ts";

/** What is wrong with a command line, and what would be right. */
export interface Fault {
  message: string;
  hint: string;
}

/** The words, or what is wrong. */
export function wordsOf(line: string): string[] | Fault {
  const words: string[] = [];
  const parts = /\s+|'([^']*)'|"([^"]*)"|[^\s'"]+|(['"])/g;
  let word: string | undefined;
  for (const [part, single, double, open] of line.matchAll(parts)) {
    if (open !== undefined)
      return { message: `a quote ${open} that is never closed`, hint: `end the word with ${open}` };
    if (/^\s/.test(part)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + (single ?? double ?? part);
  }
  if (word !== undefined) words.push(word);
  if (words.length <= COMMAND_WORDS_MAX) return words;
  return { message: `a command of more than ${COMMAND_WORDS_MAX} words`, hint: "write a script, and name that" };
}
