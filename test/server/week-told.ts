// The law of what is to be told: what is so, and is held up by nothing for a while, is what they were told last; and they are
// reminded of it.

import { afterOf, type Belief, beliefAt, viewOf } from "./week-belief.ts";
import { type Case, DIGEST_S, GRACE_S, GRACE_SILENT_S, holdsOf, LOOK_S, SLACK_S } from "./week-case.ts";
import { type Span, WEEK_S } from "./week-plan.ts";
import { union, without } from "./week-spans.ts";
import type { Stretch, Truth } from "./week-truth.ts";
import { LEVELS, type Line } from "./week-work.ts";

export function judgeTold(judged: Case, beliefs: readonly Belief[]): void {
  const { truth, blocked, host, item, lines, span } = judged;
  const grace_s = truth.needs(host) ? GRACE_S + GRACE_SILENT_S : 0;
  const held = holdsOf(judged, SLACK_S, [GRACE_SILENT_S * 3, SLACK_S]).flatMap(([, spans]) => spans);
  for (const stretch of truth.stretchesOf(host.name, item)) {
    const after_s = afterOf(lines, stretch.level);
    const wait_s = after_s + DIGEST_S + LOOK_S + grace_s + (item === "dmon" ? SLACK_S : 0);
    const view = viewOf(lines, stretch.level);
    const rank = LEVELS.indexOf(stretch.level);
    const acks = truth.acknowledged(host.name, item);
    // What is worse than it was acknowledged, and than they know, is told all the same; and then nobody is reminded of it.
    const known = LEVELS.indexOf(beliefAt(beliefs, stretch.from).level);
    const holding = acks.filter((ack) => rank <= Math.max(ack.rank, known));
    const isWell = stretch.level === "fine";
    const busy = union([...held, ...blocked, ...closedFor(truth, lines, stretch.level)]);
    const during: Span = [Math.max(span[0], stretch.from), Math.min(span[1], stretch.to)];
    for (const [from, to] of without(during, [...busy, ...spansOf(isWell ? [] : holding)])) {
      if (to - from <= wait_s) continue;
      const belief = beliefAt(beliefs, from + wait_s);
      const what = `it is ${stretch.level} since ${stretch.from}, and they believe ${belief.view}`;
      if (belief.view !== view) judged.fault(from + wait_s, what);
      else for (const free of without([from, to], spansOf(acks))) reminded(judged, beliefs, stretch, free);
    }
  }
}

function reminded(judged: Case, beliefs: readonly Belief[], { level }: Stretch, [from, to]: Span): void {
  const every = judged.lines.filter((line) => line.to.includes(level)).map(({ every_s = WEEK_S }) => every_s);
  const bound_s = Math.min(WEEK_S, ...every) + DIGEST_S + 2 * LOOK_S;
  for (const [i, { told_t }] of beliefs.entries()) {
    const next_t = Math.min(beliefs[i + 1]?.told_t ?? WEEK_S, to);
    if (next_t > from && Math.max(told_t, from) + bound_s < next_t) judged.fault(told_t, `no reminder of ${level}`);
  }
}

function spansOf(acks: readonly { span: Span }[]): Span[] {
  return acks.map(({ span }) => span);
}

function closedFor(truth: Truth, lines: readonly Line[], level: string): Span[] {
  const told = lines.filter(({ to }) => to.includes(level));
  const asked = told.length > 0 ? told : lines;
  if (asked.some(({ hours }) => !hours)) return [];
  return without(
    [0, WEEK_S],
    asked.flatMap(({ hours }) => (hours ? truth.open(hours) : [])),
  );
}
