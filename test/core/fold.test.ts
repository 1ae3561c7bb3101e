import { describe, expect, test } from "bun:test";
import { array, assert, boolean, constantFrom, integer, nat, property, tuple } from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { type Fold, folds, linkOf } from "../../src/core/fold.ts";

const NAMES = DEFAULT_LEVELS.map(({ name }) => name);
/** A level that the work does not have any more may have been any. */
const rankOf = (level: string) => (NAMES.includes(level) ? NAMES.indexOf(level) : NAMES.length);
const worseOf = (event: Event) => Math.max(rankOf(event.prev), rankOf(event.level));

/** The events of an item that goes this way: `fine soso sick`; where there is a ~ it flaps. */
function wayOf(item: string, way: string): Event[] {
  const places = way.split(" ").map((place) => ({ level: place.replace("~", ""), flaps: place.endsWith("~") }));
  return places.slice(1).map(({ level, flaps }, i): Event => {
    const before = places[i] ?? { level, flaps };
    const turn = flaps === before.flaps ? {} : { flapping: flaps ? ("start" as const) : ("stop" as const) };
    return { id: `${item}${i + 1}`, time: i, host: "mars", item, prev: before.level, level, ...turn, value: i };
  });
}

/** Takes what may go until there is enough; without `enough` all that may. */
function fold(events: readonly Event[], enough = Number.POSITIVE_INFINITY, underWay: readonly string[] = []) {
  const links = events.map((event) => linkOf(event, rankOf, underWay.includes(event.id)));
  const gone: Fold[] = [];
  let count = 0;
  for (const each of folds(links, NAMES.length)) {
    if (!each) continue;
    if (count >= enough) break;
    gone.push(each);
    count += each.ids.length;
  }
  return gone;
}
const without = (events: readonly Event[], gone: readonly Fold[]) => {
  const ids = new Set(gone.flatMap(({ ids: each }) => each));
  return events.filter(({ id }) => !ids.has(id));
};
const folded = (events: readonly Event[], kinds: readonly Fold["kind"][], underWay?: readonly string[]) =>
  without(
    events,
    fold(events, undefined, underWay).filter(({ kind }) => kinds.includes(kind)),
  )
    .map(({ id }) => id)
    .join(" ");

describe("what stays of an item's way", () => {
  test.each<[way: string, mild: string, worse: string]>([
    ["fine soso", "a1", "a1"],
    ["fine soso fine", "a1 a2", "a1 a2"],
    ["fine soso fine soso", "a3", "a3"],
    ["fine soso fine soso fine", "a3 a4", "a3 a4"],
    ["fine soso fine sick", "a3", "a3"],
    ["fine sick soso fine soso crit", "a1 a2 a5", "a1 a2 a5"],
    ["fine soso fine sick fine soso fine soso", "a3 a4 a7", "a7"],
    ["fine sick fine sick fine", "a1 a2 a3 a4", "a3 a4"],
    ["fine sick crit sick dead sick fine soso", "a1 a2 a3 a4 a5 a6 a7", "a7"],
    ["fine soso~ fine soso~ fine", "a3 a4", "a3 a4"],
    ["fine soso soso~ soso fine soso", "a5", "a5"],
    ["fine~ soso fine soso", "a1 a2 a3", "a1 a2 a3"], // what was told is that it flaps: that it stopped must stay
    ["fine old fine old", "a1 a2 a3", "a3"],
  ])("%s", (way, mild, worse) => {
    const events = wayOf("a", way);
    expect([folded(events, ["mild"]), folded(events, ["mild", "worse"])]).toEqual([mild, worse]);
    expect(folded(events, ["mild", "worse", "cut"])).toBe(events.at(-1)?.id ?? "");
  });

  test("what does not follow from the one before begins anew", () => {
    const [first, then] = [wayOf("a", "fine soso fine soso"), wayOf("b", "fine soso fine soso")];
    const events = [...first, ...then.map((event) => ({ ...event, item: "a" }))];
    expect(folded(events, ["mild"])).toBe("a3 b3");
  });

  test("what may be under way stays, and what it leads to", () => {
    const events = wayOf("a", "fine soso fine soso fine soso");
    expect(folded(events, ["mild", "worse", "cut"], ["a1"])).toBe("a1 a4 a5");
  });
});

