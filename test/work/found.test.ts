// Items of one's own with several values, and those that a probe finds when it is read, as the work-config speaks of them.

import { describe, expect, test } from "bun:test";
import { SourceError } from "../../src/core/diagnostic.ts";
import { makeWorks } from "../../src/work/compile.ts";

const HOSTS = "host mars.example.org mars\nhost venus.example.org venus\n";

function make(text: string) {
  const { clients, warnings } = makeWorks("work.conf", HOSTS + text, "mars.example.org");
  const itemsOf = (host: string) => clients.get(`${host}.example.org`)?.hosts[`${host}.example.org`]?.items ?? {};
  return { mars: itemsOf("mars"), venus: itemsOf("venus"), warnings: warnings.map(({ message }) => message) };
}

function errorsOf(text: string): string[] {
  try {
    make(text);
    return [];
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics.map(({ message, hint }) => `${message}; ${hint}`);
    throw error;
  }
}

describe("what is found", () => {
  const CHECK = "item check exec /bin/check\nget * check uptime\n";

  test("has the fits that may be for it, those of its host alone, in any unit", () => {
    const { mars, venus, warnings } = make(`${CHECK}fit check.* sick >90%
fit check.a*,!check.ab on venus crit >10m
fit uptime soso <1h
fit other.* sick >1
`);
    const items = (work: typeof mars) => work.check?.found?.fit?.map((each) => each.items);
    expect(items(mars)).toEqual(["check.*"]);
    expect(items(venus)).toEqual(["check.*", "check.a*,!check.ab"]);
    expect(venus.check?.found?.fit?.[1]?.fit[0]).toMatchObject({ test: { op: ">", value: 600 }, where: "work.conf:6" });
    expect(venus.check?.fit).toMatchObject([{ test: { op: "!=", value: 0 } }]);
    expect(warnings).toEqual([expect.stringContaining("other.*")]);
  });

  test("is of * too, for the last fit that matches wins; and of groups of its names it is not", () => {
    const { mars } = make(`${CHECK}fit * crit fail\nitems some uptime\nfit some sick <1m\n`);
    expect(mars.check?.found?.fit?.map((each) => each.items)).toEqual(["*"]);
  });

  test("can be flapped, alerted for, needed and planned", () => {
    const { mars, warnings } = make(`${CHECK}flap check.a off
user anna anna@example.org
alert anna * check.* >=sick
needs venus mars:check.a
downtime mars check.a daily 2-4
`);
    expect(mars.check?.found?.flap).toEqual([{ items: "check.a", flap: "off" }]);
    expect(warnings).toEqual([]);
  });

  test("costs an item that finds nothing nothing", () => {
    expect(make(`${CHECK}fit * crit fail\n`).mars.uptime).not.toHaveProperty("found");
  });

  test("wrong words in a fit for it are said", () => {
    expect(errorsOf(`${CHECK}fit check.* sick >many\n`)).toHaveLength(1);
  });
});

describe("an item of one's own", () => {
  test("has its probe's other values as ITEM.VALUE, with its arguments and times", () => {
    const { mars, warnings } = make(`item data disk /srv/data every=5m label="room"\nget mars data data.avail\n`);
    expect(mars["data.avail"]).toMatchObject({ probe: "disk", value: "avail", args: ["/srv/data"], every_s: 300 });
    expect(mars["data.avail"]).not.toHaveProperty("label");
    expect(warnings.filter((text) => text.includes("data"))).toEqual([]);
  });

  test.each<[string, string]>([
    ["item x disk /srv colour=red\nget mars x\n", 'the probe disk has no option "colour"'],
    ["item x disk\nget mars x\n", "the probe disk takes 1 argument, not 0; write item x disk MOUNT"],
    ["item x disk / evry=5m\nget mars x\n", 'did you mean "every"'],
    ["item x disk /\nget mars x.availl\n", 'unknown item "x.availl"'],
  ])("%p", (text, message) => {
    expect(errorsOf(text).join("\n")).toContain(message);
  });

  test("a command line is taken as it is, commas and all", () => {
    const { mars } = make('item x exec /bin/check a, b --warn=5 "c d"\nget mars x\n');
    expect(mars.x?.args).toEqual(["/bin/check", "a,", "b", "--warn=5", "c d"]);
  });
});
