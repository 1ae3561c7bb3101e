// The law of what was told: it was so when it was told, it had lasted, somebody asked for it then, and nothing held it up.

import { type Case, GRACE_S, holdsOf, SLACK_S } from "./week-case.ts";
import type { Said } from "./week-record.ts";
import { covering } from "./week-spans.ts";
import { LEVELS, type Line } from "./week-work.ts";

export function judgeSaid(judged: Case, { t, notice }: Said): void {
  const { truth, host, item, lines } = judged;
  const { kind, level } = notice;
  const looks = item === "dmon" ? [t - SLACK_S, t, t + SLACK_S] : [t];
  if (!looks.some((at) => truth.levelAt(host.name, item, at) === level))
    judged.fault(t, `told ${level}, and it was ${truth.levelAt(host.name, item, t)}`);
  for (const [why, spans] of holdsOf(judged, -SLACK_S, [-SLACK_S, -SLACK_S]))
    if (covering(spans, t)) judged.fault(t, `${kind} ${level} although ${why}`);
  const rank = LEVELS.indexOf(level);
  for (const ack of truth.acknowledged(host.name, item))
    if (covering([ack.span], t) && level !== "fine" && (rank <= ack.rank || kind === "reminder"))
      judged.fault(t, `${kind} ${level} although it is acknowledged`);
  const begun = truth.stretchesOf(host.name, item).findLast(({ from }) => from <= t)?.since ?? t;
  for (const [from, to] of truth.lacking(host, [0, 0]))
    if (kind !== "recovery" && begun <= from && begun > from - GRACE_S + SLACK_S && t < to)
      judged.fault(t, `${kind} ${level} before the news of what it needs came`);
  for (const [, to] of truth.bad(host))
    if (kind !== "recovery" && begun <= to && to <= t && t < to + GRACE_S - SLACK_S)
      judged.fault(t, `${kind} ${level} before it could follow what it needs`);
  if (!lines.some((line) => !line.hours || covering(truth.open(line.hours), t)))
    judged.fault(t, `${kind} ${level} out of hours`);
  if (kind !== "recovery" && kind !== "reminder" && !lines.some((line) => lasted(judged, line, t)))
    judged.fault(t, `${kind} ${level} too early`);
}

/** Whether it had been as bad as a line says for as long as that says. */
function lasted({ truth, host, item }: Case, { to, after_s = 0 }: Line, t: number): boolean {
  const stretches = truth.stretchesOf(host.name, item);
  const slack_s = item === "dmon" ? SLACK_S : 0;
  return [t - slack_s, t, t + slack_s].some((at) => {
    const now = stretches.findLastIndex(({ from }) => from <= at);
    const before = stretches.findLastIndex(({ level }, i) => i <= now && !to.includes(level));
    const since = stretches[before + 1]?.since;
    return before < now && since !== undefined && t - since >= after_s - slack_s - 1;
  });
}
