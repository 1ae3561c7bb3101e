// What the words of an item may be. A form says in words what is right, and what a word of it means: pages and hints have the
// first, mk-work and `dmon probe` try the second before anything is read, and the probe itself has no other way to its words.

import { didYouMean } from "./diagnostic.ts";
import { formatInterval, intervalHint, parseInterval } from "./interval.ts";
import { ProbeError } from "./reading.ts";
import { formatValue, parseNumber } from "./units.ts";

/** An error quotes a word only up to here. */
const QUOTED_CHARS_MAX = 60;

export interface Form<T = unknown> {
  /** What may be written: `1 to 65535`. */
  is: string;
  /** What a word means. Throws WordError. */
  parse(word: string): T;
}

/** What is wrong with a word of an item. mk-work shows it under the word; an item of older work has it as its error. */
export class WordError extends ProbeError {
  readonly fault: string;
  /** What would be right. */
  readonly remedy: string;
  /** The argument or option that it is about, where several words were looked at. */
  readonly about: string | undefined;

  constructor(fault: string, remedy: string, about?: string) {
    super(`${fault}; ${remedy}`);
    this.fault = fault;
    this.remedy = remedy;
    this.about = about;
  }
}

/** A word as errors show it. */
export function quoted(word: string): string {
  return `"${word.length > QUOTED_CHARS_MAX ? `${word.slice(0, QUOTED_CHARS_MAX)}…` : word}"`;
}

/** Whatever is written is right. */
export function anything(is = "any text"): Form<string> {
  return { is, parse: (word) => word };
}

export function wholeNumber(least: number, most: number): Form<number> {
  const is = `${least} to ${most}`;
  return {
    is,
    parse: (word) => {
      if (!/^\d+$/.test(word)) throw new WordError(`${quoted(word)} is no whole number`, `write a number from ${is}`);
      const number = Number(word);
      if (number >= least && number <= most) return number;
      throw new WordError(`${quoted(word)} is too ${number < least ? "small" : "large"}`, `write a number from ${is}`);
    },
  };
}

/** A number of bytes; one without a unit would mostly mean another one. */
export function sizeBytes(least: number, most: number): Form<number> {
  const [from, to] = [least, most].map((bytes) => formatValue(bytes, "B").replace(" ", ""));
  const is = `a size, ${from} to ${to}`;
  return {
    is,
    parse: (word) => {
      const bytes = /\D$/.test(word) ? parseNumber(word, "B") : undefined;
      if (bytes === undefined) throw new WordError(`${quoted(word)} is no size`, "write one such as 512MiB or 2GiB");
      if (bytes >= least && bytes <= most) return bytes;
      throw new WordError(`${quoted(word)} is too ${bytes < least ? "small" : "large"}`, `write ${is}`);
    },
  };
}

/** An interval, in seconds. */
export function aTime(least_s: number, most_s: number): Form<number> {
  const is = `an interval, ${formatInterval(least_s)} to ${formatInterval(most_s)}`;
  return {
    is,
    parse: (word) => {
      const seconds = parseInterval(word);
      if (seconds === undefined) throw new WordError(`${quoted(word)} is no interval`, intervalHint(word));
      if (seconds >= least_s && seconds <= most_s) return seconds;
      throw new WordError(`${quoted(word)} is too ${seconds < least_s ? "short" : "long"}`, `write ${is}`);
    },
  };
}

/** One of some words; capitals do not matter. */
export function oneOf<const T extends string>(words: readonly T[]): Form<T> {
  const is = listed(words);
  return {
    is,
    parse: (word) => {
      const found = words.find((each) => each.toLowerCase() === word.toLowerCase());
      if (found !== undefined) return found;
      throw new WordError(`${quoted(word)} is not known here`, didYouMean(word, words) ?? `write ${is}`);
    },
  };
}

/** `a, b or c` */
export function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` : words.join("");
}

export const YES_OR_NO = oneOf(["yes", "no"]);

/** A path from the root on. The daemon's own directory is the root: a path that begins elsewhere would mean something else. */
export const PATH: Form<string> = {
  is: "a path that begins with /",
  parse: (word) => {
    if (word.startsWith("/")) return word;
    const fault = `${quoted(word)} does not begin with /`;
    if (word.startsWith("~")) throw new WordError(fault, "write the whole path: only shells know ~");
    const [, path] = /^[a-z]+:\/\/(\/.+)$/.exec(word) ?? []; // unix:///run/docker.sock
    throw new WordError(fault, path === undefined ? "write the whole path" : `write ${path}`);
  },
};

/** The path of one file, as which no pattern and no directory can pass. */
export const FILE_PATH: Form<string> = {
  is: "the path of one file, from / on",
  parse: (word) => {
    PATH.parse(word);
    if (word.endsWith("/")) throw new WordError(`${quoted(word)} is a directory`, "write the path of a file in it");
    if (/[*?]/.test(word))
      throw new WordError(`${quoted(word)} is a pattern`, "write the path of one file, and an item for each");
    return word;
  },
};
