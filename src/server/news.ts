// What changed, by a counter: who watches names the count up to which it knows all. While nobody does, a change costs a number.

import { WATCH_GATHER_MS, WATCH_LEFT_MAX } from "../core/limits.ts";

/** What changes as a whole, beside hosts. */
export type NewsKind = "acks" | "planned" | "events";

/** What somebody waits for; `end` ends it at once. */
export interface Wait {
  over: Promise<void>;
  end(): void;
}

export class News {
  private readonly gather_ms: number;
  private life = newLife();
  private last = 0;
  /** Changes up to here are not known one by one any more. */
  private oldest = 0;
  /** The counts of their last changes, in that order. */
  private readonly hosts = new Map<string, number>();
  private readonly left = new Map<string, number>();
  private readonly kinds = new Map<NewsKind, number>();
  private readonly waiting = new Set<() => void>();
  private gathering: Timer | undefined;
  private readonly made = new Map<string, unknown>();

  constructor(gather_ms = WATCH_GATHER_MS) {
    this.gather_ms = gather_ms;
  }

  /** A word for this life of what is counted: whoever knows another one knows nothing of it. */
  get epoch(): string {
    return this.life;
  }

  get count(): number {
    return this.last;
  }

  /** All may be another: who watches is to be told all anew. */
  begin(): void {
    this.life = newLife();
    this.next();
  }

  /** What is known or shown of a host changed. */
  host(name: string): void {
    this.hosts.delete(name); // to the end
    this.hosts.set(name, this.next());
  }

  changed(kind: NewsKind): void {
    this.kinds.set(kind, this.next());
  }

  /** The hosts of the work are others now: `before` and `now` are all of them. */
  moved(before: Iterable<string>, now: ReadonlySet<string>): void {
    for (const name of now) this.left.delete(name);
    for (const name of before) {
      if (now.has(name)) continue;
      this.hosts.delete(name);
      this.left.set(name, this.next());
    }
    if (this.left.size <= WATCH_LEFT_MAX) return;
    this.left.clear();
    this.oldest = this.last;
  }

  /** Whether all that changed after a count is known. */
  knowsSince(epoch: string, count: number): boolean {
    return epoch === this.life && count >= this.oldest && count <= this.last;
  }

  /** Hosts that changed after a count, and at which, the first to change first; some may have left. */
  *hostsSince(count: number): Generator<[host: string, count: number]> {
    for (const entry of this.hosts) if (entry[1] > count) yield entry;
  }

  leftSince(count: number): string[] {
    return [...this.left].flatMap(([host, at]) => (at > count ? [host] : []));
  }

  /** The count at which it changed last; 0: never. */
  lastOf(kind: NewsKind): number {
    return this.kinds.get(kind) ?? 0;
  }

  /** Is over when something is new after a count: what is so already at once, else what comes with what follows soon; or after a time. */
  wait(epoch: string, count: number, wait_ms: number): Wait {
    if (wait_ms <= 0 || !this.knowsSince(epoch, count) || this.last > count)
      return { over: Promise.resolve(), end: () => {} };
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => {
      clearTimeout(timer);
      this.waiting.delete(end);
      resolve();
    };
    const timer = setTimeout(end, wait_ms);
    this.waiting.add(end);
    return { over: promise, end };
  }

  /** Nobody waits any more: the server ends. */
  stop(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    for (const end of this.waiting) end();
  }

  /** How many wait. */
  get watchers(): number {
    return this.waiting.size;
  }

  /** Makes something once for all who are told the same at the same time. */
  once<T>(key: string, make: () => T): T {
    const name = `${this.life} ${this.last} ${key}`;
    if (!this.made.has(name)) {
      if (this.made.size === 0) setImmediate(() => this.made.clear());
      this.made.set(name, make());
    }
    return this.made.get(name) as T;
  }

  private next(): number {
    this.last++;
    if (this.waiting.size > 0) this.gathering ??= setTimeout(() => this.tell(), this.gather_ms);
    return this.last;
  }

  private tell(): void {
    this.gathering = undefined;
    for (const end of this.waiting) end();
  }
}

function newLife(): string {
  return Bun.randomUUIDv7("hex").slice(0, 20);
}
