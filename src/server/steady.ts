// A clock that counts on, whatever becomes of the one on the wall: what is due after two hours is due after two hours. Where somebody
// keeps how far that one is ahead, it goes on over restarts; only one that is set between two of them misleads it.

import type { Clock } from "../core/clock.ts";

export class SteadyClock {
  private readonly clock: Clock;
  private readonly start_s: number;
  private readonly start_ms: number;

  /** `ahead_s`: how far the clock on the wall was ahead of it before a restart. */
  constructor(clock: Clock, ahead_s = 0) {
    this.clock = clock;
    this.start_s = clock.now_s() - ahead_s;
    this.start_ms = clock.mono_ms();
  }

  now_s(): number {
    return this.start_s + (this.clock.mono_ms() - this.start_ms) / 1000;
  }

  /** How far the clock on the wall is ahead of it: by as much as that was set. */
  get ahead_s(): number {
    return this.clock.now_s() - this.now_s();
  }

  /** The steady time of a moment that the clock on the wall had, as far as that is right now. */
  of(time_s: number): number {
    return this.now_s() - (this.clock.now_s() - time_s);
  }

  /** What the clock on the wall shows, or will, at a steady time. */
  wall(steady_s: number): number {
    return this.clock.now_s() + (steady_s - this.now_s());
  }
}
