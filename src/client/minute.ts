// The minute: read what is due, grade it, store it. What is ready at once is stored at once; a probe that takes its
// time is stored when it comes, and never holds up another item.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import type { Host } from "../core/host.ts";
import type { ClientWork } from "../work/works.ts";
import { Lanes } from "./lanes.ts";
import { type PlannedItem, planReaders, type Reader } from "./plan.ts";
import { type ReadResult, run } from "./run.ts";
import type { States } from "./states.ts";

/** One host's share of what was read: to be stored in one transaction. */
export interface Batch {
  host: string;
  time_s: number;
  values: Map<string, number>;
  events: Event[];
  /** Items that are no more: found once, and not for a long time. */
  gone: string[];
}

interface Scheduled {
  reader: Reader;
  running: boolean;
  last_ms: number;
  /** How long the last reading took, waiting for its turn not counted. */
  took_ms: number;
  /** What was said of a reading that was given up and has not come to an end. */
  hung?: ReadResult;
}

/** What is read within this time is stored together… */
const SETTLE_MS = 300;
/** …and later arrivals with what else comes in this time, so that none waits for the slowest. */
const LATE_MS = 2000;
/** A reader with an interval of its own is due this much early, lest the clock's jitter make it skip a round. */
const EARLY_MS = 500;

export class Minute {
  private readonly states: States;
  private readonly host: Host;
  private readonly clock: Clock;
  private readonly store: (batches: Batch[]) => void;
  private readonly lanes = new Lanes();
  private scheduled: Scheduled[] = [];
  private stopped = false;

  constructor(states: States, host: Host, clock: Clock, store: (batches: Batch[]) => void) {
    this.states = states;
    this.host = host;
    this.clock = clock;
    this.store = store;
  }

  /** Takes over a work; readers that stay keep their rhythm, and what they are just reading goes to their new items. */
  setWork(work: ClientWork): void {
    this.states.setWork(work);
    const before = new Map(this.scheduled.map((each) => [each.reader.key, each]));
    this.scheduled = planReaders(work).map((reader) => {
      const old = before.get(reader.key);
      // The same object: when its reading comes it is no longer running.
      return old
        ? Object.assign(old, { reader })
        : { reader, running: false, last_ms: Number.NEGATIVE_INFINITY, took_ms: 0 };
    });
  }

  /** What is read from now on is not taken: the programs that are ended with us have not failed. */
  stop(): void {
    this.stopped = true;
  }

  /** One round over everything that is due. Resolves when all of it has come or missed its deadline. */
  async round(): Promise<void> {
    const now_ms = this.clock.mono_ms();
    const due = this.scheduled.filter(
      ({ reader, running, hung, last_ms }) => (!running || hung) && now_ms - last_ms >= reader.every_ms - EARLY_MS,
    );
    due.sort((a, b) => a.took_ms - b.took_ms); // where they wait for each other, the slow one is the last
    let batches = new Map<string, Batch>();
    const late: Promise<void>[] = [];
    for (const each of due) {
      each.last_ms = now_ms;
      if (each.running && each.hung) {
        // It fails again with every turn that it misses, so that a `for` passes and flapping ends.
        this.take(each.reader, each.hung, now_ms, batches);
        continue;
      }
      each.running = true;
      delete each.hung;
      const result = this.start(each);
      if (!(result instanceof Promise)) {
        each.running = false;
        this.take(each.reader, result, this.clock.mono_ms(), batches);
        continue;
      }
      late.push(
        result.then((value) => {
          if (each.running) each.hung = value;
          this.take(each.reader, value, this.clock.mono_ms(), batches); // the map of this moment, not of the start
        }),
      );
    }
    const store = () => {
      const ready = batches;
      batches = new Map(); // whoever comes after this writes into the next one
      this.store([...ready.values()]);
    };
    const all = Promise.all(late).then(() => true);
    const within = (ms: number) => Promise.race([all, Bun.sleep(ms).then(() => false)]);
    let done = late.length === 0 || (await within(SETTLE_MS));
    store();
    while (!done) {
      done = await within(LATE_MS);
      if (batches.size > 0) store();
    }
  }

  private start(each: Scheduled): ReadResult | Promise<ReadResult> {
    const settled = () => {
      each.running = false;
    };
    const lane = each.reader.probe?.lane;
    if (!lane) return run(each.reader, this.host, settled);
    return this.lanes.take(lane, async () => {
      const start_ms = this.clock.mono_ms();
      const result = run(each.reader, this.host, settled);
      if (!(result instanceof Promise)) settled();
      const value = await result;
      each.took_ms = this.clock.mono_ms() - start_ms;
      return value;
    });
  }

  private take(reader: Reader, result: ReadResult, at_ms: number, batches: Map<string, Batch>): void {
    if (this.stopped) return;
    let batch = batches.get(reader.host);
    if (!batch) {
      batch = { host: reader.host, time_s: this.clock.now_s(), values: new Map(), events: [], gone: [] };
      batches.set(reader.host, batch);
    }
    for (const item of reader.items) {
      const declared = reader.probe?.values[item.work.value];
      const { value, event } = this.states.update(item, declared, result, at_ms);
      if (value !== undefined) batch.values.set(item.name, value);
      if (event) batch.events.push(event);
    }
    const main = reader.probe && "finds" in reader.probe && reader.items.find((item) => isMain(item, reader));
    if (!main) return;
    for (const { name, value, event, gone } of this.states.updateFound(main, result, at_ms)) {
      if (value !== undefined) batch.values.set(name, value);
      if (event) batch.events.push(event);
      if (gone) batch.gone.push(name);
    }
  }
}

/** What a probe finds belongs to the item of its first value. */
function isMain({ work }: PlannedItem, { probe }: Reader): boolean {
  return work.value === Object.keys(probe?.values ?? {})[0];
}
