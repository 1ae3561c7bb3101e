// Where the ticks of a graph stand and what they say: values in the item's unit, times in local time.

import { formatInterval } from "../core/interval.ts";
import type { Kind } from "../core/reading.ts";
import { type LocalClock, partsOf } from "./local-clock.ts";

export interface ValueAxis {
  low: number;
  high: number;
  ticks: { value: number; label: string }[];
  /** The unit that all labels share: `GiB`, `MB/s`, `%`; empty when the labels carry their own. */
  caption: string;
}

export interface TimeTick {
  time_s: number;
  label: string;
  /** With what its neighbours leave out: the day and month of an hour, the year of a month. */
  long: string;
  /** Begins a larger unit: midnight among hours, January among months. */
  strong: boolean;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const TIME_VALUE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 7200, 10_800, 21_600, 43_200, DAY];

/** For an axis that shows less, noise would look like a cliff: this part of the scale of 100 %, else of the value. */
const SPAN_LEAST = 0.05;

/** The range of an axis for values in [low, high]: around them, not less than is worth seeing; below zero only for what is. */
export function leastSpan(low: number, high: number, unit: string): [number, number] {
  const least = SPAN_LEAST * (unit === "%" ? 100 : Math.max(Math.abs(low), Math.abs(high)));
  const more = least - (high - low);
  if (!(more > 0)) return [low, high];
  const begin = low >= 0 ? Math.max(0, low - more / 2) : low - more / 2;
  const end = begin + least;
  return unit === "%" && high <= 100 && end > 100 ? [100 - least, 100] : [begin, end];
}

/** What is drawn of values from `low` to `high`: with some room above, and from zero where that says more. */
export function shownRange(low: number, high: number, { unit, kind }: { unit: string; kind: Kind }): [number, number] {
  const capped = unit === "%" && low >= 0 && high <= 100;
  // From zero, unless all of it happens far from zero: a disk that grows from 91 to 93 %.
  const fromZero = kind === "rate" || kind === "state" || low === high || low < high * 0.6;
  let [begin, end] = [low >= 0 && fromZero ? 0 : low, high];
  if (end <= 0 && begin === end) [begin, end] = begin === 0 ? [0, 1] : [begin, 0];
  if (kind === "state") return [begin, Math.max(end, begin + 1)];
  [begin, end] = leastSpan(begin, end, unit);
  const padding = (end - begin || Math.abs(end) || 1) * 0.06;
  return [begin, capped ? Math.min(100, end + padding) : end + padding];
}

/** A value axis of about `count` steps that covers [low, high]; labels of one axis share unit and precision. */
export function valueAxis(low: number, high: number, unit: string, count: number): ValueAxis {
  const raw = (high - low) / Math.max(1, count);
  const asTime = unit === "s" && raw > 0.5 && Math.max(Math.abs(low), Math.abs(high)) >= MINUTE;
  const { factor, caption } = asTime
    ? { factor: 1, caption: "" }
    : scaleOf(unit, Math.max(Math.abs(low), Math.abs(high)));
  const step = asTime ? timeStep(raw) : decimalStep(raw / factor) * factor;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks: ValueAxis["ticks"] = [];
  for (let i = first; i <= last && ticks.length < 50; i++) {
    const value = i * step;
    ticks.push({ value, label: asTime ? timeLabel(value) : plainLabel(value, step, factor) });
  }
  // A share of all is never more.
  const top = unit === "%" && high <= 100 ? Math.min(100, last * step) : last * step;
  return { low: first * step, high: top, ticks: ticks.filter(({ value }) => value <= top), caption };
}

function timeStep(raw: number): number {
  return TIME_VALUE_STEPS.find((step) => step >= raw) ?? decimalStep(raw / DAY) * DAY;
}

function decimalStep(raw: number): number {
  if (!(raw > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= raw * 0.999999) ?? 10 * power;
}

// The prefix in which the largest value of the axis is written.
function scaleOf(unit: string, size: number): { factor: number; caption: string } {
  if (unit === "B") {
    const index = Math.max(0, Math.min(5, Math.floor(Math.log(size) / Math.log(1024) + 1e-9)));
    return { factor: 1024 ** index, caption: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][index] ?? "B" };
  }
  const scaled = unit === "B/s" || size >= 1e5;
  const index = scaled ? Math.max(0, Math.min(5, Math.floor(Math.log10(size) / 3 + 1e-9))) : 0;
  const prefix = ["", "k", "M", "G", "T", "P"][index] ?? "";
  const spaced = prefix !== "" && unit !== "" && !unit.startsWith("B") ? `${prefix} ${unit}` : prefix + unit;
  return { factor: 1000 ** index, caption: spaced };
}

