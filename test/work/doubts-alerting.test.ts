// What mk-work warns for in alerts, needs and downtimes, and in the intervals of all.

import { describe, expect, test } from "bun:test";
import type { Site } from "../../src/work/site.ts";
import { timeIn } from "../../src/work/zones.ts";
import { HOSTS, told, works } from "./fixture.ts";

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
      ["10 b and a need each other, so neither waits for the other; the rest of it is in /etc/dmon/work.conf:8"],
    ],
    [
      "in a circle of three",
      "needs a b\nneeds b www1\nneeds www1 a",
      [
        "10 hosts need each other in a circle (www1 > a > b > www1), so none of them waits for another; the rest of it is in /etc/dmon/work.conf:8, /etc/dmon/work.conf:9",
      ],
    ],
    [
      "of all, of two routers that are part of all",
      "needs * a\nneeds * b",
      ["9 a and b need each other, so neither waits for the other; the rest of it is in /etc/dmon/work.conf:8"],
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
    ["a user of no alert", "alert ben * * any", ["5 no alert tells anna; add: alert anna HOSTS ITEMS CHANGE"]],
    [
      "many users of no alert",
      `${Array.from({ length: 6 }, (_, i) => `user u${i} u@example.org\n`).join("")}alert ben * * any`,
      ["5 no alert tells anna, u0, u1, u2, u3 and 2 more; add: alert USERS HOSTS ITEMS CHANGE"],
    ],
    [
      "a channel of no alert",
      "alert anna,ben * * any via mail\nchannel chat ntfy https://n.example.org/x",
      ["8 no alert goes by chat; add to an alert: via chat"],
    ],
  ])("%s", (_, text, wanted) => {
    expect(told(`${BASE}${text}\n`)).toEqual(wanted);
  });
});

describe("files of channels", () => {
  const text = (type: string, url: string) =>
    `${HOSTS.replace(/host ups.*\n/, "")}get * uptime\nchannel c ${type} ${url}\nuser a a@example.org\nalert a * * any via c\n`;
  const site: Site = { exists: (path) => path.startsWith("/etc/") };
  test.each<[string, string, string[]]>([
    ["ntfy", "@/etc/dmon/url", []],
    ["ntfy", "https://n.example.org/x", []],
    ["command", '"/etc/dmon/sms --now"', []],
    ["ntfy", "@/no/url", ["/no/url"]],
    ["command", '"/no/sms --now"', ["/no/sms"]],
  ])("%s %s", (type, url, wanted) => {
    expect(told(text(type, url), site)).toEqual(
      wanted.map(
        (path) => `5 the channel c needs ${path}, and there is no such file; make it on this host, the server`,
      ),
    );
    expect(told(text(type, url))).toEqual([]);
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
    ["2027-12-01T22:00+240", ['"240" means 240 seconds; write 240s or 240m']],
  ])("%s", (when, wanted) => {
    expect(told(`${BASE}downtime * * ${when}\n`, site)).toEqual(wanted.map((each) => `5 ${each}`));
  });

  test("in a zone that there is not: an error, whatever the clock", () => {
    const unknown = `${BASE}downtime * * 2026-12-01T22:00+4h Mars/Olympus\n`;
    expect(() => told(unknown, site)).toThrow('unknown time zone "Mars/Olympus"; write a zone');
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
    ["alert anna * uptime soso after 2 every 2h", ['"2" means 2 seconds; write 2s or 2m']],
    ["alert anna * uptime soso after 30s every 90", ['"90" means 90 seconds; write 90s or 90m']],
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

describe("files that a channel needs", () => {
  const BASE = `${HOSTS}get !ups uptime\nuser anna a@example.org\n`;
  test.each<[string, number, number]>([
    ["channel c webhook @/no/such/file", 20, 13],
    ["channel c command /no/such/cmd", 19, 12],
    ['channel c command "/no/such/cmd -s hi"', 20, 12],
    [`channel c command "'/no/such cmd' -s hi"`, 21, 12],
  ])("%s: at the path", (line, column, length) => {
    const text = `${BASE}${line}\nalert anna * uptime any via c\n`;
    const { warnings } = works(text, undefined, undefined, { exists: () => false });
    const places = warnings.filter(({ message }) => message.includes("no such file")).map(({ place }) => place);
    expect(places).toEqual([expect.objectContaining({ line: 7, column, length })]);
  });
});

test("a group of users with nobody in it is told once", () => {
  const text = `${HOSTS}get !ups uptime\nuser anna a@example.org\nusers ug !*\nalert ug * uptime any\nalert anna * uptime any\n`;
  expect(told(text).filter((each) => /^[78] /.test(each))).toEqual([
    '7 "!*" selects no user; it takes away all that it names',
  ]);
});
