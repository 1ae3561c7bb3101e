// What the server knows of the level of one item, from its events: whoever knows the last event knows the level.

import type { Event } from "../event.ts";
import { PROBLEM_STEPS_MAX } from "../limits.ts";

/** A level, and since when the item has it: seconds of a clock that nobody sets (server/steady.ts). */
export interface Step {
  level: string;
  since_s: number;
}

export interface Problem {
  /** Oldest first, from the last time that it was well; the last one is now. Never empty. */
  steps: Step[];
  /** The id of the event with which it left the best level for the last time, or of the first one that came. */
  begun: string;
  /** Its level changes all the time, and is not told meanwhile. */
  flapping: boolean;
  value: number | null;
  text?: string;
  reason?: string;
  /** Its last event, and when that was by the server's clock; seconds since the epoch. */
  event: string;
  at_s: number;
}

export function levelOf({ steps }: Pick<Problem, "steps">): Step {
  const last = steps.at(-1);
  if (!last) throw new Error("a problem without a level");
  return last;
}

/** With no step after now: so one seems to be that was stored before somebody set the clock back and the server was started again. */
export function untilNow(problem: Problem, now_s: number): Problem {
  if (levelOf(problem).since_s <= now_s) return problem;
  return { ...problem, steps: problem.steps.map((step) => ({ ...step, since_s: Math.min(step.since_s, now_s) })) };
}

/** What an event makes of it; `at` is its moment by the server's clock, `since_s` the same by the steady one. */
export function advance(
  before: Problem | undefined,
  event: Event,
  moment: { at_s: number; since_s: number },
  best: string,
): Problem {
  const isSame = before !== undefined && levelOf(before).level === event.level;
  const wasBest = !before || levelOf(before).level === best;
  return {
    steps: before && isSame ? before.steps : stepsOf(before, event, moment.since_s, best),
    begun: wasBest && event.level !== best ? event.id : (before?.begun ?? event.id),
    flapping: event.flapping === "start", // who flaps makes no event but that it stops: after any other that one was lost
    value: event.value,
    ...(event.text === undefined ? {} : { text: event.text }),
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    event: event.id,
    at_s: moment.at_s,
  };
}

function stepsOf(before: Problem | undefined, event: Event, since_s: number, best: string): Step[] {
  const step = { level: event.level, since_s };
  if (!before) return event.prev === event.level ? [step] : [{ level: event.prev, since_s }, step];
  const last = levelOf(before);
  // What was before it was well is over. Of more the oldest go: `after` then waits longer, never shorter.
  const kept = last.level === best ? [last] : before.steps.slice(1 - PROBLEM_STEPS_MAX);
  return [...kept, { level: step.level, since_s: Math.max(since_s, last.since_s) }];
}

/** Since when the level has been one of these, and not the best one before, without a break; undefined when it is none of them now. */
export function heldSince(
  problem: Pick<Problem, "steps">,
  levels: ReadonlySet<string>,
  best: string,
): number | undefined {
  const isWell = levelOf(problem).level === best;
  let since_s: number | undefined;
  for (const step of problem.steps.toReversed()) {
    if (!levels.has(step.level) || (step.level === best) !== isWell) break;
    since_s = step.since_s;
  }
  return since_s;
}
