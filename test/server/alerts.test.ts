import { describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { SendError } from "../../src/notify/channel.ts";
import { AlertsWorld, MARS } from "./alerts-world.ts";

const HOSTS = `host ${MARS} mars
host venus.example.org venus
host pluto.example.org pluto
user anna anna@example.org
user bert bert@example.org
users ops anna bert
get * root_usage
get * cpu_load
`;
const VENUS = "venus.example.org";
const PLUTO = "pluto.example.org";
const sick = "alert anna * * >=sick\n";

test("who asked for it is told once, and when it is over", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(29);
  expect(world.news()).toEqual([]);
  expect(world.pending()).toEqual(["anna root_usage sick: it is told with what comes within 30 s"]);
  await world.pass(2);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  expect(world.pending()).toEqual([]);
  await world.pass(3600);
  expect(world.news()).toEqual([]);
  world.level(VENUS, "root_usage", "dead");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: change venus:root_usage sick->dead"]);
  world.level(VENUS, "root_usage", "soso");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: recovery venus:root_usage dead->soso"]);
  world.level(VENUS, "root_usage", "fine");
  await world.pass(3600);
  expect(world.news()).toEqual([]);
});

test("what comes within 30 s is one message, worst first, and what is over by then is not told", async () => {
  using world = new AlertsWorld(`${HOSTS}alert ops * * >=sick\n`);
  world.level(VENUS, "root_usage", "sick");
  world.level(PLUTO, "cpu_load", "dead");
  await world.pass(20);
  world.level(MARS, "cpu_load", "crit");
  world.level(VENUS, "root_usage", "fine");
  await world.pass(11);
  const lines = "problem pluto:cpu_load fine->dead, problem mars:cpu_load fine->crit";
  expect(world.news()).toEqual([`anna mail: ${lines}`, `bert mail: ${lines}`]);
  expect(world.unsaid().toSorted()).toEqual(
    ["anna", "bert"].map(
      (user) => `${user} root_usage fine->sick: it was over within the 30 s in which a message is collected`,
    ),
  );
});

test("after, every, and another channel later", async () => {
  const lines = `${HOSTS}channel sms command /bin/true\nalert anna * * >=sick after 2m every 1h\nalert anna * * >=crit after 2h via sms\n`;
  using world = new AlertsWorld(lines);
  world.level(VENUS, "root_usage", "crit");
  await world.pass(119);
  expect(world.pending().map((line) => line.split(" (")[0])).toEqual([
    "anna root_usage crit: it must hold for 120 s",
    "anna root_usage crit: it must hold for 7200 s",
  ]);
  await world.pass(32);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->crit"]);
  await world.pass(7300);
  expect(world.news()).toEqual([
    "anna mail: reminder venus:root_usage crit->crit",
    "anna sms: problem venus:root_usage fine->crit",
    "anna mail: reminder venus:root_usage crit->crit",
  ]);
  world.level(VENUS, "root_usage", "fine");
  await world.pass(31);
  expect(world.news().sort()).toEqual([
    "anna mail: recovery venus:root_usage crit->fine",
    "anna sms: recovery venus:root_usage crit->fine",
  ]);
  world.level(VENUS, "root_usage", "crit");
  await world.pass(100);
  world.level(VENUS, "root_usage", "fine");
  await world.pass(10_000);
  expect(world.news()).toEqual([]);
});

test("fine->*: what stays bad for so long is told once, whatever it becomes, and when it is well again", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * fine->* after 5m\n`);
  await world.pass(3600);
  world.level(VENUS, "root_usage", "soso");
  await world.pass(290);
  expect(world.news()).toEqual([]);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(45);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  world.level(VENUS, "root_usage", "dead");
  await world.pass(3600);
  expect(world.news()).toEqual([]);
  world.level(VENUS, "root_usage", "fine");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: recovery venus:root_usage dead->fine"]);
});

test("one level alone: what gets worse is a change, what gets better is a recovery, and it is over once", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * sick\n`);
  const told = async (level: string) => {
    world.level(VENUS, "root_usage", level);
    await world.pass(31);
    return world.news().map((line) => line.split(" ").slice(2).join(" "));
  };
  expect(await told("sick")).toEqual(["problem venus:root_usage fine->sick"]);
  expect(await told("soso")).toEqual(["recovery venus:root_usage sick->soso"]);
  expect(await told("crit")).toEqual([]);
  expect(await told("sick")).toEqual(["problem venus:root_usage crit->sick"]);
  expect(await told("crit")).toEqual(["change venus:root_usage sick->crit"]);
  expect(await told("dead")).toEqual([]);
  expect(await told("crit")).toEqual([]);
  world.restart();
  expect(await told("soso")).toEqual(["recovery venus:root_usage crit->soso"]);
  expect(await told("fine")).toEqual([]);
  expect(await told("sick")).toEqual(["problem venus:root_usage fine->sick"]);
  expect(await told("crit")).toEqual(["change venus:root_usage sick->crit"]);
  expect(await told("sick")).toEqual(["change venus:root_usage crit->sick"]);
  expect(await told("dead")).toEqual(["change venus:root_usage sick->dead"]);
  expect(await told("fine")).toEqual(["recovery venus:root_usage dead->fine"]);
});

