// Groups in groups, however they are nested: each is taken apart once.

import { expect, test } from "bun:test";
import { errorsOf, HOSTS, works } from "./fixture.ts";

/** Text of `n` groups, each with the next one in it `times` times, the last with `end`. */
const nested = (kind: "hosts" | "items" | "users", n: number, times: number, end: string) =>
  Array.from({ length: n }, (_, i) => `${kind} g${i} ${i + 1 < n ? `g${i + 1} `.repeat(times) : end}\n`).join("");

const itemsOf = (text: string) =>
  Object.keys(works(HOSTS + text).clients.get("www1.example.org")?.hosts["www1.example.org"]?.items ?? {});

test("a group that is twice in each of forty groups", () => {
  expect(itemsOf(`${nested("items", 40, 2, "uptime cpu_load")}get www1 g0\n`)).toEqual([
    "cpu_load",
    "dmon_history",
    "dmon_work",
    "uptime",
  ]);
  expect(itemsOf(`${nested("hosts", 40, 2, "www1")}get g0 uptime\n`)).toEqual(["dmon_history", "dmon_work", "uptime"]);
});

test("a chain of thousands", () => {
  expect(itemsOf(`${nested("items", 5000, 1, "uptime")}get www1 g0\nfit g0 sick <5m\n`)).toEqual([
    "dmon_history",
    "dmon_work",
    "uptime",
  ]);
  expect(itemsOf(`${nested("hosts", 5000, 1, "www1")}get g0 uptime\n`)).toEqual([
    "dmon_history",
    "dmon_work",
    "uptime",
  ]);
  const { server } = works(
    `${HOSTS}get * uptime\nuser anna a@example.org\n${nested("users", 5000, 1, "anna")}alert g0 * * sick\n`,
  );
  expect(server.alerts.map(({ users }) => users)).toEqual([["anna"]]);
});

test("a large group of items of one's own", () => {
  const own = Array.from({ length: 2000 }, (_, i) => `item own${i} disk /srv/${i}\n`).join("");
  const names = Array.from({ length: 2000 }, (_, i) => `own${i}`).join(" ");
  expect(itemsOf(`${own}items all ${names}\nget www1 all\nfit all sick >90\n`)).toHaveLength(2002);
});

test("a circle is told once, as it runs", () => {
  expect(errorsOf(`${HOSTS}items a uptime b\nitems b c\nitems c b cpu_load\nget www1 a\nget www2 b\n`)).toEqual([
    "6:7 the group b is in itself (b > c > b)",
  ]);
  expect(errorsOf(`${HOSTS}hosts a a\nget a uptime\n`)).toEqual(["5:7 the group a is in itself (a > a)"]);
});

test("what is wrong in a group is told where it is written, whether hosts get it or not", () => {
  expect(errorsOf(`${HOSTS}items a uptme\nitems b a cpu_lod *_usage\nget www1 b\n`)).toEqual([
    '5:9 unknown item "uptme"',
    '6:11 unknown item "cpu_lod"',
    '6:19 "*_usage" cannot be an item',
  ]);
});
