// The law of messages, beside that of what they say (week-law.ts): they come in order, soon, not too many at a time, and twice only where
// nobody could know that the first was taken.

import { type Span, WEEK_S } from "./week-plan.ts";
import { type Attempt, laneKey, type Record } from "./week-record.ts";
import { covering, overlapOf } from "./week-spans.ts";
import type { Truth } from "./week-truth.ts";

const DIGEST_S = 30;
/** A message takes some seconds. */
const SLACK_S = 15;
/** What waits behind it goes within so long when the first was taken. */
const BEHIND_S = 60;
/** A lane that was refused something is tried again after an hour and a fifth at most. */
const AGAIN_S = 1.2 * 3600 + SLACK_S;

const hasFailed = ({ isTaken, isUnsure }: Attempt) => !isTaken || isUnsure;

export function judgeMessages(truth: Truth): string[] {
  const { record } = truth;
  const made = new Map<string, number>();
  for (const { id, t } of record.said) if (!made.has(id)) made.set(id, t);
  const lanes = [...Map.groupBy(record.attempts, laneKey)];
  return [
    ...record.faults,
    ...lanes.flatMap(([lane, own]) => {
      const firsts = firstTaken(own);
      return [
        ...twice(own),
        ...inOrder(own, firsts, made),
        ...late(lane, own, firsts, made, truth),
        ...tooMany(own, made),
      ].map((fault) => `${lane}: ${fault}`);
    }),
  ];
}

function firstTaken(own: readonly Attempt[]): Attempt[] {
  return [...Map.groupBy(own, ({ id }) => id).values()].flatMap((all) => all.find(({ isTaken }) => isTaken) ?? []);
}

function twice(own: readonly Attempt[]): string[] {
  return [...Map.groupBy(own, ({ id }) => id)].flatMap(([id, all]) => {
    const [first, ...more] = all.filter(({ isTaken }) => isTaken);
    if (!first || more.length === 0) return [];
    const known = [first, ...more.slice(0, -1)].find(({ isUnsure }) => !isUnsure);
    const other = more.find(({ notices }) => JSON.stringify(notices) !== JSON.stringify(first.notices));
    return [
      ...(known ? [`message ${id} was taken at ${known.t}, and sent again`] : []),
      ...(other ? [`message ${id} came at ${first.t}, and at ${other.t} with other words`] : []),
    ];
  });
}

/** Only one that was refused comes behind newer ones, and then it is of other items. */
function inOrder(own: readonly Attempt[], firsts: readonly Attempt[], made: ReadonlyMap<string, number>): string[] {
  const madeOf = ({ id }: Attempt) => made.get(id) ?? 0;
  const itemsOf = ({ notices }: Attempt) => notices.map(({ host, item }) => `${host} ${item}`);
  const sorted = firsts.toSorted((a, b) => a.t - b.t);
  return sorted.flatMap((each, i) => {
    const before = sorted.slice(0, i).filter((other) => madeOf(other) > madeOf(each));
    const wasRefused = own.some(({ id, t, isRefused }) => isRefused && id === each.id && t < each.t);
    const mine = new Set(itemsOf(each));
    const isMixed = before.some((other) => itemsOf(other).some((item) => mine.has(item)));
    return before.length > 0 && (!wasRefused || isMixed) ? [`the message at ${each.t} is older than one before`] : [];
  });
}

function late(
  lane: string,
  own: readonly Attempt[],
  firsts: readonly Attempt[],
  made: ReadonlyMap<string, number>,
  { plan, down }: Truth,
): string[] {
  const outage: Span[] = lane.endsWith(" mail") ? [plan.mail] : [];
  return firsts.flatMap(({ id, t }) => {
    const made_t = made.get(id) ?? 0;
    const failed = own.filter((each) => hasFailed(each) && each.t >= made_t - AGAIN_S && each.t <= t);
    const again = failed.filter((each) => !covering(outage, each.t)).length + Math.min(1, failed.length);
    const late_s = t - made_t - overlapOf([made_t, t], [...down, ...outage]);
    return late_s > SLACK_S + again * AGAIN_S ? [`the message at ${t} is ${Math.round(late_s)} s late`] : [];
  });
}

function tooMany(own: readonly Attempt[], made: ReadonlyMap<string, number>): string[] {
  const times = [...new Set(own.map(({ id }) => id))].map((id) => made.get(id) ?? 0).sort((a, b) => a - b);
  return times.flatMap((t, i) =>
    t - (times[i - 1] ?? Number.NEGATIVE_INFINITY) < DIGEST_S - 1 ? [`two messages within ${DIGEST_S} s at ${t}`] : [],
  );
}

/** From a message that was not taken until all that were not are, or are gone, the lanes of users have stood. */
export function blockedLanes({ attempts }: Record): Map<string, Span[]> {
  const lanes = new Map<string, Span[]>();
  for (const [key, own] of Map.groupBy(attempts, laneKey)) {
    const spans: Span[] = [];
    const last = new Map(own.map(({ id, t }) => [id, t]));
    const failed = new Set<string>();
    let from: number | undefined;
    for (const attempt of own) {
      // What was tried for the last time went into another message.
      for (const id of failed) if ((last.get(id) ?? 0) < attempt.t) failed.delete(id);
      if (hasFailed(attempt)) {
        failed.add(attempt.id);
        from ??= attempt.t - SLACK_S;
        continue;
      }
      failed.delete(attempt.id);
      if (from === undefined || failed.size > 0) continue;
      spans.push([from, attempt.t + BEHIND_S]);
      from = undefined;
    }
    if (from !== undefined) spans.push([from, WEEK_S]);
    lanes.set(key, spans);
  }
  return lanes;
}