test.each([
  ["fine->*", ["recovery venus:root_usage crit->fine"]],
  ["sick", []], // of crit they do not want to hear when it is over
])("a line with no-recovery beside another one, of %s", async (change, last) => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * ${change}\nalert anna * * crit no-recovery\n`);
  const told = async (level: string) => {
    world.level(VENUS, "root_usage", level);
    await world.pass(31);
    return world.news().map((line) => line.split(" ").slice(2).join(" "));
  };
  expect(await told("sick")).toEqual(["problem venus:root_usage fine->sick"]);
  expect(await told("crit")).toEqual(["change venus:root_usage sick->crit"]);
  expect(await told("fine")).toEqual([...last]);
});

test("who was told by a line that is another one now hears that it is over", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick\n`);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  world.setWork(`${HOSTS}alert anna * * >=crit every 1h\n`);
  await world.pass(3700);
  expect(world.news()).toEqual([]);
  world.level(VENUS, "root_usage", "fine");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: recovery venus:root_usage sick->fine"]);
});

test("a reminder is only of what was told, as long as that lasts", async () => {
  const lines =
    "alert anna * root_usage soso->sick every 1h\nalert bert * * fine->* every 1h\nalert bert * cpu_load soso every 1h no-recovery\n";
  using world = new AlertsWorld(HOSTS + lines);
  world.level(VENUS, "root_usage", "sick");
  world.level(PLUTO, "root_usage", "sick"); // for Anna it never was soso, so she is not told, now or later
  await world.pass(31);
  expect(world.news()).toEqual(["bert mail: problem venus:root_usage fine->sick, problem pluto:root_usage fine->sick"]);
  await world.pass(1800);
  world.level(VENUS, "root_usage", "crit");
  await world.pass(1860);
  expect(world.news()).toEqual([
    "bert mail: reminder venus:root_usage crit->crit, reminder pluto:root_usage sick->sick",
  ]);
  world.level(PLUTO, "root_usage", "fine");
  await world.pass(31);
  world.news();
  world.level(VENUS, "root_usage", "soso");
  await world.pass(60);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage soso->sick"]);
  await world.pass(3700);
  expect(world.news().toSorted()).toEqual([
    "anna mail: reminder venus:root_usage sick->sick",
    "bert mail: reminder venus:root_usage sick->sick",
  ]);
});

test("a restart forgets nothing, and tells nothing twice", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick after 2m every 1h\n`);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(100);
  world.restart();
  await world.pass(60);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  world.restart();
  await world.pass(3500);
  expect(world.news()).toEqual([]);
  await world.pass(120);
  expect(world.news()).toEqual(["anna mail: reminder venus:root_usage sick->sick"]);
  world.restart();
  world.level(VENUS, "root_usage", "fine");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: recovery venus:root_usage sick->fine"]);
});

test("a clock that was set back before a restart delays nothing", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick after 5m\n`);
  world.level(VENUS, "root_usage", "sick");
  world.level(PLUTO, "root_usage", "soso");
  await world.pass(60);
  world.wrong_s = -3600;
  world.restart();
  world.level(PLUTO, "root_usage", "sick");
  await world.pass(400);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick, problem pluto:root_usage soso->sick"]);
});

