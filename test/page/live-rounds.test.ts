// When watched pages are made anew: none waits for another that is slow, and what failed is not lost.

import { describe, expect, test } from "bun:test";
import { LIVE_LOADS_MAX } from "../../src/core/limits.ts";
import { judge } from "../../src/page/fleet.ts";
import { handle } from "../../src/page/handle.ts";
import { Channel } from "../../src/page/live/channel.ts";
import { Turns } from "../../src/page/live/turns.ts";
import { type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { troubled } from "./fixture.ts";
import { LiveWorld, page, Watching } from "./live-world.ts";
import { sourceOf } from "./source.ts";

test("a page is drawn once for all who come at once", async () => {
  let draws = 0;
  const channel = new Channel(async () => {
    draws++;
    await Bun.sleep(1);
    return page("a");
  });
  const texts = await Promise.all(Array.from({ length: 100 }, () => channel.now()));
  expect(draws).toBe(1);
  expect(new Set(texts).size).toBe(1);
});

test("who comes after a drawing that failed gets another; a page that is gone is not shown as it was", async () => {
  const draws = [() => Promise.reject(new Error("away")), () => Promise.resolve(page("a"))];
  const channel = new Channel(() => draws.shift()?.() ?? Promise.resolve(() => undefined));
  expect(channel.now()).rejects.toThrow("away");
  expect((await channel.now())?.lines).toEqual(["a"]);
  channel.watchers.add({ send: () => {} });
  channel.note({ hosts: new Set(), more: true });
  await channel.refresh(new Turns());
  expect(await channel.now()).toBeUndefined();
});

test("a slow page keeps no other waiting, and is asked for no more than once meanwhile", async () => {
  using world = new LiveWorld();
  const { promise: hang, resolve } = Promise.withResolvers<void>();
  let [draws, quick] = [0, 0];
  const slow = world.watch("slow", async () => {
    if (++draws === 2) await hang;
    return page(`slow ${draws}`);
  });
  const other = world.watch("quick", () => page(`quick ${++quick}`));
  expect([await slow.next(), await other.next()].every((said) => said?.startsWith("event: hello"))).toBe(true);
  for (let i = 0; i < 3; i++) {
    world.tell();
    expect(await other.next()).toContain(`quick ${quick}`);
  }
  expect(draws).toBe(2);
  resolve();
  expect(await slow.next()).toContain("slow 2");
  expect(await slow.next()).toContain("slow 3"); // all that changed meanwhile
  expect(draws).toBe(3);
}, 20_000);

describe("what failed to be drawn", () => {
  test("is drawn again soon though nothing more changes, and told of once", async () => {
    using world = new LiveWorld();
    let draws = 0;
    const watching = world.watch("x", () => {
      if (++draws === 2 || draws === 3) throw new Error("mars is away");
      return page(`draw ${draws}`);
    });
    await watching.next();
    world.tell();
    expect(await watching.next()).toContain("draw 4");
    expect(world.said).toEqual(["live: mars is away"]);
  }, 20_000);

  test("is not shown as it was when something else changes", async () => {
    using world = new LiveWorld();
    const overview = troubled();
    const [first] = overview.events;
    if (!first) throw new Error("no events");
    let [seq, searched] = [1, 0];
    const { promise: failed, resolve: fail } = Promise.withResolvers<void>();
    const source: PageSource = {
      ...sourceOf(overview),
      fleet: () => Promise.resolve(judge({ ...overview, seq: `a.${seq}` })),
      eventLog() {
        searched++;
        if (searched === 2) {
          fail();
          return Promise.reject(new SourceUnavailable("the server is away"));
        }
        return Promise.resolve({ events: [{ ...first, text: `search ${searched}` }] });
      },
    };
    const request = new Request("http://localhost/live?at=events%3Ftext=x");
    const { body } = await handle(request, source, { site: { live: world.live } });
    if (!body) throw new Error("no stream");
    const watching = new Watching(body);
    await watching.next();
    seq++;
    world.tell({ more: true });
    await failed;
    world.tell(); // of which events know nothing
    expect(await watching.next()).toContain("search 3");
  }, 20_000);
});

describe("turns", () => {
  test("few wait for data at once, and what takes long lets others begin", async () => {
    const turns = new Turns();
    let begun = 0;
    const { promise: hang, resolve } = Promise.withResolvers<void>();
    const all = Array.from({ length: LIVE_LOADS_MAX + 1 }, () =>
      turns.load(async () => {
        begun++;
        await hang;
      }),
    );
    await Bun.sleep(0);
    expect(begun).toBe(LIVE_LOADS_MAX);
    while (begun < all.length) await Bun.sleep(10);
    resolve();
    await Promise.all(all);
    // Each gave its place back once: no more than before are there now.
    const { promise: again, resolve: end } = Promise.withResolvers<void>();
    begun = 0;
    const more = all.map(() =>
      turns.load(async () => {
        begun++;
        await again;
      }),
    );
    await Bun.sleep(0);
    expect(begun).toBe(LIVE_LOADS_MAX);
    end();
    await Promise.all(more);
  });

  test("pages are made one after the other, and between two is a rest as long as the first took", async () => {
    const turns = new Turns();
    const order: string[] = [];
    const make = (name: string) =>
      turns.make(() => {
        order.push(name);
        setTimeout(() => order.push(`timer of ${name}`), 60);
        Bun.sleepSync(50);
      });
    await Promise.all([make("a"), make("b")]);
    await Bun.sleep(70);
    expect(order).toEqual(["a", "timer of a", "b", "timer of b"]);
  });

  test("one that throws ends no turn of others", async () => {
    const turns = new Turns();
    const fails = turns.make(() => {
      throw new Error("no");
    });
    expect(fails).rejects.toThrow("no");
    expect(await turns.make(() => 5)).toBe(5);
  });
});
