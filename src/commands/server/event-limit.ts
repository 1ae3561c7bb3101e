// `ival|count` as the last word of a command: how far back, or how many [seed].

import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import { Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";

/** `CLIENTS 100`, `CLIENTS mars 1h`: the last word is the limit when it can be one and names no host. */
export function limitOf(desk: Pick<ServerDesk, "canonical">, args: readonly string[], otherwise: string) {
  const words = [...args];
  const last = words.at(-1);
  const isLimit = last !== undefined && parseInterval(last) !== undefined && !desk.canonical(last);
  const limit = words.length === 3 || isLimit ? (words.pop() ?? otherwise) : otherwise;
  return { words, limit };
}

/** A plain number counts events, anything else is a stretch of time; 0 is no limit. Throws Refusal. */
export function eventLimit(limit: string, now_s: number): { count?: number; since_s?: number } {
  if (/^\d+$/.test(limit)) return Number(limit) === 0 ? {} : { count: Number(limit) };
  const span_s = parseInterval(limit);
  if (span_s === undefined || span_s < 0) {
    const shown = JSON.stringify(limit.slice(0, 80));
    throw new Refusal(`${shown} limits no events; give a count such as 100, or ${INTERVAL_FORM}`);
  }
  return span_s === 0 ? {} : { since_s: now_s - span_s };
}
