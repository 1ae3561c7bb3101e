// Items that are made of the past of others, as the work-config speaks of them.

import { describe, expect, test } from "bun:test";
import { resolveWork } from "../../src/work/compile.ts";
import { explain } from "../../src/work/explain.ts";
import { errorsOf, HOSTS, itemOf, SERVER, told, works } from "./fixture.ts";

const GET = `${HOSTS}get ups ups_charge\nget mars,www* root_usage mem_avail cpu_load uptime eth0_rx\n`;
const TEMP = "item temp snmp 1.3.6.1.4.1.9.2.0 unit=°C\nget ups temp\n";
const EXEC = "item ex exec /bin/x\n";

/** The work of the item x; where it is made of what ups has, of ups. */
function made(words: string, more = "", hosts = "mars") {
  const host = hosts === "ups" ? "ups.example.org" : SERVER;
  return itemOf(works(`${GET}${more}item x ${words}\nget ${hosts} x\n`), "x", host, SERVER);
}

describe("in the work", () => {
  test.each<[string, string, string]>([
    ["forecast root_usage 100", "", "root_usage >100"],
    ["forecast root_usage 99.5% window=1h", "", "root_usage >99.5"],
    ["forecast mem_avail 0", "", "mem_avail <0"],
    ["forecast mem_avail <1.5GiB", "", "mem_avail <1610612736"],
    ["forecast uptime 5m", "", "uptime >300"],
    ["forecast eth0_rx 10M", "", "eth0_rx >10000000"],
    ["forecast y 2h", "item y forecast root_usage 100\nget mars y\n", "y >7200"],
    ["forecast y 40°C", "item y snmp 1.3.0 unit=°C\nget mars y\n", "y >40"],
    ["forecast y 5m", "item y file /x unit=m\nget mars y\n", "y >5"],
    ["forecast ex.q 90%", `${EXEC}get mars ex\n`, "ex.q >90"],
    ["forecast ex.q 40°C", `${EXEC}get mars ex\n`, "ex.q >40"],
  ])("a limit is a number of the item's unit: %s", (words, more, args) => {
    expect(made(words, more).args).toEqual(args.split(" "));
  });

  test.each<[string, string, string | undefined]>([
    ["avg_of root_usage", "", "%"],
    ["max_of mem_avail", "", "B"],
    ["min_of cpu_load", "", "tasks"],
    ["rate_of root_usage", "", "%/s"],
    ["rate_of root_usage per=h", "", "%/h"],
    ["rate_of eth0_rx", "", "B/s²"],
    ["avg_of y", "item y rate_of mem_avail per=d\nget mars y\n", "B/d"],
    ["avg_of y", "item y forecast root_usage 100\nget mars y\n", "s"],
    ["avg_of y", "item y file /x unit=m\nget mars y\n", "m"],
    ["avg_of y.size", "item y http http://{host}/ unit=m\nget mars y y.size\n", "B"],
    ["avg_of root_usage unit=percent", "", "percent"],
    ["avg_of ex.q", `${EXEC}get mars ex\n`, undefined],
    ["rate_of ex", `${EXEC}get mars ex\n`, "1/s"],
    ["forecast root_usage 100", "", undefined],
  ])("the unit is that of the item, as far as it is known: %s", (words, more, unit) => {
    expect(made(words, more).unit).toBe(unit);
  });

  test("fits are in that unit, and in any where it is not known", () => {
    const fit = (words: string, limit: string, more = "") => made(words, `${more}fit x sick ${limit}\n`).fit[0]?.test;
    expect(fit("max_of mem_avail", "<2Gi")).toEqual({ op: "<", value: 2 ** 31 });
    expect(fit("avg_of uptime", "<10m")).toEqual({ op: "<", value: 600 });
    expect(fit("avg_of ex.q", ">10m", `${EXEC}get mars ex\n`)).toEqual({ op: ">", value: 600 });
    expect(errorsOf(`${GET}item x avg_of uptime\nget mars x\nfit x sick >5%\n`)).toEqual([
      '9:12 "5%" is no number of s, the unit of x',
    ]);
    expect(errorsOf(`${GET}item x avg_of uptime\nfit x sick >5%\n`)).toHaveLength(1); // also where nobody gets it
  });

  test("a file system's forecast needs no item statement", () => {
    const work = works(`${GET}get mars root_full_in\nfit root_full_in sick <1d\n`);
    expect(itemOf(work, "root_full_in")).toMatchObject({
      probe: "full",
      args: ["root"],
      fit: [{ test: { value: 86_400 } }],
    });
    expect(work.warnings.filter(({ message }) => message.includes("full"))).toEqual([]);
  });

  test("is told by --explain", () => {
    const text = `${GET}item x avg_of ex.q\n${EXEC}get mars ex x\nitem y forecast root_usage 90%\nget mars y\n`;
    const resolved = resolveWork("work.conf", text, SERVER);
    expect(explain(resolved, "mars:x")).toMatch(/reads +avg_of.avg ex.q, every 1m, /);
    expect(explain(resolved, "mars:y")).toMatch(/reads +forecast.left root_usage >90 in s, every 5m, /);
  });
});

