// What the alerts could not store: nothing of it is lost, and there is not ever more of it.

import { afterEach, beforeEach, expect, test } from "bun:test";
import { UNSAVED_CHANGES_MAX } from "../../src/core/limits.ts";
import { Unsaved } from "../../src/server/unsaved.ts";
import type { TellingRow } from "../../src/store/alert-records.ts";
import type { AlertState, KeptProblem, KeptTold, Queued } from "../../src/store/alert-state.ts";
import { StoreError } from "../../src/store/database.ts";
import { ServerStore } from "../../src/store/server-store.ts";

const WHO = { user: "anna", channel: "mail", host: "venus.example.org" };
const toldOf = (item: string, level = "sick"): KeptTold => ({
  ...WHO,
  item,
  told: { level, at_s: 1, rule: "work.conf:1", recovery: false },
});
const problemOf = (item: string): KeptProblem => ({
  host: WHO.host,
  item,
  problem: { steps: [{ level: "sick", since_s: 1 }], begun: "e", flapping: false, value: 1, event: "e", at_s: 1 },
});
const tellingOf = (item: string): TellingRow => ({
  at_s: 1,
  users: ["anna"],
  channel: "mail",
  host: WHO.host,
  item,
  prev: "fine",
  level: "sick",
  kind: "problem",
  why: "work.conf:1",
});
const queuedOf = (id: string, attempts: number) =>
  ({
    user: "anna",
    channel: "mail",
    attempts,
    next_s: 9,
    answer: "450 later",
    isUnsure: false,
    message: { id, user: { name: "anna" }, made_s: 1, notices: [{}], more: 0 },
  }) as unknown as Queued;

let store: ServerStore;
let isFull: boolean;
let tried: { apply: number; keepState: number };
let known: AlertState;
let now_s: number;
let unsaved: Unsaved;

beforeEach(() => {
  store = new ServerStore(":memory:");
  [isFull, tried, now_s] = [false, { apply: 0, keepState: 0 }, 0];
  known = { problems: [], told: [], queue: [], acks: [], downtimes: [], ahead_s: 0 };
  const { alerts } = store;
  for (const name of ["apply", "keepState"] as const) {
    const work = alerts[name].bind(alerts) as (what: unknown) => void;
    alerts[name] = (what: unknown) => {
      tried[name]++;
      if (isFull) throw new StoreError("the disk is full");
      work(what);
    };
  }
  unsaved = new Unsaved(alerts, { state: () => known, now_s: () => now_s, failed: () => {} });
});

afterEach(() => store.close());

test("what is forgotten, and when a message is tried again, is stored as soon as it can be", () => {
  const { alerts } = store;
  alerts.putProblem(problemOf("a"));
  alerts.putProblem(problemOf("b"));
  const { message, channel } = queuedOf("m1", 0);
  alerts.apply({ told: [toldOf("a")], messages: [{ ...message, channel }] });
  isFull = true;
  unsaved.save({ dropped: [{ host: WHO.host, item: "a" }] });
  unsaved.save({ postponed: [queuedOf("m1", 3)] });
  unsaved.save({ ahead_s: 60 });
  isFull = false;
  unsaved.flush();
  const { problems, told, queue, ahead_s } = alerts.state();
  expect(problems.map(({ item }) => item)).toEqual(["b"]);
  expect(told).toEqual([]);
  expect(queue).toMatchObject([{ attempts: 3, next_s: 9, answer: "450 later" }]);
  expect(ahead_s).toBe(60);
});

test("of more changes than may wait only records do, and all that is known is written once", () => {
  isFull = true;
  for (let i = 0; i < 3 * UNSAVED_CHANGES_MAX; i++) {
    unsaved.save({ told: [toldOf(`item${i}`)], ...(i % 1000 === 0 ? { tellings: [tellingOf(`item${i}`)] } : {}) });
  }
  known = { ...known, told: [toldOf("last", "crit")], problems: [problemOf("last")] };
  isFull = false;
  tried = { apply: 0, keepState: 0 };
  now_s += 60;
  unsaved.flush();
  expect(tried).toEqual({ apply: 3, keepState: 1 });
  const { problems, told } = store.alerts.state();
  expect([problems, told]).toEqual([[...known.problems], [...known.told]]);
  expect(store.alerts.tellings({ count: 10 })).toHaveLength(3);
  unsaved.save({ told: [toldOf("next")] });
  expect(tried).toEqual({ apply: 4, keepState: 1 });
});

test("of records, too, only so many wait: the oldest go", () => {
  isFull = true;
  for (let i = 0; i < UNSAVED_CHANGES_MAX + 5; i++) unsaved.save({ tellings: [tellingOf(`item${i}`)] });
  isFull = false;
  now_s += 60;
  unsaved.flush();
  const items = store.alerts.tellings({ count: 2 * UNSAVED_CHANGES_MAX }).map(({ item }) => item);
  expect(items).toHaveLength(UNSAVED_CHANGES_MAX);
  expect(items).not.toContain("item4");
});

test("all that is known is not tried at every change, but once a minute, and at the end", () => {
  isFull = true;
  unsaved.saveAll();
  for (let i = 0; i < 10; i++) unsaved.save({ told: [toldOf("a")] });
  expect(tried.keepState).toBe(1);
  now_s += 60;
  unsaved.flush();
  expect(tried.keepState).toBe(2);
  isFull = false;
  known = { ...known, told: [toldOf("a")] };
  unsaved.end();
  expect(store.alerts.state().told).toEqual([toldOf("a")]);
});
