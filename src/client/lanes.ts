// Turns for what there is little of: one heavy program at a time, a few plugins, some dozens of answers from the network.
// A reading's deadline begins with its turn, so that who waits for others is not blamed for them.

import { NETWORK_AT_ONCE, PLUGINS_AT_ONCE } from "../core/limits.ts";
import type { Lane } from "../core/probe.ts";

const WIDTHS: Readonly<Record<Lane, number>> = { program: 1, plugin: PLUGINS_AT_ONCE, network: NETWORK_AT_ONCE };
/** What took longer than this is slow: it may fill a lane up to the last place, which is kept for those that are quick. */
export const SLOW_MS = 3000;

interface Queue {
  /** How many may begin at once. */
  free: number;
  waiting: (() => void)[];
}

export class Lanes {
  private readonly lanes = new Map<Lane, { all: Queue; slow: Queue }>();

  /** Runs `task` when it is its turn; the turn ends with the task. `took_ms`: how long it took the last time. */
  async take<T>(lane: Lane, took_ms: number, task: () => T | Promise<T>): Promise<T> {
    const { all, slow } = this.of(lane);
    if (took_ms <= SLOW_MS) return inTurn(all, task);
    return inTurn(slow, () => inTurn(all, task));
  }

  private of(lane: Lane): { all: Queue; slow: Queue } {
    let queues = this.lanes.get(lane);
    if (!queues) {
      const width = WIDTHS[lane];
      queues = { all: { free: width, waiting: [] }, slow: { free: Math.max(1, width - 1), waiting: [] } };
      this.lanes.set(lane, queues);
    }
    return queues;
  }
}

async function inTurn<T>(queue: Queue, task: () => T | Promise<T>): Promise<T> {
  if (queue.free > 0) queue.free--;
  else await new Promise<void>((resolve) => queue.waiting.push(resolve));
  try {
    return await task();
  } finally {
    const next = queue.waiting.shift();
    if (next) next();
    else queue.free++;
  }
}
