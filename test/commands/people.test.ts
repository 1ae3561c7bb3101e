import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Switchboard } from "../../src/wire/dispatch.ts";
import { AlertsWorld, MARS, NOON } from "../server/alerts-world.ts";
import { say, serverPort } from "./fixture.ts";

const WORK = `host ${MARS} mars
host venus.example.org venus
get * uptime root_usage cpu_load
user anna anna@example.org
user bert bert@example.org
alert anna * * >=sick
alert bert mars * >=sick hours mon-fri 1-2
downtime mars uptime daily 11-14 UTC "swap of disks"
downtime venus * 2027-01-01T00:00+1d
`;

let world: AlertsWorld;
let port: Switchboard;
beforeEach(() => {
  world = new AlertsWorld(WORK);
  const clock = {
    get wall_s() {
      return world.now_s;
    },
  };
  port = serverPort({ server: world.server, clock });
  world.report(MARS, { root_usage: "fine", uptime: "fine" });
});
afterEach(() => world[Symbol.dispose]());

const ask = async (line: string) => JSON.parse(await say(port, line));

test("ACK tells the tag, and since when what is acknowledged lasts; UNACK the tag", async () => {
  world.level(MARS, "root_usage", "sick");
  await world.pass(100);
  const { now, acks } = await ask('ACK {"user":"anna","hosts":"mars","text":"on it","until":"2h"}');
  expect([now, acks]).toEqual([
    NOON + 100,
    [
      {
        host: MARS,
        tag: "mars",
        item: "root_usage",
        level: "sick",
        since_s: NOON,
        user: "anna",
        at_s: NOON + 100,
        until_s: NOON + 7300,
        text: "on it",
      },
    ],
  ]);
  expect((await ask('UNACK {"user":"bert","hosts":"*"}')).unacked).toEqual([
    { host: MARS, tag: "mars", item: "root_usage" },
  ]);
});

test.each([
  ["2026-11-24", /^refused|"until_s":\d+/, true],
  ["2026-11-22", /^refused: "2026-11-22" \(.*\) is over already$/, false],
  ["2026-02-30", /^refused: "2026-02-30" is no time; no calendar /, false],
])("until %s is a day, and no interval of 1991 seconds", async (until, answer, isDay) => {
  world.level(MARS, "root_usage", "sick");
  const said = await say(port, `ACK {"user":"anna","hosts":"mars","until":"${until}"}`);
  expect(said).toMatch(answer);
  if (isDay) expect(JSON.parse(said).acks[0].until_s % 900).toBe(0);
});

describe("ALERTS", () => {
  test("has planned work of the work-config, and whether it is now", async () => {
    const { downtimes, planned } = await ask("ALERTS");
    expect(downtimes).toEqual([]);
    expect(planned).toEqual([
      {
        where: "work.conf:8",
        hosts: "mars",
        items: "uptime",
        when: "daily 11-14 UTC",
        text: "swap of disks",
        now: true,
      },
      {
        where: "work.conf:9",
        hosts: "venus",
        items: "*",
        when: "2027-01-01T00:00..2027-01-02T00:00",
        text: "",
        now: false,
      },
    ]);
  });

  test("of any item is what * asks for", async () => {
    world.level(MARS, "root_usage", "sick");
    await world.pass(31);
    const told = async (line: string) => (await ask(line)).told.length;
    expect(await told("ALERTS * * 10")).toBe(1);
    expect(await told("ALERTS mars * 10")).toBe(1);
    expect(await told("ALERTS mars cpu_load 10")).toBe(0);
  });

  test("tells until when something waits only where that is known", async () => {
    world.level(MARS, "root_usage", "sick");
    const { pending } = await ask("ALERTS");
    expect(pending.find(({ user }: { user: string }) => user === "bert")).toEqual({
      host: MARS,
      tag: "mars",
      item: "root_usage",
      level: "sick",
      prev: "fine",
      user: "bert",
      channel: "mail",
      why: "it is not in the hours of the alert",
      rule: "work.conf:7",
    });
    world.level(MARS, "uptime", "sick");
    const waits = (await ask("ALERTS mars uptime 1")).pending;
    expect(waits[0].why).toBe("planned work: swap of disks (work.conf:8)");
    expect(waits[0]).not.toHaveProperty("until_s");
  });
});

describe("ALERTTEST", () => {
  const tried = (item: string, level = "crit") => ask(`ALERTTEST {"host":"mars","item":"${item}","level":"${level}"}`);

  test("tells what is tried, from which level, and how long messages are collected", async () => {
    world.level(MARS, "root_usage", "sick");
    const { prospects, ...trial } = await tried("root_usage");
    expect(trial).toEqual({
      resp: "ok alerttest",
      now: NOON,
      at: NOON,
      host: MARS,
      tag: "mars",
      item: "root_usage",
      prev: "sick",
      level: "crit",
      digest: 30,
    });
    expect(prospects.map(({ user }: { user: string }) => user)).toEqual(["anna", "bert"]);
  });

  test("says when the host has no such item; by dmon silence is told, whether it is reported or not", async () => {
    expect((await tried("root_usge")).unknown).toBe(
      `${MARS} has no item "root_usge", nor is there an event of it; did you mean "root_usage"?`,
    );
    expect(await tried("dmon")).not.toHaveProperty("unknown");
  });
});
