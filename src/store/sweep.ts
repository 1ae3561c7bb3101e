// A piece of upkeep that goes through time, step by step, and in each step through all hosts: closing buckets, packing rows,
// dropping what is old. It does a bounded part at a time and knows where it was.

/** What is left of the work that may be done at a time, in values. */
export interface Budget {
  left: number;
}

/** A look at a host that has nothing there costs about as much as so many values. */
const LOOK_COST = 5;

export class Sweep {
  /** Everything before it is done. */
  pos_s: number;
  /** The step that begins there is done for the hosts up to this id. */
  host: number;
  /** No host had anything in that step so far. */
  private isGap = false;

  constructor(pos_s = 0, host = 0) {
    this.pos_s = pos_s;
    this.host = host;
  }

  /** Up to where it is done for a host. */
  doneUntil(host: number, step_s: number): number {
    return host <= this.host ? this.pos_s + step_s : this.pos_s;
  }

  /** Up to where anything of it is done, for any host. */
  begunUntil(step_s: number): number {
    return this.host > 0 ? this.pos_s + step_s : this.pos_s;
  }

  /** Begins anew, for what is behind it may have changed. */
  restart(): void {
    this.moveTo(0);
  }

  moveTo(pos_s: number): void {
    this.pos_s = pos_s;
    this.host = 0;
  }

  /**
   * Goes on as far as `until_s`, while there is budget; returns whether it came there. `work` does a step for a host and returns
   * how many values it had to do with; `first` tells when the first bucket begins that is not before a time, so that a gap
   * of years is one jump.
   */
  run(
    until_s: number,
    step_s: number,
    budget: Budget,
    hosts: () => Iterable<number>,
    first: (from_s: number) => number | null,
    work: (host: number, from_s: number) => number,
  ): boolean {
    while (this.pos_s + step_s <= until_s) {
      if (this.host === 0) this.isGap = true;
      for (const host of hosts()) {
        if (host <= this.host) continue;
        if (budget.left <= 0) return false;
        const values = work(host, this.pos_s);
        if (values > 0) this.isGap = false;
        budget.left -= values + LOOK_COST;
        this.host = host;
      }
      const next_s = this.isGap ? first(this.pos_s + step_s) : this.pos_s + step_s;
      const end_s = Math.floor(until_s / step_s) * step_s;
      this.moveTo(next_s === null ? end_s : Math.min(end_s, Math.floor(next_s / step_s) * step_s));
    }
    return true;
  }
}
