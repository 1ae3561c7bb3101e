// Large answers in the making: so many at a time as fit into memory, a stretch each in turn, and who takes nothing makes room.

import {
  ANSWER_GIVE_WAY_MS_MAX,
  ANSWER_GIVE_WAY_MS_MIN,
  ANSWER_TURN_MS_MAX,
  ANSWERS_GARBAGE_BYTES,
  ANSWERS_MAKING_BYTES_MAX,
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
  /** What each holds: its last piece. */
  private readonly making = new Map<Maker, number>();
  private heldBytes = 0;
  private readonly waiting = new Map<Maker, () => void>();
  private timer: Timer | undefined;
  private readonly firstBytes: number;

  /** What an answer counts for until its first piece is made. */
  constructor(firstBytes: number) {
    this.firstBytes = firstBytes;
  }

  /** Resolves when this answer may be made, or when it left. */
  enter(maker: Maker): Promise<void> {
    if (this.hasRoom()) {
      this.begin(maker);
      return Promise.resolve();
    }
    this.timer ??= setInterval(() => this.makeRoom(), LOOK_MS);
    return new Promise((resolve) => this.waiting.set(maker, resolve));
  }

  /** Whether others wait. */
  private get isCrowded(): boolean {
    return this.waiting.size > 0;
  }

  /** A piece of it was made, and is held until its peer took it. */
  made(maker: Maker, bytes: number): void {
    if (this.isCrowded) litter(bytes);
    if (!this.making.has(maker)) return;
    this.hold(maker, bytes);
    this.next();
  }

  /** It is made, or its peer has gone. Once or more. */
  leave(maker: Maker): void {
    this.waiting.get(maker)?.();
    this.waiting.delete(maker);
    if (this.making.has(maker)) {
      this.hold(maker, 0);
      this.making.delete(maker);
      this.next();
    }
    if (this.waiting.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private begin(maker: Maker): void {
    maker.took_ms = performance.now();
    this.hold(maker, this.firstBytes);
  }

  private hold(maker: Maker, bytes: number): void {
    this.heldBytes += bytes - (this.making.get(maker) ?? 0);
    this.making.set(maker, bytes);
  }

  private hasRoom(): boolean {
    return this.heldBytes + this.firstBytes <= ANSWERS_MAKING_BYTES_MAX;
  }

  // Who came last begins first: in a crowd that is not served in time, the others may have gone already.
  private next(): void {
    while (this.waiting.size > 0 && this.hasRoom()) {
      const last = [...this.waiting].at(-1);
      if (!last) return;
      const [maker, resolve] = last;
      this.waiting.delete(maker);
      this.begin(maker);
      resolve();
    }
  }

  // The more wait, the shorter the patience, so that those who never read hold up nobody for long.
  private makeRoom(): void {
    const rounds = Math.ceil(this.waiting.size / this.making.size);
    const patience_ms = Math.min(ANSWER_GIVE_WAY_MS_MAX, Math.max(ANSWER_GIVE_WAY_MS_MIN, ANSWER_TURN_MS_MAX / rounds));
    const late_ms = performance.now() - patience_ms;
    // The room of those that leave is taken by others, who stand behind them in the map with a time of their own.
    for (const maker of this.making.keys()) {
      if (this.waiting.size === 0) return;
      if (maker.took_ms > late_ms) continue;
      maker.giveWay();
      this.leave(maker);
    }
  }
}

let littered = 0;

/** What many answers leave behind is collected beside the work, sooner than the runtime would: it is most of what they cost. */
function litter(bytes: number): void {
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
