// The one line by which a message is known: `[dmon] crit mars root_usage 97%`, `[dmon] 12 dead, 3 sick: mars, venus and 9 more hosts`.

import { NAME_CHARS_MAX } from "../limits.ts";
import type { Message, Notice } from "./message.ts";
import { oneLine } from "./short.ts";
import { listed, shownValue, tally } from "./words.ts";

/** Of one name in a list of several; a name of its own is shown whole. */
const NAME_CHARS = 40;
/** A text in place of a value. */
const TEXT_CHARS = 60;
/** Hosts, or items of one host, by name. */
const NAMES = 2;

/** For people and for filters of mail: one line, without anything that could begin another. */
export function subjectOf(message: Message): string {
  return `[dmon] ${headline(message)}`;
}

/** The same without the sign by which mail of dmon is known, for where that is clear. */
export function headline({ notices, more }: Message): string {
  const [first] = notices;
  if (!first) return "nothing";
  const mark = markOf(notices);
  if (notices.length === 1 && more === 0) return mark + one(first);
  const rest = more > 0 ? `, ${more} more` : "";
  return `${mark}${tally(notices, (level) => oneLine(level, NAME_CHARS))}${rest}: ${where(notices, more)}`;
}

/** What all of them are, where that is no news. */
function markOf(notices: readonly Notice[]): string {
  if (notices.some(({ kind }) => kind === "test")) return "test: ";
  return notices.every(({ kind }) => kind === "reminder") ? "reminder: " : "";
}

function one(notice: Notice): string {
  const what = [notice.level, notice.tag, notice.item].map((word) => oneLine(word, NAME_CHARS_MAX)).join(" ");
  const value = shownValue(notice);
  if (value) return `${what} ${value}`;
  const text = notice.text === undefined ? "" : oneLine(notice.text, TEXT_CHARS);
  return text ? `${what}: ${text}` : what;
}

function where(notices: readonly Notice[], more: number): string {
  const hosts = distinct(notices.map(({ tag }) => tag));
  const [host = ""] = hosts;
  if (hosts.length === 1 && more === 0)
    return `${host} ${listed(distinct(notices.map(({ item }) => item)), NAMES, "item")}`;
  // Of those that are not listed nobody knows the hosts.
  return more > 0 ? `${hosts.slice(0, NAMES).join(", ")} and others` : listed(hosts, NAMES, "host");
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].map((name) => oneLine(name, NAME_CHARS));
}