test.each([
  ["forward", 3600, "nothing"],
  ["back", -3600, "nothing"],
  ["forward", 3600, "a restart"],
  ["back", -3600, "a restart"],
])("a clock that is set %s (by %d s), and then %s: after and every are as long as they were", async (_, by_s, then) => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick after 5m every 30m\n`);
  world.report(VENUS);
  world.report(PLUTO);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(400);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  world.level(PLUTO, "root_usage", "sick");
  await world.pass(60);
  world.flush();
  world.wrong_s = by_s;
  await world.pass(10);
  if (then === "a restart") world.restart();
  // No report has come yet, and hosts date their events by their own clocks.
  world.level(MARS, "cpu_load", "sick");
  world.level(PLUTO, "cpu_load", "sick");
  await world.pass(225);
  expect(world.news()).toEqual([]);
  await world.pass(40);
  expect(world.news()).toEqual(["anna mail: problem pluto:root_usage fine->sick"]);
  await world.pass(40);
  expect(world.news()).toEqual([]);
  await world.pass(30);
  expect(world.news()).toEqual(["anna mail: problem mars:cpu_load fine->sick, problem pluto:cpu_load fine->sick"]);
  await world.pass(1320, [VENUS, PLUTO]);
  expect(world.news()).toEqual([]);
  await world.pass(40);
  expect(world.news()).toEqual(["anna mail: reminder venus:root_usage sick->sick"]);
});

test("a clock that was set back by years while the server did not run delays no reminder", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick every 1h\n`);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  world.wrong_s = -1e8;
  world.restart();
  await world.pass(3640);
  expect(world.news()).toEqual(["anna mail: reminder venus:root_usage sick->sick"]);
});

