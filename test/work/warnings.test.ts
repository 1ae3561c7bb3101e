// What mk-work warns for: legal, and surely not meant so.

import { describe, expect, test } from "bun:test";
import type { Site } from "../../src/work/site.ts";
import { timeIn } from "../../src/work/zones.ts";
import { HOSTS, NOT_YET, SERVER, warningsOf, works } from "./fixture.ts";

/** Warnings as `line message; hint`, but that of what is not yet in use. */
function told(text: string, site?: Site): string[] {
  return works(text, SERVER, undefined, site)
    .warnings.filter(({ message }) => !NOT_YET.test(message))
    .map(({ place, message, hint }) => `${place.line} ${message}; ${hint}`);
}

test("what is not yet in use: one warning, with how much of it there is", () => {
  const text = `${HOSTS}get mars,www* uptime\n`;
  const hint = "they are checked and stored, but this version sends no alerts, so it keeps none back either";
  expect(works(`${text}flap uptime off\n`).warnings.map(({ message }) => message)).toEqual(["ups monitors nothing"]);
  const alerts =
    "user anna a@example.org\nusers ops anna\nalert ops * * dead\nalert anna * * any\ndowntime * * sun 2-4\n";
  expect(works(text + alerts).warnings.find(({ message }) => NOT_YET.test(message))).toMatchObject({
    place: { line: 6, column: 1 },
    message: "not yet in use: user (1), users (1), alert (2), downtime (1)",
    hint,
  });
});

describe("selectors", () => {
  const OURS = HOSTS.replace(/host ups.*\n/, "host db db\n");
  const ALL = "get * uptime\n";
  test.each<[string, string, string[]]>([
    ["none", ALL, []],
    ["a host without items", "get mars,www* uptime", ["4:9 db monitors nothing"]],
    ["a selector that matches nothing", `${ALL}get www1,dc* uptime`, ['6:10 no host is called "dc*"']],
    ["a selector in quotes", `${ALL}get "www1,dc" uptime`, ['6:11 no host is called "dc"']],
    ["an exclusion that excludes nobody", `${ALL}get *,!dc uptime`, ['6:8 no host is called "dc"']],
    ["an empty part", `${ALL}get www1, uptime`, ["6:10 an empty name in a list"]],
    [
      "a fit of one item that nobody gets",
      `${ALL}fit uptime,root_usage sick <5`,
      ['6:12 no host gets an item "root_usage"'],
    ],
    [
      "a fit of nothing else",
      `${ALL}fit root_usage,men_usage sick <5`,
      [
        '6:5 no host gets an item "root_usage", so this fit is for nothing',
        '6:16 no host gets an item "men_usage", so this fit is for nothing',
      ],
    ],
    ["a fit on nobody", `${ALL}fit uptime on dc* sick <5`, ['6:15 no host is called "dc*"']],
    [
      "a flap of nothing",
      `${ALL}flap root_usage on mars off`,
      ['6:6 no host gets an item "root_usage", so this flap is for nothing'],
    ],
    ["a flap on nobody", `${ALL}flap uptime on dc* off`, ['6:16 no host is called "dc*"']],
    ["get of nobody", `${ALL}get !* uptime`, ['6:5 "!*" selects no host']],
    ["get of a list that takes all away", `${ALL}get www1,!www* uptime`, ['6:5 "www1,!www*" selects no host']],
    ["a group of nobody, where it is declared", `${ALL}hosts g !*\nget g uptime`, ['6:9 "!*" selects no host']],
    ["a fit on nobody of those", `${ALL}fit uptime on www1,!www1 sick <5`, ['6:15 "www1,!www1" selects no host']],
    [
      "a fit of no item",
      `${ALL}fit uptime,!* sick <5`,
      ['6:5 "uptime,!*" selects no item, so this fit is for nothing'],
    ],
    ["a downtime of nobody", `${ALL}downtime !* * daily 2-4`, ['6:10 "!*" selects no host']],
    ["a downtime of no item", `${ALL}downtime * !* daily 2-4`, ['6:12 "!*" selects no item']],
    ["needs of nobody", `${ALL}needs !* www1`, ['6:7 "!*" selects no host']],
    [
      "a user-group of nobody",
      `${ALL}user anna a@example.org\nusers g !anna\nalert anna * * any`,
      ['7:9 "!anna" selects no user'],
    ],
  ])("%s", (_, text, wanted) => {
    expect(warningsOf(OURS + text)).toEqual(wanted);
  });
});

