// Items that are made of the past of others: the client gives their probes what its history has, and tells their events.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { Client } from "../../src/client/client.ts";
import { HistoryUnavailable } from "../../src/client/keeper.ts";
import { pastOf } from "../../src/client/past.ts";
import { States } from "../../src/client/states.ts";
import type { Event } from "../../src/core/event.ts";
import type { PastQuery } from "../../src/core/host.ts";
import { NoDataNow } from "../../src/core/reading.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { StoreError } from "../../src/store/database.ts";
import type { HistoryRow } from "../../src/store/history.ts";
import type { ClientWork, ItemWork } from "../../src/work/works.ts";
import { FakeClock, HOST, item, rule, START, workOf } from "./fixture.ts";

const TIERS = [
  { bucket_s: 60, keep_s: 2 * 86_400 },
  { bucket_s: 600, keep_s: 7 * 86_400 },
];
const UPS = "ups.example.org";
/** What no probe of this version reads, so that its past is all there is of it. */
const fill = (more: Partial<ItemWork> = {}) => item({ probe: "quantum", unit: "%", ...more });
const made = (probe: string, value: string, args: string[], options: Record<string, string> = {}) =>
  item({ probe, value, args, options, every_s: 0, fit: [] });
const FULL_SOON = {
  ...made("forecast", "left", ["fill", ">100"], { window: "6h" }),
  fit: [rule(2, { op: "<", value: 86_400 })],
};

describe("a client", () => {
  let dir = "";
  let now_s = 0;
  let client: Client | undefined;
  const told: string[] = [];
  beforeEach(() => {
    dir = mkdtempSync(`${tmpdir()}/dmon-past-`);
    now_s = START;
    told.length = 0;
  });
  afterEach(async () => {
    await client?.stop();
    rmSync(dir, { recursive: true });
  });

  /** Hours in which an item had values, minute by minute. */
  function pass(hours: number, name: string, valueAt: (hours: number) => number, host = HOST): void {
    const store = new ClientStore(`${dir}/data.lite`, TIERS);
    for (let minute = 0; minute < hours * 60; minute++) {
      const values = new Map([[name, valueAt(minute / 60)]]);
      store.tick([{ host, time_s: now_s, values, events: [] }], now_s, []);
      now_s += 60;
    }
    store.close();
  }

  /** Runs until an item of a host was read, and gives what is known of it. */
  async function look(work: ClientWork, name: string, host = HOST) {
    const one = new Client({
      hostname: HOST,
      server: HOST,
      version: "1.0.0",
      target: "linux-x64",
      file: `${dir}/data.lite`,
      tiers: TIERS,
      root: "",
      ival_make_state_s: 0.004,
      ival_send_report_s: 300,
      clock: { now_s: () => now_s, mono_ms: () => performance.now() },
      ask: async (line) => {
        const events = line.startsWith("EVENTS ") ? (JSON.parse(line.slice(7)) as Event[]) : [];
        told.push(...events.map(({ item: each, prev, level, text }) => `${each} ${prev} -> ${level}: ${text}`));
        return { stored: events.map(({ id }) => id) };
      },
      log: { quiet: () => {}, terse: () => {}, verbose: () => {}, trace: () => {} },
      onNewerWork: () => {},
      inventory: () => undefined,
      workTrouble: () => undefined,
      onIdle: () => {},
    });
    client = one;
    one.setWork(work);
    one.start();
    const seen = () => one.report().hosts[host]?.[name];
    for (let i = 0; i < 500 && !seen(); i++) await Bun.sleep(2);
    const state = seen();
    await one.stop();
    return state;
  }

  test("forecasts from its history, over a restart: an event when it is near, and one when it is not any more", async () => {
    const work = workOf({ fill: fill(), left: FULL_SOON });
    pass(6, "fill", (hours) => 90 + hours);
    const near = await look(work, "left");
    expect(near).toMatchObject({ level: "sick", unit: "s", kind: "time", text: "96 % now, +1 %/h" });
    expect(near?.value).toBeWithin(4 * 3600 - 60, 4 * 3600 + 120);
    pass(1, "fill", () => 40);
    expect(await look(work, "left")).toMatchObject({ level: "fine", text: "not in sight: 40 % now, no clear trend" });
    expect(told.filter((event) => event.startsWith("left "))).toEqual([
      "left fine -> sick: 96 % now, +1 %/h",
      "left sick -> fine: not in sight: 40 % now, no clear trend",
    ]);
  });

  test("has no level for what is too early to tell, but the reason", async () => {
    pass(0.25, "fill", (hours) => 90 + hours);
    const state = await look(workOf({ fill: fill(), left: FULL_SOON }), "left");
    expect(state).toMatchObject({
      value: null,
      level: "fine",
      text: expect.stringMatching(/^too little is known of fill: /),
    });
    expect(told.filter((event) => event.startsWith("left "))).toEqual([]);
  });

  test("makes items of a dumb host of that host's own past", async () => {
    pass(1, "fill", () => 5);
    now_s -= 3600;
    pass(1, "fill", () => 77, UPS);
    const work = workOf({ fill: fill(), top: made("max_of", "max", ["fill"]) });
    work.hosts[UPS] = { tag: "ups", items: { fill: fill(), top: made("max_of", "max", ["fill"]) } };
    expect(await look(work, "top", UPS)).toMatchObject({ value: 77 });
    expect(await look(work, "top")).toMatchObject({ value: 5 });
  });

  test("makes items of what was found, before it is found again", async () => {
    pass(1, "ex.q", (hours) => 10 * hours);
    const ex = item({ probe: "exec", value: "status", args: ["/nonexistent"] });
    const work = workOf({ ex, mean: made("avg_of", "avg", ["ex.q"], { window: "1h" }) });
    expect((await look(work, "mean"))?.value).toBeCloseTo(4.92, 1);
  });

  test("says so where an item is not measured, whatever is left of its past", async () => {
    pass(1, "fill", () => 5);
    expect(await look(workOf({ top: made("max_of", "max", ["fill"]) }), "top")).toMatchObject({
      level: "dead",
      error: "fill is not measured, so it has no past; add: get mars fill",
    });
  });
});

