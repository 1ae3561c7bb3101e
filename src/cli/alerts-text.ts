// What `dmon alerts` shows: what waits to be told and why, messages that nobody took yet, who sees to what, and what was told.

import { stamp } from "../process/localtime.ts";
import type { AlertsAnswer } from "./alerts-source.ts";
import { planned } from "./planned.ts";
import { type Paper, rowsAsLines } from "./rows.ts";
import type { Line, Span } from "./screen.ts";
import { comingTime, shortTime } from "./times.ts";

/** A message that is taken sooner needs no word of that. */
const LATE_S = 60;

/** What the levels before and after are called, for a person. */
export function changeOf({ prev, level }: { prev: string; level: string }): string {
  return prev === level ? `still ${level}` : `${prev} -> ${level}`;
}

/** Who, and by what. */
export function byChannel({ user, channel }: { user: string; channel?: string }): string {
  return channel === undefined ? user : `${user} by ${channel}`;
}

/** Planned work is shown with `isAll`: which hosts its selectors mean only the server knows, and what it holds up says so. */
export function alertsLines(answer: AlertsAnswer, paper: Paper, isAll = true): Line[] {
  const { width } = paper;
  const part = (title: string, rows: Span[][]): Line[] =>
    rows.length === 0 ? [] : [[[title, "bold"]], ...rowsAsLines(rows, width), []];
  const told = toldRows(answer, paper);
  const nothing = told.length === 0 ? "and nothing was told in this time" : "";
  return [
    ...(answer.pending.length + answer.queue.length === 0
      ? [[`Nothing waits to be told${nothing && `, ${nothing}`}.`], []]
      : []),
    ...part("Waits to be told", pendingRows(answer)),
    ...part("Messages that were not taken yet", queueRows(answer)),
    ...part("Acknowledged", ackRows(answer)),
    ...part("Planned work, now", isAll ? planned(answer, true) : []),
    ...part("Told, newest first", told),
  ].slice(0, -1);
}

function pendingRows({ now, pending }: AlertsAnswer): Span[][] {
  return pending.map((each) => {
    const until = each.until_s === undefined ? "" : `, until ${comingTime(each.until_s, now)}`;
    return [
      [`${each.tag}:${each.item}`, "bold"],
      changeOf(each),
      byChannel(each),
      `${each.why}${until} (${each.rule})`,
    ];
  });
}

function queueRows({ now, queue }: AlertsAnswer): Span[][] {
  return queue.map(({ made, user, channel, notices, first, attempts, answer, next, state }) => {
    const others = notices > 1 ? ` and ${notices - 1} more` : "";
    const tried = attempts === 1 ? "tried once" : `tried ${attempts} times`;
    const due = next <= now ? "due now" : `again at ${comingTime(next, now)}`;
    const again = state === "tried" ? "on its way now" : state === "behind" ? "waits for the one before" : due;
    const said = answer === undefined ? "" : `: ${answer}`;
    return [
      shortTime(made, now),
      byChannel({ user, channel }),
      first ? `${first.tag}:${first.item} ${first.level}${others}` : `${notices} notices`,
      attempts === 0 ? `not tried yet, ${again}` : `${tried}, ${again}${said}`,
    ];
  });
}

function ackRows({ now, acks }: AlertsAnswer): Span[][] {
  return acks.map(({ tag, item, level, user, at_s, until_s, text }) => {
    const until = until_s === undefined ? "" : ` until ${comingTime(until_s, now)}`;
    return [[`${tag}:${item}`, "bold"], level, `by ${user} ${shortTime(at_s, now)}${until}${text && `: ${text}`}`];
  });
}

function toldRows({ now, told }: AlertsAnswer, { isTerminal }: Paper): Span[][] {
  return told.map((each) => [
    isTerminal ? shortTime(each.at_s, now) : stamp(each.at_s),
    byChannel(each),
    [`${each.tag}:${each.item}`, "bold"],
    changeOf(each),
    outcome(each, now, isTerminal),
  ]);
}

/** By which line it was told, or why not. A message has its id where there is room: a mail server's log has it, too. */
function outcome(telling: AlertsAnswer["told"][number], now: number, isTerminal: boolean): string {
  const { kind, why, message, sent, at_s } = telling;
  if (kind === "unsaid") return `not told: ${why}`;
  if (kind === "given up") return `given up: ${why}`;
  const line = kind === "test" ? `test, ${why}` : why;
  const isLate = sent !== undefined && sent.at_s - at_s > LATE_S;
  const taken = sent
    ? isLate
      ? `, taken ${shortTime(sent.at_s, now)} at attempt ${sent.attempts}`
      : ""
    : ", not taken yet";
  if (isTerminal || message === undefined) return line + (message === undefined ? "" : taken);
  return `${line}, message ${message}${sent ? `, taken ${stamp(sent.at_s)}: ${sent.answer}` : ", not taken yet"}`;
}
