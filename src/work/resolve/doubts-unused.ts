// Of what is declared, that which nothing uses: one warning for all of a kind. Pure.

import type { Word } from "../../core/lexer.ts";
import type { Complain } from "../statement.ts";

/** Of more names the first ones are said. */
const NAMED_MAX = 5;

/** What is said of names that nothing uses. `names`: so many as are listed; undefined when there are more. */
type Say = (listed: string, names: readonly string[] | undefined) => [message: string, hint: string];

export function doubtUnused(
  declared: readonly { name: Word }[],
  isUsed: (name: string) => boolean,
  say: Say,
  warn: Complain,
): void {
  const unused = declared.map(({ name }) => name).filter(({ text }) => !isUsed(text));
  const [first] = unused;
  if (!first) return;
  const more = unused.length > NAMED_MAX ? ` and ${unused.length - NAMED_MAX} more` : "";
  const names = unused.slice(0, NAMED_MAX).map(({ text }) => text);
  warn(first, ...say(names.join(", ") + more, more === "" ? names : undefined));
}
