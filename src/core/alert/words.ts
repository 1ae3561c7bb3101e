// The words of a mail, the same in all its parts: values, times, levels. What comes from outside is one harmless line.

import { formatAge } from "../interval.ts";
import type { OffsetAt } from "../moment.ts";
import { formatValue } from "../units.ts";
import type { Message, Notice } from "./message.ts";
import { oneLine } from "./short.ts";

/** As pages show it, but `97%`, as rules are written. Empty where there is none. */
export function shownValue({ value, unit }: Pick<Notice, "value" | "unit">): string {
  if (value === null || !Number.isFinite(value)) return "";
  return oneLine(formatValue(value, unit)).replace(/ %$/, "%");
}

/** The name of a level in subjects and headers, and what people read elsewhere. */
export function labelOf(level: string, { levels }: Message): string {
  return oneLine(levels.find(({ name }) => name === level)?.label ?? level, 40);
}

/** `2026-11-22 17:40 +01:00`: unambiguous wherever and whenever it is read. */
export function formatTime(time_s: number, offsetAt: OffsetAt): string {
  if (!(Math.abs(time_s) < 8.6e12)) return "–"; // a Date holds no more, and NaN is no time
  const offset_s = offsetAt(time_s);
  const local = new Date((time_s + offset_s) * 1000).toISOString(); // its fields of UTC alone: see process/localtime.ts
  const minutes = Math.abs(Math.round(offset_s / 60));
  const two = (number: number) => String(number).padStart(2, "0");
  const offset = `${offset_s < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${local.slice(0, -14)} ${local.slice(-13, -8)} ${offset}`;
}

/** Since when, and how long that was when the message was made: `2026-11-22 17:40 +01:00 (2h 5m)`. */
export function formatSince(since_s: number, made_s: number, offsetAt: OffsetAt): string {
  return `${formatTime(since_s, offsetAt)} (${formatAge(made_s - since_s)})`;
}

/** `1 host`, `2 hosts`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and 3 more hosts`: at most `shown` by name. */
export function listed(names: readonly string[], shown: number, word: string, and = "more"): string {
  const rest = names.length - shown;
  // One that is left out would take more room than its name.
  if (rest <= 1) return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, shown).join(", ")} and ${rest} ${and} ${word}s`;
}

/** How many notices have each level: `12 dead, 3 sick`, worst first. */
export function tally(notices: readonly Notice[], name: (level: string) => string): string {
  const counts = new Map<string, { count: number; rank: number }>();
  for (const { level, rank } of notices) {
    const so = counts.get(level) ?? { count: 0, rank };
    counts.set(level, { count: so.count + 1, rank: Math.max(so.rank, rank) });
  }
  const sorted = [...counts].sort(([, one], [, other]) => other.rank - one.rank);
  return sorted.map(([level, { count }]) => `${count} ${name(level)}`).join(", ");
}

/** A whole URL of a page; undefined for what no browser should be led to. */
export function safeUrl(url: string | undefined): string | undefined {
  return url !== undefined && url.length <= 2048 && /^https?:\/\/[!-~]+$/.test(url) && !/["'<>\\`]/.test(url)
    ? url
    : undefined;
}
