import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { selects } from "../../src/core/selector.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { MARS, reportOf, START, UPS, type World, WWW1, withServer } from "../server/fixture.ts";
import { eventOf } from "../store/fixture.ts";
import { say, serverPort } from "./fixture.ts";

const WWW2 = "www2.example.org";
const GONE = "gone.example.org";
const WORK = `host ${MARS} mars
host ${WWW1} www1
host ${WWW2} www2
host ${UPS} ups via=mars
hosts web www1 www2
items disks root_usage var_usage
get * uptime root_usage var_usage
`;

const EVENTS: readonly Event[] = [
  eventOf(1, { host: MARS, item: "uptime", prev: "fine", level: "sick" }),
  eventOf(2, { host: WWW1, item: "root_usage", prev: "fine", level: "soso", text: "NFS is slow" }),
  eventOf(3, { host: WWW2, item: "root_usage", prev: "soso", level: "dead", reason: ">97% (work.conf:41)" }),
  eventOf(4, { host: UPS, item: "charge", prev: "sick", level: "fine" }),
  eventOf(5, { host: GONE, item: "old", prev: "fine", level: "sick" }),
  eventOf(6, { host: MARS, item: "root_usage", prev: "dead", level: "sick", flapping: "start" }),
  eventOf(7, { host: WWW1, item: "var_usage", prev: "sick", level: "soso" }),
];

async function withEvents(use: (world: World) => Promise<void>, events = EVENTS): Promise<void> {
  await withServer(async (world) => {
    const { server } = makeWorks("work.conf", WORK, MARS, () => []);
    world.server.setWork(server);
    world.server.takeReport(reportOf(MARS, { [MARS]: ["uptime", "root_usage"], [UPS]: ["charge"] }));
    world.server.takeReport(reportOf(WWW1, { [WWW1]: ["root_usage", "var_usage"] }));
    world.clock.wall_s += 3600;
    world.server.takeEvents([...events]);
    await use(world);
  });
}

interface Answer {
  resp: string;
  field?: string;
  events: (Event & { at: number; tag: string; unit?: string })[];
  goOn?: string;
  reached?: number;
  looked: number;
}

async function ask(world: World, wish: object): Promise<Answer> {
  return JSON.parse(await say(serverPort(world), `EVENTLOG ${JSON.stringify(wish)}`));
}

/** The numbers of the events that were found, or why there are none. */
async function found(wish: object): Promise<number[] | string> {
  let got: number[] | string = "";
  await withEvents(async (world) => {
    const { resp, field, events } = await ask(world, wish);
    got = resp.startsWith("ok") ? events.map(({ value }) => Number(value)) : `${field}: ${resp}`;
  });
  return got;
}