test("the oldest of the mildest go first", () => {
  const [b, s, m] = [
    wayOf("b", "fine soso fine soso"),
    wayOf("s", "fine sick fine sick"),
    wayOf("m", "fine soso fine sick"),
  ];
  const gone = fold([...s, ...m, ...b]);
  expect(gone.map(({ ids, kind }) => `${kind} ${ids.join(" ")}`)).toEqual(["mild m1 m2", "mild b1 b2", "worse s1 s2"]);
});

describe("whatever happened", () => {
  const place = tuple(integer({ min: 0, max: 3 }), constantFrom(...NAMES, "fine", "soso", "old"), boolean());
  /** Events of four items, made as a client makes them; sometimes one begins anew. */
  const history = array(tuple(place, integer({ min: 0, max: 19 })), { maxLength: 120 }).map((steps) => {
    const last = new Map<number, { level: string; flaps: boolean }>();
    return steps.flatMap(([[item, level, flaps], luck], i): Event[] => {
      const before = luck === 0 ? { level: "fine", flaps: false } : (last.get(item) ?? { level: "fine", flaps: false });
      if (level === before.level && flaps === before.flaps) return [];
      if (before.flaps && flaps) return []; // not told
      last.set(item, { level, flaps });
      const turn = flaps ? { flapping: "start" as const } : before.flaps ? { flapping: "stop" as const } : {};
      return [{ id: `e${i}`, time: i, host: "mars", item: `i${item}`, prev: before.level, level, ...turn, value: i }];
    });
  });
  const byItem = (events: readonly Event[]) => Map.groupBy(events, ({ item }) => item);

  test("the last of each item stays, the order and each event too, and whenever it ends all follow from each other", () => {
    assert(
      property(history, nat(120), array(nat(120), { maxLength: 5 }), (events, enough, underWay) => {
        const fixed = underWay.map((n) => `e${n}`);
        const gone = fold(events, enough, fixed);
        const left = without(events, gone);
        expect(events.filter((event) => left.includes(event))).toEqual(left);
        for (const id of fixed)
          expect(left.some((event) => event.id === id)).toBe(events.some((event) => event.id === id));
        for (const [item, all] of byItem(events)) {
          const some = byItem(left).get(item) ?? [];
          expect(some.at(-1)).toEqual(all.at(-1));
          const isCut = gone.some(({ kind, ids }) => kind === "cut" && all.some(({ id }) => ids.includes(id)));
          if (!isCut && some[0] !== all[0]) expect(some[0]?.prev).toBe(all[0]?.prev ?? "");
          // An item that began anew did not follow before either: there are no more such places than there were.
          const breaks = (chain: readonly Event[]) =>
            chain.filter((event, i) => i > 0 && chain[i - 1]?.level !== event.prev).length;
          expect(breaks(some)).toBeLessThanOrEqual(breaks(all));
        }
      }),
    );
  });

  test("nothing worse goes while something milder can, and there are no more left than items", () => {
    assert(
      property(history, (events) => {
        const gone = fold(events);
        const worst = (each: Fold) => Math.max(...events.filter(({ id }) => each.ids.includes(id)).map(worseOf));
        const kinds = gone.map(({ kind }) => ["mild", "worse", "cut"].indexOf(kind));
        expect(kinds).toEqual(kinds.toSorted((a, b) => a - b));
        const itemOf = ({ ids: [first] }: Fold) => events.find(({ id }) => id === first)?.item;
        for (const [i, each] of gone.entries()) {
          if (each.kind === "mild") expect(worst(each)).toBeLessThanOrEqual(1);
          // A loop milder than one before it is one only since that is gone.
          const before = gone.slice(0, i).filter(({ kind }) => kind === each.kind);
          if (each.kind === "worse" && before.some((other) => worst(other) > Math.max(1, worst(each))))
            expect(before.some((other) => itemOf(other) === itemOf(each))).toBe(true);
        }
        expect(without(events, gone).length).toBe(byItem(events).size);
        const ids = gone.flatMap((each) => each.ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
