// Answers that wait for something to happen: their peers take nobody's place, and are forgotten when they go.

import { afterEach, beforeEach, expect, test } from "bun:test";
import { CONNECTIONS_PER_PEER_MAX, WATCHERS_PER_PEER_MAX } from "../../src/core/limits.ts";
import { ask } from "../../src/wire/ask.ts";
import { type Answer, defineCommand, text } from "../../src/wire/command.ts";
import type { Target } from "../../src/wire/dial.ts";
import { switchboard } from "../../src/wire/dispatch.ts";
import { type Listener, listen } from "../../src/wire/listen.ts";
import { speak } from "../e2e/speak.ts";
import { until } from "../server/fixture.ts";

/** Who waits, and how they ended: false for those who want what there is. */
const waiting = new Set<(answer: Answer) => void>();
let ends: boolean[] = [];
let listener: Listener;
let target: Target;

const wait = defineCommand({
  name: "WAIT",
  from: ["client"],
  args: [],
  doc: "",
  handle() {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.add(resolve);
    const end = (isGone: boolean) => {
      if (waiting.delete(resolve)) ends.push(isGone);
      resolve(text(["what there is"]));
    };
    return { later: promise, end };
  },
});
const quick = defineCommand({ name: "QUICK", from: ["client"], args: [], doc: "", handle: () => text(["here"]) });

beforeEach(() => {
  ends = [];
  waiting.clear();
  listener = listen({
    addresses: ["127.0.0.1"],
    port: 0,
    identify: (address) => ({ address, who: ["client"], hosts: [] }), // not this host, which may have more connections
    switchboard: switchboard([wait, quick], {}),
    log: { quiet: () => undefined, debug: () => undefined },
  });
  target = { host: "127.0.0.1", port: listener.port };
});
afterEach(() => listener.stop());

test("those who wait are not counted with those who ask; of them there may be so many", async () => {
  const abandon = new AbortController();
  const { signal } = abandon;
  const asked: Promise<unknown>[] = [];
  while (asked.length < WATCHERS_PER_PEER_MAX) {
    asked.push(ask(target, "WAIT", { signal }).catch(() => undefined));
    expect(await until(() => waiting.size === asked.length)).toBe(true);
  }
  expect(WATCHERS_PER_PEER_MAX).toBeGreaterThan(CONNECTIONS_PER_PEER_MAX);
  expect((await ask(target, "QUICK")).body).toBe("here\n");
  expect(await ask(target, "WAIT").catch((error: Error) => error.message)).toContain("too many watch at once");
  abandon.abort();
  await Promise.all(asked);
  expect(await until(() => waiting.size === 0)).toBe(true); // gone, or half gone: nobody can tell
  expect((await ask(target, "QUICK")).body).toBe("here\n");
});

test("who ends its half gets what there is", async () => {
  expect(await speak({ ...target, end: true }, "WAIT\n")).toContain("what there is");
  expect(ends).toEqual([false]);
});

test("a port that is closed answers those who wait", async () => {
  const asked = ask(target, "WAIT");
  expect(await until(() => waiting.size === 1)).toBe(true);
  const begun_ms = performance.now();
  await listener.stop();
  expect((await asked).body).toBe("what there is\n");
  expect(performance.now() - begun_ms).toBeLessThan(900); // not the time that it gives to answers that take long
});