describe("while something holds it up", () => {
  test("hours: it is told when they begin, if it is still so", async () => {
    using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick hours mon-fri 8-12 UTC\n`);
    world.level(VENUS, "root_usage", "sick");
    world.level(PLUTO, "root_usage", "sick");
    await world.pass(3600);
    world.level(PLUTO, "root_usage", "fine");
    await world.pass(18 * 3600);
    expect(world.news()).toEqual([]);
    await world.pass(3600 + 31);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
    expect(world.unsaid()).toEqual(["anna root_usage fine->sick: it is not in the hours of the alert"]);
  });

  test("hours that end while a message is made: it is told when they begin again, and not before", async () => {
    using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick hours mon-fri 8-13 UTC\n`);
    await world.pass(3590);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(60);
    expect(world.news()).toEqual([]);
    expect(world.pending()).toEqual(["anna root_usage sick: it is not in the hours of the alert"]);
    await world.pass(19 * 3600);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  });

  test("flapping: nothing is told until it ends", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    world.level(VENUS, "root_usage", "sick", { flapping: "start" });
    await world.pass(3600);
    expect(world.news()).toEqual([]);
    world.level(VENUS, "root_usage", "sick", { flapping: "stop" });
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  });

  test("planned work of the config, and by command", async () => {
    using world = new AlertsWorld(`${HOSTS}${sick}downtime venus * mon 12-13 UTC "new disks"\n`);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(1800);
    expect(world.pending()).toEqual(["anna root_usage sick: planned work: new disks (work.conf:10)"]);
    const down = world.server.alerts?.downtimes.plan({
      hosts: "venus",
      items: "root*",
      user: "bert",
      text: "still at it",
      made_s: world.now_s,
      when: { from: "2026-11-23T12:30", to: "2026-11-23T14:00", zone: "UTC" },
    });
    await world.pass(3600);
    expect(world.news()).toEqual([]);
    world.restart();
    expect(world.server.alerts?.downtimes.end(down?.id ?? 0)).toBe(true);
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  });

  test("an acknowledgement: no reminders until all is well; what gets worse is told once", async () => {
    using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick every 1h\n`);
    expect(world.server.alerts?.acks.give([{ host: VENUS, item: "root_usage" }], "bert", "nothing")).toEqual([]);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(31);
    world.server.alerts?.acks.give([{ host: VENUS, item: "root_usage" }], "bert", "on it");
    world.news();
    await world.pass(7200);
    world.restart();
    await world.pass(7200);
    expect(world.news()).toEqual([]);
    world.level(VENUS, "root_usage", "dead");
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: change venus:root_usage sick->dead"]);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(7200);
    expect(world.news()).toEqual([]);
    world.level(VENUS, "root_usage", "fine");
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: recovery venus:root_usage dead->fine"]);
    expect(world.server.alerts?.acks.all()).toEqual([]);
  });

  test("an acknowledgement: what gets worse is told to everybody once, also to who hears of it later", async () => {
    const lines = "alert ops * * >=sick every 1h\nalert anna * * >=crit after 2h via sms\n";
    using world = new AlertsWorld(`${HOSTS}channel sms command /bin/true\n${lines}`);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(31);
    world.server.alerts?.acks.give([{ host: VENUS, item: "root_usage" }], "bert", "on it");
    world.news();
    world.level(VENUS, "root_usage", "dead");
    await world.pass(31);
    expect(world.news()).toEqual(["anna", "bert"].map((user) => `${user} mail: change venus:root_usage sick->dead`));
    world.restart();
    await world.pass(7200);
    expect(world.news()).toEqual(["anna sms: problem venus:root_usage sick->dead"]);
    world.level(VENUS, "root_usage", "crit");
    await world.pass(7200);
    expect(world.news()).toEqual([]);
  });

  test("an acknowledgement until a time", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    world.level(VENUS, "root_usage", "sick");
    world.server.alerts?.acks.give([{ host: VENUS, item: "root_usage" }], "bert", "later", world.now_s + 600);
    await world.pass(599);
    expect(world.news()).toEqual([]);
    await world.pass(60);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  });

  test("what it needs: told when that is well again and it is not, once", async () => {
    using world = new AlertsWorld(`${HOSTS}${sick}needs venus,pluto mars:cpu_load\n`);
    world.level(VENUS, "root_usage", "sick");
    world.level(PLUTO, "root_usage", "sick");
    await world.pass(60);
    world.level(MARS, "cpu_load", "dead"); // its news comes later
    await world.pass(600);
    expect(world.news()).toEqual(["anna mail: problem mars:cpu_load fine->dead"]);
    world.level(MARS, "cpu_load", "fine");
    await world.pass(60);
    world.level(PLUTO, "root_usage", "fine");
    await world.pass(62);
    expect(world.news().sort()).toEqual([
      "anna mail: problem venus:root_usage fine->sick",
      "anna mail: recovery mars:cpu_load dead->fine",
    ]);
  });
});

describe("silence", () => {
  const all = [MARS, VENUS, PLUTO];

  test("a host that is silent is one alert, and one when it is back", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    for (const host of all) world.report(host);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(299, all);
    world.news();
    await world.pass(1000, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
    const { text, rule } = world.server.host(VENUS)?.state.dmon ?? {};
    expect([text, rule]).toEqual(["no report for 15m", "3 report intervals of 5m"]);
    await world.pass(86_400, [MARS, PLUTO]);
    expect(world.news()).toEqual([]);
    await world.pass(400, all);
    expect(world.news()).toEqual(["anna mail: recovery venus:dmon dead->fine"]);
  });

  test("that a host is dead says nothing of what it told last", async () => {
    using world = new AlertsWorld(`${HOSTS}alert anna * root_usage,dmon >=sick\n`);
    for (const host of all) world.report(host);
    world.level(VENUS, "cpu_load", "crit");
    world.level(VENUS, "root_usage", "sick");
    await world.pass(1300, [MARS, PLUTO]);
    const others = world.messages.map((message) =>
      message.others.flatMap(({ items }) => items.map(({ item }) => item)),
    );
    expect(others).toEqual([["cpu_load"], []]);
  });

  test("it dates that by its own clock, whatever that of the host shows", async () => {
    using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick after 10m\n`);
    for (const host of all) world.report(host, {}, 3600);
    await world.pass(1400, [MARS, PLUTO]);
    expect(world.news()).toEqual([]);
    await world.pass(200, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
  });

  test("what a client tells when it is heard again is told", async () => {
    using world = new AlertsWorld(`${HOSTS}${sick}needs pluto mars\n`);
    for (const host of all) world.report(host);
    await world.pass(300, all);
    await world.pass(650, [PLUTO]); // stale, not dead: nobody hears of that
    world.level(VENUS, "root_usage", "sick");
    world.level(PLUTO, "root_usage", "crit");
    world.report(VENUS);
    world.report(MARS);
    await world.pass(120);
    expect(world.news().sort()).toEqual([
      "anna mail: problem pluto:root_usage fine->crit",
      "anna mail: problem venus:root_usage fine->sick",
    ]);
    await world.pass(300, all);
    await world.pass(1200, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
    world.level(VENUS, "root_usage", "fine");
    world.report(VENUS);
    await world.pass(60, all);
    expect(world.news()).toEqual(["anna mail: recovery venus:root_usage sick->fine, recovery venus:dmon dead->fine"]);
  });

  test("a server that just started waits, and one whose clock jumps accuses nobody", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    for (const host of all) world.report(host);
    await world.pass(600, all);
    world.restart();
    world.wrong_s = 86_400 * 365;
    await world.pass(290, []);
    expect(world.news()).toEqual([]);
    await world.pass(4000, all);
    world.wrong_s = -86_400 * 365;
    await world.pass(4000, all);
    expect(world.news()).toEqual([]);
  });

  test("a server that slept accuses nobody, and then waits as long as ever", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    for (const host of all) world.report(host);
    await world.pass(600, all);
    world.now_s += 7200;
    world.leap(7200);
    await world.pass(290);
    expect([world.news(), world.server.alerts?.voice(VENUS)]).toEqual([[], "well"]);
    await world.pass(1200, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
  });

  test("what a dumb host's client knew last is held back while that is silent; the host itself is not dead", async () => {
    using world = new AlertsWorld(
      `${HOSTS}host ups.example.org ups via=venus snmp=v2c:public addr=192.0.2.9\nalert anna * * >=sick after 15m\n`,
    );
    for (const host of all) world.report(host);
    world.level("ups.example.org", "charge", "crit");
    await world.pass(3000, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
    expect(world.pending()).toEqual(["anna charge crit: venus.example.org is silent"]);
    world.report(VENUS);
    await world.pass(60, all);
    expect(world.news()).toEqual(["anna mail: problem ups:charge fine->crit, recovery venus:dmon dead->fine"]);
  });

  test("when most are silent at once it suspects itself, and says so once", async () => {
    const more = Array.from({ length: 6 }, (_, i) => `host h${i}.example.org h${i}\n`).join("");
    using world = new AlertsWorld(HOSTS + more + sick);
    const hosts = [...all, ...Array.from({ length: 6 }, (_, i) => `h${i}.example.org`)];
    for (const host of hosts) world.report(host);
    await world.pass(600, hosts);
    await world.pass(2400, [MARS, VENUS]);
    expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
    await world.pass(600, hosts.slice(0, 8));
    expect(world.news()).toEqual(["anna mail: recovery mars:dmon_silence sick->fine"]);
    await world.pass(600, hosts.slice(0, 8));
    expect(world.news()).toEqual(["anna mail: problem h5:dmon fine->dead"]);
  });

  describe("of most at once, which does not end", () => {
    const named = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, i) => `h${first + i}.example.org`);
    const hosts = [MARS, ...named(0, 5)];
    const dark = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, i) => `problem h${first + i}:dmon fine->dead`).join(", ");
    const worldOf = async (more = named(0, 5)) => {
      const lines = more.map((host, i) => `host ${host} h${i}\n`).join("");
      const world = new AlertsWorld(`host ${MARS} mars\n${lines}user anna anna@example.org\nget * root_usage\n${sick}`);
      for (const host of [MARS, ...more]) world.report(host);
      await world.pass(600, [MARS, ...more]);
      return world;
    };
    const eventText = (world: AlertsWorld) => world.server.host(MARS)?.state.dmon_silence?.text;

    test("others report for six intervals: it is no network, and all that are silent are dead", async () => {
      using world = await worldOf();
      await world.pass(2690, [MARS, "h4.example.org", "h5.example.org"]);
      expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
      expect(world.server.alerts?.voice("h0.example.org")).toBe("stale");
      await world.pass(3600, [MARS, "h4.example.org", "h5.example.org"]);
      expect(world.news()).toEqual([`anna mail: ${dark(0, 3)}, recovery mars:dmon_silence sick->fine`]);
      expect(eventText(world)).toBe("it is not the network, others report: 4 hosts count as dead");
      await world.pass(86_400, [MARS, "h4.example.org", "h5.example.org"]);
      expect(world.news()).toEqual([]);
      await world.pass(360, hosts);
      expect(world.news()).toEqual([
        `anna mail: ${dark(0, 3).replace(/problem (\S+) fine->dead/g, "recovery $1 dead->fine")}`,
      ]);
    });

    test("who was heard meanwhile is accused", async () => {
      using world = await worldOf();
      await world.pass(1300, [MARS, "h4.example.org", "h5.example.org"]);
      expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
      await world.pass(1200, [MARS, "h5.example.org"]);
      expect(world.news()).toEqual(["anna mail: problem h4:dmon fine->dead"]);
    });

    test("of those that were heard meanwhile most fall silent, too: nobody is accused", async () => {
      using world = await worldOf(named(0, 11));
      await world.pass(1300, [MARS, ...named(8, 11)]);
      await world.pass(1900, [MARS]);
      expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
    });

    test("nobody but the server's own client reports: it stays the network for an hour", async () => {
      using world = await worldOf();
      await world.pass(900 + 3590, [MARS]);
      expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
      await world.pass(60, [MARS]);
      expect(world.news()).toEqual([`anna mail: ${dark(0, 5)}, recovery mars:dmon_silence sick->fine`]);
      expect(eventText(world)).toBe("it lasts for an hour: 6 hosts count as dead");
    });
  });

  test("a start of the server holds up nothing: its clients count as well for an interval", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    for (const host of all) world.report(host);
    await world.pass(300, all);
    world.restart();
    await world.pass(10);
    expect(world.server.alerts?.voice(VENUS)).toBe("well");
    world.level(PLUTO, "root_usage", "sick");
    await world.pass(31);
    expect(world.news()).toEqual(["anna mail: problem pluto:root_usage fine->sick"]);
    world.restart();
    await world.pass(351, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
    expect(world.server.host(VENUS)?.state.dmon?.text).toBe("no report for 5m");
  });

  test("who was overdue already when the server stopped counts as silent when it starts", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    for (const host of all) world.report(host);
    await world.pass(300, all);
    await world.pass(650, [MARS, PLUTO]);
    world.restart();
    await world.pass(10);
    expect(world.server.alerts?.voice(VENUS)).toBe("stale");
    expect(world.server.alerts?.voice(PLUTO)).toBe("well");
  });

  test("a suspicion that a restart cut off is over when all were heard, or are judged", async () => {
    const hosts = [...all, "h0.example.org"];
    using world = new AlertsWorld(`${HOSTS}host h0.example.org h0\n${sick}`);
    for (const host of hosts) world.report(host);
    await world.pass(2400, [MARS]);
    expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
    world.restart();
    await world.pass(250, [MARS]);
    expect(world.news()).toEqual([]);
    await world.pass(600, hosts);
    expect(world.news()).toEqual(["anna mail: recovery mars:dmon_silence sick->fine"]);
  });

  test.each([
    ["venus and pluto need each other", "needs venus pluto\nneeds pluto venus\n"],
    ["all need both of them", "needs * venus\nneeds * pluto\n"],
    ["over a third one", "needs venus pluto:cpu_load\nneeds pluto h0\nneeds h0 venus\n"],
  ])("%s: both are told all the same", async (_, needs) => {
    using world = new AlertsWorld(`${HOSTS}host h0.example.org h0\nhost h1.example.org h1\n${needs}${sick}`);
    const others = [MARS, "h0.example.org", "h1.example.org"];
    for (const host of [VENUS, PLUTO, ...others]) world.report(host);
    await world.pass(1800, others);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead, problem pluto:dmon fine->dead"]);
  });

  test("a client that needs what is behind it is told of, and so is an item of what it itself needs", async () => {
    using world = new AlertsWorld(
      `${HOSTS}host ups.example.org ups via=venus snmp=v2c:public addr=192.0.2.9\nneeds venus,pluto ups\nneeds * pluto:cpu_load\n${sick}`,
    );
    for (const host of all) world.report(host);
    await world.pass(1800, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
    world.level(PLUTO, "cpu_load", "dead");
    await world.pass(600, all);
    expect(world.news()).toEqual([
      "anna mail: problem pluto:cpu_load fine->dead",
      "anna mail: recovery venus:dmon dead->fine",
    ]);
  });

  test("a server that starts without a network suspects itself", async () => {
    const more = Array.from({ length: 6 }, (_, i) => `h${i}.example.org`);
    using world = new AlertsWorld(HOSTS + more.map((host, i) => `host ${host} h${i}\n`).join("") + sick);
    for (const host of [...all, ...more]) world.report(host);
    await world.pass(300, [...all, ...more]);
    world.restart();
    await world.pass(2400, [MARS]);
    expect(world.news()).toEqual(["anna mail: problem mars:dmon_silence fine->sick"]);
  });
});

