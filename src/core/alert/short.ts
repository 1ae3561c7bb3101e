// The short texts of a message, for chats, push messages and programs: a title, and a line for each notice. Pure. What is said of
// hosts comes from hosts, so it is one line without characters that do anything; what a format would obey is the format's to escape.

import { formatAge } from "../interval.ts";
import { TEXT_CHARS_MAX } from "../limits.ts";
import { formatValue } from "../units.ts";
import type { Message, Notice, OtherTrouble } from "./message.ts";

/** Controls, and what turns, joins or hides the letters around it: bidi marks, zero-width characters, tags, lone surrogates. */
const HARMFUL =
  /[\0-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff\ufff9-\uffff\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** A text as one harmless line of at most so many characters. */
export function oneLine(text: string, chars_max: number = TEXT_CHARS_MAX): string {
  // Of a long text only what can be shown is looked at.
  const line = text
    .slice(0, 4 * chars_max)
    .replace(HARMFUL, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > chars_max || text.length > 4 * chars_max ? `${cut(line, chars_max - 1)}…` : line;
}

/** The beginning of a text, no character halved. */
function cut(text: string, chars_max: number): string {
  return text.slice(0, chars_max).replace(/[\ud800-\udbff]$/, "");
}

/** How bad a notice is, wherever the scale ends: 0 the best level, 1 the worst. */
export function gravity({ rank }: Pick<Notice, "rank">, { levels }: Pick<Message, "levels">): number {
  const worst = levels.length - 1;
  return worst < 1 ? 0 : Math.min(1, Math.max(0, rank / worst));
}

/** `12 dead, 3 sick on 5 hosts`; of one notice what it says: `crit mars root_usage 97%`. */
export function titleOf(message: Message): string {
  const { notices, more } = message;
  const [first] = notices;
  if (!first) return "nothing to tell";
  if (notices.length + more === 1) return brief(first);
  const counts = new Map<string, number>();
  for (const notice of notices) {
    const word = notice.kind === "recovery" ? "well again" : notice.kind === "test" ? "test" : oneLine(notice.level);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`);
  const tags = new Set(notices.map(({ tag }) => tag));
  const where = tags.size === 1 ? oneLine(first.tag) : `${tags.size} hosts`;
  return oneLine(`${parts.join(", ")} on ${where}${more > 0 ? `, ${more} more` : ""}`);
}

/** `crit mars root_usage 97%`; `still crit mars …` of a reminder, `test: …` of what only tries the way. */
export function brief(notice: Notice): string {
  const { kind, level, tag, item } = notice;
  const before = kind === "test" ? "test: " : kind === "reminder" ? "still " : "";
  return oneLine([before + level, tag, item, valued(notice)].filter(Boolean).join(" "));
}

/** Nothing of an item that has no value. */
function valued({ value, unit }: Pick<Notice, "value" | "unit">): string {
  return value === null ? "" : formatValue(value, unit).replace(/ %$/, "%");
}

/** What is to be known beside the brief: `was sick, for 10m, >90% (work.conf:41), 3.2 GiB free`. */
export function details(notice: Notice, made_s: number): string {
  const { kind, level, prev, since_s, reason, text } = notice;
  const parts = [
    prev === level ? "" : `was ${prev}`,
    // A clock that was off would make it a thing of the future.
    made_s > since_s && kind !== "test" ? `for ${formatAge(made_s - since_s)}` : "",
    reason ?? "",
    text ?? "",
  ];
  return oneLine(parts.filter(Boolean).join(", "), 2 * TEXT_CHARS_MAX);
}

/** A line for each notice, worst first as they are, at most so many; the last one counts what is not shown. */
export function linesOf(message: Message, lines_max: number): string[] {
  const { notices, more, made_s } = message;
  const shown = notices.slice(0, lines_max);
  const lines = shown.map((notice) => [brief(notice), details(notice, made_s)].filter(Boolean).join(": "));
  const left = notices.length - shown.length + more;
  return left > 0 ? [...lines, `… and ${left} more`] : lines;
}

/** `also on mars: sick load1 23, soso swap 40%, and 3 more` */
export function othersLine({ tag, items, more }: OtherTrouble, items_max = 5): string {
  const shown = items.slice(0, items_max);
  const parts = shown.map((each) => [each.level, each.item, valued(each)].filter(Boolean).join(" "));
  const left = items.length - shown.length + more;
  if (left > 0) parts.push(`${left} more`);
  return oneLine(`also on ${tag}: ${parts.join(", ")}`, 2 * TEXT_CHARS_MAX);
}

/** The first lines that fit into so many bytes of UTF-8, with the number of those that do not. */
export function fitting(lines: readonly string[], bytes_max: number): string {
  const whole = lines.join("\n");
  if (Buffer.byteLength(whole) <= bytes_max) return whole;
  const taken: string[] = [];
  let bytes = Buffer.byteLength(`… and ${lines.length} lines more`);
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > bytes_max) break;
    taken.push(line);
  }
  return [...taken, `… and ${lines.length - taken.length} lines more`].join("\n");
}
