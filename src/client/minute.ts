// The minute: read what is due, grade it, store it. What is ready at once is stored at once; a probe that takes its
// time is stored when it comes, and never holds up another item.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import type { Host } from "../core/host.ts";
import type { Change } from "../store/changes.ts";
import type { ClientWork } from "../work/works.ts";
import { Lanes } from "./lanes.ts";
import { findersOf, planReaders, type Reader } from "./plan.ts";
import { explain, type ReadResult, run } from "./run.ts";
import type { FoundUpdate, States } from "./states.ts";

/** One host's share of what was read: to be stored in one transaction. */
export interface Batch {
  host: string;
  time_s: number;
  values: Map<string, number>;
  events: Event[];
  /** Levels and texts that are others now. */
  changes: Change[];
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
  /** That what it reads cannot be taken over was said in the log. */
  broken?: true;
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
  private readonly say: (text: string) => void;
  private readonly lanes = new Lanes();
  private scheduled: Scheduled[] = [];
  private stopped = false;

  /** How long after the last round was due its first values were stored. */
  stored_ms = 0;

  /** `say` is told of bugs in probes, once of each. */
  constructor(
    states: States,
    host: Host,
    clock: Clock,
    store: (batches: Batch[]) => void,
    say: (text: string) => void = () => {},
  ) {
    this.states = states;
    this.host = host;
    this.clock = clock;
    this.store = store;
    this.say = say;
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
  async round(due_ms = this.clock.mono_ms()): Promise<void> {
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
        this.take(each, each.hung, now_ms, batches);
        continue;
      }
      each.running = true;
      delete each.hung;
      const result = this.start(each);
      if (!(result instanceof Promise)) {
        each.running = false;
        this.take(each, result, this.clock.mono_ms(), batches);
        continue;
      }
      late.push(
        result.then((value) => {
          if (each.running) each.hung = value;
          this.take(each, value, this.clock.mono_ms(), batches); // the map of this moment, not of the start
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
    this.stored_ms = Math.max(0, this.clock.mono_ms() - due_ms);
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
    return this.lanes.take(lane, each.took_ms, async () => {
      const start_ms = this.clock.mono_ms();
      const result = run(each.reader, this.host, settled);
      if (!(result instanceof Promise)) settled();
      const value = await result;
      each.took_ms = this.clock.mono_ms() - start_ms;
      return value;
    });
  }

  private take(each: Scheduled, result: ReadResult, at_ms: number, batches: Map<string, Batch>): void {
    if (this.stopped) return;
    const { reader } = each;
    let batch = batches.get(reader.host);
    if (!batch) {
      batch = { host: reader.host, time_s: this.clock.now_s(), values: new Map(), events: [], changes: [], gone: [] };
      batches.set(reader.host, batch);
    }
    // First what was found: where it cannot be taken over, the item is to say so, and once a minute.
    let own = result;
    for (const item of findersOf(reader)) {
      const updates: FoundUpdate[] = [];
      const taken = this.attempt(each, result, (what) => this.states.updateFound(item, what, at_ms, updates));
      if (taken !== result) own = taken;
      for (const update of updates) putInto(batch, update);
    }
    for (const item of reader.items) {
      const declared = reader.probe?.values[item.work.value];
      const updates: FoundUpdate[] = [];
      this.attempt(each, own, (what) =>
        updates.push({ name: item.name, ...this.states.update(item, declared, what, at_ms) }),
      );
      for (const update of updates) putInto(batch, update);
    }
  }

  /**
   * Takes a result over, or else the error that this cannot be done: a bug in one probe shall cost the round nothing of the
   * others. Returns what was taken over.
   */
  private attempt(each: Scheduled, result: ReadResult, take: (what: ReadResult) => void): ReadResult {
    try {
      take(result);
      return result;
    } catch (error) {
      const { host, items, probeName } = each.reader;
      const broken = { error: explain(error) };
      if (!each.broken) this.say(`${host} ${items[0]?.name ?? probeName}: ${broken.error}`);
      each.broken = true;
      try {
        take(broken);
      } catch {
        // Then its items stay as they were.
      }
      return broken;
    }
  }
}

function putInto(batch: Batch, { name, value, event, change, gone }: FoundUpdate): void {
  if (value !== undefined) batch.values.set(name, value);
  if (event) batch.events.push(event);
  if (change) batch.changes.push(change);
  if (gone) batch.gone.push(name);
}