describe("the queue", () => {
  test("while as many are tried as may be, nobody looks again and again", async () => {
    const users = Array.from({ length: 9 }, (_, i) => `user u${i} u${i}@example.org\n`).join("");
    using world = new AlertsWorld(`${HOSTS + users}users many u*\nalert many * * >=sick\n`);
    world.hangs = true;
    world.level(VENUS, "root_usage", "sick");
    await world.pass(32);
    expect(world.hanging).toBe(8);
    expect(world.server.alerts?.tick()).toBeGreaterThan(0);
  });

  test("a mail server that is down: all is told when it is back, in two messages, in order", async () => {
    using world = new AlertsWorld(HOSTS + sick);
    world.refuses = () => new SendError("mail.example.org: connection refused");
    world.level(VENUS, "root_usage", "sick");
    await world.pass(120);
    world.level(PLUTO, "root_usage", "dead");
    await world.pass(7200);
    world.level(VENUS, "root_usage", "fine");
    world.restart();
    await world.pass(86_400);
    expect(world.news()).toEqual([]);
    world.refuses = undefined;
    await world.pass(3600 * 1.3);
    const [first, ...rest] = world.news();
    expect(first).toBe("anna mail: problem venus:root_usage fine->sick");
    expect(rest.join()).toContain("problem pluto:root_usage fine->dead");
    expect(rest.join()).toContain("recovery venus:root_usage sick->fine");
    expect(rest.length).toBeLessThan(3);
    expect(new Set(world.messages.map(({ id }) => id)).size).toBe(world.messages.length);
  });
});

