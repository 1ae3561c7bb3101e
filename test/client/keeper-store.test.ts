import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { Keeper } from "../../src/client/keeper.ts";
import type { Batch } from "../../src/client/minute.ts";
import { WaitingEvents } from "../../src/client/waiting.ts";
import { FakeClock, HOST } from "./fixture.ts";

const TIERS = [{ bucket_s: 60, keep_s: 864_000 }];

/** A keeper of a directory, and minutes for it. */
class Kept {
  readonly dir = mkdtempSync(`${tmpdir()}/dmon-keeper-`);
  readonly file = `${this.dir}/var/data.lite`;
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly begin_s = this.clock.now_s();
  readonly keeper: Keeper;
  private readonly waiting: WaitingEvents;

  constructor() {
    this.keeper = new Keeper(this.file, TIERS, this.clock, { quiet: (text) => this.said.push(text) });
    this.waiting = new WaitingEvents(
      () => this.keeper.outbox,
      () => this.clock.mono_ms(),
    );
  }

  minutes(count: number, items = 1): void {
    for (let i = 0; i < count; i++) {
      const values = new Map(Array.from({ length: items }, (_, item) => [`i${item}`, i]));
      const batch: Batch = { host: HOST, time_s: this.clock.now_s(), values, events: [], changes: [], gone: [] };
      this.keeper.write([batch], this.waiting, []);
      this.clock.pass(60);
    }
  }

  /** Minutes of which there is history. */
  stored(): number {
    const query = { host: HOST, items: ["i0"], from_s: this.begin_s - 60, to_s: this.clock.now_s(), bucket_s: 60 };
    return [...this.keeper.history(query)].length;
  }

  [Symbol.dispose](): void {
    this.keeper.close();
    rmSync(this.dir, { recursive: true });
  }
}

test("what could not be written is written when the disk has room again", () => {
  using kept = new Kept();
  kept.minutes(3);
  const other = new Database(kept.file);
  other.run("CREATE TRIGGER full BEFORE INSERT ON bucket BEGIN SELECT RAISE(ABORT, 'no room'); END");
  kept.minutes(10);
  expect(kept.stored()).toBe(3);
  expect(kept.keeper.trouble).toContain("no room");
  other.run("DROP TRIGGER full");
  other.close();
  kept.minutes(1);
  expect(kept.stored()).toBe(14);
  expect(kept.keeper.trouble).toBeUndefined();
  expect(kept.said).toEqual([
    `${kept.file}: no room; measuring goes on without history`,
    `${kept.file}: writing again`,
  ]);
});

test("a database that could not be opened gets what was measured meanwhile", () => {
  using kept = new Kept();
  kept.keeper.close();
  rmSync(`${kept.dir}/var`, { recursive: true });
  mkdirSync(kept.file, { recursive: true }); // a directory of that name
  kept.minutes(7);
  expect(kept.keeper.trouble).toContain("data.lite");
  rmSync(kept.file, { recursive: true });
  kept.minutes(6);
  expect(existsSync(kept.file)).toBe(true);
  expect(kept.stored()).toBe(13);
});

test("not more waits in memory than there is room for, and the newest stays", () => {
  using kept = new Kept();
  const other = new Database(kept.file);
  other.run("CREATE TRIGGER full BEFORE INSERT ON bucket BEGIN SELECT RAISE(ABORT, 'no room'); END");
  kept.minutes(150, 200);
  other.run("DROP TRIGGER full");
  other.close();
  kept.minutes(1, 200);
  expect(kept.stored()).toBe(101);
});
