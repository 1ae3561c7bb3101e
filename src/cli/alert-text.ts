// What `dmon alert --test` shows of an answer of ALERTTEST.

import { formatInterval } from "../core/interval.ts";
import { HOSTNAME_CHARS_MAX, NAME_CHARS_MAX, USERS_MAX } from "../core/limits.ts";
import { boolean, list, number, object, text } from "../core/shape.ts";
import { stamp } from "../process/localtime.ts";
import { byChannel, changeOf } from "./alerts-text.ts";
import { rowsAsLines } from "./rows.ts";
import type { Line, Span } from "./screen.ts";
import { comingTime } from "./times.ts";

/** Why not quotes what people wrote. */
const SAID_CHARS_MAX = 16_384;

const host = text(HOSTNAME_CHARS_MAX);
const name = text(NAME_CHARS_MAX);
const said = text(SAID_CHARS_MAX);
const prospectShape = object(
  { user: name },
  { channel: name, at_s: number, why: said, rule: said, after_s: number, every_s: number, recovery: boolean },
);
type Prospect = ReturnType<typeof prospectShape>;

/** A user may hear by several channels. */
const PROSPECTS_MAX = USERS_MAX * 10;

export const trialShape = object(
  {
    now: number,
    at: number,
    host,
    tag: host,
    item: name,
    prev: name,
    level: name,
    digest: number,
    prospects: list(prospectShape, PROSPECTS_MAX),
  },
  { unknown: said },
);
type Trial = ReturnType<typeof trialShape>;

export function trialLines(trial: Trial, width: number): Line[] {
  const { now, at, tag, item, prospects } = trial;
  const isNow = at - now < 1;
  const when = isNow ? `now, ${stamp(at)}` : `from ${stamp(at)}`;
  const told = prospects.filter(({ at_s }) => at_s !== undefined);
  const others = prospects.filter(({ at_s }) => at_s === undefined);
  return [
    [[`${tag}:${item}`, "bold"], ` ${changeOf(trial)}, ${when}`],
    [],
    [[told.length === 0 ? "Nobody would be told." : "Would be told", "bold"]],
    ...rowsAsLines(
      told.map((each) => toldRow(each, trial)),
      width,
    ),
    ...(others.length > 0 ? [[], [["Would not be told", "bold"] as const]] : []),
    ...rowsAsLines(
      others.map((each): Span[] => ["", byChannel(named(each)), notWhy(each)]),
      width,
    ),
    [],
    ...rowsAsLines([[["Who is not listed is named by no alert line.", "dim"]]], width),
    ...rowsAsLines([[[`What was told, and what was not: dmon alerts ${tag} ${item}`, "dim"]]], width),
  ];
}

function toldRow(each: Prospect, trial: Trial): Span[] {
  const { every_s, recovery, rule = "" } = each;
  const more = [
    every_s === undefined ? "once" : `again every ${formatInterval(every_s)}`,
    recovery ? "and when it is over" : "not when it is over",
  ].join(", ");
  return ["", byChannel(named(each)), whenOf(each, trial), `${rule}; ${more}${held(each, trial)}`];
}

/** When the message goes: `at once (digest 30 s)`, `after 2m, 14:02`, `tomorrow 08:00`. */
function whenOf({ at_s = 0, after_s = 0 }: Prospect, { now, at, digest }: Trial): string {
  const wait_s = at_s - digest - at;
  if (wait_s < 1) return digest > 0 ? `at once (digest ${digest} s)` : "at once";
  const clock = comingTime(at_s, now);
  return isForAfter(wait_s, after_s) ? `after ${formatInterval(after_s)}, ${clock}` : clock;
}

/** It waits only because it must last. */
function isForAfter(wait_s: number, after_s: number): boolean {
  return after_s > 0 && Math.abs(wait_s - after_s) < 1;
}

function held({ at_s = 0, after_s = 0, why }: Prospect, { at, digest }: Trial): string {
  const wait_s = at_s - digest - at;
  return why === undefined || isForAfter(wait_s, after_s) ? "" : `; until then ${why}`;
}

function notWhy({ why = "", rule }: Prospect): string {
  return rule === undefined || why.includes(rule) ? why : `${why} (${rule})`;
}

function named({ user, channel }: Prospect): { user: string; channel?: string } {
  return channel === undefined ? { user } : { user, channel };
}