test("a message that nobody takes for a week is given up, which is an event, and over when one is taken", async () => {
  using world = new AlertsWorld(
    `${HOSTS}channel sms command /bin/true\n${sick}alert bert * dmon_alerts >=sick via sms\n`,
  );
  world.refuses = (_, channel) =>
    channel === "mail" ? new SendError("mail: 550 no such user", { isPermanent: true }) : undefined;
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31 + 700);
  world.now_s += 7 * 86_400;
  world.leap(7 * 86_400);
  await world.pass(4000);
  const told = world.server.alerts?.tellings({ count: 10, host: VENUS, user: "anna" }) ?? [];
  expect(told.map(({ kind, why }) => `${kind}: ${why}`)).toEqual([
    "given up: mail: 550 no such user",
    "problem: work.conf:10",
  ]);
  const [event] = [...world.server.events({ host: MARS, item: "dmon_alerts", count: 1 })];
  expect(event).toMatchObject({
    level: "sick",
    text: "a message for anna by mail is given up: mail: 550 no such user",
  });
  expect(world.news()).toEqual(["bert sms: problem mars:dmon_alerts fine->sick"]);
  world.refuses = undefined;
  world.level(VENUS, "cpu_load", "sick");
  await world.pass(31);
  world.server.alerts?.hurry();
  await world.pass(31);
  const news = world.news();
  expect(news).toContain("bert sms: recovery mars:dmon_alerts sick->fine");
  expect(news.join("\n")).toMatch(/anna mail: .*problem venus:cpu_load fine->sick/);
  const [taken] = world.server.alerts?.tellings({ count: 1, host: VENUS }) ?? [];
  expect(taken?.sent).toMatchObject({ answer: "ok" });
});