describe("statements that never decide", () => {
  const BASE = `${HOSTS.replace(/host ups.*\n/, "")}get * root_usage uptime\nget mars eth0_rx\n`;
  const below = "write the exception below the rule";
  test.each<[string, string, string[]]>([
    ["an exception below the rule", "fit root_usage sick >90%\nfit root_usage on www* sick >95%", []],
    [
      "an exception above the rule",
      "fit root_usage on www* sick >95%\nfit root_usage soso >80% sick >90%",
      [`6 this fit never decides: /etc/dmon/work.conf:7 overrides it on every host; ${below}`],
    ],
    [
      "two of the same scope",
      "fit root_usage on www* sick >95%\nfit root_usage on www* crit >97%",
      [
        "6 this fit never decides: /etc/dmon/work.conf:7 overrides it on every host; the last one counts alone: make one of them",
      ],
    ],
    [
      "one that several override",
      "fit root_usage sick >95%\nfit root_usage on mars crit >97%\nfit root_usage on !mars crit >98%",
      [`6 this fit never decides: /etc/dmon/work.conf:7, /etc/dmon/work.conf:8 override it on every host; ${below}`],
    ],
    ["one that decides for one item still", "fit root_usage,uptime sick >95\nfit root_usage sick >90%", []],
    ["one that decides on one host still", "fit root_usage on www* sick >95%\nfit root_usage on www2 sick >90%", []],
    [
      "one on hosts that do not get its items",
      "fit eth0_rx on www* sick >9",
      ["6 none of these hosts gets any of these items: this fit never decides; see: dmon mk-work --explain HOST"],
    ],
    [
      "a flap",
      "flap * on www* off\nflap *,!eth* high=50%",
      [`6 this flap never decides: /etc/dmon/work.conf:7 overrides it on every host; ${below}`],
    ],
  ])("%s", (_, text, wanted) => {
    expect(told(`${BASE}${text}\n`)).toEqual(wanted);
  });
});

describe("items that nobody gets", () => {
  const BASE = `${HOSTS}get mars,www* root_usage uptime\nitem data disk /srv\nuser anna a@example.org\n`;
  const never =
    "8 none of these hosts gets any of these items: this alert never comes; see: dmon mk-work --explain HOST";
  test.each<[string, string]>([
    ["cpu_load", 'no host gets an item "cpu_load"; add: get HOSTS cpu_load'],
    ["data", 'no host gets an item "data"; add: get HOSTS data'],
    ["rot_usage", 'no host gets an item "rot_usage"; did you mean "root_usage"?'],
    ["cpu_laod", 'no item is called "cpu_laod"; did you mean "cpu_load"?'],
    ["nothing*", 'no item is called "nothing*"; undefined'],
  ])("alert of %s", (item, wanted) => {
    const said = told(`${BASE}alert anna mars,www* ${item} any\n`).filter((each) => each.startsWith("8 "));
    expect(said).toEqual([never, `8 ${wanted}`]);
  });
});

describe("needs", () => {
  const BASE = `${HOSTS}host a.example.org a\nhost b.example.org b\nget !ups uptime\n`;
  // Those hosts without items are warned for, too.
  const ofNeeds = (text: string) => told(BASE + text).filter((each) => !each.includes("monitors nothing"));
  test.each<[string, string, string[]]>([
    ["of all the others: a host never needs itself", "needs * a", []],
    [
      "of itself alone",
      "needs a a",
      ["8 a host never needs itself, so this is for nothing; name the hosts that are behind a"],
    ],
    [
      "of two that need each other",
      "needs a b\nneeds a,mars www1\nneeds b a",
      ["10 b and a need each other, so neither is ever alerted for; the rest of it is in /etc/dmon/work.conf:8"],
    ],
    [
      "in a circle of three",
      "needs a b\nneeds b www1\nneeds www1 a",
      [
        "10 hosts need each other in a circle (www1 > a > b > www1), so none of them is ever alerted for; the rest of it is in /etc/dmon/work.conf:8, /etc/dmon/work.conf:9",
      ],
    ],
    ["in a row", "needs a b\nneeds b www1\nneeds a www1\nneeds !mars,!www1 mars", []],
  ])("%s", (_, text, wanted) => {
    expect(ofNeeds(text)).toEqual(wanted);
  });
});

