// People who have logged in act: a real server, its port, and pages that ask it.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import type { PageSource } from "../../src/page/model.ts";
import { type WireSource, wireSource } from "../../src/page/wire-source.ts";
import { type Listener, listen } from "../../src/wire/listen.ts";
import { say, serverPort } from "../commands/fixture.ts";
import { AlertsWorld, MARS, NOON } from "../server/alerts-world.ts";
import { type Browser, hashOf, TestDoor } from "./session/door.ts";

const VENUS = "venus.example.org";
const WORK = `host ${MARS} mars
host ${VENUS} venus
hosts web mars
user ann ann@example.org
user bob bob@example.org
users ops ann
channel chat ntfy https://ntfy.example.org/x
get * root_usage
get * cpu_load
alert ops * * >=sick after 2m every 4h via mail,chat
alert bob web root_usage fine->* hours mon-fri 8-18 no-recovery
`;

let world: AlertsWorld;
let listener: Listener;
let source: PageSource;
let live: WireSource;
let door: TestDoor;
let ann: Browser;

beforeEach(async () => {
  world = new AlertsWorld(WORK);
  const clock = {
    get wall_s() {
      return world.now_s;
    },
  };
  listener = listen({
    addresses: ["127.0.0.1"],
    port: 0,
    identify: (address) => ({ address, who: ["localhost", "client", "pagemaker"], hosts: [] }),
    switchboard: serverPort({ server: world.server, clock }),
    log: { quiet: () => {}, debug: () => {} },
  });
  const target = { host: "127.0.0.1", port: listener.port };
  live = wireSource({
    target: () => target,
    server: () => MARS,
    version: "1",
    levels: () => DEFAULT_LEVELS,
    groups: () => ({ hosts: {}, items: {} }),
  });
  live.link.start();
  source = live;
  for (const host of [MARS, VENUS]) world.report(host, { root_usage: "fine", cpu_load: "fine" });
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  door = new TestDoor();
  door.users = ["ann", "bob"];
  for (const user of ["ann", "bob"]) door.passwords.set(user, hashOf(user), NOON);
  ann = door.browser(source);
  await ann.login("ann");
});
afterEach(async () => {
  live.link.stop();
  await listener.stop();
  world[Symbol.dispose]();
  door[Symbol.dispose]();
});

/** With what the server knows by now. */
const look = async (browser: Browser, path: string) => {
  await live.link.refresh(2000);
  return (await browser.ask(path)).page;
};

describe("the links", () => {
  test("stand where something is wrong, lead to the login who is nobody, and from there back", async () => {
    const nobody = door.browser(source);
    const page = await look(nobody, "/");
    expect(page).toContain(
      '<a href="do/ack?host=venus&amp;item=root_usage&amp;to=.%2F" aria-label="acknowledge: venus root_usage">',
    );
    const { status, headers } = await nobody.ask("/do/ack?host=venus&item=root_usage");
    expect([status, headers.get("Location")]).toEqual([303, "../login?to=do%2Fack%3Fhost%3Dvenus%26item%3Droot_usage"]);
    const back = await nobody.login("ann", undefined, "do/ack?host=venus&item=root_usage");
    expect(back.headers.get("Location")).toBe("./do/ack?host=venus&item=root_usage");
    expect(await look(nobody, "/do/ack?host=venus&item=root_usage")).toContain("Acknowledge as ann");
    expect(await look(ann, "/host/venus")).toContain("do/downtime?host=venus&amp;to=host%2Fvenus");
    expect(await look(ann, "/graph/venus/cpu_load")).not.toContain("do/ack"); // it is well
  });

  test("are not shown where nobody could log in", async () => {
    door.users = [];
    expect(await look(door.browser(source), "/")).not.toContain("do/ack");
  });
});

