// What mk-work warns for: legal, and surely not meant so.

import { describe, expect, test } from "bun:test";
import { HOSTS, told, warningsOf } from "./fixture.ts";

describe("selectors", () => {
  const OURS = HOSTS.replace(/host ups.*\n/, "host db db\n");
  const ALL = "get * uptime\n";
  test.each<[string, string, string[]]>([
    ["none", ALL, []],
    ["a host without items", "get mars,www* uptime", ["4:9 db monitors nothing"]],
    [
      "items by SNMP of hosts that nobody says how to speak to",
      `${ALL}host sw sw via=mars snmp=v2c:x\nget * ups_charge\n`,
      ["1:23 ups_charge is asked by SNMP, and mars, www1, www2 and db have no snmp="],
    ],
    ["a selector that matches nothing", `${ALL}get www1,dc* uptime`, ['6:10 no host is called "dc*"']],
    ["a selector in quotes", `${ALL}get "www1,dc" uptime`, ['6:11 no host is called "dc"']],
    ["an exclusion that excludes nobody", `${ALL}get *,!dc uptime`, ['6:8 no host is called "dc"']],
    ["an empty part", `${ALL}get www1,,www2 uptime`, ["6:10 an empty name in a list"]],
    [
      "a fit of one item that nobody gets",
      `${ALL}fit uptime,root_usage sick fail`,
      ['6:12 no host gets an item "root_usage"'],
    ],
    [
      "a fit of nothing else",
      `${ALL}fit root_usage,men_usage sick fail`,
      [
        '6:5 no host gets an item "root_usage", so this fit is for nothing',
        '6:16 no host gets an item "men_usage", so this fit is for nothing',
      ],
    ],
    ["a fit on nobody", `${ALL}fit uptime on dc* sick fail`, ['6:15 no host is called "dc*"']],
    [
      "a flap of nothing",
      `${ALL}flap root_usage on mars off`,
      ['6:6 no host gets an item "root_usage", so this flap is for nothing'],
    ],
    ["a flap on nobody", `${ALL}flap uptime on dc* off`, ['6:16 no host is called "dc*"']],
    ["get of nobody", `${ALL}get !* uptime`, ['6:5 "!*" selects no host']],
    ["get of a list that takes all away", `${ALL}get www1,!www* uptime`, ['6:5 "www1,!www*" selects no host']],
    ["a group of nobody, where it is declared", `${ALL}hosts g !*\nget g uptime`, ['6:9 "!*" selects no host']],
    ["a fit on nobody of those", `${ALL}fit uptime on www1,!www1 sick fail`, ['6:15 "www1,!www1" selects no host']],
    [
      "a fit of no item",
      `${ALL}fit uptime,!* sick fail`,
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
    ["one that decides for one item still", "fit root_usage,uptime sick fail\nfit root_usage sick >90%", []],
    ["one that decides on one host still", "fit root_usage on www* sick >95%\nfit root_usage on www2 sick >90%", []],
    [
      "one on hosts that do not get its items",
      "fit eth0_rx on www* sick >9M",
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
  test.each<[string, string]>([
    ["cpu_load", 'no host gets an item "cpu_load"; add: get HOSTS cpu_load'],
    ["data", 'no host gets an item "data"; add: get HOSTS data'],
    ["rot_usage", 'no host gets an item "rot_usage"; did you mean "root_usage"?'],
    ["cpu_laod", 'no item is called "cpu_laod"; did you mean "cpu_load"?'],
    ["nothing*", 'no item is called "nothing*"; undefined'],
  ])("alert of %s", (item, wanted) => {
    const said = told(`${BASE}alert anna mars,www* ${item} any\n`).filter((each) => each.startsWith("8 "));
    expect(said).toEqual([`8 ${wanted.replace(";", ", so this alert never comes;")}`]);
  });
});