describe("alerts, and people whom nothing tells", () => {
  const BASE = `${HOSTS.replace(/host ups.*\n/, "")}get * uptime\nuser anna a@example.org\nuser ben b@example.org\n`;
  test.each<[string, string, string[]]>([
    ["all are told", "alert anna,ben * * any", []],
    [
      "the same alert twice",
      "alert anna,ben * * any after 2m\nalert ben,anna * * any after 120s\nalert ben * * any after 2m",
      ["8 the same alert is in /etc/dmon/work.conf:7; leave one out"],
    ],
    ["a user of no alert", "alert ben * * any", ["5 no alert tells anna; add: alert USERS HOSTS ITEMS CHANGE"]],
    [
      "many users of no alert",
      `${Array.from({ length: 6 }, (_, i) => `user u${i} u@example.org\n`).join("")}alert ben * * any`,
      ["5 no alert tells anna, u0, u1, u2, u3 and 2 more; add: alert USERS HOSTS ITEMS CHANGE"],
    ],
    [
      "a channel of no alert",
      "alert anna,ben * * any via mail\nchannel chat ntfy https://n.example.org/x",
      ["8 no alert goes by chat; add to an alert: via CHANNEL"],
    ],
  ])("%s", (_, text, wanted) => {
    expect(told(`${BASE}${text}\n`)).toEqual(wanted);
  });
});

describe("downtimes", () => {
  const BASE = `${HOSTS.replace(/host ups.*\n/, "")}get * uptime\n`;
  // Midnight of new year in Berlin; an hour before in London, where the server is.
  const site: Site = { localTime: (zone) => timeIn(zone ?? "Europe/London", Date.UTC(2026, 11, 31, 23) / 1000) };
  const text = (word: string, zone: string) =>
    `"${word}" is taken as the text, not as a time zone; write ${zone}, or "${word}" in quotes`;
  test.each<[string, string[]]>([
    ["2026-12-31T20:00+4h", []],
    ["2026-12-31T19:00+4h", ["this downtime is over since 2026-12-31 23:00; remove it"]],
    ["2026-12-31T20:00+4h Europe/Berlin", ["this downtime is over since 2027-01-01 00:00; remove it"]],
    ["2026-12-31T20:00..2027-01-01T00:01 Europe/Berlin", []],
    ["daily 2-4", []],
    ["daily 2-4 Europe/Berlin", []],
    ["daily 2-4 UTC backup", []],
    ["daily 2-4 Berlin", [text("Berlin", "Europe/Berlin")]],
    ["daily 2-4 europe/berlin", [text("europe/berlin", "Europe/Berlin")]],
    ["daily 2-4 CET", [text("CET", "a zone of the tz database such as Europe/Berlin")]],
    ['daily 2-4 "Berlin"', []],
    ["2027-12-01T22:00+4", ['"4" means 4 seconds; write 4s or 4m']],
  ])("%s", (when, wanted) => {
    expect(told(`${BASE}downtime * * ${when}\n`, site)).toEqual(wanted.map((each) => `5 ${each}`));
  });

  test("without a clock nothing is said to be over", () => {
    expect(told(`${BASE}downtime * * 2020-01-01T00:00+4h\n`)).toEqual([]);
  });
});

describe("intervals", () => {
  const BASE = `${HOSTS.replace(/host ups.*\n/, "")}get * uptime root_usage\nuser anna a@example.org\n`;
  test.each<[string, string[]]>([
    ["fit root_usage sick >90% for 5m until <85% for 10m", []],
    ["fit root_usage sick >90% for 0 until <85% for 60s", []],
    ["fit root_usage sick >90% for 5", ['"5" means 5 seconds; write 5m; items are read every 1m']],
    ["fit root_usage sick >90% for 90", ['"90" means 90 seconds; write 90s or 90m']],
    ["fit root_usage sick >90% until <85% for 10", ['"10" means 10 seconds; write 10m; items are read every 1m']],
    ["fit root_usage sick >90% for 30s", ["30s is less than the 1m between two readings; write 1m"]],
    ["item x disk / every=5\nget mars x", ['"5" means 5 seconds; write 5m; items are read every 1m']],
    ["item x disk / every=5s\nget mars x", ["5s is less than the 1m between two readings; write 1m"]],
    ["item x disk / every=5m timeout=5\nget mars x", []],
    ["alert anna * uptime sick after 2 every 2h", ['"2" means 2 seconds; write 2s or 2m']],
    ["alert anna * uptime sick after 30s every 90", ['"90" means 90 seconds; write 90s or 90m']],
  ])("%s", (line, wanted) => {
    const said = told(`${BASE}${line}\nalert anna * * dead\n`);
    expect(said).toEqual(wanted.map((each) => `6 ${each}`));
  });

  test("where items are read more often", () => {
    const line = "fit root_usage sick >90% for 30s sick <1 for 5s\nalert anna * * dead\n";
    expect(told(BASE + line, { ival_make_state_s: 10 })).toEqual([
      "6 5s is less than the 10s between two readings; write 10s",
    ]);
  });
});
