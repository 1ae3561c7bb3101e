// WATCH: what it tells when, to how many, and what of it is bounded.

import { afterEach, beforeEach, expect, test } from "bun:test";
import { WATCH_CHANGES_BYTES_MAX, WATCH_EVENTS_MAX } from "../../src/core/limits.ts";
import type { Later } from "../../src/wire/command.ts";
import type { Switchboard } from "../../src/wire/dispatch.ts";
import { AlertsWorld, MARS, NOON } from "../server/alerts-world.ts";
import { say, serverPort } from "./fixture.ts";

const VENUS = "venus.example.org";
const WORK = `host ${MARS} mars\nhost ${VENUS} venus\nuser anna anna@example.org\nget * cpu_load\nalert anna * * >=sick\n`;
const LOCAL = { address: "127.0.0.1", who: ["localhost" as const], hosts: [] };

let world: AlertsWorld;
let port: Switchboard;
beforeEach(() => {
  world = new AlertsWorld(WORK);
  bind();
});
afterEach(() => world[Symbol.dispose]());

function bind(): void {
  const now = {
    get wall_s() {
      return world.now_s;
    },
  };
  port = serverPort({ server: world.server, clock: now });
}

const ask = async (line: string) => JSON.parse(await say(port, line));

async function later(line: string): Promise<Later> {
  const { answer } = await port.answer(line, LOCAL);
  if (!("later" in answer)) throw new Error("it does not wait");
  return answer;
}

async function read({ later: answer }: Later) {
  const { body } = await answer;
  const chunks: string[] = [];
  for await (const chunk of body) chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
  return JSON.parse(chunks.join(""));
}

test("the whole first, then nothing, then what changed, gathered, and only that", async () => {
  world.report(MARS);
  const whole = await ask("WATCH");
  expect(whole).toMatchObject({ resp: "ok watch", whole: true, now: NOON, acks: [], planned: [], events: [] });
  expect(whole.hosts[MARS]).toMatchObject({
    tag: "mars",
    received: NOON,
    voice: "well",
    state: { dmon: { level: "fine" } },
  });
  expect(whole.hosts[VENUS]).toEqual({ tag: "venus", state: {} });
  expect(whole.figures).toMatchObject({ version: "1.0.0", reports: 1, events: 0, hosts: 2, hosts_known: 1 });
  expect(await ask(`WATCH ${whole.seq} 0`)).toMatchObject({ resp: "ok nothing", now: NOON, seq: whole.seq });
  const waits = await later(`WATCH ${whole.seq}`);
  world.report(VENUS);
  world.level(VENUS, "cpu_load", "sick");
  const news = await read(waits);
  expect(Object.keys(news.hosts)).toEqual([VENUS]);
  expect(news.events).toMatchObject([{ host: VENUS, item: "cpu_load", level: "sick", at: NOON, row: 1 }]);
  expect(news).not.toContainAnyKeys(["whole", "acks", "left"]);
  await world.pass(31);
  const told = await ask(`WATCH ${news.seq} 0`);
  expect(told.hosts[VENUS].told).toEqual({
    cpu_load: [{ user: "anna", channel: "mail", level: "sick", at: NOON + 30 }],
  });
});

test("who asks for less than a whole after a restart, or with a word that is none, gets the whole", async () => {
  const { seq } = await ask("WATCH");
  world.restart();
  bind();
  for (const word of [seq, "x", "a.b.c", `${seq}9`, `${seq.split(".")[0]}.999999.0`])
    expect(await ask(`WATCH ${word} 0`)).toMatchObject({ whole: true });
  expect(await say(port, `WATCH ${seq} soon`)).toBe('refused: "soon" is no number of seconds');
});

test("hosts that left, and planned work that begins by the clock, are told", async () => {
  const { seq } = await ask("WATCH");
  world.setWork(`${WORK.replace(`host ${VENUS} venus\n`, "")}downtime mars cpu* mon 12:01-12:02 "a hole"\n`);
  const moved = await ask(`WATCH ${seq} 0`);
  expect(moved.left).toEqual([VENUS]);
  expect(moved.planned).toEqual([]);
  world.report(MARS);
  const before = await ask(`WATCH ${moved.seq} 0`);
  await world.pass(60);
  const during = await ask(`WATCH ${before.seq} 0`);
  expect(during.planned).toEqual([]); // of nothing yet
  world.report(MARS, { cpu_load: "fine" });
  const on = await ask(`WATCH ${during.seq} 0`);
  expect(on.planned).toMatchObject([{ where: expect.stringContaining("work.conf:"), of: { [MARS]: ["cpu_load"] } }]);
  await world.pass(60);
  expect(await ask(`WATCH ${on.seq} 0`)).toMatchObject({ planned: [] });
});

test("many who wait for the same get the same pieces, made once", async () => {
  const { seq } = await ask("WATCH");
  const all = await Promise.all(Array.from({ length: 100 }, () => later(`WATCH ${seq}`)));
  expect(world.server.news.watchers).toBe(100);
  world.report(MARS, Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`an_item_with_a_name_${i}`, "fine"])));
  const bodies = await Promise.all(
    all.map(async (each) => [...((await each.later).body as Iterable<string | Uint8Array>)]),
  );
  expect(bodies[0]?.length).toBeGreaterThan(2);
  for (const body of bodies) expect(body.slice(1).every((piece, i) => piece === bodies[0]?.[i + 1])).toBe(true);
  expect(world.server.news.watchers).toBe(0);
});

test("who went away is forgotten at once, and who wants no more waiting is answered", async () => {
  const { seq } = await ask("WATCH");
  const waits = await later(`WATCH ${seq}`);
  waits.end(false);
  expect(world.server.news.watchers).toBe(0);
  expect(await read(waits)).toMatchObject({ resp: "ok nothing", seq });
});

test("what is too much for one answer comes with the next ones, at once, and all of it", async () => {
  const { seq } = await ask("WATCH");
  world.report(MARS, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`item${i}`, "fine"])));
  world.report(VENUS);
  const count = WATCH_EVENTS_MAX + 20;
  for (let i = 0; i < count; i++) world.level(MARS, "cpu_load", i % 2 ? "fine" : "sick");
  world.report(VENUS);
  const first = await ask(`WATCH ${seq}`);
  expect(Object.keys(first.hosts)).toEqual([MARS]);
  expect(JSON.stringify(first.hosts).length).toBeGreaterThan(WATCH_CHANGES_BYTES_MAX);
  expect(first.events).toHaveLength(WATCH_EVENTS_MAX);
  const second = await ask(`WATCH ${first.seq}`);
  expect(second.hosts[VENUS]).toMatchObject({ received: NOON });
  expect(second.events).toHaveLength(20);
  expect(await ask(`WATCH ${second.seq} 0`)).toMatchObject({ resp: "ok nothing" });
});

test("events that are too many come with the next answer also where no host had to wait", async () => {
  const { seq } = await ask("WATCH");
  for (let i = 0; i < WATCH_EVENTS_MAX + 1; i++) world.level(MARS, "cpu_load", i % 2 ? "fine" : "sick");
  const first = await ask(`WATCH ${seq} 0`);
  expect(first.hosts).toEqual({});
  expect(first.events).toHaveLength(WATCH_EVENTS_MAX);
  const second = await ask(`WATCH ${first.seq} 0`);
  expect(second.events).toHaveLength(1);
  expect(await ask(`WATCH ${second.seq} 0`)).toMatchObject({ resp: "ok nothing" });
});
