import { describe, expect, test } from "bun:test";
import { assert, asyncProperty, integer, nat } from "fast-check";
import { Folding, type Pile } from "../../src/client/folding.ts";
import { UnstoredEvents } from "../../src/client/unstored.ts";
import { WaitingEvents } from "../../src/client/waiting.ts";
import type { Event } from "../../src/core/event.ts";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { OUTBOX_EVENTS_MAX, OUTBOX_FOLDED_EVENTS } from "../../src/core/limits.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { StoreError } from "../../src/store/database.ts";
import { eventOf, HOST, START, TIERS, withDirectoryAsync } from "../store/fixture.ts";

const SMALL = { most: 20, folded: 15, at_once: 4 };

/** Items that go to and fro between levels by turns. */
function toAndFro(count: number, items = 3, [one, other] = ["fine", "soso"], from = 0): Event[] {
  return Array.from({ length: count }, (_, n) => {
    const [prev, level] = Math.floor(n / items) % 2 === 0 ? [one, other] : [other, one];
    return eventOf(from + n, { item: `${one}-${other}${n % items}`, prev, level });
  });
}

function put(store: ClientStore, events: readonly Event[]): void {
  store.tick([{ host: HOST, time_s: START, values: new Map(), events }], START);
}

function foldingOf(
  piles: Pile[],
  more: { bound?: typeof SMALL; pause?: () => void; underWay?: readonly string[] } = {},
) {
  const said: string[] = [];
  const say = (how: string) => (text: string) => void said.push(`${how} ${text}`);
  const waiting = { piles: () => piles, isUnderWay: (id: string) => more.underWay?.includes(id) === true };
  const log = { quiet: say("quiet"), terse: say("terse") };
  const folding = new Folding(
    waiting,
    () => [...DEFAULT_LEVELS],
    log,
    more.bound ?? SMALL,
    async () => more.pause?.(),
  );
  return { folding, said };
}

/** Memory, and a store: both fold. */
const KINDS = ["in the outbox", "in memory"] as const;
async function withPile(
  kind: (typeof KINDS)[number],
  use: (pile: Pile, add: (events: readonly Event[]) => void) => Promise<void>,
): Promise<void> {
  if (kind === "in memory") {
    const pile = new UnstoredEvents();
    return use(pile, (events) => pile.add(events));
  }
  return withDirectoryAsync(async (dir) => {
    const store = new ClientStore(`${dir}/data.lite`, TIERS);
    try {
      await use(store.outbox, (events) => put(store, events));
    } finally {
      store.close();
    }
  });
}
const all = (pile: Pile) => [...pile.pages(1000)].flat();

describe.each(KINDS)("%s", (kind) => {
  test("up to the bound nothing is left out", () =>
    withPile(kind, async (pile, add) => {
      add(toAndFro(20));
      const { folding, said } = foldingOf([pile]);
      await folding.keepBound();
      expect([pile.size(), said]).toEqual([20, []]);
    }));

  test("beyond it the oldest mild changes, before any worse one; which is said", () =>
    withPile(kind, async (pile, add) => {
      const [worse, mild] = [toAndFro(9, 1, ["fine", "sick"]), toAndFro(12, 1, undefined, 100)];
      add([...worse, ...mild]);
      const { folding, said } = foldingOf([pile]);
      await folding.keepBound();
      expect(all(pile)).toEqual([...worse, ...mild.slice(6)]);
      expect(said).toEqual([
        "quiet 21 events wait for the server, for more than 20 there is no room: left out are 6 between fine and soso; the last level of each item is kept",
      ]);
    }));

  test("where that is not enough worse ones that led back, then beginnings, then the oldest", () =>
    withPile(kind, async (pile, add) => {
      const { folding, said } = foldingOf([pile]);
      add([...toAndFro(2, 2), ...toAndFro(19, 1, ["fine", "sick"], 100)]);
      await folding.keepBound();
      expect(all(pile).map(({ value }) => value)).toEqual([0, 1, ...Array.from({ length: 13 }, (_, i) => 106 + i)]);
      add(
        Array.from({ length: 8 }, (_, n) =>
          eventOf(200 + n, { item: `path${n >> 1}`, prev: n % 2 ? "soso" : "fine", level: n % 2 ? "sick" : "soso" }),
        ),
      );
      await folding.keepBound();
      expect(pile.size()).toBeLessThanOrEqual(20);
      add(Array.from({ length: 22 }, (_, n) => eventOf(300 + n, { item: `new${n}` })));
      await folding.keepBound();
      expect(all(pile).map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, i) => 302 + i));
      expect(said.map((line) => line.split(" ")[0])).toEqual(["quiet", "terse", "terse"]);
      expect(said[0]).toContain("6 of items that were worse and came back to the level before; the last");
      expect(said[2]).toMatch(/\d+ older than the last level of an item, \d+ that were the last of an item$/);
      pile.drop(all(pile).map(({ id }) => id));
      await folding.keepBound(); // the server has been back
      add(toAndFro(21));
      await folding.keepBound();
      expect(said.at(-1)).toStartWith("quiet 21 events");
    }));

  test("what may be under way stays", () =>
    withPile(kind, async (pile, add) => {
      const events = toAndFro(30, 1);
      add(events);
      const underWay = events.slice(0, 3).map(({ id }) => id);
      await foldingOf([pile], { underWay }).folding.keepBound();
      const left = all(pile);
      expect(left.slice(0, 3)).toEqual(events.slice(0, 3));
      expect(left[3]?.prev).toBe(events[2]?.level ?? "");
      expect(left.length).toBeLessThanOrEqual(16);
    }));

  test("what goes or comes meanwhile breaks nothing, and whatever is done is whole", () =>
    assert(
      asyncProperty(
        integer({ min: 21, max: 80 }),
        integer({ min: 1, max: 4 }),
        nat(30),
        nat(20),
        (count, items, when, how) =>
          withPile(kind, async (pile, add) => {
            const events = toAndFro(count, items);
            add(events);
            let pauses = 0;
            const pause = () => {
              if (pauses++ !== when) return;
              add([eventOf(999, { item: "new" })]);
              pile.drop(events.slice(0, how).map(({ id }) => id)); // as if the server had them now
            };
            await foldingOf([pile], { pause }).folding.keepBound();
            const left = all(pile);
            for (const [item, chain] of Map.groupBy(left, (event) => event.item)) {
              for (const [i, event] of chain.entries()) if (i > 0) expect(event.prev).toBe(chain[i - 1]?.level ?? "");
              if (item !== "new") expect(chain.at(-1)).toEqual(events.findLast((event) => event.item === item));
            }
            expect(left.filter((event) => event.item !== "new")).toEqual(
              events.filter(({ id }) => left.some((each) => each.id === id)),
            );
          }),
      ),
      { numRuns: kind === "in memory" ? 100 : 15 },
    ));
});

