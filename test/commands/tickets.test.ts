// What people do by commands of the server: tickets of mails, planned work, and what CLIENTS tells of both.

import { describe, expect, test } from "bun:test";
import { AlertsWorld, MARS, NOON } from "../server/alerts-world.ts";
import { say, serverPort } from "./fixture.ts";

const VENUS = "venus.example.org";
const HOSTS = `host ${MARS} mars
host ${VENUS} venus
host pluto.example.org pluto
user anna anna@example.org
get * root_usage
get * cpu_load
alert anna * * >=sick
`;

function portOf(world: AlertsWorld) {
  const clock = {
    get wall_s() {
      return world.now_s;
    },
  };
  const port = serverPort({ server: world.server, clock });
  return async (line: string) => {
    const answer = await say(port, line);
    return answer.startsWith("refused: ") ? answer : JSON.parse(answer);
  };
}

/** A world in which venus is sick, and the tickets of the mail about it. */
async function sickVenus(work = HOSTS) {
  const world = new AlertsWorld(work);
  world.report(VENUS, { root_usage: "fine", cpu_load: "fine" });
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  const links = world.messages[0]?.notices[0]?.links;
  const ticketOf = (url = "") => url.replace("https://dmon.example.org/act/", "");
  return { world, ask: portOf(world), ack: ticketOf(links?.ack), downtime: ticketOf(links?.downtime) };
}

describe("TICKET", () => {
  test("says what a link is for, and does nothing", async () => {
    const { world, ask, ack, downtime } = await sickVenus();
    using _ = world;
    const what = {
      host: VENUS,
      tag: "venus",
      item: "root_usage",
      user: "anna",
      level: "sick",
      since: NOON,
      over: false,
    };
    expect(await ask(`TICKET ${ack}`)).toEqual({ resp: "ok ticket", action: "ack", ...what });
    expect(await ask(`TICKET ${downtime}`)).toEqual({ resp: "ok ticket", action: "downtime", ...what });
    const { acks, downtimes } = await ask("CLIENTS");
    expect([acks, downtimes]).toEqual([[], []]);
  });

  test("tells a forged one from one that expired, and one whose problem is over", async () => {
    const { world, ask, ack } = await sickVenus();
    using _ = world;
    const forged = { resp: "error this link is not whole, or not from this server; use the one in the mail" };
    for (const text of [`x${ack}`, ack.slice(0, -1), "x", "x.y"])
      expect(await ask(`TICKET ${text}`)).toEqual({ ...forged, fault: "forged" });
    world.level(VENUS, "root_usage", "fine");
    expect(await ask(`TICKET ${ack}`)).toMatchObject({ over: true, level: "fine" });
    world.now_s += 8 * 86_400;
    expect(await ask(`TICKET ${ack}`)).toMatchObject({ fault: "expired" });
    expect(await ask(`ACK ${JSON.stringify({ ticket: ack })}`)).toStartWith("refused: this link has expired");
  });
});

describe("DOWNTIME", () => {
  test("lasts from now until a moment, to the whole minute", async () => {
    const { world, ask, downtime } = await sickVenus();
    using _ = world;
    const until = { "20:00": "2026-11-23T20:00", "2026-11-23T14:00:30Z": "2026-11-23T14:01" };
    for (const [text, to] of Object.entries(until)) {
      const made = await ask(`DOWNTIME ${JSON.stringify({ ticket: downtime, until: text, items: "root_usage" })}`);
      expect(made.downtime).toMatchObject({ when: `2026-11-23T12:00..${to}`, user: "anna", items: "root_usage" });
    }
  });
  test.each([
    [{ until: "11:00", when: "2h" }, "refused: give"],
    [{}, 'refused: "when" is missing'],
    [{ until: "2026-11-23T11:00" }, 'refused: "2026-11-23T11:00" (2026-11-23 11:00:00) is over already'],
    [{ until: "later" }, 'refused: "later" is no time; give an interval'],
  ])("%j is refused", async (wish, message) => {
    const { world, ask, downtime } = await sickVenus();
    using _ = world;
    expect(await ask(`DOWNTIME ${JSON.stringify({ ticket: downtime, ...wish })}`)).toStartWith(message);
  });
});

describe("CLIENTS", () => {
  test("names the planned work of now with the items that it is of: by command, by the work, of groups", async () => {
    const { world, ask } = await sickVenus(
      `${HOSTS}hosts rooms venus,pluto\nitems disks root_usage\ndowntime rooms disks mon 11-13 "disks are cleaned"\ndowntime mars * tue 11-13\n`,
    );
    using _ = world;
    const plan = { user: "bert", hosts: "venus", when: "2h", text: "new switch" };
    await ask(`DOWNTIME ${JSON.stringify(plan)}`);
    await ask(`DOWNTIME ${JSON.stringify({ ...plan, when: "2026-11-24T22:00+4h" })}`);
    const planned = [
      { id: 1, user: "bert", text: "new switch", until: NOON + 7260, of: { [VENUS]: ["*"] } },
      {
        where: expect.stringContaining("work.conf:"),
        text: "disks are cleaned",
        until: NOON + 3600,
        of: { [VENUS]: ["root_usage"] },
      },
    ];
    expect((await ask("CLIENTS")).planned).toEqual(planned);
    expect((await ask("CLIENTS venus")).planned).toEqual(planned);
    expect((await ask("CLIENTS mars")).planned).toEqual([]);
  });

  test("has acknowledgements with who, since when, and why", async () => {
    const { world, ask, ack } = await sickVenus();
    using _ = world;
    await ask(`ACK ${JSON.stringify({ ticket: ack, text: "on it", until: "2026-11-23T14:00Z" })}`);
    expect((await ask("CLIENTS")).acks).toEqual([
      {
        host: VENUS,
        item: "root_usage",
        user: "anna",
        at_s: NOON + 31,
        until_s: NOON + 7200,
        level: "sick",
        text: "on it",
      },
    ]);
  });
});