function plainLabel(value: number, step: number, factor: number): string {
  const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step / factor) - 1e-9)));
  const shown = value / factor;
  if (Math.abs(shown) >= 1e9 || (shown !== 0 && Math.abs(shown) < 1e-9)) return shown.toExponential(1);
  const text = Math.abs(shown).toFixed(decimals);
  return shown < 0 && Number(text) !== 0 ? `−${text}` : text;
}

// 90 -> 1m 30s, 86400 -> 1d; exact down to the second, for ticks are round.
function timeLabel(value: number): string {
  const text = formatInterval(Math.round(Math.abs(value))).replace(/([a-z])(?=\d)/g, "$1 ");
  return value === 0 ? "0" : (value < 0 ? "−" : "") + text;
}

const CLOCK_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE);
const DAY_STEPS = [1, 2, 3, 4, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** At most `count` ticks of local time in [from, to]: on the hour, at midnight, on the first of a month. */
export function timeTicks(from_s: number, to_s: number, count: number, clock: LocalClock): TimeTick[] {
  const span = to_s - from_s;
  if (!(span > 0) || count < 1 || !Number.isFinite(span)) return [];
  const raw = span / count;
  const seconds = CLOCK_STEPS_S.find((step) => step >= raw);
  if (seconds !== undefined) return clockTicks(from_s, to_s, seconds, clock);
  const days = DAY_STEPS.find((step) => step * DAY >= raw);
  if (days !== undefined) return dayTicks(from_s, to_s, days, clock);
  return monthTicks(from_s, to_s, MONTH_STEPS.find((step) => step * 30 * DAY >= raw) ?? 240, clock);
}

// Walks from local midnight, so that ticks stay on the hour on days of 23 and 25 hours.
function clockTicks(from_s: number, to_s: number, step_s: number, local: LocalClock): TimeTick[] {
  const ticks: TimeTick[] = [];
  const { year, month, day } = local.localTime(from_s);
  for (let offset = 0; local.fromLocalTime(year, month, day + offset) <= to_s; offset++) {
    for (let second = 0; second < DAY; second += step_s) {
      const time_s = local.fromLocalTime(year, month, day + offset, second);
      if (time_s < from_s || time_s > to_s || time_s <= (ticks.at(-1)?.time_s ?? -Infinity)) continue;
      const { weekday, day: date, month: name, clock } = partsOf(time_s, local);
      if (second > 0) ticks.push({ time_s, label: clock, long: `${date} ${name} ${clock}`, strong: false });
      else ticks.push({ time_s, ...dayLabels(weekday, date, name), strong: true });
    }
  }
  return ticks;
}

function dayTicks(from_s: number, to_s: number, step: number, local: LocalClock): TimeTick[] {
  const ticks: TimeTick[] = [];
  const { year, month, day, weekday: dayOfWeek } = local.localTime(from_s);
  const first = step % 7 === 0 ? day - ((dayOfWeek + 6) % 7) : day; // weeks begin on Monday
  for (let offset = 0; ; offset += step) {
    const time_s = local.fromLocalTime(year, month, first + offset);
    if (time_s > to_s) return ticks;
    if (time_s < from_s) continue;
    const { weekday, day: date, month: name, year: shown } = partsOf(time_s, local);
    if (step === 1) ticks.push({ time_s, ...dayLabels(weekday, date, name), strong: weekday === "Mon" });
    else ticks.push({ time_s, label: `${date} ${name}`, long: `${date} ${name} ${shown}`, strong: false });
  }
}

// The days of a week or two; the first of a month says so among them.
function dayLabels(weekday: string, date: string, month: string): { label: string; long: string } {
  const long = `${weekday} ${date} ${month}`;
  return { label: date === "1" ? long : `${weekday} ${date}`, long };
}

function monthTicks(from_s: number, to_s: number, step: number, local: LocalClock): TimeTick[] {
  const ticks: TimeTick[] = [];
  const { year } = local.localTime(from_s);
  const first = step > 12 ? Math.floor(year / (step / 12)) * (step / 12) : year;
  for (let offset = 0; ticks.length < 100; offset += step) {
    const time_s = local.fromLocalTime(first, offset, 1);
    if (time_s > to_s) break;
    if (time_s < from_s) continue;
    const { month, year: shown } = partsOf(time_s, local);
    const january = month === "Jan";
    ticks.push({
      time_s,
      label: january ? shown : month,
      long: january ? shown : `${month} ${shown}`,
      strong: january,
    });
  }
  return ticks;
}
