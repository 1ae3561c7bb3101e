// Moments to come as people write them: `2h`, `18:30`, `fri 9:00`, `tonight`. Pure, as the moments that it is made of (moment.ts).

import { INTERVAL_FORM, parseInterval, unitOfWord } from "./interval.ts";
import { TIME_S_MAX } from "./limits.ts";
import { fromLocal, momentHint, type OffsetAt, parseMoment, WEEKDAYS } from "./moment.ts";

/** The forms of a moment to come, for messages. */
export const UNTIL_FORM = `${INTERVAL_FORM} from now, or a moment such as 14:00, tonight (22:00), fri 9:00, tomorrow (at 8:00) or 2026-11-24T08:00`;

/** When people are back at work: a day alone is meant so, for at midnight nobody comes. */
export const MORNING_HOUR = 8;
const NIGHT_HOUR = 22;
const DAY_S = 86_400;
const CLOCK = /^(\d\d?:\d\d(:\d\d)?|\d\d? ?[ap]m|\d\d?:\d\d ?[ap]m|noon|midnight)$/;
const DAY = new RegExp(`^(?:tomorrow|${WEEKDAYS.join("|")}|\\d{4}-\\d\\d-\\d\\d)$`);

/**
 * A moment to come, of what people write for one: an interval from now, a moment that is ahead, and of a time of day or a weekday the
 * next one. What is over stays so. Undefined for what is no moment, such as a number alone: seconds, minutes, hours, o'clock?
 */
export function parseComing(typed: string, now_s: number, offsetAt: OffsetAt): number | undefined {
  const { text, isNext } = inFull(typed);
  if (isBareNumber(text)) return undefined;
  const isDate = /^\d{4}-\d\d?-|^\d+$/.test(text); // by the grammar of intervals 2026 s less some
  const span_s = isDate ? undefined : spanOf(text);
  const at_s = span_s === undefined ? parseAhead(text, isNext, now_s, offsetAt) : now_s + span_s;
  if (at_s === undefined || at_s > TIME_S_MAX) return undefined;
  if (!DAY.test(text) || at_s <= now_s) return at_s;
  return fromLocal(at_s + offsetAt(at_s) + MORNING_HOUR * 3600, offsetAt);
}

/** What to write for what is no moment to come. */
export function comingHint(typed: string): string {
  const text = typed.trim();
  const [, hour = "", minute] = /^(\d\d?)(\d\d)?$/.exec(text) ?? [];
  if (hour !== "" && Number(hour) < 24 && Number(minute ?? 0) < 60)
    return minute === undefined ? `write ${text}:00, or ${text}h` : `write ${hour}:${minute}, or ${text}m`;
  if (/^\d{1,4}$/.test(text)) return `write ${text}m, or ${text}h`;
  if (/^\d{1,4}\.\d+$/.test(text)) return `write ${text}h, or 18:30 for a time of day`;
  const hint = momentHint(typed);
  return /^did you mean|^no calendar/.test(hint) ? hint : `give ${UNTIL_FORM}`;
}

/** Seconds since 1970 have nine digits or more. */
function isBareNumber(text: string): boolean {
  return /^[+-]?[\d.]+$/.test(text) && !/^\d{9,11}$/.test(text);
}

/** Other ways to write the same: `in 2 hours`, `next mon`, `at 8.00`, `tonight`. */
function inFull(typed: string): { text: string; isNext: boolean } {
  const plain = typed.trim().toLowerCase().replace(/\s+/g, " ");
  const text = plain
    .replace(/^in (?=\d)/, "")
    .replace(/ from now$/, "")
    .replace(/^(?:on|this|next) (?=[a-z])/, "")
    .replace(/(?<![^ ])at (?=\d|noon|midnight)/, "")
    .replace(/(?<![^ ])(\d\d?)\.(\d\d)(?= ?(?:[ap]m)?$)/, "$1:$2")
    .replace(/^tonight$/, `today ${NIGHT_HOUR}:00`)
    .replace(/^tonight (?=\d)/, "today ")
    .replace(/(?<![^ ])[a-z]{3,}(?![^ ])/, (word) => WEEKDAYS.find((day) => day.startsWith(word)) ?? word);
  return { text, isNext: plain.startsWith("next ") };
}

/** Seconds of `2h`, `2 hours`, `1 hour 30 minutes`. */
function spanOf(text: string): number | undefined {
  const letters = text.replace(/(\d+(?:\.\d+)?) ?([a-z]+)(?: |$)/g, (all, number: string, word: string) => {
    const unit = unitOfWord(word);
    return unit === undefined ? all : `${number}${unit}`;
  });
  return parseInterval(letters);
}

function parseAhead(text: string, isNext: boolean, now_s: number, offsetAt: OffsetAt): number | undefined {
  const weekday = WEEKDAYS.find((day) => text.split(" ").includes(day));
  if (isNext && weekday === undefined) return undefined;
  const at_s = parseMoment(text, now_s, offsetAt);
  if (at_s === undefined) return undefined;
  const today = Math.floor((now_s + offsetAt(now_s)) / DAY_S);
  const isIt = (time_s: number) =>
    time_s > now_s && !(isNext && Math.floor((time_s + offsetAt(time_s)) / DAY_S) === today);
  if (isIt(at_s)) return at_s;
  if (CLOCK.test(text)) return parseMoment(`tomorrow ${text}`, now_s, offsetAt);
  if (weekday === undefined) return at_s;
  // As it is understood in one week, or in two: on a Monday `monday` is the one before.
  const next_s = parseMoment(text, now_s + 7 * DAY_S, offsetAt);
  return next_s !== undefined && isIt(next_s) ? next_s : parseMoment(text, now_s + 14 * DAY_S, offsetAt);
}
