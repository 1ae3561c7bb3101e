// What people's commands have in common: who asks, about which items, until when, and why.

import { isPlain } from "../../core/bad-text.ts";
import { comingHint, parseComing } from "../../core/coming.ts";
import { type Hours, type Once, parseWhen, WHEN_FORM } from "../../core/hours.ts";
import { parseInterval } from "../../core/interval.ts";
import {
  ACK_TEXT_CHARS_MAX,
  CONFIG_LINE_CHARS_MAX,
  HOSTNAME_CHARS_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
  TICKET_CHARS_MAX,
} from "../../core/limits.ts";
import { text } from "../../core/shape.ts";
import { offsetAt, stamp } from "../../process/localtime.ts";
import { Refusal } from "../../wire/command.ts";

const plain = { test: isPlain, name: "text of one line" };
const isUser = { test: (word: string) => /^[^\s\p{C}]+$/u.test(word), name: "the name of who asks" };

/** The fields of their JSON. */
export const user = text(NAME_CHARS_MAX, isUser);
export const selector = text(CONFIG_LINE_CHARS_MAX, plain);
export const hostname = text(HOSTNAME_CHARS_MAX, plain);
export const name = text(NAME_CHARS_MAX, plain);
export const comment = text(ACK_TEXT_CHARS_MAX, plain);
export const moment = text(TEXT_CHARS_MAX, plain);
export const ticket = text(TICKET_CHARS_MAX);

/** `2h`, `14:00`, `2026-11-24T08:00`: a moment to come. Throws Refusal. */
export function parseUntil(typed: string, now_s: number): number {
  const at_s = parseComing(typed, now_s, offsetAt);
  if (at_s === undefined) throw new Refusal(`${JSON.stringify(typed)} is no time; ${comingHint(typed)}`);
  if (at_s <= now_s) throw new Refusal(`${JSON.stringify(typed)} (${stamp(at_s)}) is over already`);
  return at_s;
}

/** From now on until a moment to come. Throws Refusal. */
export function planUntil(typed: string, now_s: number): Once {
  const minutes = Math.ceil(parseUntil(typed, now_s) / 60);
  return { from: localMinute(now_s), to: localMinute(minutes * 60) };
}

/** As a downtime statement has it; or `2h`: from now on. Throws Refusal. */
export function parsePlan(typed: string, now_s: number): Hours | Once {
  const words = typed.trim().split(/\s+/);
  const span_s = words.length === 1 ? parseInterval(words[0] ?? "") : undefined;
  if (span_s !== undefined) {
    if (span_s < 60) throw new Refusal(`planned work of ${typed} is none; give at least 1m`);
    return { from: localMinute(now_s), to: localMinute(Math.ceil((now_s + span_s) / 60) * 60) };
  }
  const parsed = parseWhen(words);
  if ("error" in parsed) throw new Refusal(`${parsed.error}; give 2h, or ${parsed.hint ?? WHEN_FORM}`);
  if (parsed.used < words.length) throw new Refusal(`${JSON.stringify(words[parsed.used])} is too much`);
  const { zone } = parsed.value;
  if (zone !== undefined && !isZone(zone)) throw new Refusal(`${JSON.stringify(zone)} is no time zone of this system`);
  return parsed.value;
}

/** `2026-11-22T22:00` */
function localMinute(time_s: number): string {
  return stamp(time_s).slice(0, 16).replace(" ", "T");
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en-US", { timeZone: zone }));
  } catch {
    return false;
  }
}
