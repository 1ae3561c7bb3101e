// Whose turn it is when pages are made anew: few wait for their data at once, one is made at a time, and between two all else has
// its turn.

import { LIVE_LOAD_MS, LIVE_LOADS_MAX } from "../../core/limits.ts";

export class Turns {
  private loading = 0;
  private readonly waiting: (() => void)[] = [];
  private last: Promise<void> = Promise.resolve();

  /** Does what waits for others: few at once, but what takes long lets the next begin beside it. */
  async load<T>(work: () => Promise<T>): Promise<T> {
    if (this.loading < LIVE_LOADS_MAX) this.loading++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.loading--;
    };
    const timer = setTimeout(leave, LIVE_LOAD_MS);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      leave();
    }
  }

  /** Does what takes the CPU: one after the other, with a rest as long behind each, so that it never has more than half of one. */
  async make<T>(work: () => T): Promise<T> {
    const before = this.last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.last = promise;
    await before;
    const began_ms = performance.now();
    try {
      return work();
    } finally {
      setTimeout(resolve, Math.ceil(performance.now() - began_ms));
    }
  }
}
