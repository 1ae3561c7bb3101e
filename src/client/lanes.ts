// Turns for what there is little of: one heavy program at a time, a few plugins, some dozens of answers from the network.
// A reading's deadline begins with its turn, so that who waits for others is not blamed for them.

import { NETWORK_AT_ONCE, PLUGINS_AT_ONCE } from "../core/limits.ts";
import type { Lane } from "../core/probe.ts";

const WIDTHS: Readonly<Record<Lane, number>> = { program: 1, plugin: PLUGINS_AT_ONCE, network: NETWORK_AT_ONCE };

export class Lanes {
  private readonly free = new Map<Lane, number>();
  private readonly waiting = new Map<Lane, (() => void)[]>();

  /** Runs `task` when it is its turn; the turn ends with the task. */
  async take<T>(lane: Lane, task: () => T | Promise<T>): Promise<T> {
    const free = this.free.get(lane) ?? WIDTHS[lane];
    if (free > 0) this.free.set(lane, free - 1);
    else await new Promise<void>((resolve) => this.queue(lane).push(resolve));
    try {
      return await task();
    } finally {
      const next = this.queue(lane).shift();
      if (next) next();
      else this.free.set(lane, (this.free.get(lane) ?? 0) + 1);
    }
  }

  private queue(lane: Lane): (() => void)[] {
    const queue = this.waiting.get(lane) ?? [];
    this.waiting.set(lane, queue);
    return queue;
  }
}
