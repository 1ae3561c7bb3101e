// What is to happen in the simulated week, in the order of time.

export class WeekAgenda {
  private readonly due = new Map<number, (() => void)[]>();
  /** Kept sorted, the latest first. */
  private times: number[] = [];

  at(t: number, what: () => void): void {
    const known = this.due.get(t);
    if (known) {
      known.push(what);
      return;
    }
    this.due.set(t, [what]);
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) > t) low = middle + 1;
      else high = middle;
    }
    this.times.splice(low, 0, t);
  }

  get next_t(): number {
    return this.times.at(-1) ?? Number.POSITIVE_INFINITY;
  }

  /** Lets happen what is to happen until then, also what only comes of that. */
  run(until_t: number): void {
    while (this.next_t <= until_t) {
      const t = this.times.pop() ?? 0;
      const what = this.due.get(t) ?? [];
      this.due.delete(t);
      for (const each of what) each();
    }
  }
}
