// What dmon alerts, events and alert --test show of answers, for test/golden/alerting.txt.

import { trialLines, trialShape } from "../../src/cli/alert-text.ts";
import { alertsShape } from "../../src/cli/alerts-source.ts";
import { alertsLines } from "../../src/cli/alerts-text.ts";
import { eventsLines, eventsShape } from "../../src/cli/events-text.ts";
import type { Paper } from "../../src/cli/rows.ts";
import { type Line, render } from "../../src/cli/screen.ts";

const NOW = Date.UTC(2026, 10, 24, 2, 14, 5) / 1000;
const MARS = { host: "mars.example.org", tag: "mars" };
const DB1 = { host: "db1.example.org", tag: "db1" };
const OPS = { user: "ops", channel: "mail" };
const CARLA = { user: "carla", channel: "pager" };
const paper: Paper = { width: 80, height: 24, ascii: false, colour: false, isTerminal: true };

const nothing = { now: NOW, pending: [], queue: [], acks: [], downtimes: [], planned: [], told: [] };
const alerts = {
  now: NOW,
  pending: [
    {
      ...MARS,
      ...CARLA,
      item: "root_usage",
      level: "sick",
      prev: "fine",
      why: "it must hold for 600 s",
      rule: "work.conf:53",
      until_s: NOW + 300,
    },
    {
      ...DB1,
      ...OPS,
      item: "tcp_postgresql",
      level: "dead",
      prev: "fine",
      why: "planned work 3 of anna: new power supply, with the electrician",
      rule: "work.conf:52",
    },
  ],
  queue: [
    {
      ...OPS,
      id: "m1",
      made: NOW - 90_000,
      notices: 3,
      attempts: 27,
      next: NOW + 1800,
      answer: "smtp://mail.example.org: connection refused",
      first: { tag: "mars", item: "root_usage", level: "sick" },
    },
    {
      ...CARLA,
      id: "m2",
      made: NOW - 3,
      notices: 1,
      attempts: 0,
      next: NOW - 3,
      first: { tag: "db1", item: "uptime", level: "fine" },
    },
  ],
  acks: [
    {
      ...DB1,
      item: "disk_io",
      level: "sick",
      user: "anna",
      at_s: NOW - 7200,
      until_s: NOW + 86_400,
      text: "the controller is being replaced; see the ticket \x1b[2J",
    },
  ],
  downtimes: [
    {
      id: 3,
      hosts: "db1",
      items: "*",
      when: "2026-11-24T03:00..2026-11-24T05:00",
      user: "anna",
      made: NOW - 7200,
      text: "new power supply",
      now: true,
    },
  ],
  planned: [
    { where: "work.conf:71", hosts: "www*", items: "*", when: "sun 2-4 Europe/Berlin", text: "backup", now: false },
  ],
  told: [
    {
      ...MARS,
      ...OPS,
      item: "root_usage",
      level: "sick",
      prev: "fine",
      at_s: NOW - 95,
      kind: "problem",
      why: "work.conf:52",
      message: "01a2086c-8521-7443-bd8a-399af4a16f92",
      sent: { at_s: NOW - 94, attempts: 1, answer: "250 OK id=1xVTJk" },
    },
    {
      ...DB1,
      ...OPS,
      item: "disk_io",
      level: "crit",
      prev: "crit",
      at_s: NOW - 20_000,
      kind: "reminder",
      why: "work.conf:52",
      message: "01a2086c-8521-7443-bd8a-399af4a16f93",
      sent: { at_s: NOW - 12_000, attempts: 9, answer: "250 OK id=1xVTJj" },
    },
    {
      ...DB1,
      ...CARLA,
      item: "cpu_load",
      level: "soso",
      prev: "fine",
      at_s: NOW - 400 * 86_400,
      kind: "unsaid",
      why: "it must hold for 600 s",
    },
    {
      ...DB1,
      ...CARLA,
      item: "cpu_load",
      level: "sick",
      prev: "fine",
      at_s: NOW - 401 * 86_400,
      kind: "given up",
      why: "451 try again later",
    },
  ],
};
const events = {
  now: NOW,
  events: [
    {
      id: "e4",
      time: NOW - 65,
      host: MARS.host,
      tag: "mars",
      unit: "%",
      item: "root_usage",
      level: "sick",
      prev: "fine",
      value: 97.31,
      text: "/var/log",
      reason: ">90% (work.conf:41), and a long tail of words",
    },
    {
      id: "e3",
      time: NOW - 9000,
      host: MARS.host,
      tag: "mars",
      unit: "%",
      item: "root_usage",
      level: "soso",
      prev: "soso",
      value: 88,
      flapping: "start",
    },
    {
      id: "e2",
      time: NOW - 90_000,
      host: "gone.example.org",
      tag: "gone.example.org",
      item: "mail_queue",
      level: "dead",
      prev: "fine",
      value: null,
      text: "connection refused",
    },
  ],
};
const trial = {
  now: NOW,
  at: NOW,
  ...MARS,
  item: "root_usage",
  prev: "fine",
  level: "crit",
  digest: 30,
  prospects: [
    { ...OPS, at_s: NOW + 30, rule: "work.conf:52", recovery: true, every_s: 14_400 },
    { ...CARLA, at_s: NOW + 150, rule: "work.conf:53", recovery: false, after_s: 120, why: "it must hold for 120 s" },
    {
      user: "dora",
      channel: "mail",
      at_s: NOW + 19_600,
      rule: "work.conf:54",
      recovery: true,
      why: "it is not in the hours of the alert",
    },
    {
      user: "emil",
      channel: "mail",
      at_s: NOW + 110_000,
      rule: "work.conf:55",
      recovery: true,
      after_s: 60,
      why: "acknowledged by anna: new disk",
    },
    { user: "fred", channel: "mail", why: "it needs router1, which is silent (work.conf:60)", rule: "work.conf:56" },
    { user: "gina", channel: "mail", why: "their line is not for fine -> crit", rule: "work.conf:57" },
    { user: "hugo", why: "no alert line of theirs is for this item" },
  ],
};

export function pictures(): string {
  const answer = alertsShape(alerts, "");
  return [
    picture("dmon alerts, when nothing was ever told", alertsLines(alertsShape(nothing, ""), paper)),
    picture(
      "dmon alerts, when all was told",
      alertsLines({ ...answer, pending: [], queue: [], acks: [], downtimes: [] }, paper),
    ),
    picture("dmon alerts, on a bad night", alertsLines(answer, paper)),
    picture("dmon events", eventsLines(eventsShape(events, "").events, NOW, paper)),
    picture("dmon alert --test mars:root_usage crit", trialLines(trialShape(trial, ""), 80)),
  ].join("");
}

function picture(title: string, lines: readonly Line[]): string {
  return `== ${title}\n${render(lines, paper)}\n`;
}