test("what is over before its message could be sent is not told, and neither is that it is over", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  world.refuses = () => new SendError("mail.example.org: connection refused");
  world.level(VENUS, "root_usage", "sick");
  await world.pass(60);
  world.level(PLUTO, "root_usage", "dead");
  world.level(PLUTO, "cpu_load", "sick");
  world.level(MARS, "cpu_load", "sick");
  await world.pass(300);
  world.level(PLUTO, "root_usage", "fine");
  world.level(MARS, "cpu_load", "crit");
  world.level(VENUS, "root_usage", "fine");
  await world.pass(60);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(60);
  expect(world.server.alerts?.queue().length).toBe(2);
  world.level(PLUTO, "cpu_load", "fine");
  world.level(MARS, "cpu_load", "fine");
  await world.pass(60);
  expect(world.server.alerts?.queue().map(({ message }) => message.notices.length)).toEqual([1]);
  expect(world.unsaid().toSorted()).toEqual([
    "anna cpu_load crit->fine: what it follows was never sent",
    "anna cpu_load fine->crit: it changed while its message waited",
    "anna cpu_load fine->sick: it changed while its message waited",
    "anna cpu_load fine->sick: it changed while its message waited",
    "anna cpu_load sick->fine: what it follows was never sent",
    "anna root_usage dead->fine: what it follows was never sent",
    "anna root_usage fine->dead: it changed while its message waited",
    "anna root_usage fine->sick: what it follows was never sent",
    "anna root_usage sick->fine: it changed while its message waited",
  ]);
  world.restart();
  world.refuses = undefined;
  await world.pass(3600 * 1.3);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
});