test("a disk that fails meanwhile is no error of ours, and what was done is kept", () =>
  withPile("in the outbox", async (pile, add) => {
    add(toAndFro(60, 1));
    let drops = 0;
    const failing: Pile = {
      size: () => pile.size(),
      pages: (count) => pile.pages(count),
      drop: (ids) => {
        if (++drops === 3) throw new StoreError("data.lite: the disk is full");
        return pile.drop(ids);
      },
      keepNewest: (count) => pile.keepNewest(count),
    };
    const { folding, said } = foldingOf([failing]);
    await folding.keepBound();
    expect([pile.size(), said.length]).toEqual([52, 1]);
    await folding.keepBound();
    expect(pile.size()).toBeLessThanOrEqual(15);
  }));

test("what is given to the server meanwhile stays, and the pass is broken off", async () => {
  const pile = new UnstoredEvents();
  const events = toAndFro(60, 1);
  pile.add(events);
  const underWay: string[] = [];
  const left: number[] = [];
  const pause = () => {
    left.push(pile.size());
    // Behind the reading, and one part that was left out.
    if (pile.size() < 60 && underWay.length === 0) underWay.push(...events.slice(5, 8).map(({ id }) => id));
  };
  await foldingOf([pile], { pause, underWay }).folding.keepBound();
  expect(all(pile)).toEqual(events.slice(4));
});

test("one pass at a time", async () => {
  const pile = new UnstoredEvents();
  pile.add(toAndFro(60, 1));
  let looks = 0;
  const pages = (count: number) => {
    looks++;
    return UnstoredEvents.prototype.pages.call(pile, count);
  };
  const { folding } = foldingOf([Object.assign(Object.create(pile), { pages }) as Pile]);
  await Promise.all([folding.keepBound(), folding.keepBound()]);
  expect(looks).toBe(1);
});

test("the bounds of a client: full, no part takes long, and all waits from memory find their place", () =>
  withDirectoryAsync(async (dir) => {
    const store = new ClientStore(`${dir}/data.lite`, TIERS);
    const waiting = new WaitingEvents(
      () => store.outbox,
      () => 0,
    );
    const events = toAndFro(OUTBOX_EVENTS_MAX + 10, 100);
    put(store, events.slice(0, 30_000));
    waiting.keepInMemory(events.slice(30_000)); // the disk was full
    while (waiting.unstored().length > 0) {
      put(store, waiting.unstored());
      waiting.stored();
    }
    waiting.first(2000);
    const said: string[] = [];
    const parts_ms: number[] = [];
    let begin_ms = performance.now();
    const pause = async () => {
      parts_ms.push(performance.now() - begin_ms);
      await Bun.sleep(0);
      begin_ms = performance.now();
    };
    const log = { quiet: (text: string) => void said.push(text), terse: () => {} };
    await new Folding(waiting, () => undefined, log, undefined, pause).keepBound();
    if (process.env.SHOW_MS)
      console.log(
        Math.max(...parts_ms),
        parts_ms.length,
        parts_ms.reduce((a, b) => a + b),
      );
    expect(waiting.size()).toBeWithin(OUTBOX_FOLDED_EVENTS - 10, OUTBOX_FOLDED_EVENTS + 1);
    expect(store.outbox.first(2000)).toEqual(events.slice(0, 2000));
    expect(said).toHaveLength(1);
    store.close();
  }));

test("while no outbox can be used memory has the same bound", async () => {
  const waiting = new WaitingEvents(
    () => undefined,
    () => 0,
  );
  const events = toAndFro(OUTBOX_EVENTS_MAX + 1, 10);
  waiting.keepInMemory(events);
  const log = { quiet: () => {}, terse: () => {} };
  await new Folding(
    waiting,
    () => undefined,
    log,
    undefined,
    () => Bun.sleep(0),
  ).keepBound();
  expect(waiting.size()).toBe(OUTBOX_FOLDED_EVENTS - 1);
  expect(waiting.first(OUTBOX_EVENTS_MAX).at(-1)).toEqual(events.at(-1));
});
