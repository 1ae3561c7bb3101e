// A host is judged again when something of it is another, or when its time has come; and only then.

import { expect, test } from "bun:test";
import { type Fleet, judge } from "../../../src/page/fleet.ts";
import { Judging } from "../../../src/page/judging.ts";
import type { Overview } from "../../../src/page/model.ts";
import { item, NOW_S, troubled } from "../fixture.ts";

const mars = (overview: Overview) => {
  const found = overview.hosts.find(({ tag }) => tag === "mars");
  if (!found) throw new Error("no mars");
  return found;
};

test("one that changed, and no other", () => {
  const overview = troubled();
  const judging = new Judging();
  const before = judging.judge(overview);
  const state = { ...mars(overview).state };
  const changed = { ...mars(overview), state: { ...state, cpu_load: item(9, "tasks", { level: "dead" }) } };
  const hosts = overview.hosts.map((view) => (view.tag === "mars" ? changed : view));
  const after = judging.judge({ ...overview, hosts });
  const tags = (fleet: Fleet) => fleet.troubled.map(({ view }) => view.tag);
  expect(tags(after)).toEqual(tags(judge({ ...overview, hosts })));
  for (const host of after.hosts) expect(host === before.find(host.view.host)).toBe(host.view.tag !== "mars");
  expect(after.find("mars")?.worst).toBe("dead");
  expect(before.find("mars")?.worst).not.toBe("dead");
});

test("who says nothing falls silent by the clock, but not while the server is not heard", () => {
  const overview = troubled();
  const judging = new Judging();
  const silent = (now_s: number, more: Partial<Overview> = {}) =>
    judging.judge({ ...overview, now_s, ...more }).find("mars")?.silent;
  expect(silent(NOW_S)).toBeUndefined();
  expect(silent(NOW_S + 500)).toBeUndefined();
  expect(silent(NOW_S + 2000, { stale_since_s: NOW_S + 500 })).toBeUndefined();
  expect(silent(NOW_S + 2000)).toBe("overdue");
  expect(silent(NOW_S + 1999)).toBe("overdue"); // the time of an answer is a little behind
  expect(silent(NOW_S)).toBeUndefined(); // somebody set the clock
  expect(judging.judge({ ...overview, now_s: NOW_S + 90 }).find("mars")?.report_age_s).toBe(
    NOW_S + 90 - (mars(overview).received_s ?? 0),
  );
});

test("an acknowledgement ends by the clock", () => {
  const overview = troubled();
  const ack = { host: mars(overview).host, item: "root_usage", user: "ann", at_s: NOW_S, level: "dead", text: "" };
  const acks = [{ ...ack, until_s: NOW_S + 60 }];
  const judging = new Judging();
  const care = (now_s: number) =>
    judging
      .judge({ ...overview, acks, now_s })
      .find("mars")
      ?.rows.find((row) => row.item === "root_usage")?.care;
  expect([care(NOW_S), care(NOW_S + 59), care(NOW_S + 60)]).toEqual(["acknowledged", "acknowledged", undefined]);
});