describe("the past of an item", () => {
  const query: PastQuery = { host: HOST, item: "fill", from_s: 0, to_s: 120, bucket_s: 60 };
  const bucket = { avg: 2, min: 1, max: 3, count: 2 };
  const rows: HistoryRow[] = [
    { time_s: 0, buckets: [bucket] },
    { time_s: 60, buckets: [undefined] },
  ];
  const states = () => new States(new FakeClock(), () => "", []);
  const past = (work: ClientWork, history: () => Iterable<HistoryRow> = () => rows) =>
    pastOf(query, work, states(), { history });

  test("is what the history has, without the gaps", () => {
    expect(past(workOf({ fill: fill() })).rows).toEqual([{ time_s: 0, ...bucket }]);
  });

  test.each<[string, ItemWork, string]>([
    ["its own", fill({ unit: "°C" }), "°C"],
    ["that of its probe", item(), "s"],
    ["none, where nobody knows", item({ probe: "quantum" }), ""],
  ])("is in a unit: %s", (_, work, unit) => {
    expect(past(workOf({ fill: work })).unit).toBe(unit);
  });

  test.each<[Error, string]>([
    [
      new HistoryUnavailable("data.lite: the disk is full"),
      "the history cannot be read now: data.lite: the disk is full",
    ],
    [new StoreError("data.lite: malformed"), "the history cannot be read now: data.lite: malformed"],
  ])("that cannot be read now is no data, for it is no failure of the item: %s", (error, message) => {
    const fail = () => {
      throw error;
    };
    expect(() => past(workOf({ fill: fill() }), fail)).toThrow(new NoDataNow(message));
  });

  test("a bug is no error of the item", () => {
    const fail = () => {
      throw new TypeError("x is undefined");
    };
    expect(() => past(workOf({ fill: fill() }), fail)).toThrow(TypeError);
  });

  test("of a host that is not ours, or without any work, is none", () => {
    expect(() => pastOf(query, undefined, states(), { history: () => rows })).toThrow("fill is not measured");
    const other = { ...query, host: "other.example.org" };
    expect(() => pastOf(other, workOf({ fill: fill() }), states(), { history: () => rows })).toThrow("is not measured");
  });
});
