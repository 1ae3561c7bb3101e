// What people ask of alerts: acknowledgements, planned work, links of mails, who would be told.

import { expect, test } from "bun:test";
import { People, Unwilling } from "../../src/server/people.ts";
import { AlertsWorld, MARS, NOON } from "./alerts-world.ts";

const VENUS = "venus.example.org";
const HOSTS = `host ${MARS} mars
host ${VENUS} venus
host pluto.example.org pluto
hosts inner mars venus
user anna anna@example.org
user bert bert@example.org
user carla carla@example.org
get * root_usage
get * cpu_load
`;
const SICK = "alert anna * * >=sick\n";
const BERT = { user: "bert", text: "on it" };

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Unwilling) return error.message;
    throw error;
  }
  return "not refused";
}

test("all that is not well of what selectors mean is acknowledged, and taken back", async () => {
  using world = new AlertsWorld(HOSTS + SICK);
  const { people } = world.server;
  world.level(VENUS, "root_usage", "sick");
  world.level(VENUS, "cpu_load", "soso");
  world.level("pluto.example.org", "root_usage", "crit");
  const acks = people.acknowledge({ hosts: "inner", items: "*" }, BERT);
  expect(acks.map(({ host, item, level, user, text }) => [host, item, level, user, text])).toEqual([
    [VENUS, "root_usage", "sick", "bert", "on it"],
    [VENUS, "cpu_load", "soso", "bert", "on it"],
  ]);
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem pluto:root_usage fine->crit"]);
  expect(people.unacknowledge({ hosts: "venus", items: "root*" }, "bert")).toHaveLength(1);
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  expect(people.acks().map(({ item }) => item)).toEqual(["cpu_load"]);
});

test("an acknowledgement whose time is over is none, also of what nobody is told of", async () => {
  using world = new AlertsWorld(HOSTS + SICK);
  const { people } = world.server;
  world.level(VENUS, "cpu_load", "soso");
  people.acknowledge({ hosts: "venus", items: "*" }, BERT, NOON + 600);
  await world.pass(599);
  expect(people.acks()).toHaveLength(1);
  await world.pass(1);
  expect(people.acks()).toEqual([]);
  expect(refusal(() => people.unacknowledge({ hosts: "venus", items: "*" }, "bert"))).toBe(
    "nothing of venus is acknowledged",
  );
});

test("what cannot be done is refused, and says what would be right", () => {
  using world = new AlertsWorld(HOSTS + SICK);
  const { people } = world.server;
  world.level(VENUS, "root_usage", "sick");
  const all = { hosts: "mars", items: "*" };
  expect(refusal(() => people.acknowledge(all, BERT))).toBe("nothing to acknowledge: mars is well");
  expect(refusal(() => people.acknowledge({ hosts: "venus", items: "cpu*" }, BERT))).toBe(
    "nothing to acknowledge: venus:cpu* is well",
  );
  expect(refusal(() => people.acknowledge({ hosts: "vens", items: "*" }, BERT))).toBe(
    'the work has no host "vens"; did you mean "venus"?',
  );
  expect(refusal(() => people.unacknowledge(all, "bert"))).toBe("nothing of mars is acknowledged");
  expect(refusal(() => people.end(7, "bert"))).toBe("there is no downtime 7");
  const over = { from: "2026-11-23T10:00", to: "2026-11-23T12:00", zone: "UTC" };
  expect(refusal(() => people.plan(all, over, BERT))).toBe("planned work until 2026-11-23T12:00 would be over already");
  expect(refusal(() => people.prospects("venus", "x", "bad"))).toStartWith('there is no level "bad"; ');
});

test("a link in a mail is for one action on one problem, and not for ever", async () => {
  using world = new AlertsWorld(HOSTS + SICK);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  const [message] = world.messages;
  const { page = "", ack = "", downtime = "" } = message?.notices[0]?.links ?? {};
  expect(page).toBe("https://dmon.example.org/graph/venus/root_usage");
  expect([ack, downtime].every((link) => /^https:\/\/dmon\.example\.org\/act\/[\w-]+\.[\w-]+$/.test(link))).toBe(true);
  const ticketOf = (link: string) => link.slice(link.lastIndexOf("/") + 1);
  const { people } = world.server;
  expect(people.ticket(ticketOf(ack))).toMatchObject({
    action: "ack",
    host: VENUS,
    tag: "venus",
    item: "root_usage",
    user: "anna",
    level: "sick",
    over: false,
    since_s: NOON,
  });
  world.restart();
  const { people: again } = world.server;
  expect(again.redeem(ticketOf(downtime), "downtime")).toMatchObject({ host: VENUS, user: "anna" });
  expect(refusal(() => again.redeem(ticketOf(ack), "downtime"))).toBe("this link is for ack, not for downtime");
  const forged = "this link is not whole, or not from this server; use the one in the mail";
  for (const text of [
    "",
    ".",
    "x.y",
    ticketOf(ack).slice(0, -1),
    `A${ticketOf(ack)}`,
    `${ticketOf(ack)}.x`,
    "x".repeat(9999),
  ])
    expect(refusal(() => again.redeem(text, "ack"))).toBe(forged);
  world.level(VENUS, "root_usage", "fine");
  expect(refusal(() => again.redeem(ticketOf(ack), "ack"))).toBe("venus:root_usage is well again");
  world.level(VENUS, "root_usage", "sick"); // another problem
  expect(again.ticket(ticketOf(ack))).toMatchObject({ over: true });
  world.now_s += 8 * 86_400;
  expect(refusal(() => again.redeem(ticketOf(ack), "ack"))).toBe(
    "this link has expired; use: dmon ack, or dmon downtime",
  );
});

