// Flapping, as Nagios sees it: of the last 21 states the changes between them, the newer ones weighing more. Pure; what is
// remembered of an item is passed in.

/** An item flaps from when its changes reach `high` percent until they are no more than `low`. */
export interface FlapLimits {
  high: number;
  low: number;
}

/**
 * Nagios' own, which it has compiled in (its sample config says 20 and 5): six changes in twenty minutes. Its states are three
 * and our levels five, but a way through all of ours is 4 changes, 24 %, and no flapping. Higher limits would take an item
 * that changes every third minute, day and night, for a quiet one.
 */
export const DEFAULT_FLAP: FlapLimits = { high: 30, low: 20 };

/** The changes between 21 states. */
export const CHANGES = 20;
const ALL_CHANGES = 2 ** CHANGES - 1;
/** The weights of the oldest change and of the newest; Nagios' again. Those between lie on a line, and all together are CHANGES. */
const WEIGHT_OLDEST = 0.75;
const WEIGHT_NEWEST = 1.25;
const WEIGHTS = Array.from(
  { length: CHANGES },
  (_, age) => WEIGHT_NEWEST - (age * (WEIGHT_NEWEST - WEIGHT_OLDEST)) / (CHANGES - 1),
);

/** What is remembered of an item between two readings. */
export interface Flapping {
  /** The last state. */
  level: string;
  /** One bit for each of the last 20 readings: whether the state changed with it. The newest is bit 0. */
  changes: number;
  flapping: boolean;
}

/** An item of which nothing else is known than the level that it has. */
export function steady(level: string): Flapping {
  return { level, changes: 0, flapping: false };
}

/**
 * An item that flapped when the daemon last stopped: as if it had changed with every reading. So it goes on flapping, and
 * needs no more quiet readings than one that really did (16 with the default limits) until its level is told.
 */
export function resumeFlapping(level: string): Flapping {
  return { level, changes: ALL_CHANGES, flapping: true };
}

/** How much changed, in percent: 100 is a change with every one of the last 20 readings. */
export function percentOf(changes: number): number {
  let sum = 0;
  // From one change to the next: most readings bring none.
  for (let rest = changes; rest !== 0; rest &= rest - 1) sum += WEIGHTS[31 - Math.clz32(rest & -rest)] ?? 0;
  return (sum / CHANGES) * 100;
}

/**
 * Takes in the level of one reading; one without data has the level that the item keeps. Flapping begins with a change only
 * (new limits alone begin nothing), so that there is a change to tell; 20 quiet readings end it under any limits.
 */
export function flap(before: Flapping, level: string, limits: FlapLimits | "off"): Flapping {
  const changed = level !== before.level;
  if (!changed && before.changes === 0 && !before.flapping) return before;
  const changes = ((before.changes << 1) & ALL_CHANGES) | Number(changed);
  return { level, changes, flapping: limits !== "off" && isFlapping(before.flapping, changed, changes, limits) };
}

function isFlapping(already: boolean, changed: boolean, changes: number, { high, low }: FlapLimits): boolean {
  if (!already && !changed) return false;
  const percent = percentOf(changes);
  return already ? percent > low : percent >= high;
}