describe("acknowledging", () => {
  const path = "/do/ack?host=venus&item=root_usage";

  test("looking does nothing; sending does, as who has logged in, and leads back", async () => {
    for (const method of ["GET", "HEAD"]) await ann.ask(path, { method });
    expect(world.server.people.acks()).toEqual([]);
    const { status, headers } = await ann.fill(`${path}&to=graph%2Fvenus%2Froot_usage`, {
      until: "2h",
      text: " on  it ",
    });
    expect([status, headers.get("Location")]).toEqual([303, "../graph/venus/root_usage"]);
    expect(world.server.people.acks()).toMatchObject([{ host: VENUS, item: "root_usage", user: "ann", text: "on it" }]);
    const page = await look(ann, "/");
    expect(page).toContain("acknowledged by <b><bdi>ann</bdi></b>");
    expect(page).toContain('href="do/unack?host=venus&amp;item=root_usage&amp;to=.%2F"');
  });

  test("is taken back, by anybody who has logged in", async () => {
    await ann.fill(path, { until: "" });
    const bob = door.browser(source);
    await bob.login("bob");
    expect(await look(bob, "/do/unack?host=venus&item=root_usage")).toContain("Take it back as bob");
    expect((await bob.fill("/do/unack?host=venus&item=root_usage", {})).headers.get("Location")).toBe("../host/venus");
    expect(world.server.people.acks()).toEqual([]);
    expect((await bob.ask("/do/unack?host=venus&item=root_usage")).status).toBe(404);
  });

  test("from elsewhere, or without the token, does nothing", async () => {
    for (const token of ["", "x"]) expect((await ann.post(path, { until: "2h", token })).status).toBe(403);
    expect((await ann.fill(path, { token: "" })).status).toBe(403);
    const { page } = await ann.ask(path);
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    expect((await ann.post(path, { token }, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await door.browser(source).post(path, { token })).status).toBe(303); // to the login
    const bob = door.browser(source);
    await bob.login("bob");
    const refused = await bob.post(path, { token });
    expect([refused.status, refused.page.includes("Open the form again")]).toEqual([403, true]);
    expect(world.server.people.acks()).toEqual([]);
  });

  test.each([
    ["/do/ack?host=venus&item=cpu_load", 404, "is well"],
    ["/do/ack?host=venus&item=root_usag", 404, "root_usage"],
    ["/do/ack?host=nobody&item=x", 404, "no host"],
    ["/do/ack", 400, "of which host"],
    ["/do/ack?host=venus&item=%00", 404, "no item"],
    ["/do/ack?host=%3Cb%3E&item=x", 404, "&lt;b&gt;"],
    ["/do/end?id=7", 404, "no such planned work"],
    ["/do/end?id=__proto__", 404, "no such planned work"],
    ["/do/nothing", 404, "no page"],
  ])("%s is %d", async (where, status, words) => {
    const answer = await ann.ask(where);
    expect([answer.status, answer.page.includes(words)]).toEqual([status, true]);
  });

  test("what is filled in wrongly, or refused by the server, stays in the form", async () => {
    const wrong = await ann.fill(path, { other: "laetr", text: "my words" });
    expect([wrong.status, wrong.page.includes("“laetr” is no time"), wrong.page.includes('value="my words"')]).toEqual([
      400,
      true,
      true,
    ]);
    source.act = () => Promise.reject(new (class extends Error {})("x"));
    expect((await ann.fill(path, {})).status).toBe(500);
  });

  test("leads to nobody else's pages", async () => {
    const { headers } = await ann.fill(`${path}&to=${encodeURIComponent("//evil.example")}`, { until: "2h" });
    expect(headers.get("Location")).toBe("../");
  });
});

describe("planned work", () => {
  test("on a host begins, is shown, and is ended", async () => {
    const page = await look(ann, "/do/downtime?host=venus");
    expect(page).toContain("Plan work as ann");
    expect((await ann.fill("/do/downtime?host=venus", { until: "1h", text: "new disk" })).status).toBe(303);
    const [work] = world.server.people.downtimes();
    expect(work).toMatchObject({ hosts: "venus", items: "*", user: "ann", text: "new disk" });
    expect(await look(ann, "/host/venus")).toContain(`do/end?id=${work?.id}&amp;to=host%2Fvenus`);
    expect(await look(ann, `/do/end?id=${work?.id}`)).toContain("End it as ann");
    expect((await ann.fill(`/do/end?id=${work?.id}`, {})).headers.get("Location")).toBe("../");
    expect(world.server.people.downtimes()).toEqual([]);
  });

  test("on one item is on that alone", async () => {
    await ann.fill("/do/downtime?host=venus&item=root_usage", { until: "1h", items: "item" });
    expect(world.server.people.downtimes()).toMatchObject([{ hosts: "venus", items: "root_usage" }]);
  });
});

describe("USER", () => {
  const ask = async (line: string) => {
    const clock = {
      get wall_s() {
        return world.now_s;
      },
    };
    return say(serverPort({ server: world.server, clock }), line, {
      address: "127.0.0.1",
      who: ["localhost"],
      hosts: [],
    });
  };

  test("says how a user is told: lines, where they stand, and what they are for", async () => {
    expect(JSON.parse(await ask("USER ann"))).toMatchObject({
      resp: "ok user",
      user: "ann",
      mail: "ann@example.org",
      lines: [
        {
          where: "work.conf:10",
          text: "alert ann * * >=sick after 2m every 4h via mail,chat",
          via: ["mail", "chat"],
          now: true,
          hosts: 2,
          tags: ["mars", "venus"],
          items: 3,
          names: ["cpu_load", "dmon", "root_usage"],
        },
      ],
      told: [],
    });
    expect(JSON.parse(await ask("USER bob")).lines).toEqual([
      {
        where: "work.conf:11",
        text: "alert bob web root_usage fine->* hours mon-fri 8-18 no-recovery via mail",
        via: ["mail"],
        now: true,
        hosts: 1,
        tags: ["mars"],
        items: 1,
        names: ["root_usage"],
      },
    ]);
    await world.pass(200);
    expect(JSON.parse(await ask("USER ann")).told).toMatchObject([
      { channel: "chat", tag: "venus" },
      { channel: "mail" },
    ]);
    expect(JSON.parse(await ask("USER bob")).told).toEqual([]);
  });

  test("of who is told nothing there are no lines; and a name is a name", async () => {
    const { lines, told, mail } = JSON.parse(
      await ask("USER __proto__x").then((text) => text.replace(/^refused.*/, "{}")),
    );
    expect([lines, told, mail]).toEqual([undefined, undefined, undefined]);
    expect(JSON.parse(await ask("USER carl"))).toMatchObject({ lines: [], told: [] });
    expect(JSON.parse(await ask("USER constructor"))).toMatchObject({ lines: [], told: [] });
    expect(await ask("USER ../x")).toContain("is no name of a user");
  });

  test("is asked by the page, which shows it", async () => {
    await world.pass(200);
    const page = await look(ann, "/user");
    expect(page).toContain("work.conf:10");
    expect(page).toContain("alert ann * * &gt;=sick after 2m every 4h via mail,chat");
    expect(page).toContain('href="graph/venus/root_usage"');
    const sent = await ann.fill("/user", { what: "test" });
    expect([sent.status, sent.page.includes("taken</b>")]).toEqual([200, true]);
  });
});
