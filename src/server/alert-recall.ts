// What alerts knew before a start at which the database could not be opened, and what they learnt meanwhile, are one again.

import type { Downtime } from "../core/alert/downtime.ts";
import type { AlertState } from "../store/alert-state.ts";

/** Planned work has another number, for before the start another one got its own. */
interface Renumbered {
  was: number;
  is: number;
}

/** What was learnt meanwhile is newer; but who knows a number of planned work knows it longer from before. */
export function joined(now: AlertState, stored: AlertState): { state: AlertState; renumbered: Renumbered[] } {
  const before = shifted(stored, stored.ahead_s - now.ahead_s);
  const { downtimes, renumbered } = joinedDowntimes(now.downtimes, before.downtimes);
  const state: AlertState = {
    problems: newer(now.problems, before.problems, ({ host, item }) => `${host}\0${item}`),
    told: newer(now.told, before.told, ({ host, item, user, channel }) => [host, item, user, channel].join("\0")),
    queue: newer(now.queue, before.queue, ({ message }) => message.id),
    acks: newer(now.acks, before.acks, ({ host, item }) => `${host}\0${item}`),
    downtimes,
    ahead_s: now.ahead_s,
  };
  return { state, renumbered };
}

/** Its steady times as those of the steady clock of now, which began anew: at a start that is not stored it goes with the wall's. */
function shifted(state: AlertState, by_s: number): AlertState {
  return {
    ...state,
    problems: state.problems.map(({ problem, ...item }) => {
      const steps = problem.steps.map(({ level, since_s }) => ({ level, since_s: since_s + by_s }));
      return { ...item, problem: { ...problem, steps } };
    }),
    told: state.told.map(({ told, ...who }) => ({ ...who, told: { ...told, at_s: told.at_s + by_s } })),
  };
}

/** Those of before first, without those that there are anew. */
function newer<T>(now: readonly T[], before: readonly T[], keyOf: (each: T) => string): T[] {
  const known = new Set(now.map(keyOf));
  return [...before.filter((each) => !known.has(keyOf(each))), ...now];
}

function joinedDowntimes(
  now: readonly Downtime[],
  before: readonly Downtime[],
): { downtimes: Downtime[]; renumbered: Renumbered[] } {
  const taken = new Set(before.map(({ id }) => id));
  let last = Math.max(0, ...taken, ...now.map(({ id }) => id));
  const renumbered: Renumbered[] = [];
  const added = now.map((downtime) => {
    if (!taken.has(downtime.id)) return downtime;
    last++;
    renumbered.push({ was: downtime.id, is: last });
    return { ...downtime, id: last };
  });
  return { downtimes: [...before, ...added], renumbered };
}
