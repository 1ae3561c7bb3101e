// How many may watch pages, and what becomes of who takes nothing.

import { describe, expect, test } from "bun:test";
import {
  LIVE_ADDRESS_CHANNELS_MAX,
  LIVE_ADDRESS_STREAMS_MAX,
  LIVE_CHANNELS_MAX,
  LIVE_CHARS_MAX,
  LIVE_STREAMS_MAX,
  LIVE_WAITING_BYTES_MAX,
} from "../../src/core/limits.ts";
import { judge } from "../../src/page/fleet.ts";
import { handle } from "../../src/page/handle.ts";
import type { Change, PageSource } from "../../src/page/model.ts";
import { servePages } from "../../src/page/serve.ts";
import { troubled } from "./fixture.ts";
import { LiveWorld, page } from "./live-world.ts";
import { prefixes, TestDoor } from "./session/door.ts";
import { sourceOf } from "./source.ts";

describe("there is room", () => {
  const office = (i: number) => `10.0.${i >> 8}.${i & 255}`;
  test.each([
    [
      "for so many pages",
      LIVE_CHANNELS_MAX,
      (i: number) => [`page ${i}`, office(i)],
      ["page 1", "one more"],
      office(9999),
    ],
    ["for so many streams", LIVE_STREAMS_MAX, (i: number) => ["hosts", office(i)], [], office(9999)],
    ["for so many streams of one address", LIVE_ADDRESS_STREAMS_MAX, () => ["hosts", "10.1.1.1"], [], "10.1.1.1"],
    [
      "for so many streams of one host with many addresses",
      LIVE_ADDRESS_STREAMS_MAX,
      (i: number) => ["hosts", `2001:db8::${i.toString(16)}`],
      [],
      "2001:db8::ffff:1",
    ],
    [
      "for so many pages of one address",
      LIVE_ADDRESS_CHANNELS_MAX,
      (i: number) => [`page ${i}`, "10.1.1.1"],
      ["page 1", "one more"],
      "10.1.1.1",
    ],
  ] as const)("%s, and again when one goes", async (_, most, watcher, [known, other = "hosts"], address) => {
    using world = new LiveWorld();
    const watch = (name = "", from = "") => world.watch(name, () => page("a"), from);
    const all = Array.from({ length: most }, (__, i) => watch(...watcher(i)));
    expect(() => watch(other, address)).toThrow(/watch/);
    if (known !== undefined) await watch(known, address).leave();
    await all[0]?.leave();
    await watch(other, address).leave();
    for (const each of all) await each.leave();
    expect(world.isListening).toBe(false);
  });

  test("for others when one address has taken all that it may", () => {
    using world = new LiveWorld();
    for (let i = 0; i < LIVE_ADDRESS_CHANNELS_MAX; i++) world.watch(`page ${i}`, () => page("a"), "10.1.1.1");
    expect(() => world.watch("hosts", () => page("a"), "10.1.1.2")).not.toThrow();
  });
});

test("there is room for so much text, and again when it goes", async () => {
  using world = new LiveWorld();
  const large = "x".repeat(LIVE_CHARS_MAX / 4);
  const all = [1, 2, 3, 4].map((i) => world.watch(`large ${i}`, () => page(large)));
  for (const each of all) await each.next();
  expect(() => world.watch("hosts", () => page("a"))).toThrow("4 large pages");
  expect(() => world.watch("large 1", () => page("a"))).not.toThrow();
  await all[3]?.leave();
  expect(() => world.watch("hosts", () => page("a"))).not.toThrow();
});

test("who is one too many is told so, by the address that a proxy tells of", async () => {
  using world = new LiveWorld();
  using at = new TestDoor({ proxies: prefixes("127.0.0.1") });
  const source = sourceOf(troubled());
  const ask = (from: string) => {
    const request = new Request("http://localhost/live?at=hosts", { headers: { "X-Forwarded-For": from } });
    return handle(request, source, { door: at.door, peer: "127.0.0.1", site: { live: world.live } });
  };
  for (let i = 0; i < LIVE_ADDRESS_STREAMS_MAX; i++) expect((await ask("192.0.2.1")).status).toBe(200);
  const crowded = await ask("192.0.2.1");
  expect([crowded.status, crowded.headers.get("Retry-After")]).toEqual([503, "60"]);
  expect(await crowded.text()).toContain("http_proxies");
  expect((await ask("192.0.2.2")).status).toBe(200);
});

test("a reader that takes nothing is ended", async () => {
  let turn = 0;
  const listeners = new Set<(change: Change) => void>();
  const overview = troubled();
  const [first] = overview.events;
  if (!first) throw new Error("no events");
  // Another text each time, of as much as may wait.
  const text = () => `${turn}`.repeat(2 * LIVE_WAITING_BYTES_MAX);
  const source: PageSource = {
    ...sourceOf(overview),
    fleet: () => Promise.resolve(judge({ ...overview, events: [{ ...first, text: text() }], seq: `a.${turn}` })),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const server = servePages({ endpoint: { address: "127.0.0.1", port: 0 }, source, log: () => {} });
  const { promise: opened, resolve } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(server.url).port),
    socket: {
      open(it) {
        it.write("GET /live?at=events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      },
      data(it, data) {
        if (!data.toString().includes("hello")) return;
        it.pause();
        resolve();
      },
    },
  });
  try {
    await opened;
    expect(listeners.size).toBe(1);
    // Well before HTTP_IDLE_S_MAX would end it.
    while (listeners.size > 0 && turn < 10) {
      turn++;
      for (const listener of listeners) listener({ hosts: new Set(), more: true });
      for (let i = 0; i < 120 && listeners.size > 0; i++) await Bun.sleep(10);
    }
    expect(listeners.size).toBe(0);
  } finally {
    socket.terminate();
    await server.stop();
  }
}, 60_000);
