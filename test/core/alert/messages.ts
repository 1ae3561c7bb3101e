// Messages for the tests of how they are written and sent.

import type { Message, Notice } from "../../../src/core/alert/message.ts";
import { DEFAULT_LEVELS } from "../../../src/core/fitness.ts";

/** 2026-11-22 17:40 at UTC+1. */
export const MADE_S = 1_795_365_600;
export const inBerlin = () => 3600;

export function notice(changes: Partial<Notice> = {}): Notice {
  const level = changes.level ?? "crit";
  return {
    kind: "problem",
    host: "mars.example.org",
    tag: "mars",
    item: "root_usage",
    level,
    prev: "sick",
    rank: DEFAULT_LEVELS.findIndex(({ name }) => name === level),
    since_s: MADE_S - 725,
    time_s: MADE_S - 5,
    value: 97.04,
    unit: "%",
    reason: ">95% (work.conf:41)",
    rule: "work.conf:52",
    problem: "019aab12-0000-7000-8000-000000000001",
    ...changes,
  };
}

/** With where it leads, as where there are pages. */
export function linked(changes: Partial<Notice> = {}): Notice {
  return notice({ links: LINKS, ...changes });
}

export function message(notices: Notice[] = [notice()], changes: Partial<Message> = {}): Message {
  return {
    id: "5f0c6c1e-8f6c-4c53-9d1f-1b1f0e6f2a11",
    server: "server.example.org",
    user: { name: "anna", mail: "anna@example.org", options: { phone: "+49301234" } },
    made_s: MADE_S,
    notices,
    more: 0,
    others: [],
    levels: DEFAULT_LEVELS,
    ...changes,
  };
}

export const LINKS = {
  page: "https://dmon.example.org/host/mars",
  ack: "https://dmon.example.org/ack?t=b3BhcXVl.c2lnbmVk",
  downtime: "https://dmon.example.org/downtime?t=b3BhcXVl.c2lnbmVk",
};

const mars = { host: "mars.example.org", tag: "mars" };
const OTHERS = [
  {
    ...mars,
    items: [
      { item: "load1", level: "sick", rank: 2, value: 12.31, unit: "tasks", since_s: MADE_S - 7500 },
      { item: "smtp", level: "soso", rank: 1, value: null, unit: "", text: "no answer", since_s: MADE_S - 60 },
    ],
    more: 2,
  },
];

export const one = message([notice({ links: LINKS, text: "3.1 GiB left" })], { others: OTHERS });
export const recovery = message([
  notice({ kind: "recovery", level: "fine", prev: "crit", value: 62, reason: undefined, links: LINKS }),
]);
export const reminder = message([notice({ kind: "reminder", prev: "crit", since_s: MADE_S - 15_000, links: LINKS })]);
export const trial = message([notice({ kind: "test" })]);
const named = (tag: string) => ({ host: `${tag}.example.org`, tag });
export const digest = message(
  [
    notice({
      ...named("venus"),
      item: "dmon",
      level: "dead",
      prev: "fine",
      value: null,
      unit: "",
      text: "no report for 11m",
      reason: undefined,
    }),
    notice({ links: LINKS }),
    notice({ item: "inodes", level: "sick", value: 91 }),
    notice({
      ...named("luna"),
      kind: "recovery",
      item: "ping",
      level: "fine",
      prev: "dead",
      value: 0.0021,
      unit: "s",
      reason: undefined,
    }),
  ],
  { others: OTHERS },
);
export const storm = message(
  Array.from({ length: 1000 }, (_, i) =>
    notice({
      ...named(`web${i % 400}`),
      item: `http_${Math.floor(i / 400)}`,
      level: i < 600 ? "dead" : "sick",
      prev: "fine",
      value: null,
      unit: "",
      text: "connection refused",
      problem: `019aab12-0000-7000-8000-${String(i).padStart(12, "0")}`,
      links: {
        page: `https://dmon.example.org/host/web${i % 400}/http`,
        ack: `https://dmon.example.org/ack?t=${"b3BhcXVl".repeat(18)}`,
        downtime: `https://dmon.example.org/downtime?t=${"b3BhcXVl".repeat(18)}`,
      },
    }),
  ),
);
/** What a broken client, or somebody who means ill, could put into each text. */
export const hostile = message(
  [
    notice({
      host: 'x"><script>alert(1)</script>',
      tag: "mars\r\nBcc: eve@example.org",
      item: `\u202eegasu_toor\u2066${"é".repeat(300)}`,
      text: "a\u0000b\u001b[31mc\r\n.\r\nFrom: eve\u2028-- \u2029</bdi><img src=https://evil.example.org/?x>",
      reason: "<b>&amp;'\"\ud800</b>",
      rule: "work.conf:1\nX: y",
      unit: "<u>",
      links: {
        page: "javascript:alert(1)",
        ack: 'https://dmon.example.org/" onclick="x',
        downtime: "https://dmon.example.org/ok",
      },
    }),
  ],
  {
    user: { name: 'Eve" <eve@example.org>,\r\nX', mail: "anna@example.org", options: {} },
    server: "server.example.org\r\nX: y",
  },
);
