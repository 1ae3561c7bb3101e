import { describe, expect, test } from "bun:test";
import { catalogue } from "../../src/work/catalogue.ts";
import { HOSTS as ALL_HOSTS, warningsOf, works } from "./fixture.ts";

const HOSTS = ALL_HOSTS.replace(/host ups.*\n/, "");
// procs is a count, root_usage a share of 0 to 100 %, dmon_cpu one that can be more.
const ITEMS = "get mars,www* procs root_usage root_avail dmon_cpu\n";

/** Warnings of one fit, each as the word that it points at and what it says, with what would be right. */
function doubts(fit: string): string[] {
  const { warnings } = works(`${HOSTS}${ITEMS}fit ${fit}\n`);
  return warnings.map(({ place, message, hint }) => {
    const word = place.text.slice(place.column - 1, place.column - 1 + place.length);
    return `${word}: ${message}; ${hint}`;
  });
}

describe("legal and sensible: no warning", () => {
  test.each([
    "root_usage soso >80% sick >90% until <85% crit >97%",
    "root_usage crit >97% sick >90% soso >80%",
    "procs sick <5 sick >90",
    "procs sick <5 crit >90",
    "procs soso <10 sick <5 crit <=1",
    "procs soso !10..40 sick !5..50",
    "procs soso 10..40 sick 20..30",
    "procs sick 10..20 crit 30..40",
    "procs soso >=1 sick >1",
    "procs sick >90 for 1m crit >80 for 1h",
    "procs sick >90 for 1m sick >80 for 1h",
    "procs sick >80 sick >90 until <70",
    "procs sick >90 until <70 crit >90 for 1h",
    "procs sick >90 until <=90 for 10m",
    "procs sick >90 until 10..80",
    "procs sick =1 until =0",
    "procs sick !=0 until =0 for 5m",
    "procs sick !10..40 until 15..35",
    "procs crit fail dead fail for 10m",
    "procs soso stale sick fail crit >5",
    "procs crit fail until >=0 for 5m",
    "procs sick >-5 crit >-1",
    "root_usage sick >=0% crit 100..100",
    "dmon_cpu soso >150%",
    "*_cpu,root_usage soso >150%",
    "root_avail sick <1G until >1.5G",
  ])("fit %s", (fit) => {
    expect(doubts(fit)).toEqual([]);
  });

  test("every default fitness", () => {
    for (const { name, declared, probe } of catalogue) {
      if (!declared.fit) continue;
      const source = probe.madeOf?.({ args: ["root"], options: {} }) ?? "";
      const item = name.replace(/\{\w+\}/, "root");
      const hosts = HOSTS.replaceAll(/^host \S+ \S+/gm, "$& snmp=v2c:x");
      expect(warningsOf(`${hosts}get mars,www* ${item} ${source}\nfit ${item} ${declared.fit}\n`)).toEqual([]);
    }
  });
});

describe("the way back", () => {
  test.each<[string, string]>([
    [
      "root_usage sick >80% until <90%",
      "<90%: the way back begins above the limit >80%; give a number below 80%, or leave until out",
    ],
    ["procs sick <5 until >3", ">3: the way back begins below the limit <5; give a number above 5, or leave until out"],
    ["procs sick >80 until <90 for 5m", "<90: the way back begins above the limit >80; write until <=80"],
    ["procs sick >80 until >70", ">70: until >70 looks the same way as >80; write until < and a number below 80"],
    ["procs sick >80 until >=85", ">=85: until >=85 looks the same way as >80; write until < and a number below 80"],
    ["procs sick <5 until <9", "<9: until <9 looks the same way as <5; write until > and a number above 5"],
    [
      "procs sick >80 until fail",
      "fail: until fail never ends what >80 began; give a test that holds when all is well again",
    ],
    [
      "procs sick 10..20 until 12..15",
      "12..15: until 12..15 never ends what 10..20 began; give a test that holds when all is well again",
    ],
    [
      "procs crit fail until stale",
      "stale: until stale never ends what fail began; give a test that holds when all is well again",
    ],
  ])("fit %s", (fit, wanted) => {
    expect(doubts(fit)).toEqual([wanted]);
  });
});

describe("rules that are for nothing", () => {
  const exchange = "exchange the tests: the worse level's is the stricter one";
  test.each<[string, string]>([
    ["procs sick >90 crit >80", `sick: sick >90 is never seen, for then crit >80 holds too; ${exchange}`],
    ["procs crit >80 sick >90", `sick: sick >90 is never seen, for then crit >80 holds too; ${exchange}`],
    ["procs sick <5 crit <9", `sick: sick <5 is never seen, for then crit <9 holds too; ${exchange}`],
    ["procs sick >90 until <50 crit >80", `sick: sick >90 is never seen, for then crit >80 holds too; ${exchange}`],
    ["procs sick >90 for 5m crit >80 for 5m", `sick: sick >90 is never seen, for then crit >80 holds too; ${exchange}`],
    ["procs sick 15..20 crit 10..30", `sick: sick 15..20 is never seen, for then crit 10..30 holds too; ${exchange}`],
    ["procs sick =95 crit >80", `sick: sick =95 is never seen, for then crit >80 holds too; ${exchange}`],
    [
      "procs sick >90 crit >90",
      "sick: sick >90 is never seen, for it is crit >90 at once; give the worse level a test of its own",
    ],
    [
      "procs sick fail crit fail",
      "sick: sick fail is never seen, for it is crit fail at once; give the worse level a test of its own",
    ],
    ["procs sick >80 sick >90", "sick: sick >90 adds nothing to sick >80; leave it out, or give it another level"],
    ["procs sick >90 sick >80", "sick: sick >90 adds nothing to sick >80; leave it out, or give it another level"],
    ["procs sick >90 sick >90", "sick: sick >90 adds nothing to sick >90; leave it out, or give it another level"],
    [
      "procs sick >90 for 5m sick >90",
      "sick: sick >90 adds nothing to sick >90; leave it out, or give it another level",
    ],
  ])("fit %s", (fit, wanted) => {
    expect(doubts(fit)).toEqual([wanted]);
  });

  test("of two that are alike the second one", () => {
    expect(warningsOf(`${HOSTS}${ITEMS}fit procs sick >90 sick >90\n`)).toEqual([
      "5:20 sick >90 adds nothing to sick >90",
    ]);
  });
});

describe("a share", () => {
  test.each<[string, string[]]>([
    ["root_usage sick >120%", [`>120%: ">120%" of an item that is a share of 0 to 100 %; give a number between`]],
    ["root_usage sick <-1", [`<-1: "<-1" of an item that is a share of 0 to 100 %; give a number between`]],
    [
      "root_usage sick >0.9 until <-0.1",
      [
        `>0.9: ">0.9" of an item that is a share of 0 to 100 %; write >90%, or >0.9% if it is meant so`,
        `<-0.1: "<-0.1" of an item that is a share of 0 to 100 %; give a number between`,
      ],
    ],
    ["root_usage sick >0.5%", []],
    ["procs sick >120", []],
  ])("fit %s", (fit, wanted) => {
    expect(doubts(fit)).toEqual(wanted);
  });
});

test("a word is doubted once, for however many units", () => {
  const ofRules = doubts("* sick >90 crit >80").filter((each) => !each.includes("without a unit"));
  expect(ofRules).toHaveLength(1);
});
