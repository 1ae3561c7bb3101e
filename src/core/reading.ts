// What a probe supplies and what an item is: the words that all rooms share.

import { TEXT_CHARS_MAX } from "./limits.ts";

/**
 * One value of one probe at one moment: a finite number, or a number with a short text beside it (which disk,
 * which unit), or null for *no data* (this host has no such thing, or it is too early to tell), which may say why. A counter may
 * have an epoch: with another one it began anew, wherever it stands.
 */
export type Reading = number | { value: number; text: string; epoch?: number } | { value: null; text: string } | null;

/** A counter of an epoch; the first one, 0, needs no saying. */
export function counterOf(value: number, epoch: number, text = ""): Reading {
  if (epoch === 0) return text === "" ? value : { value, text };
  return { value, text, epoch };
}

/** Why one value could not be had, beside others that could. */
export interface Failed {
  error: string;
  value?: never;
  text?: never;
}

/**
 * gauge: a value as it is. rate: the probe gives a counter and core/rate makes a value per second of it.
 * state: 0/1 or an enumeration, drawn as steps. time: seconds since or until something.
 */
export type Kind = "gauge" | "rate" | "state" | "time";
export const KINDS: readonly Kind[] = ["gauge", "rate", "state", "time"];

/** Room for ` and 1234567 more`. */
const MORE_CHARS = 20;

/**
 * How many there are, with their names as the text beside it: of many those that a line has room for, and how many more. None
 * have no text.
 */
export function counted(names: readonly string[], separator = " "): Reading {
  const [first] = names;
  if (first === undefined) return 0;
  let text = first;
  let shown = 1;
  for (const name of names.slice(1)) {
    if (text.length + separator.length + name.length > TEXT_CHARS_MAX - MORE_CHARS) break;
    text += separator + name;
    shown++;
  }
  const more = shown < names.length ? ` and ${names.length - shown} more` : "";
  return { value: names.length, text: (text + more).slice(0, TEXT_CHARS_MAX) };
}

/** Thrown by a probe that could not read what should be there: the text says what, and what to do. */
export class ProbeError extends Error {
  override name = "ProbeError";
}

/** Thrown where nothing is wrong with what is read, but it cannot be read now: then there is no data, and the text says why. */
export class NoDataNow extends ProbeError {
  override name = "NoDataNow";
}

export function isFailed(reading: Reading | Failed): reading is Failed {
  return typeof reading === "object" && reading !== null && "error" in reading;
}

/** A reading, or why that one alone could not be had: what `make` throws as a ProbeError. */
export function readingOf(make: () => Reading): Reading | Failed {
  try {
    return make();
  } catch (error) {
    if (error instanceof ProbeError) return { error: error.message };
    throw error;
  }
}

/** The same of each value. */
export function readingsOf<Value extends string>(
  makes: Readonly<Record<Value, () => Reading>>,
): Record<Value, Reading | Failed> {
  const readings = Object.entries<() => Reading>(makes).map(([value, make]) => [value, readingOf(make)]);
  return Object.fromEntries(readings);
}

/** An item's reading after rates were made of counters: what is graded, stored and shown. */
export type Outcome =
  | { ok: true; value: number; text?: string }
  /** No data: the level stays what it was, unless a `stale` test says otherwise. */
  | { ok: true; value: null; text?: string }
  | { ok: false; error: string };
