import { beforeEach, describe, expect, test } from "bun:test";
import { WaitingEvents } from "../../src/client/waiting.ts";
import type { Event } from "../../src/core/event.ts";
import { DamagedError, StoreError } from "../../src/store/database.ts";
import type { Outbox } from "../../src/store/outbox.ts";
import { HOST, START } from "./fixture.ts";

const eventOf = (id: string, host = HOST): Event => ({
  id,
  time: START,
  host,
  item: "a",
  level: "sick",
  prev: "fine",
  value: 1,
});

/** An outbox whose disk can be full. */
let stored: Event[] = [];
let full = false;
const outbox = {
  first: (count: number, except: readonly string[] = []) =>
    stored.filter(({ host }) => !except.includes(host)).slice(0, count),
  confirm: (ids: readonly string[]) => {
    if (full) throw new StoreError("data.lite: the disk is full");
    stored = stored.filter(({ id }) => !ids.includes(id));
  },
  size: () => stored.length,
} as unknown as Outbox;
let now_ms = 0;
const waiting = () =>
  new WaitingEvents(
    () => outbox,
    () => now_ms,
  );
const ids = (events: readonly Event[]) => events.map(({ id }) => id).join("");

beforeEach(() => {
  stored = ["a", "b", "c", "d"].map((id) => eventOf(id));
  full = false;
});

describe("events that wait", () => {
  test("those of the disk first, then those of memory", () => {
    const each = waiting();
    each.keepInMemory([eventOf("e")]);
    expect([ids(each.first(9)), ids(each.first(2)), each.size()]).toEqual(["abcde", "ab", 5]);
    each.confirm(["a", "e"]);
    expect([ids(each.first(9)), ids(each.unstored()), each.size()]).toEqual(["bcd", "", 3]);
    each.keepInMemory([eventOf("f")]);
    each.stored();
    expect(ids(each.unstored())).toBe("");
  });

  test("of many that waited for the disk each round stores a part, the oldest first", () => {
    const each = waiting();
    each.keepInMemory(Array.from({ length: 5001 }, (_, n) => eventOf(`e${n}`)));
    expect([each.unstored().length, each.unstored()[0]?.id]).toEqual([5000, "e0"]);
    each.stored();
    expect(ids(each.unstored())).toBe("e5000");
    each.stored();
    expect(each.unstored()).toEqual([]);
  });

  test("what the server has is not sent again while the disk cannot forget it", () => {
    const each = waiting();
    full = true;
    each.confirm(["a", "b"]);
    expect([ids(each.first(2)), each.size()]).toEqual(["cd", 2]);
    full = false;
    each.confirm(["c"]);
    expect(ids(stored)).toBe("d");
    expect([ids(each.first(9)), each.size()]).toEqual(["d", 1]);
  });

  test("a file that is damaged is told of, and what the server has may have gone with it", () => {
    const told: string[] = [];
    let isDamaged = true;
    const confirm = () => {
      if (isDamaged) throw new DamagedError("data.lite: is damaged");
    };
    const one = Object.assign(Object.create(outbox), { confirm }) as Outbox;
    const each = new WaitingEvents(
      () => one,
      () => now_ms,
      ({ message }) => void told.push(message),
    );
    each.confirm(["a", "b", "c"]);
    expect(told).toEqual(["data.lite: is damaged"]);
    [isDamaged, stored] = [false, []];
    expect(each.size()).toBe(0);
    stored = ["b", "d"].map((id) => eventOf(id)); // what could be saved comes back, and is not sent again
    expect(ids(each.first(9))).toBe("d");
  });

  test("of a host that is postponed nothing is given for a while, lest it come out of order; others go on", () => {
    stored = [eventOf("a", "one"), eventOf("b", "two"), eventOf("c", "one"), eventOf("d", "three")];
    const each = waiting();
    each.postpone(["one", "three"]);
    each.keepInMemory([eventOf("e", "one"), eventOf("f", "two")]);
    expect([ids(each.first(2)), each.size()]).toEqual(["bf", 6]);
    now_ms += 299_000;
    expect(ids(each.first(9))).toBe("bf");
    now_ms += 2_000;
    expect(ids(each.first(9))).toBe("abcdef");
  });

  test("what was given last may be under way", () => {
    const each = waiting();
    each.first(2);
    expect(["a", "b", "c"].map((id) => each.isUnderWay(id))).toEqual([true, true, false]);
    each.confirm(["a"]);
    each.first(2);
    expect(["a", "b", "c", "d"].map((id) => each.isUnderWay(id))).toEqual([false, true, true, false]);
  });

  test("a store that is gone gives nothing, and memory all the same", () => {
    const each = new WaitingEvents(
      () => undefined,
      () => now_ms,
    );
    each.keepInMemory([eventOf("x")]);
    expect(ids(each.first(9))).toBe("x");
    each.confirm(["x"]);
    expect([each.first(9), each.size()]).toEqual([[], 0]);
  });
});
