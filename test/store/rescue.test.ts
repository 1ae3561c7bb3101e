// What comes back from a damaged file: with the whole of it readable all, else what is around the damage, and never a wrong row.

import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as fc from "fast-check";
import type { Bucket, Tier } from "../../src/core/consolidation.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { encodeStretch } from "../../src/store/packing.ts";
import { savedText } from "../../src/store/rescue.ts";
import type { Saved } from "../../src/store/salvage-state.ts";
import { copyDatabase, cut, garble, ITEMS, makeDatabase, pagesIn, readingsOf, UPS } from "./damage.ts";
import { eventOf, HOST, read, START, TIERS, tick, total, withDirectory, zap } from "./fixture.ts";

setDefaultTimeout(30_000);

let dir = "";
let file = "";
let end_s = 0;
let pages = 0;
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-rescue-`);
  ({ file, end_s } = makeDatabase(dir));
  pages = pagesIn(file);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs the rescue to its end, minutes in between. */
function rescue(store: ClientStore, damaged: string, minute = () => {}, now_s = () => end_s): Saved {
  for (const steps = store.rescue(damaged, now_s); ; ) {
    const { done, value } = steps.next();
    if (done) return value;
    minute();
  }
}

/** A new database in the place of a copy to which something was done. */
function succeeded<T>(damage: (copy: string) => void, use: (store: ClientStore, damaged: string, dir: string) => T): T {
  return withDirectory((into) => {
    const damaged = `${into}/data.lite.damaged`;
    copyDatabase(file, damaged);
    damage(damaged);
    const store = new ClientStore(`${into}/data.lite`, TIERS);
    try {
      store.succeed(damaged, undefined, [], end_s);
      return use(store, damaged, into);
    } finally {
      store.close();
    }
  });
}

const history = (store: ClientStore, to_s = end_s) =>
  TIERS.flatMap(({ bucket_s }) => [HOST, UPS].map((host) => read(store, ITEMS, START - 86_400, to_s, bucket_s, host)));
const changes = (store: ClientStore) =>
  [HOST, UPS].map((host) => store.history.changesOf({ host, items: ITEMS, from_s: START, to_s: end_s + 60 }, 100_000));
function whole<T>(look: (store: ClientStore) => T): T {
  return withDirectory((into) => {
    copyDatabase(file, `${into}/data.lite`);
    const store = new ClientStore(`${into}/data.lite`, TIERS);
    try {
      return look(store);
    } finally {
      store.close();
    }
  });
}

test.each<[string, (copy: string) => void]>([
  ["nothing is wrong with it", () => {}],
  ["its first page is lost, which names the tables", (copy) => garble(copy, [1])],
  ["its second page is lost, which tells what belongs to what", (copy) => garble(copy, [2])],
  ["both are lost", (copy) => garble(copy, [1, 2])],
  [
    "it was a copy, and its first page is lost",
    (copy) => {
      const db = new Database(copy);
      db.run("VACUUM");
      db.close(true);
      garble(copy, [1]);
    },
  ],
  ["its header is zeros", (copy) => writeFileSync(copy, new Uint8Array(100), { flag: "r+" })],
])("all comes back when %s", (_, damage) => {
  succeeded(damage, (store, damaged) => {
    const { saved, lost } = rescue(store, damaged);
    expect(lost).toBe(0);
    expect(saved).toBe(whole((old) => old.history.rowCount()));
    expect(history(store)).toEqual(whole(history));
    expect(changes(store)).toEqual(whole(changes));
    expect(store.levels()).toEqual(whole((old) => old.levels()));
    expect(store.outbox.first(100)).toEqual(whole((old) => old.outbox.first(100)));
    expect([HOST, UPS].map((host) => store.history.items(host))).toEqual([[...ITEMS].sort(), ITEMS.slice(0, 3)]);
  });
});

/** Whether a bucket is of the readings that there were from `time_s` on, or of some of them. */
function isTrue(
  { avg, min, max, count }: Bucket,
  host: string,
  item: number,
  time_s: number,
  bucket_s: number,
): boolean {
  const readings = readingsOf(host, item, time_s, time_s + bucket_s);
  if (count === readings.length) return min === Math.min(...readings) && max === Math.max(...readings);
  return count < readings.length && readings.includes(min) && readings.includes(max) && min <= avg && avg <= max;
}

/** The buckets of a history that cannot be of the readings that there were. */
function untrue(store: ClientStore): unknown[] {
  const sizes = TIERS.map(({ bucket_s }) => bucket_s);
  return sizes.flatMap((asked_s) =>
    [HOST, UPS].flatMap((host) =>
      read(store, ITEMS, START - 86_400, end_s + 86_400, asked_s, host).flatMap(({ time_s, buckets }) =>
        buckets.flatMap((bucket, item) => {
          // Where only coarser rows are left these are given.
          const isSo =
            !bucket || sizes.some((size_s) => size_s >= asked_s && isTrue(bucket, host, item, time_s, size_s));
          return isSo ? [] : [[host, item, time_s, asked_s, bucket]];
        }),
      ),
    ),
  );
}

function isWhole(store: ClientStore): boolean {
  const db = new Database(store.file, { readonly: true });
  try {
    return db.query("PRAGMA integrity_check").values().join() === "ok";
  } finally {
    db.close();
  }
}

test("whatever is damaged, what comes back is what was there", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: pages }), { maxLength: 30 }),
      fc.option(fc.integer({ min: 0, max: pages * 4096 }), { freq: 3 }),
      fc.integer({ min: 1, max: 1e9 }),
      (garbled, cutAt, seed) => {
        const damage = (copy: string) => {
          garble(copy, garbled, seed);
          if (cutAt !== null) cut(copy, cutAt);
        };
        succeeded(damage, (store, damaged) => {
          const { saved } = rescue(store, damaged);
          expect(isWhole(store)).toBe(true);
          expect(store.history.rowCount()).toBeGreaterThanOrEqual(saved);
          expect(untrue(store)).toEqual([]);
        });
      },
    ),
    { numRuns: 40 },
  );
});

test("a page that is lost costs what it had, and about that is told", () => {
  const all = whole((store) => store.history.rowCount());
  const each = Array.from({ length: pages }, (_, page) =>
    succeeded(
      (copy) => garble(copy, [page + 1]),
      (store, damaged) => rescue(store, damaged),
    ),
  );
  const costs = each.filter(({ lost }) => lost > 0);
  expect(costs.length).toBeGreaterThan(pages / 4); // the others have names, changes and events
  for (const { saved, lost } of each) {
    expect(saved).toBeGreaterThan(all * 0.7);
    expect(Math.abs(saved + lost - all)).toBeLessThan(all / 5);
  }
});

const rootOf = (table: string) =>
  whole((store) => {
    const db = new Database(store.file, { readonly: true });
    const [[root] = []] = db.query("SELECT rootpage FROM sqlite_schema WHERE name = ?").values(table);
    db.close();
    return Number(root);
  });

test.each(["level_change", "text_change", "outbox"])("what is lost of %s is told, though no row is", (table) => {
  const zeroed = (copy: string, page: number) => {
    const bytes = readFileSync(copy);
    bytes.fill(0, (page - 1) * 4096, page * 4096);
    writeFileSync(copy, bytes);
  };
  succeeded(
    (copy) => zeroed(copy, rootOf(table)),
    (store, damaged) => {
      const { saved, lost, others_lost = 0 } = rescue(store, damaged);
      expect([saved, lost]).toEqual([whole((old) => old.history.rowCount()), 0]);
      expect(others_lost).toBeWithin(1, 300);
      expect(savedText({ saved, lost, others_lost })).toEndWith(
        ` rows; about ${others_lost} changes or events are lost`,
      );
    },
  );
});

test("a text that does not read is counted, and so is a change of nobody knows what", () => {
  succeeded(
    (copy) => {
      const db = new Database(copy);
      db.run("UPDATE level_change SET host = 77 WHERE time = (SELECT min(time) FROM level_change)");
      db.run("UPDATE outbox SET event = '{' WHERE seq IN (3, 4)");
      db.close(true);
    },
    (store, damaged) => expect(rescue(store, damaged)).toMatchObject({ lost: 0, others_lost: 3 }),
  );
});

test("a flipped bit in a row costs that row", () => {
  const at = whole((store) => {
    const db = new Database(store.file, { readonly: true });
    const { data } = db.query("SELECT data FROM stretch WHERE tier = 60 ORDER BY time LIMIT 1").get() as {
      data: Buffer;
    };
    db.close();
    return Buffer.from(data.subarray(0, 30));
  });
  succeeded(
    (copy) => {
      const bytes = readFileSync(copy);
      const found = bytes.indexOf(at);
      bytes[found + 20] = (bytes[found + 20] ?? 0) ^ 1;
      writeFileSync(copy, bytes);
    },
    (store, damaged) => {
      const { saved, lost } = rescue(store, damaged);
      expect(lost).toBe(32);
      expect(saved).toBe(whole((old) => old.history.rowCount()) - 32);
    },
  );
});

test("minutes go on meanwhile, and the minute in which it happened has its readings of before and after", () => {
  succeeded(
    () => {},
    (store, damaged) => {
      let minute_s = end_s;
      tick(store, minute_s, { item0: 5000 });
      const minute = () => {
        minute_s += 60;
        tick(store, minute_s, { item0: 5000 });
      };
      rescue(store, damaged, minute, () => minute_s);
      const [then] = read(store, ["item0"], end_s, end_s + 60, 60);
      expect(then?.buckets[0]).toMatchObject({ count: 2, max: 5000 });
      const rows = read(store, ["item0"], START, minute_s + 60, 4 * 3600);
      expect(total(rows).count).toBe((minute_s - START) / 60 + 2);
      zap(store, minute_s);
      expect(total(read(store, ["item0"], START, minute_s + 60, 4 * 3600)).count).toBe((minute_s - START) / 60 + 2);
    },
  );
});

test.each([1, 3, 10, 25])("killed after %d steps it goes on where it was, and nothing comes twice", (steps) => {
  succeeded(
    (copy) => garble(copy, [1, 2]),
    (first, damaged) => {
      let store = first;
      const running = store.rescue(damaged, () => end_s);
      for (let i = 0; i < steps; i++) running.next();
      store.close();
      store = new ClientStore(first.file, TIERS);
      expect(store.unsaved().map(({ file: name }) => name)).toEqual([damaged]);
      rescue(store, damaged);
      expect(store.unsaved()).toEqual([]);
      expect(history(store)).toEqual(whole(history));
      expect(store.outbox.size()).toBe(40);
      store.close();
    },
  );
});

test("a new one that is damaged itself hands over what was still to be rescued", () => {
  succeeded(
    () => {},
    (first, damaged, into) => {
      const running = first.rescue(damaged, () => end_s);
      for (let i = 0; i < 5; i++) running.next();
      const before = first.unsaved();
      first.close();
      renameSync(first.file, `${into}/second.damaged`);
      const store = new ClientStore(first.file, TIERS);
      store.succeed(`${into}/second.damaged`, undefined, before, end_s);
      for (const { file: name } of store.unsaved()) rescue(store, name);
      expect(history(store)).toEqual(whole(history));
      expect(store.outbox.size()).toBe(40);
      store.close();
    },
  );
});

test.each([[[]], [[1, 2]]])(
  "events that come back come before those made meanwhile, also of two files (pages %p lost)",
  (lostPages) => {
    const add = (store: ClientStore, n: number) =>
      store.tick([{ host: HOST, time_s: end_s, values: new Map(), events: [eventOf(n)] }], end_s);
    const old = whole((store) => store.outbox.first(100)).map(({ id }) => id);
    succeeded(
      (copy) => garble(copy, lostPages),
      (first, damaged, into) => {
        add(first, 900_001);
        const running = first.rescue(damaged, () => end_s);
        running.next(); // some of them only
        add(first, 900_002);
        const before = first.unsaved();
        first.close();
        renameSync(first.file, `${into}/second.damaged`);
        const store = new ClientStore(first.file, TIERS);
        store.succeed(`${into}/second.damaged`, undefined, before, end_s);
        add(store, 900_003);
        for (const { file: name } of store.unsaved()) rescue(store, name);
        add(store, 900_004);
        const all = store.outbox.first(100).map(({ id }) => id);
        expect(all).toEqual([...old, ...[1, 2, 3, 4].map((n) => eventOf(900_000 + n).id)]);
        store.close();
      },
    );
  },
);

test("a damaged file that somebody removed is no more to be rescued", () => {
  succeeded(
    () => {},
    (store, damaged) => {
      rmSync(damaged);
      expect(rescue(store, damaged)).toEqual({ saved: 0, lost: 0 });
      expect(store.unsaved()).toEqual([]);
    },
  );
});

test("rows that are older than their tier come back as far as coarser ones need them", () => {
  const later_s = end_s + 5 * 3600; // dmon was off: no minute is young enough any more
  const look = (store: ClientStore) => {
    zap(store, later_s);
    return history(store, later_s);
  };
  const wanted = whole(look);
  withDirectory((into) => {
    const damaged = `${into}/data.lite.damaged`;
    copyDatabase(file, damaged);
    const store = new ClientStore(`${into}/data.lite`, TIERS);
    store.succeed(damaged, undefined, [], later_s);
    tick(store, later_s, {});
    for (const _ of store.rescue(damaged, () => later_s)) tick(store, later_s, {});
    expect(look(store)).toEqual(wanted);
    store.close();
  });
});

test("of a clock that was set back both readings count", () => {
  succeeded(
    () => {},
    (_, damaged, into) => {
      const store = new ClientStore(`${into}/back.lite`, TIERS);
      const begin_s = end_s - (end_s % 14_400) - 2 * 86_400;
      let now_s = begin_s;
      store.succeed(damaged, undefined, [], now_s);
      const minute = () => {
        tick(store, now_s, { item0: 1 });
        now_s += 60;
      };
      for (let i = 0; i < 300; i++) minute(); // a coarse row closes that the damaged file has, too
      rescue(store, damaged, minute, () => now_s);
      const [row] = read(store, ["item0"], begin_s, begin_s + 14_400, 14_400);
      expect(row?.buckets[0]).toMatchObject({
        count: 480,
        max: Math.max(...readingsOf(HOST, 0, begin_s, begin_s + 14_400)),
      });
      store.close();
    },
  );
});

test("a row that says what no readings can say does not come back, whatever its checksum", () => {
  const impossible = encodeStretch(
    32,
    new Map([[1, Array.from({ length: 32 }, () => ({ avg: 5, min: 7, max: 6, count: 1 }))]]),
  );
  succeeded(
    (copy) => {
      const db = new Database(copy);
      db.run("UPDATE stretch SET data = ? WHERE rowid = (SELECT max(rowid) FROM stretch)", [impossible]);
      db.close(true);
    },
    (store, damaged) => {
      expect(rescue(store, damaged).lost).toBeGreaterThan(0);
      expect(untrue(store)).toEqual([]);
    },
  );
});

test("what came back is small again, also where dmon was off until its stretch was over", () => {
  const later_s = end_s + 3 * 3600;
  const unpacked = (store: ClientStore) => {
    zap(store, later_s);
    const db = new Database(store.file, { readonly: true });
    const counts = db.query("SELECT tier, count(*) FROM bucket GROUP BY tier").values();
    db.close();
    return counts;
  };
  withDirectory((into) => {
    const damaged = `${into}/data.lite.damaged`;
    copyDatabase(file, damaged);
    const store = new ClientStore(`${into}/data.lite`, TIERS);
    store.succeed(damaged, undefined, [], later_s);
    rescue(store, damaged, undefined, () => later_s);
    expect(unpacked(store)).toEqual(whole(unpacked));
    store.close();
  });
});

test("levels that are known are not taken from the file", () => {
  withDirectory((into) => {
    const store = new ClientStore(`${into}/data.lite`, TIERS);
    const known = [{ host: HOST, item: "item0", level: "crit", since: START, flapping: true }];
    store.succeed(file, known, [], end_s);
    rescue(store, file);
    expect(store.levels()).toEqual(known);
    store.close();
  });
});

test.each<[string, readonly Tier[], boolean]>([
  ["others", [...TIERS.slice(0, 1), { bucket_s: 1200, keep_s: 48 * 3600 }, ...TIERS.slice(3)], false],
  ["one more", [...TIERS.slice(0, 3), { bucket_s: 7200, keep_s: 200 * 3600 }, ...TIERS.slice(3)], false],
  [
    "one more, and when it began is lost",
    [...TIERS.slice(0, 3), { bucket_s: 7200, keep_s: 200 * 3600 }, ...TIERS.slice(3)],
    true,
  ],
])("a history whose tiers were changed (%s) is read as before", (_, other, isLost) => {
  withDirectory((into) => {
    const changed = `${into}/changed.lite`;
    copyDatabase(file, changed);
    const old = new ClientStore(changed, other);
    for (let i = 0; i < 3; i++) tick(old, end_s, {});
    const wanted = [...TIERS, ...other].map(({ bucket_s }) => read(old, ITEMS, START, end_s, bucket_s));
    old.close();
    if (isLost) {
      const db = new Database(changed);
      const [[page] = []] = db.query("SELECT rootpage FROM sqlite_schema WHERE name = 'tier'").values();
      db.close(true);
      garble(changed, [Number(page)]);
    }
    const store = new ClientStore(`${into}/data.lite`, other);
    store.succeed(changed, undefined, [], end_s);
    rescue(store, changed);
    expect([...TIERS, ...other].map(({ bucket_s }) => read(store, ITEMS, START, end_s, bucket_s))).toEqual(wanted);
    store.close();
  });
});