test("an item or a host that leaves the work is heard of no more", async () => {
  using world = new AlertsWorld(`${HOSTS}alert anna * * >=sick every 1h\n`);
  world.level(VENUS, "root_usage", "sick");
  world.level(PLUTO, "root_usage", "sick");
  await world.pass(31);
  world.news();
  world.setWork(`${HOSTS.replace(/host venus.*\n/, "")}alert anna * * >=sick every 1h\n`);
  world.server.takeReport({
    about: { host: PLUTO, version: "1", target: "linux-x64", time: world.now_s, started: world.now_s, ival: 300 },
    hosts: { [PLUTO]: {} },
  });
  await world.pass(800);
  expect(world.news()).toEqual([]);
  expect(world.server.alerts?.tellings({ count: 10, host: VENUS }).length).toBe(1);
});

test("what is well for an hour is forgotten, and begins anew as if it had never been", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  const kept = () => [...(world.server.alerts?.problems() ?? [])].map(({ item }) => item);
  world.level(VENUS, "root_usage", "sick");
  world.level(VENUS, "cpu_load", "sick");
  await world.pass(31);
  world.level(VENUS, "root_usage", "fine");
  await world.pass(31);
  expect(world.news()).toHaveLength(2);
  await world.server.alerts?.clean(() => false);
  expect(kept()).toEqual(["root_usage", "cpu_load"]);
  await world.pass(3600);
  await world.server.alerts?.clean(() => false);
  expect(kept()).toEqual(["cpu_load"]);
  world.restart();
  expect(kept()).toEqual(["cpu_load"]);
  world.level(VENUS, "root_usage", "sick");
  world.level(VENUS, "cpu_load", "fine");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick, recovery venus:cpu_load sick->fine"]);
});

test("a level that a report has twice, and no event told, is told", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  world.report(VENUS, { root_usage: "crit" });
  await world.pass(300);
  expect(world.news()).toEqual([]);
  world.report(VENUS, { root_usage: "crit" });
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->crit"]);
});

test("that an item stopped flapping, or began, and no event told, is known after two reports", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  world.level(VENUS, "root_usage", "sick", { flapping: "start" });
  world.lose(VENUS, "root_usage", "dead");
  world.report(VENUS);
  await world.pass(300);
  expect(world.news()).toEqual([]);
  world.report(VENUS);
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->dead"]);
  world.lose(VENUS, "root_usage", "sick", { flapping: "start" });
  world.report(VENUS);
  world.lose(VENUS, "root_usage", "crit", { flapping: "start" });
  world.report(VENUS);
  await world.pass(600);
  expect(world.news()).toEqual([]);
  expect(world.pending()).toEqual(["anna root_usage crit: it flaps"]);
});

test("what has an event of a level flaps no more, also where the event of that was lost", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  world.level(VENUS, "root_usage", "sick", { flapping: "start" });
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
});

test("a database that is removed under the server: what is told from then on is in the next one", async () => {
  using world = new AlertsWorld(HOSTS + sick);
  world.level(PLUTO, "root_usage", "sick");
  await world.pass(31);
  expect(world.news()).toHaveLength(1);
  world.server.start(5);
  for (const end of ["", "-wal", "-shm"]) rmSync(`${world.file}${end}`, { force: true });
  for (let i = 0; i < 400 && !existsSync(world.file); i++) await Bun.sleep(10);
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
  world.restart();
  await world.pass(60);
  expect(world.news()).toEqual([]);
  world.level(PLUTO, "root_usage", "fine");
  await world.pass(31);
  expect(world.news()).toEqual(["anna mail: recovery pluto:root_usage sick->fine"]);
});
