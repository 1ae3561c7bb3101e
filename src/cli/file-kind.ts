// Which of the two config files a text is, for who names one where the other belongs: not each of its lines is a mistake.

import { KEYS } from "../config/keys.ts";
import { lex } from "../core/lexer.ts";
import { statements } from "../work/statements/index.ts";

/** Whether a text is a dmon.conf and no work.conf. */
export function looksLikeConf(text: string): boolean {
  const { conf, work } = counts(text);
  return conf > work;
}

/** Whether a text is a work.conf and no dmon.conf. */
export function looksLikeWork(text: string): boolean {
  const { conf, work } = counts(text);
  return work > conf;
}

function counts(text: string): { conf: number; work: number } {
  const keys = lex("", text, []).map(({ key }) => key.text);
  const names = new Set(statements.map(({ name }) => name));
  return {
    conf: keys.filter((key) => Object.hasOwn(KEYS, key)).length,
    work: keys.filter((key) => names.has(key)).length,
  };
}
