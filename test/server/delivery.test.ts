// Messages that are refused, hang, or are for somebody who is gone: whom they hold up, and whom not.

import { describe, expect, test } from "bun:test";
import { SendError } from "../../src/notify/channel.ts";
import { AlertsWorld, MARS } from "./alerts-world.ts";

const WORK = `host ${MARS} mars
host venus.example.org venus
user anna anna@example.org
user bert bert@example.org
get * root_usage
get * cpu_load
get * mem_usage
channel push command /bin/true
alert anna * *,!dmon_alerts >=sick
`;
const VENUS = "venus.example.org";
const spam = new SendError("mail: 554 spam", { isPermanent: true });

describe("one that is refused for what it is", () => {
  test("holds up nothing that comes later, and comes when it is not refused any more", async () => {
    using world = new AlertsWorld(WORK);
    world.refuses = ({ notices }) => (notices.some(({ item }) => item === "root_usage") ? spam : undefined);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(31);
    world.level(VENUS, "cpu_load", "sick");
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: problem venus:cpu_load fine->sick"]);
    world.restart();
    await world.pass(2);
    world.refuses = undefined;
    await world.pass(2 * 3600);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  });

  test("of what is over since nobody hears, neither that it was nor that it is over", async () => {
    using world = new AlertsWorld(WORK);
    world.refuses = ({ notices }) => (notices.some(({ item }) => item === "root_usage") ? spam : undefined);
    world.level(VENUS, "root_usage", "sick");
    world.level(VENUS, "mem_usage", "sick");
    await world.pass(31);
    world.level(VENUS, "root_usage", "fine");
    world.level(VENUS, "mem_usage", "crit");
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: problem venus:mem_usage fine->crit"]);
    await world.pass(3 * 3600);
    expect(world.news()).toEqual([]);
    expect(world.server.alerts?.queue()).toEqual([]);
    expect(world.unsaid().toSorted()).toEqual([
      "anna mem_usage fine->sick: it changed while its message waited",
      "anna root_usage fine->sick: it changed while its message waited",
      "anna root_usage sick->fine: what it follows was never sent",
    ]);
  });

  test("but that may have come all the same stays before what follows it", async () => {
    using world = new AlertsWorld(WORK);
    let tries = 0;
    world.refuses = () => (tries++ === 0 ? new SendError("mail: hung", { isUnsure: true }) : spam);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(31 + 60);
    world.level(VENUS, "root_usage", "fine");
    await world.pass(31);
    world.refuses = undefined;
    await world.pass(2 * 3600);
    expect(world.news()).toEqual([
      "anna mail: problem venus:root_usage fine->sick",
      "anna mail: recovery venus:root_usage sick->fine",
    ]);
  });

  test("where all are, for the address is wrong, they become one; with the right address that comes at once", async () => {
    using world = new AlertsWorld(WORK);
    world.refuses = ({ user }) => (user.mail === "anna@example.org" ? spam : undefined);
    for (const item of ["root_usage", "cpu_load", "mem_usage"]) {
      world.level(VENUS, item, "sick");
      await world.pass(60);
    }
    expect(world.server.alerts?.queue().map(({ message }) => message.notices.length)).toEqual([3]);
    world.setWork(WORK.replace("anna@example.org", "anna.b@example.org"));
    await world.pass(2);
    expect(world.messages.map(({ user, notices }) => [user.mail, notices.length])).toEqual([["anna.b@example.org", 3]]);
    const sent = world.server.alerts?.tellings({ count: 10 }).map((each) => each.sent?.answer);
    expect(sent).toEqual(["ok", "ok", "ok"]);
  });
});

test("a way that hangs holds up no other", async () => {
  const users = Array.from({ length: 40 }, (_, n) => `user u${n} u${n}@example.org\n`).join("");
  const all = Array.from({ length: 40 }, (_, n) => `u${n}`).join(",");
  using world = new AlertsWorld(`${WORK}${users}alert ${all} * * >=sick\nalert bert * * >=sick via push\n`);
  world.answers = (_, channel) => (channel === "mail" ? new Promise(() => {}) : undefined);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(32);
  expect(world.news()).toEqual(["bert push: problem venus:root_usage fine->sick"]);
});

test("a reload while an attempt is under way: the next one follows at once", async () => {
  using world = new AlertsWorld(WORK);
  const { promise, reject } = Promise.withResolvers<string>();
  world.answers = () => promise;
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  world.setWork(WORK);
  world.answers = undefined;
  await world.pass(10);
  expect(world.news()).toEqual([]);
  reject(new SendError("mail: no answer within 370 s", { isUnsure: true }));
  await world.pass(2);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
});

test("reloads make no wait longer", async () => {
  using world = new AlertsWorld(WORK);
  world.refuses = () => new SendError("mail: connection refused");
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  for (let n = 0; n < 12; n++) {
    world.setWork(WORK);
    await world.pass(1);
  }
  world.refuses = undefined;
  await world.pass(40);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
});

test("who left the work gets nothing any more, and that is recorded; a way that left is no trouble for ever", async () => {
  using world = new AlertsWorld(`${WORK}alert bert * * >=sick via push\n`);
  world.refuses = () => new SendError("down");
  world.level(VENUS, "root_usage", "sick");
  await world.pass(60);
  world.refuses = undefined;
  world.setWork(WORK.replace("user bert bert@example.org\n", "").replace(/channel .*\n/, ""));
  await world.pass(60);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  expect(world.server.alerts?.queue()).toEqual([]);
  const [gone] = world.server.alerts?.tellings({ count: 9, user: "bert" }) ?? [];
  expect(gone).toMatchObject({
    kind: "given up",
    why: expect.stringMatching(/^the work has no (user bert|channel push) any more$/),
  });
  expect(world.server.alerts?.isWell).toBe(true);
});

test("the queue says what each waits for", async () => {
  using world = new AlertsWorld(WORK);
  world.refuses = () => new SendError("down");
  world.level(VENUS, "root_usage", "sick");
  await world.pass(32);
  world.level(VENUS, "cpu_load", "sick");
  await world.pass(32);
  expect(world.server.alerts?.queue().map(({ state, attempts }) => [state, attempts > 0])).toEqual([
    ["waits", true],
    ["behind", false],
  ]);
  world.answers = () => new Promise(() => {});
  await world.pass(120);
  expect(world.server.alerts?.queue()[0]?.state).toBe("tried");
});

test("that messages wait is shown of the server's host, also after a restart and its next report", async () => {
  using world = new AlertsWorld(WORK);
  world.refuses = () => new SendError("down");
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31 + 700);
  world.restart();
  world.report(MARS);
  expect(world.server.troubleNow).toBe("messages wait that nobody takes"); // so no heartbeat is called
  const state = world.server.host(MARS)?.state.dmon_alerts;
  expect(state).toMatchObject({ level: "sick", text: expect.stringContaining("messages wait") });
  world.refuses = undefined;
  await world.pass(60);
  expect(world.server.host(MARS)?.state.dmon_alerts?.level).toBe("fine");
  expect(world.server.troubleNow).toBeUndefined();
});
