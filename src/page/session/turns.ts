// So many at a time, so many who wait for that, and nobody else.

/** There are too many already. */
export class Busy extends Error {
  override name = "Busy";
}

export class Turns {
  private readonly atOnce: number;
  private readonly waitingMax: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(atOnce: number, waitingMax: number) {
    this.atOnce = atOnce;
    this.waitingMax = waitingMax;
  }

  /** What the work resolves to, when it is its turn. Rejects with Busy. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      if (this.waiting.length >= this.waitingMax) throw new Busy("too many log in at this moment");
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next)
        next(); // the turn goes on to the next one
      else this.running--;
    }
  }
}
