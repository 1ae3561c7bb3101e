// All that alerts know, written as a whole: it is read as it was, and a full disk leaves what was there.

import type { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { AlertState } from "../../src/store/alert-state.ts";
import { StoreError } from "../../src/store/database.ts";
import { ServerStore } from "../../src/store/server-store.ts";

const ITEM = { host: "venus.example.org", item: "root_usage" };

function stateOf(text: string, problems = 1): AlertState {
  const listener = { user: "anna", channel: "mail" };
  return {
    problems: Array.from({ length: problems }, (_, i) => ({
      host: ITEM.host,
      item: `item${i}`,
      problem: {
        steps: [{ level: "sick", since_s: 1 }],
        begun: "e1",
        flapping: false,
        value: 1,
        text,
        event: "e1",
        at_s: 1,
      },
    })),
    told: [{ ...ITEM, ...listener, told: { level: "sick", at_s: 2, rule: "work.conf:1", recovery: true } }],
    queue: [
      {
        ...listener,
        attempts: 3,
        next_s: 9,
        isUnsure: true,
        answer: "450 later",
        message: {
          id: "m1",
          user: { name: "anna" },
          made_s: 3,
          subject: text,
          notices: [],
          more: 0,
        } as unknown as AlertState["queue"][number]["message"],
      },
    ],
    acks: [{ ...ITEM, user: "anna", at_s: 4, until_s: 5, level: "sick", text }],
    downtimes: [{ id: 7, hosts: "*", items: "*", user: "anna", made_s: 6, text, when: { from: "a", to: "b" } }],
    ahead_s: -30,
  };
}

/** Its database has no room for more pages. */
function fill(store: ServerStore): void {
  const { db } = store as unknown as { db: Database };
  const { page_count } = db.query("PRAGMA page_count").get() as { page_count: number };
  db.run(`PRAGMA max_page_count = ${page_count}`);
}

test("it is read as it was written, in the place of what was there", () => {
  const store = new ServerStore(":memory:");
  store.alerts.keepState(stateOf("old", 3));
  store.alerts.keepState(stateOf("new"));
  expect(store.alerts.state()).toEqual(stateOf("new"));
  store.close();
});

test("on a full disk what was there stays, and the error is one that a person understands", () => {
  const store = new ServerStore(":memory:");
  store.alerts.keepState(stateOf("old"));
  fill(store);
  expect(() => store.alerts.keepState(stateOf("x".repeat(2000), 50))).toThrow(StoreError);
  expect(store.alerts.state()).toEqual(stateOf("old"));
  const problem = { ...stateOf("x".repeat(50_000)).problems[0], host: "other" };
  expect(() => store.alerts.putProblem(problem as AlertState["problems"][number])).toThrow(StoreError);
  store.close();
});

test.each([[true], [false]])(
  "after a damage it is what is known, else what the file has; its clock, too (known: %p)",
  (isKnown) => {
    const dir = mkdtempSync(`${tmpdir()}/dmon-state-`);
    const old = new ServerStore(`${dir}/damaged`);
    old.alerts.keepState(stateOf("old", 3));
    old.close();
    const store = new ServerStore(`${dir}/new`);
    store.succeed(`${dir}/damaged`, [], isKnown ? { ...stateOf("new"), told: [], queue: [] } : undefined);
    const state = isKnown ? { ...stateOf("new"), told: [], queue: [] } : stateOf("old", 3);
    expect(store.alerts.state()).toEqual(state);
    for (const _ of store.rescue(`${dir}/damaged`));
    expect(store.alerts.state()).toEqual(state);
    store.close();
    rmSync(dir, { recursive: true });
  },
);
