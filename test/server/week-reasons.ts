// The law of what was not told: whatever they would have been told is in the record, with a reason.

import { type Belief, beliefAt, viewOf, WELL } from "./week-belief.ts";
import { type Case, SLACK_S } from "./week-case.ts";
import { WEEK_S } from "./week-plan.ts";
import type { Stretch } from "./week-truth.ts";

export function judgeUntold(judged: Case, beliefs: readonly Belief[]): void {
  const { truth, lane, host, item, lines, span, said, unsaid, takenBack } = judged;
  const isPending = truth.record.pending.some(
    (each) =>
      each.user === lane.user &&
      each.channel === lane.channel &&
      each.host === host.name &&
      each.item === item &&
      each.why,
  );
  const slack_s = item === "dmon" ? SLACK_S : 2;
  const isSilent = lines.every((line) => line.silent);
  for (const { from, to, view, levels } of viewsOf(judged)) {
    if (from < span[0] || from === 0 || to > span[1] || from === to) continue;
    if (view === beliefAt(beliefs, from - 0.01).view || (view === WELL && isSilent)) continue;
    const isThen = (t: number) => t >= from - slack_s && t <= to + slack_s;
    const isSaid = said.some(({ t, notice }) => levels.has(notice.level) && isThen(t));
    const wasSaid = takenBack.some(({ t, notice }) => levels.has(notice.level) && t <= to + slack_s);
    // A message that waits says of an item what is so last.
    const isSaidAnew = said.some(
      ({ id, notice }) => levels.has(notice.level) && takenBack.some((each) => each.id === id && isThen(each.t)),
    );
    const isRecorded = unsaid.some(
      (each) => levels.has(each.level) && each.whens.some((t) => isThen(t) || (wasSaid && t > from)),
    );
    if (!isSaid && !isSaidAnew && !isRecorded && !(isPending && to === WEEK_S))
      judged.fault(from, `${[...levels].join(", ")} until ${to} was not told, and no reason is recorded`);
  }
}

/** The levels of an item, as far as they differ to those whom its lines tell of them. */
function viewsOf({
  truth,
  host,
  item,
  lines,
}: Case): (Omit<Stretch, "level" | "since"> & { view: string; levels: Set<string> })[] {
  const views: ReturnType<typeof viewsOf> = [];
  for (const { from, to, level } of truth.stretchesOf(host.name, item)) {
    const view = viewOf(lines, level);
    const last = views.at(-1);
    if (last?.view === view) {
      last.to = to;
      last.levels.add(level);
    } else views.push({ from, to, view, levels: new Set([level]) });
  }
  return views;
}
