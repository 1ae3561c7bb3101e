// A work whose levels are not called as the probes' defaults: what dmon tells about itself is graded all the same.

import { expect, test } from "bun:test";
import { catalogue } from "../../src/work/catalogue.ts";
import { HOSTS, itemOf, works } from "./fixture.ts";

const made = (levels: string) =>
  works(`${HOSTS}${levels.replaceAll(/(\w+) */g, "fit_level $1\n")}get mars dmon_history root_usage\n`);
const fit = (levels: string, item: string) =>
  itemOf(made(levels), item).fit.map(({ level, text }) => `${made(levels).server.levels[level]?.name} ${text}`);

test.each<[string, string]>([
  ["ok warn bad", "bad"],
  ["ok bad", "bad"],
  ["a b c d e f g", "c"],
  ["fine soso sick crit dead", "sick"],
  ["ok sick bad", "sick"],
  ["sick worse dead", "dead"], // the best level grades nothing
])("of %s, a refused work-file and a history that cannot be written are %s", (levels, wanted) => {
  expect(fit(levels, "dmon_work")).toEqual([`${wanted} <1`]);
  expect(fit(levels, "dmon_history")).toEqual([`${wanted} <1 for 2m`]);
});

test("all other defaults are left out", () => {
  expect(fit("ok warn bad", "root_usage")).toEqual([]);
});

test("what every client has without asking for it is graded", () => {
  const always = catalogue.filter(({ declared }) => declared.always);
  expect(always.map(({ name, declared }) => [name, declared.graded])).toEqual([
    ["dmon_history", true],
    ["dmon_work", true],
  ]);
});
