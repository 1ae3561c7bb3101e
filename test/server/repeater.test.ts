// What lasts is told again to a way that forgets; a program is told of everything.

import { expect, test } from "bun:test";
import { SendError } from "../../src/notify/channel.ts";
import { AlertsWorld, MARS } from "./alerts-world.ts";

const WORK = `host ${MARS} mars
user anna anna@example.org
get mars root_usage
get mars cpu_load
channel programs alertmanager http://127.0.0.1:9093
alert anna * * >=sick via programs,mail
`;
const programs = (news: string[]) => news.filter((line) => line.startsWith("anna programs"));

test("every 5 minutes, as a reminder, as long as it lasts", async () => {
  using world = new AlertsWorld(WORK);
  await world.pass(100);
  world.level(MARS, "root_usage", "sick");
  await world.pass(60);
  expect(programs(world.news())).toEqual(["anna programs: problem mars:root_usage fine->sick"]);
  await world.pass(600);
  const reminder = "anna programs: reminder mars:root_usage sick->sick";
  expect(world.news()).toEqual([reminder, reminder]);
  world.level(MARS, "root_usage", "fine");
  await world.pass(900);
  expect(programs(world.news())).toEqual(["anna programs: recovery mars:root_usage sick->fine"]);
});

test("not what nobody asked for, and not what is over", async () => {
  using world = new AlertsWorld(WORK);
  world.level(MARS, "root_usage", "soso");
  world.level(MARS, "cpu_load", "dead");
  await world.pass(60);
  world.level(MARS, "cpu_load", "soso");
  await world.pass(60);
  expect(programs(world.news())).toEqual([
    "anna programs: problem mars:cpu_load fine->dead",
    "anna programs: recovery mars:cpu_load dead->soso",
  ]);
  await world.pass(900);
  expect(world.news()).toEqual([]);
});

test("not while something newer waits for it, and what fails is not tried again before its time", async () => {
  using world = new AlertsWorld(WORK);
  world.level(MARS, "root_usage", "sick");
  await world.pass(60);
  world.news();
  let tries = 0;
  world.refuses = (_, channel) => {
    if (channel !== "programs") return undefined;
    tries++;
    return new SendError("down");
  };
  await world.pass(300);
  expect(tries).toBe(1);
  world.level(MARS, "cpu_load", "sick");
  await world.pass(31);
  expect(tries).toBe(2);
  world.refuses = undefined;
  await world.pass(300);
  expect(programs(world.news())).toEqual([
    "anna programs: problem mars:cpu_load fine->sick",
    "anna programs: reminder mars:root_usage sick->sick, reminder mars:cpu_load sick->sick",
  ]);
});

test("1,500 notices are one message for a person, and two for a program that wants all", async () => {
  const items = Array.from({ length: 1500 }, (_, n) => `item${n}`);
  using world = new AlertsWorld(WORK);
  const event = { time: world.now_s, host: MARS, level: "sick", prev: "fine", value: 97 };
  world.server.takeEvents(items.map((item) => ({ ...event, id: `event-of-${item}`, item })));
  await world.pass(31);
  expect(world.messages.map(({ channel, notices, more }) => [channel, notices.length, more])).toEqual([
    ["programs", 1000, 0],
    ["mail", 1000, 500],
    ["programs", 500, 0],
  ]);
  const told = new Set(
    world.messages
      .filter(({ channel }) => channel === "programs")
      .flatMap(({ notices }) => notices.map(({ item }) => item)),
  );
  expect(told.size).toBe(1500);
  const ids = new Set(world.messages.map(({ id }) => id));
  const tellings = world.server.alerts?.tellings({ count: 5000 }) ?? [];
  expect(tellings.filter(({ message = "" }) => ids.has(message))).toHaveLength(3000);
});
