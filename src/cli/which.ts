// Words of the command line that name hosts and items: HOST, HOST:ITEM, selectors of both; and who types them.

import { badCharacter } from "../core/bad-text.ts";
import { ACK_TEXT_CHARS_MAX, NAME_CHARS_MAX } from "../core/limits.ts";
import { selects } from "../core/selector.ts";
import { UsageError } from "./command.ts";

/** Selectors as in the work. */
export interface Which {
  hosts: string;
  items: string;
}

/** `mars`, `mars:root*`, `db*:*`. Throws UsageError. */
export function whichOf(word: string): Which {
  if (word === "" || /\s/.test(word)) throw new UsageError(`"${word}" is no HOST or HOST:ITEM`);
  const colon = word.indexOf(":");
  if (colon < 0) return { hosts: word, items: "*" };
  const [hosts, items] = [word.slice(0, colon), word.slice(colon + 1)];
  if (hosts === "") throw new UsageError(`"${word}" names no host; for all of them write '*${word}'`);
  if (items === "") throw new UsageError(`"${word}" names no item; write ${hosts}, or ${hosts}:ITEM`);
  if (items.includes(":")) throw new UsageError(`"${word}" has two colons; write HOST:ITEM`);
  return { hosts, items };
}

/** The words of [HOST] [ITEM], where HOST:ITEM will do as well. Throws UsageError. */
export function hostAndItem([first = "*", second]: readonly string[]): Which {
  const which = whichOf(first);
  if (second === undefined) return which;
  if (first.includes(":")) throw new UsageError(`"${second}" is one item too many; write ${which.hosts} ${second}`);
  whichOf(`*:${second}`);
  return { ...which, items: second };
}

export function nameOf({ hosts, items }: Which): string {
  return items === "*" ? hosts : `${hosts}:${items}`;
}

/** Whether a word means one thing, and not all that it matches. */
export function isPlain(word: string): boolean {
  return !/[*?,!]/.test(word);
}

/** What is left to be looked for in an answer, where selectors cannot be asked for. */
export function meaning({ hosts, items }: Which): (each: { tag: string; item: string }) => boolean {
  // A single host was asked for, by any of its names.
  return ({ tag, item }) => (isPlain(hosts) || selects(hosts, tag)) && selects(items, item);
}

/** What the server is asked for: one host, one item, or `*`. */
export function asked({ hosts, items }: Which): { host: string; item: string } {
  return { host: isPlain(hosts) ? hosts : "*", item: isPlain(items) ? items : "*" };
}

/** Who acts: as they say, else by the name that they logged in with before they became root. Throws UsageError. */
export function userOf(given: unknown, env: Readonly<Record<string, string | undefined>>): string {
  const isUser = (name: string) => /^[^\s\p{C}]+$/u.test(name) && name.length <= NAME_CHARS_MAX;
  if (typeof given !== "string") {
    const names = [env.SUDO_USER, env.LOGNAME, env.USER].filter((name) => name !== undefined);
    return names.find(isUser) ?? "root";
  }
  if (!isUser(given)) throw new UsageError(`--user "${given}" is no name; write one word, such as --user anna`);
  return given;
}

/** Why somebody does it. Throws UsageError. */
export function commentOf(words: readonly string[]): string {
  const text = words.join(" ").trim();
  if (text.length > ACK_TEXT_CHARS_MAX)
    throw new UsageError(`the text has ${text.length} characters; at most ${ACK_TEXT_CHARS_MAX}`);
  const bad = badCharacter(`"${text.replaceAll('"', "'")}"`);
  if (bad) throw new UsageError(`the text has ${bad.message}; ${bad.hint}`);
  return text;
}