describe("what can never be read", () => {
  const own = (lines: readonly string[]) =>
    `${GET}${lines.map((line) => `item ${line}\n`).join("")}get mars root_usage\n`;
  test.each<[string, string[], string[]]>([
    ["two of each other", ["a avg_of b", "b max_of a"], ["7:15 items are made of each other in a circle (a > b > a)"]],
    [
      "three",
      ["a avg_of b", "b max_of c", "c min_of a"],
      ["7:15 items are made of each other in a circle (a > b > c > a)"],
    ],
    [
      "one behind a circle",
      ["x avg_of a", "a avg_of b", "b avg_of a"],
      ["8:15 items are made of each other in a circle (a > b > a)"],
    ],
    [
      "one through what is built in",
      ["var_usage forecast var_full_in 1d"],
      ["7:25 items are made of each other in a circle (var_usage > var_full_in > var_usage)"],
    ],
    ["none there", ["a avg_of nosuch", "b avg_of a"], ['7:15 unknown item "nosuch"']],
    ["what another one has wrong", ["a avg_of", "b avg_of a"], ["7:8 the probe avg_of takes 1 argument, not 0"]],
  ])("%s", (_, lines, errors) => {
    expect(errorsOf(own(lines))).toEqual(errors);
  });
});

describe("what a host does not get", () => {
  const warned = (lines: string) => told(`${GET}${lines}`).filter((text) => !text.includes("monitors nothing"));
  const LOAD = "item x avg_of cpu_load5\n";
  test.each<[string, string, string[]]>([
    ["the item", `${LOAD}get mars x\n`, ["8 x is made of cpu_load5, which mars does not get; add: get mars cpu_load5"]],
    [
      "the item on some hosts",
      `${LOAD}get mars cpu_load5\nget mars,www1,www2 x\n`,
      ["9 x is made of cpu_load5, which www1 and www2 do not get; add: get www1,www2 cpu_load5"],
    ],
    ["nothing", `${LOAD}get mars,www1 x cpu_load5\n`, []],
    [
      "a mount, mistyped",
      "item x forecast rot_usage 100\nget mars x\n",
      ['8 x is made of rot_usage, which mars does not get; did you mean "root_usage"?'],
    ],
    [
      "the usage of a file system",
      "get mars home_full_in\n",
      ["7 home_full_in is made of home_usage, which mars does not get; add: get mars home_usage"],
    ],
    [
      "what finds the item",
      `${EXEC}item x avg_of ex.q\nget mars x\nget www1 ex\n`,
      ["9 x is made of ex.q, which mars does not get; add: get mars ex"],
    ],
    [
      "another value of an item",
      "item web http http://{host}/\nitem x avg_of web.time\nget mars web x\n",
      ["9 x is made of web.time, which mars does not get; add: get mars web.time"],
    ],
    [
      "a limit that is never come to",
      "item x forecast root_usage 110\nget mars x\n",
      ["7 root_usage is a share of 0 to 100 %, and is never there; give a limit between"],
    ],
  ])("%s is a warning", (_, lines, expected) => {
    expect(warned(lines)).toEqual(expected);
  });

  test("of many hosts the first are named", () => {
    const hosts = Array.from({ length: 6 }, (_, i) => `host h${i} h${i}\n`).join("");
    expect(warned(`${hosts}${LOAD}get h* uptime x\n`)).toEqual([
      "14 x is made of cpu_load5, which h0, h1, h2, h3 and 2 more do not get; add: get HOSTS cpu_load5",
    ]);
  });
});

describe("dumb hosts", () => {
  test("have what is made of items that they have", () => {
    expect(made("min_of ups_charge", "", "ups")).toMatchObject({ probe: "min_of", unit: "%" });
    expect(made("forecast y 40°C", TEMP.replaceAll("temp", "y"), "ups").args).toEqual(["y", ">40"]);
    expect(made("max_of y", "item y avg_of ups_charge\nget ups y\n", "ups")).toMatchObject({ unit: "%" });
    const found = "item ports ifmib\nget ups ports\n";
    expect(made("max_of ports.gi1.rx", found, "ups").args).toEqual(["ports.gi1.rx"]);
  });

  test("are left out by * where it is made of what is read on the host itself, and named they are warned for", () => {
    const text = `${GET}item x avg_of root_usage\nget * x root_full_in\n`;
    expect(Object.keys(works(text).clients.get(SERVER)?.hosts["ups.example.org"]?.items ?? {})).toEqual(["ups_charge"]);
    expect(told(`${text}get ups x\n`)).toEqual([
      expect.stringMatching(
        /^9 x is made of root_usage, which is read on the host itself, and ups runs no dmon \(via=mars\); leave it out/,
      ),
    ]);
  });
});