test("who would be told, when and by which line; and who not, and why", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick after 2m every 4h
alert bert inner * >=sick hours mon-fri 14-18 UTC no-recovery
alert bert * * dead
alert carla pluto * >=sick
channel chat slack https://hooks.example.org/x/y
alert carla venus cpu* >=soso via chat
`);
  const { people } = world.server;
  const of = (host: string, item: string, level: string, at_s?: number) =>
    people
      .prospects(host, item, level, at_s)
      .prospects.map(({ at_s: when, ...each }) => ({ ...each, ...(when === undefined ? {} : { in_s: when - NOON }) }));
  expect(of("venus", "root_usage", "sick")).toEqual([
    {
      user: "anna",
      channel: "mail",
      in_s: 150,
      rule: "work.conf:10",
      after_s: 120,
      every_s: 14_400,
      recovery: true,
      why: "it must hold for 120 s",
    },
    {
      user: "bert",
      channel: "mail",
      in_s: 7230,
      rule: "work.conf:11",
      recovery: false,
      why: "it is not in the hours of the alert",
    },
    { user: "carla", why: "no alert line of theirs is for this item" },
  ]);
  expect(of("venus", "cpu_load", "soso")).toMatchObject([
    { user: "carla", channel: "chat", in_s: 30, rule: "work.conf:15" },
    { user: "anna", why: "their line is not for fine -> soso", rule: "work.conf:10" },
    { user: "bert", why: "their lines are not for fine -> soso", rule: "work.conf:11, work.conf:12" },
  ]);
  const saturday_s = NOON + 5 * 86_400;
  expect(of("venus", "root_usage", "sick", saturday_s).find(({ user }) => user === "bert")?.in_s).toBe(
    7 * 86_400 + 7230,
  );
  world.level(VENUS, "root_usage", "sick");
  await world.pass(151);
  people.acknowledge({ hosts: "venus", items: "*" }, BERT);
  world.level(VENUS, "root_usage", "soso");
  expect(of("venus", "root_usage", "sick").find(({ user }) => user === "anna")).toMatchObject({
    why: "their line is not for soso -> sick",
  });
});

test.each([
  ["work is planned until tomorrow", "2026-11-24T12:00", "", 86_400 + 30],
  ["and then it is not in its hours", "2026-11-24T12:00", " hours fri 8-18 UTC", 3 * 86_400 + 20 * 3600 + 30],
  ["work is planned for a month", "2026-12-24T12:00", "", undefined],
  ["a host is silent", undefined, "", undefined],
])("who would be told of many, where %s, is found without a look at each minute", async (_, to, hours, in_s) => {
  const users = Array.from({ length: 50 }, (__, i) => `u${i}`);
  const lines = users.map((user) => `user ${user} ${user}@example.org\n`).join("");
  using world = new AlertsWorld(`${HOSTS}${lines}alert ${users.join(",")} * * >=sick${hours}\n`);
  if (to === undefined) {
    world.report(VENUS);
    await world.pass(700);
  } else world.server.people.plan({ hosts: "venus", items: "*" }, { from: "2026-11-23T11:00", to, zone: "UTC" }, BERT);
  const before = world.clockLooks;
  const { prospects } = world.server.people.prospects("venus", "root_usage", "sick");
  expect(world.clockLooks - before).toBeLessThan(50 * 60);
  const told = prospects.map(({ at_s }) => (at_s === undefined ? undefined : at_s - NOON));
  expect(told).toEqual(users.map(() => in_s));
  expect(prospects[0]).toMatchObject({
    rule: "work.conf:60",
    why: to ? expect.stringMatching(/^planned work|^it is not in/) : `${VENUS} is silent`,
  });
});

test("before there is any work nothing is known, and nothing is refused that only looks", () => {
  const people = new People({
    clock: { now_s: () => NOON, mono_ms: () => 0 },
    wallClockAt: () => ({ weekday: 1, minute: 0, text: "" }),
    tickets: { read: () => ({ fault: "no" }) } as never,
    tests: {} as never,
    alerts: () => undefined,
    work: () => undefined,
    canonical: () => undefined,
    log: { terse: () => {} },
  });
  expect([people.acks(), people.downtimes(), people.tellings({ count: 1 })]).toEqual([[], [], []]);
  expect(people.waiting).toEqual({ pending: [], queue: [] });
  expect(refusal(() => people.acknowledge({ hosts: "*", items: "*" }, BERT))).toBe("this server has no work yet");
  expect(people.sendTest("anna")).rejects.toThrow("this server has no work yet");
});
