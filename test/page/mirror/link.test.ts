// The mirror's line to the server: it follows what changes and where the server goes, and shows what was known while that is away.

import { afterEach, beforeEach, expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../../src/core/fitness.ts";
import { MIRROR_UNSEEN_MS } from "../../../src/core/limits.ts";
import { handle } from "../../../src/page/handle.ts";
import type { MirrorChange } from "../../../src/page/mirror/mirror.ts";
import { type WireSource, wireSource } from "../../../src/page/wire-source.ts";
import { Refusal } from "../../../src/wire/command.ts";
import type { Switchboard } from "../../../src/wire/dispatch.ts";
import { type Listener, listen } from "../../../src/wire/listen.ts";
import { serverPort } from "../../commands/fixture.ts";
import { AlertsWorld, MARS } from "../../server/alerts-world.ts";
import { until } from "../../server/fixture.ts";

const VENUS = "venus.example.org";
const WORK = `host ${MARS} mars\nhost ${VENUS} venus\nuser anna anna@example.org\nget * cpu_load\nalert anna * * >=sick\n`;

const groups = () => ({ hosts: {}, items: {} });

let world: AlertsWorld;
let listener: Listener;
let port = 0;
let source: WireSource;
let changes: MirrorChange[];
let asked: string[];
/** How long the server was asked to wait. */
let waits: string[];
let late_ms: number;
/** Nobody listens any more. */
let deaf: () => void;
/** An old server knows no WATCH. */
let isOld: boolean;

function serve(at = 0): Listener {
  const now = {
    get wall_s() {
      return world.now_s;
    },
  };
  const own = serverPort({ server: world.server, clock: now });
  const board: Switchboard = {
    bounds: (word) => own.bounds(word),
    answer(line, peer) {
      asked.push(line.split(" ")[0] ?? "");
      waits.push(line.split(" ")[2] ?? "");
      if (isOld && line.startsWith("WATCH")) throw new Refusal('unknown command "WATCH"; did you mean "WORK"?');
      return own.answer(line, peer);
    },
  };
  return listen({
    addresses: ["127.0.0.1"],
    port: at,
    identify: (address) => ({ address, who: ["localhost", "client", "pagemaker"], hosts: [] }),
    switchboard: board,
    log: { quiet: () => undefined, debug: () => undefined },
  });
}

beforeEach(() => {
  world = new AlertsWorld(WORK);
  [changes, asked, waits, isOld, late_ms] = [[], [], [], false, 0];
  listener = serve();
  ({ port } = listener);
  const target = () => ({ host: "127.0.0.1", port });
  const more = { poll_ms: 20, relearn_ms: 60, mono_ms: () => performance.now() + late_ms };
  source = wireSource({ target, server: () => MARS, version: "1", levels: () => DEFAULT_LEVELS, groups, ...more });
  deaf = source.mirror.onChange((change) => changes.push(change));
  source.link.start();
});
afterEach(async () => {
  source.link.stop();
  await listener.stop();
  world[Symbol.dispose]();
});

const stateOf = (host: string) => source.mirror.overview()?.hosts.find((view) => view.host === host);
const page = (path = "/") => handle(new Request(`http://localhost${path}`), source);

test("a change arrives by itself, and its listeners hear of it and of no other", async () => {
  world.report(MARS);
  const { overview } = await source.fleet();
  expect(overview.hosts.map(({ tag }) => tag)).toEqual(["mars", "venus"]);
  expect(changes).toHaveLength(1);
  world.report(VENUS);
  world.level(VENUS, "cpu_load", "sick");
  expect(await until(() => changes.length > 1)).toBe(true);
  const change = changes[1];
  expect([[...(change?.hosts ?? [])], change?.events.length, change?.acks, change?.left.size]).toEqual([
    [VENUS],
    1,
    false,
    0,
  ]);
  expect(source.eventsOf(VENUS, "cpu_load")).toMatchObject([{ level: "sick" }]);
  expect((await source.fleet()).overview.figures).toMatchObject({ reports: 2, events: 1 });
  expect(new Set(asked)).toEqual(new Set(["WATCH"]));
});

test("what a person did is there at once", async () => {
  world.report(VENUS);
  world.level(VENUS, "cpu_load", "sick");
  await world.pass(31);
  await source.fleet();
  const [, ticket = ""] = /act\/(.*)/.exec(world.messages[0]?.notices[0]?.links?.ack ?? "") ?? [];
  await source.use({ action: "ack", ticket, text: "on it" });
  expect((await source.fleet()).overview.acks).toMatchObject([{ user: "anna", text: "on it" }]);
});

test("while the server is away what was known is shown, and it comes back by itself, also as another", async () => {
  world.report(MARS);
  await source.fleet();
  await listener.stop();
  expect((await page()).status).toBe(200);
  world.restart();
  world.report(VENUS);
  listener = serve(port);
  expect(await until(() => stateOf(VENUS)?.received_s !== undefined)).toBe(true);
  expect(source.mirror.isAway).toBe(false);
});

test("a reload that moves the server is followed at once", async () => {
  await source.fleet();
  world.report(VENUS);
  await until(() => stateOf(VENUS)?.received_s !== undefined);
  const before = listener;
  asked = [];
  listener = serve();
  ({ port } = listener);
  source.link.moved();
  expect(await until(() => asked.length > 1)).toBe(true);
  await before.stop();
  world.report(MARS);
  expect(await until(() => stateOf(MARS)?.received_s !== undefined)).toBe(true);
});

test("before the server was ever heard a page says so; with the first answer it is there", async () => {
  await listener.stop();
  source.link.stop();
  const never = wireSource({
    target: () => ({ host: "127.0.0.1", port }),
    server: () => MARS,
    version: "1",
    levels: () => [],
    groups,
  });
  never.link.start();
  const waiting = await handle(new Request("http://localhost/"), never);
  expect(waiting.status).toBe(503);
  expect(await waiting.text()).toContain("connection refused");
  listener = serve(port);
  expect((await handle(new Request("http://localhost/"), never)).status).toBe(200);
  never.link.stop();
});

test("an older server is asked for the whole now and then, and WATCHed when it is a newer one", async () => {
  source.link.stop();
  isOld = true;
  source.link.start();
  world.report(MARS);
  await source.fleet();
  expect(await until(() => asked.filter((word) => word === "CLIENTS").length > 3)).toBe(true);
  world.report(VENUS);
  expect(await until(() => stateOf(VENUS)?.received_s !== undefined)).toBe(true);
  expect(changes.filter(({ hosts }) => hosts.has(VENUS)).length).toBeLessThan(3); // not each time
  isOld = false;
  expect(await until(() => source.mirror.seq !== undefined)).toBe(true);
});

test("at what nobody looks the mirror seldom wakes up; who looks then sees it at once, and what is so now", async () => {
  await source.fleet();
  expect(await until(() => waits.at(-1) === "25")).toBe(true);
  deaf();
  late_ms = MIRROR_UNSEEN_MS + 1;
  world.report(MARS); // which is told all the same
  expect(await until(() => waits.at(-1) === "300")).toBe(true);
  expect(stateOf(MARS)?.received_s).toBeDefined();
  const { overview } = await source.fleet();
  expect(overview.stale_since_s).toBeUndefined();
  expect(await until(() => waits.at(-1) === "25")).toBe(true);
  expect(waits.slice(-3)).toEqual(["300", "0", "25"]);
  late_ms += 1; // pages within a second are made of one overview
  expect((await source.fleet()).overview.stale_since_s).toBeUndefined();
});
