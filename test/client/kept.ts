// A keeper of a directory of its own, and minutes for it without waiting for them.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { Keeper } from "../../src/client/keeper.ts";
import type { Batch } from "../../src/client/minute.ts";
import { WaitingEvents } from "../../src/client/waiting.ts";
import type { Event } from "../../src/core/event.ts";
import type { KeptLevel } from "../../src/store/client-store.ts";
import { FakeClock, HOST } from "./fixture.ts";

const TIERS = [{ bucket_s: 60, keep_s: 864_000 }];

export interface KeptOptions {
  /** What is done to the directory of the file before it is opened. */
  prepare?: (file: string) => void;
  /** What the clock shows at the start. */
  now_s?: number;
}

export class Kept {
  readonly dir = mkdtempSync(`${tmpdir()}/dmon-keeper-`);
  readonly file = `${this.dir}/var/data.lite`;
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly begin_s: number;
  readonly keeper: Keeper;
  readonly waiting: WaitingEvents;
  /** What the client knows of its items' levels. */
  levels: KeptLevel[] = [];

  constructor({ prepare, now_s = this.clock.now_s() }: KeptOptions = {}) {
    this.clock.wall_s = now_s;
    this.begin_s = now_s;
    if (prepare) {
      mkdirSync(`${this.dir}/var`);
      prepare(this.file);
    }
    const log = { quiet: (text: string) => void this.said.push(text.replaceAll(`${this.dir}/var/`, "")) };
    const present = { levels: () => this.levels, ival_s: () => 60 };
    this.keeper = new Keeper(this.file, TIERS, this.clock, log, present);
    this.waiting = new WaitingEvents(
      () => this.keeper.outbox,
      () => this.clock.mono_ms(),
      (error) => void this.keeper.failed(error),
    );
  }

  minutes(count: number, items = 1, events: Event[] = []): void {
    for (let i = 0; i < count; i++) {
      const values = new Map(Array.from({ length: items }, (_, item) => [`i${item}`, i]));
      const batch: Batch = { host: HOST, time_s: this.clock.now_s(), values, events: [], changes: [], gone: [] };
      this.waiting.keepInMemory(i === 0 ? events : []);
      this.keeper.write([batch], this.waiting, []);
      this.clock.pass(60);
    }
  }

  /** Minutes of which there is history. */
  stored(item = "i0", from_s = this.begin_s - 60): number {
    const query = { host: HOST, items: [item], from_s, to_s: this.clock.now_s(), bucket_s: 60 };
    return [...this.keeper.history(query)].length;
  }

  [Symbol.dispose](): void {
    this.keeper.close();
    rmSync(this.dir, { recursive: true });
  }
}