describe("EVENTLOG", () => {
  test.each<[string, object, number[]]>([
    ["all", {}, [7, 6, 5, 4, 3, 2, 1]],
    ["all, by words for it", { hosts: "*", items: "*", levels: "*", group: "", text: " " }, [7, 6, 5, 4, 3, 2, 1]],
    ["a host by its tag", { hosts: "mars" }, [6, 1]],
    ["by its name", { hosts: MARS }, [6, 1]],
    ["two hosts, with blanks", { hosts: "mars ups" }, [6, 4, 1]],
    ["a group of hosts", { hosts: "web" }, [7, 3, 2]],
    ["the same as a group", { group: "web" }, [7, 3, 2]],
    ["a host of a group", { group: "web", hosts: "*1" }, [7, 2]],
    ["no host of a group", { group: "web", hosts: "mars" }, []],
    ["all but a group: also one that left", { hosts: "!web" }, [6, 5, 4, 1]],
    ["one that left the work", { hosts: GONE }, [5]],
    ["one that left, by a pattern", { hosts: "gone*" }, [5]],
    ["a pattern that is nobody's yet", { hosts: "db*" }, []],
    ["an item", { items: "root_usage" }, [6, 3, 2]],
    ["items as in the work", { items: "*_usage !var_usage" }, [6, 3, 2]],
    ["a group of items", { items: "disks" }, [7, 6, 3, 2]],
    ["an item that left", { items: "old" }, [5]],
    ["an item of a host", { hosts: "www1", items: "var_usage" }, [7]],
    ["levels", { levels: ">=sick" }, [6, 5, 3, 1]],
    ["several", { levels: "dead, soso" }, [7, 3, 2]],
    ["better than", { levels: "<soso" }, [4]],
    ["and recoveries from them", { levels: ">=sick", recoveries: true }, [7, 6, 5, 4, 3, 1]],
    ["what only got worse is none", { levels: "soso", recoveries: true }, [7, 2]],
    ["flapping", { flapping: true }, [6]],
    ["a text, whatever its case", { text: "nfs" }, [2]],
    ["a reason", { text: ">97%" }, [3]],
    ["from a time on", { ival: `${START + 5}..` }, [7, 6, 5]],
    ["a stretch", { ival: `${START + 2}..${START + 4}` }, [3, 2]],
    ["the last hour", { ival: "3596s" }, [7, 6, 5, 4]],
    ["so many", { count: 2 }, [7, 6]],
    ["all at once", { group: "web", items: "*_usage", levels: ">=soso", ival: "2h", count: 2 }, [7, 3]],
  ])("%s", async (_, wish, wanted) => {
    expect(await found(wish)).toEqual(wanted);
  });

  test.each<[object, string]>([
    [{ hosts: "marss" }, 'hosts: error no host is called "marss"; did you mean "mars"?'],
    [{ hosts: "mars,!wbe" }, 'hosts: error no host is called "wbe"; did you mean "web"?'],
    [{ hosts: "' OR 1=1" }, 'hosts: error no host is called "\'"'],
    [{ group: "wbe" }, 'group: error no group of hosts is called "wbe"; did you mean "web"?'],
    [
      { items: "uptme" },
      'items: error no host has an item "uptme", nor is there an event of it; did you mean "uptime"?',
    ],
    [{ hosts: "mars", items: "charge" }, `items: error ${MARS} has no item "charge", nor is there an event of it`],
    [{ levels: "sik" }, 'levels: error there is no level "sik"; did you mean "sick"?'],
    [
      { levels: ">=" },
      'levels: error ">=" has a part without a level; give names of levels such as sick or soso,sick, or >=sick',
    ],
    [{ levels: "<fine" }, "levels: error no level is <fine; levels are fine, soso, sick, crit, dead, best first"],
    [{ ival: "2h..now" }, 'ival: error "2h..now" is no range: "2h" is no time; write -2h'],
    [{ count: 0 }, 'count: error give a count from 1 to 10000; "before" goes on behind them'],
    [{ count: 2.5 }, 'count: error give a count from 1 to 10000; "before" goes on behind them'],
    [{ before: "1~aaaaaaaa", after: "1~aaaaaaaa" }, 'after: error give "before" or "after", not both'],
  ])("%p is refused", async (wish, message) => {
    expect(await found(wish)).toStartWith(message);
  });

  test.each([
    ["x", /^refused: bad JSON: /],
    ['{"host":"mars"}', /^refused: "host" is no filter; did you mean "hosts"\?/],
    ['{"hosts":7}', /^refused: bad JSON: hosts/],
    ['{"before":"now"}', /^refused: bad JSON: before: a place that an answer named/],
    [`{"text":"${"x".repeat(201)}"}`, /^refused: bad JSON: text/],
  ])("%s is refused", async (typed, message) => {
    await withEvents(async (world) => {
      expect(await say(serverPort(world), `EVENTLOG ${typed}`)).toMatch(message);
    });
  });

  test("without words answers the last ones, with tags, units and where to go on", async () => {
    await withEvents(async (world) => {
      const { events, looked } = JSON.parse(await say(serverPort(world), "EVENTLOG"));
      expect(looked).toBe(7);
      expect(events[1]).toEqual({ ...EVENTS[5], at: START + 6, tag: "mars", unit: "" });
      expect(events[2]).toEqual({ ...EVENTS[4], at: START + 5, tag: GONE });
      const page = await ask(world, { count: 3 });
      expect(page.goOn).toBe(`${START + 5}~${EVENTS[4]?.id}`);
      expect(page.reached).toBeUndefined();
      const older = await ask(world, { before: page.goOn, count: 4 });
      expect(older.events.map(({ value }) => value)).toEqual([4, 3, 2, 1]);
      expect(older.goOn).toBeUndefined();
      const newer = await ask(world, { after: page.goOn });
      expect(newer.events.map(({ value }) => value)).toEqual([6, 7]);
    });
  });

  test("lets others have their turn while it looks, and says how far back it looked", async () => {
    const many = Array.from({ length: 3000 }, (_, n) => eventOf(n, { host: MARS, item: "uptime" }));
    await withEvents(async (world) => {
      const { answer } = await serverPort(world).answer('EVENTLOG {"text":"nowhere"}', {
        address: "127.0.0.1",
        who: ["localhost"],
        hosts: [MARS],
      });
      let turns = 0;
      if (!("body" in answer)) throw new Error("it waits for nothing");
      for await (const piece of answer.body) turns += piece.length === 0 ? 1 : 0;
      expect(turns).toBeGreaterThanOrEqual(6);
    }, many);
  });

  test("finds what a naive look at all events finds", async () => {
    const words = fc.constantFrom("mars", "www1", "www*", "*s", "ups", "web", GONE);
    const items = fc.constantFrom("uptime", "*_usage", "disks", "!uptime", "root_usage");
    const typed = (part: fc.Arbitrary<string>) =>
      fc.array(fc.tuple(fc.constantFrom("", "", "!"), part), { minLength: 1, maxLength: 3 });
    await withEvents(async (world) => {
      await fc.assert(
        fc.asyncProperty(
          typed(words),
          items,
          fc.subarray(["fine", "soso", "sick", "dead"]),
          async (hosts, item, levels) => {
            const members = (part: string) => (part === "web" ? ["www1", "www2"] : [part]);
            const tagOf = (host: string) => (host === GONE ? GONE : host.split(".")[0]) ?? "";
            const isPart = (part: string, tag: string) => members(part).some((each) => selects(each, tag));
            const [out, into] = [hosts.filter(([not]) => not), hosts.filter(([not]) => !not)];
            const isHost = (tag: string) =>
              (into.length === 0 || into.some(([, part]) => isPart(part, tag))) &&
              !out.some(([, part]) => isPart(part, tag));
            const isItem = (name: string) =>
              item === "disks" ? ["root_usage", "var_usage"].includes(name) : selects(item, name);
            const wanted = EVENTS.filter(
              (event) =>
                isHost(tagOf(event.host)) &&
                isItem(event.item) &&
                (levels.length === 0 || levels.includes(event.level)),
            ).map(({ value }) => value);
            const asked = hosts.map(([not, part]) => `${not}${part}`).join(",");
            const { events, field } = await ask(world, { hosts: asked, items: item, levels: levels.join(",") });
            if (field === "items") return expect(wanted).toEqual([]); // a host that never had it
            expect(events.map(({ value }) => value)).toEqual(wanted.toReversed());
          },
        ),
        { numRuns: 200 },
      );
    });
  });
});
