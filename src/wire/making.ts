// Large answers in the making: a bounded number at a time, a stretch each in turn, and who takes nothing makes room.

import {
  ANSWER_GIVE_WAY_MS_MAX,
  ANSWER_GIVE_WAY_MS_MIN,
  ANSWER_TURN_MS_MAX,
  ANSWERS_GARBAGE_BYTES,
} from "../core/limits.ts";

/** An answer that is made piece by piece. */
export interface Maker {
  /** When its peer last took a whole piece, or when it began; performance.now(). */
  took_ms: number;
  /** Others wait while its peer takes nothing: it ends. */
  giveWay(): void;
}

/** How often we look who makes no room, while others wait. */
const LOOK_MS = 100;

export class Making {
  private readonly making = new Set<Maker>();
  private readonly waiting = new Map<Maker, () => void>();
  private timer: Timer | undefined;
  private readonly atOnce: number;

  constructor(atOnce: number) {
    this.atOnce = atOnce;
  }

  /** Resolves when this answer may be made, or when it left. */
  enter(maker: Maker): Promise<void> {
    if (this.making.size < this.atOnce) {
      this.begin(maker);
      return Promise.resolve();
    }
    this.timer ??= setInterval(() => this.makeRoom(), LOOK_MS);
    return new Promise((resolve) => this.waiting.set(maker, resolve));
  }

  /** Whether others wait. */
  get isCrowded(): boolean {
    return this.waiting.size > 0;
  }

  /** It is made, or its peer has gone. Once or more. */
  leave(maker: Maker): void {
    this.waiting.get(maker)?.();
    this.waiting.delete(maker);
    if (this.making.delete(maker)) this.next();
    if (this.waiting.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private begin(maker: Maker): void {
    maker.took_ms = performance.now();
    this.making.add(maker);
  }

  // Who came last begins first: in a crowd that is not served in time, the others may have gone already.
  private next(): void {
    const last = [...this.waiting].at(-1);
    if (!last || this.making.size >= this.atOnce) return;
    const [maker, resolve] = last;
    this.waiting.delete(maker);
    this.begin(maker);
    resolve();
  }

  // The more wait, the shorter the patience, so that those who never read hold up nobody for long.
  private makeRoom(): void {
    const rounds = Math.ceil(this.waiting.size / this.atOnce);
    const patience_ms = Math.min(ANSWER_GIVE_WAY_MS_MAX, Math.max(ANSWER_GIVE_WAY_MS_MIN, ANSWER_TURN_MS_MAX / rounds));
    const late_ms = performance.now() - patience_ms;
    // The room of those that leave is taken by others, who stand behind them in the set with a time of their own.
    for (const maker of this.making) {
      if (this.waiting.size === 0) return;
      if (maker.took_ms > late_ms) continue;
      maker.giveWay();
      this.leave(maker);
    }
  }
}

let littered = 0;

/** What many answers leave behind is collected beside the work, sooner than the runtime would: it is most of what they cost. */
export function litter(bytes: number): void {
  littered += bytes;
  if (littered < ANSWERS_GARBAGE_BYTES) return;
  littered = 0;
  Bun.gc(false);
}

let lastTurn: Promise<void> = Promise.resolve();

/** Large answers take turns: between two stretches everybody's socket is looked at, however many there are. */
export function turn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
  return lastTurn;
}
