import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Client, type ClientOptions, describe as lineOf } from "../../src/client/client.ts";
import type { Event } from "../../src/core/event.ts";
import { OUTBOX_EVENTS_MAX } from "../../src/core/limits.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { HOST, item, over, rule, workOf } from "./fixture.ts";

let dir = "";
let client: Client | undefined;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-client-`);
});
afterEach(async () => {
  await client?.stop();
  rmSync(dir, { recursive: true });
});

/** A client on this host's own /proc, whose minute is a few milliseconds. */
function make(more: Partial<ClientOptions> = {}): Client {
  client = new Client({
    hostname: HOST,
    server: "server.example.org",
    version: "1.0.0",
    target: "linux-x64",
    file: `${dir}/data.lite`,
    tiers: [{ bucket_s: 60, keep_s: 86_400 }],
    root: "",
    ival_make_state_s: 0.004,
    ival_send_report_s: 300,
    clock: { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() },
    ask: () => new Promise(() => {}),
    log: { quiet: () => {}, terse: () => {}, verbose: () => {}, trace: () => {} },
    onNewerWork: () => {},
    inventory: () => undefined,
    workTrouble: () => undefined,
    onIdle: () => {},
    ...more,
  });
  return client;
}

/** Waits until something is so, at most a second. */
async function until(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 500 && !holds(); i++) await Bun.sleep(2);
  return holds();
}

describe("what keeps a heartbeat back", () => {
  test("nothing was measured yet, the server does not answer; then nothing", async () => {
    let isAway = true;
    const one = make({
      ask: () =>
        isAway ? Promise.reject(new Error("connection refused")) : Promise.resolve({ resp: "ok", stored: [] }),
    });
    one.setWork(workOf({ up: item() }));
    expect(one.trouble).toBe("nothing was measured yet");
    one.start();
    const away = "the server server.example.org does not take our words";
    expect(await until(() => one.trouble === away)).toBe(true);
    isAway = false;
    one.sendSoon();
    expect(await until(() => one.trouble === undefined)).toBe(true);
  });

  test("nothing is measured any more", async () => {
    let late_ms = 0;
    const one = make({
      ask: () => Promise.resolve({ resp: "ok", stored: [] }),
      clock: { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() + late_ms },
      ival_make_state_s: 60,
    });
    one.setWork(workOf({ up: item() }));
    one.start();
    expect(await until(() => one.trouble === undefined)).toBe(true);
    late_ms = 181_000;
    expect(one.trouble).toMatch(/^nothing was measured for 3m/);
  });
});

describe("the minute goes on", () => {
  test("while the server takes our words and never answers", async () => {
    const asked: string[] = [];
    const gate = Promise.withResolvers<Record<string, unknown>>();
    const one = make({
      ask: (line) => {
        asked.push(line.split(" ")[0] ?? "");
        return gate.promise;
      },
    });
    one.setWork(workOf({ up: item(), gone: item({ probe: "quantum" }) }));
    one.start();
    const time = () => one.report().hosts[HOST]?.up?.time ?? 0;
    expect(await until(() => time() > 0)).toBe(true);
    const first = time();
    expect(await until(() => time() > first + 0.02)).toBe(true);
    expect(asked).toEqual(["EVENTS"]); // one request at a time; what happened goes before what is
    gate.resolve({}); // only so that stopping need not wait
  });

  test("with plugins, which may keep things beside the database", async () => {
    chmodSync(dir, 0o755); // a Munin plugin runs as nobody
    const file = `${dir}/queue`;
    writeFileSync(file, '#!/bin/sh\n: >"$MUNIN_STATEFILE"\necho a.value 5\n', { mode: 0o755 });
    const one = make();
    one.setWork(workOf({ queue: item({ probe: "munin", value: "fields", args: [file] }) }));
    one.start();
    expect(await until(() => one.report().hosts[HOST]?.["queue.a"]?.value === 5)).toBe(true);
    const user = process.getuid?.() === 0 ? "nobody" : String(process.getuid?.());
    expect(existsSync(`${dir}/programs/state/${user}/queue-`)).toBe(true);
  });

  test("while a probe waits for its deadline, from the first round on", async () => {
    const one = make();
    // A FIFO that nobody writes to would be a test of the probe; here it is its statfs that takes its time.
    const work = workOf({ up: item(), root: item({ probe: "disk", value: "usage", args: ["/"], timeout_s: 10 }) });
    const host = (one as unknown as { host: { statfs: unknown } }).host;
    host.statfs = () => new Promise(() => {});
    one.setWork(work);
    one.start();
    const time = () => one.report().hosts[HOST]?.up?.time ?? 0;
    expect(await until(() => time() > 0)).toBe(true);
    const first = time();
    expect(await until(() => time() > first + 0.02)).toBe(true);
    client = undefined; // its round has ten seconds yet; nothing waits for it
    void one.stop();
  });
});

test("events beyond the bound are folded after a round, by the levels of the work", async () => {
  const tiers = [{ bucket_s: 60, keep_s: 86_400 }];
  const events = Array.from(
    { length: OUTBOX_EVENTS_MAX + 1 },
    (_, n): Event => ({
      id: `event-${n}`,
      time: n,
      host: HOST,
      item: "up",
      level: n % 2 ? "well" : "poor",
      prev: n % 2 ? "poor" : "well",
      value: n,
    }),
  );
  const store = new ClientStore(`${dir}/data.lite`, tiers);
  store.tick([{ host: HOST, time_s: 1, values: new Map(), events }], 1);
  store.close();
  const said: string[] = [];
  const one = make({
    ival_make_state_s: 60,
    ask: () => Promise.reject(new Error("away")),
    log: { quiet: (text) => void said.push(text), terse: () => {}, verbose: () => {}, trace: () => {} },
  });
  const levels = ["well", "poor", "bad"].map((name) => ({ name, label: name }));
  one.setWork(workOf({ up: item() }, { levels }));
  one.start();
  const line = () => said.find((text) => text.includes("no room"));
  for (let i = 0; i < 10 && !line(); i++) await until(() => line() !== undefined);
  expect(line()).toContain("left out are 5002 between well and poor; the last level of each item is kept");
}, 20_000);

test("without a database it measures, and its events wait in memory", async () => {
  const sent: string[] = [];
  const said: string[] = [];
  const one = make({
    file: "/dev/null/data.lite",
    log: { quiet: (text) => void said.push(text), terse: () => {}, verbose: () => {}, trace: () => {} },
    ask: async (line) => {
      sent.push(line);
      const events = line.startsWith("EVENTS ") ? (JSON.parse(line.slice(7)) as { id: string }[]) : [];
      return { stored: events.map(({ id }) => id) };
    },
  });
  one.setWork(workOf({ gone: item({ probe: "quantum" }) }));
  one.start();
  expect(await until(() => sent.some((line) => line.startsWith("EVENTS ")))).toBe(true);
  expect(
    said.filter((text) => text.includes("going on without history") || text.includes("measuring goes on")),
  ).toHaveLength(1);
  expect(await one.zap().catch((error: Error) => error.message)).toContain("/dev/null/data.lite");
  const query = { host: HOST, items: ["gone"], from_s: 0, to_s: 60, bucket_s: 60 };
  expect(() => one.history(query)).toThrow("/dev/null/data.lite"); // no history is not an empty one
});

test("a level outlives a restart: no second event", async () => {
  const events: string[] = [];
  const ask = async (line: string) => {
    if (!line.startsWith("EVENTS ")) return {};
    const list = JSON.parse(line.slice(7)) as { id: string; level: string }[];
    events.push(...list.map(({ level }) => level));
    return { stored: list.map(({ id }) => id) };
  };
  for (let i = 0; i < 2; i++) {
    const one = make({ ask });
    one.setWork(workOf({ gone: item({ probe: "quantum" }) }));
    one.start();
    expect(await until(() => (one.report().hosts[HOST]?.gone?.time ?? 0) > 0)).toBe(true);
    await one.stop();
  }
  expect(events).toEqual(["dead"]);
});

test("the level of an item that left the work is forgotten: after a restart it begins anew", async () => {
  const gone = { gone: item({ probe: "quantum" }) };
  const events: string[] = [];
  const ask = async (line: string) => {
    if (!line.startsWith("EVENTS ")) return {};
    const list = JSON.parse(line.slice(7)) as { id: string; prev: string; level: string }[];
    events.push(...list.map(({ prev, level }) => `${prev} -> ${level}`));
    return { stored: list.map(({ id }) => id) };
  };
  for (const items of [gone, { up: item() }, gone]) {
    const one = make({ ask });
    one.setWork(workOf(items));
    one.start();
    const state = () => Object.values(one.report().hosts[HOST] ?? {})[0];
    expect(await until(() => (state()?.time ?? 0) > 0)).toBe(true);
    await one.stop();
  }
  expect(events).toEqual(["fine -> dead", "fine -> dead"]);
});

test("after it stopped nothing more is measured or sent", async () => {
  const sent: string[] = [];
  const one = make({
    ask: async (line) => {
      sent.push(line);
      return {};
    },
  });
  one.setWork(workOf({ up: item() }));
  one.start();
  await one.stop();
  const before = [one.report().hosts[HOST]?.up?.time, sent.length];
  await Bun.sleep(20);
  expect([one.report().hosts[HOST]?.up?.time, sent.length]).toEqual(before);
});

test("a timer that fires late is what dmon tells of itself", async () => {
  let passed_ms = 0;
  const one = make({ clock: { now_s: () => Date.now() / 1000, mono_ms: () => passed_ms } });
  one.setWork(workOf({ dmon: item({ probe: "dmon", value: "cycle" }) }));
  one.start();
  await Bun.sleep(0); // the first round is over: it comes at once
  const late = () => {
    passed_ms += 20_000; // while the timer waits for milliseconds
    return (one.report().hosts[HOST]?.dmon?.value ?? 0) > 10_000;
  };
  expect(await until(late)).toBe(true);
});

test("the end of a found item's trouble is told, though it came while dmon was away", async () => {
  const file = `${dir}/lengths`;
  let passed_ms = 0;
  const told: string[] = [];
  const ask = async (line: string) => {
    const list = line.startsWith("EVENTS ") ? (JSON.parse(line.slice(7)) as Event[]) : [];
    told.push(...list.map(({ item: name, prev, level }) => `${name} ${prev} -> ${level}`));
    return { stored: list.map(({ id }) => id) };
  };
  const fit = [{ items: "ex.*", fit: [rule(2, over(5))] }];
  const work = workOf({ ex: item({ probe: "exec", value: "status", args: [file], found: { fit } }) });
  for (const [i, lines] of ["echo a 1; echo b 9", "echo a 1"].entries()) {
    writeFileSync(file, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    const one = make({ ask, clock: { now_s: () => Date.now() / 1000, mono_ms: () => passed_ms } });
    one.setWork(work);
    one.start();
    const isTold = () => {
      passed_ms += i * 60_000;
      return told.length > i;
    };
    expect(await until(isTold)).toBe(true);
    await one.stop();
  }
  expect(told).toEqual(["ex.b fine -> sick", "ex.b sick -> fine"]);
});

test.each<[Partial<Event>, string]>([
  [{ value: 93.1 }, "mars root_usage fine -> sick 93.1 % (>90%)"],
  [
    { value: 3, text: "it did not end within 19 s" },
    "mars root_usage fine -> sick 3 %: it did not end within 19 s (>90%)",
  ],
  [{ value: null, text: "gone" }, "mars root_usage fine -> sick gone (>90%)"],
  [{ value: null }, "mars root_usage fine -> sick no value (>90%)"],
  [{ value: 3, text: "a\nb", flapping: "start" }, "mars root_usage fine -> sick 3 %: a b (>90%), starts flapping"],
  [{ value: 3, text: "x".repeat(5000) }, `mars root_usage fine -> sick 3 %: ${"x".repeat(200)} (>90%)`],
])("an event as a line of the log: %j", (event, line) => {
  const some = { id: "1", time: 0, host: "mars", item: "root_usage", level: "sick", prev: "fine", reason: ">90%" };
  expect(lineOf({ ...some, value: null, ...event }, "%")).toBe(line);
});
