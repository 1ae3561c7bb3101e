// An agent that starts again, or another device at its address: no counter makes a spike of it, wherever it stands then.

import { expect, test } from "bun:test";
import { Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { Agent, counter, counter64, fromTree, int, type Tree, text, ticks } from "../reach/agent.ts";
import { fakeHost } from "./fake-host.ts";

const UPTIME = "1.3.6.1.2.1.1.3.0";
const IF = "1.3.6.1.2.1.2.2.1";
const IFX = "1.3.6.1.2.1.31.1.1.1";
const PAGES = "1.3.6.1.2.1.43.10.2.1.4.1.1";
const OWN = "1.3.6.1.4.1.9.1.0";
const DAY_TICKS = 8_640_000;

const port = (counted: number, isWide = true): Tree => ({
  [`${IFX}.1.1`]: text("gi1"),
  [`${IF}.3.1`]: int(6),
  [`${IF}.10.1`]: counter(counted % 2 ** 32),
  ...(isWide ? { [`${IFX}.6.1`]: counter64(BigInt(counted)) } : {}),
});
const printer = (pages: number): Tree => ({
  "1.3.6.1.2.1.25.3.5.1.1.1": int(3),
  [PAGES]: counter(pages),
});

/** What an item says minute by minute, of an agent that has these trees one after the other. */
async function minutes(
  statement: string,
  item: string,
  trees: readonly Tree[],
): Promise<(number | null | undefined)[]> {
  let tree: Tree = {};
  using agent = await Agent.start((request) => fromTree(tree)(request));
  const conf = `host mars.example.org mars
host dev.example.org dev via=mars addr=127.0.0.1 snmp=v2c/${agent.port}:public
${statement}
`;
  const work = makeWorks("work.conf", conf, "mars.example.org").clients.get("mars.example.org");
  if (!work) throw new Error("no work");
  let now_s = 1_800_000_000;
  const clock = { now_s: () => now_s, mono_ms: () => now_s * 1000 };
  const states = new States(clock, () => "", []);
  const minute = new Minute(states, fakeHost({}), clock, () => {});
  minute.setWork(work);
  const said: (number | null | undefined)[] = [];
  for (tree of trees) {
    await minute.round();
    said.push(states.report()["dev.example.org"]?.[item]?.value);
    now_s += 60;
  }
  return said;
}

const PORTS = "item ports ifmib\nget dev ports";
const OWN_RATE = `item own snmp ${OWN}\nget dev own own.rate`;
const PAGE_RATE = "get dev printer_page_rate";

test.each<[string, string, string, [up: number, tree: Tree][], (number | null)[]]>([
  [
    "a port goes on",
    PORTS,
    "ports.gi1_in",
    [
      [0, port(6000)],
      [1, port(12_000)],
    ],
    [null, 100],
  ],
  [
    "a port of one that started",
    PORTS,
    "ports.gi1_in",
    [
      [9000, port(6000)],
      [1, port(9e12)],
      [2, port(9e12 + 600)],
    ],
    [null, null, 10],
  ],
  [
    "a port of another",
    PORTS,
    "ports.gi1_in",
    [
      [1, port(6000)],
      [50 * DAY_TICKS, port(9e12)],
    ],
    [null, null],
  ],
  [
    "a port that tells its 64 bits only now and then",
    PORTS,
    "ports.gi1_in",
    [
      [1, port(9e12, false)],
      [2, port(9e12 + 600)],
      [3, port(9e12 + 1200)],
    ],
    [null, null, 10],
  ],
  [
    "any counter of one that started",
    OWN_RATE,
    "own.rate",
    [
      [9000, { [OWN]: counter(5) }],
      [1, { [OWN]: counter(4e9) }],
      [2, { [OWN]: counter(4e9 + 60) }],
    ],
    [null, null, 1],
  ],
  [
    "the pages of another printer",
    PAGE_RATE,
    "printer_page_rate",
    [
      [9000, printer(500)],
      [1, printer(90_000)],
      [2, printer(90_003)],
    ],
    [null, null, 3],
  ],
])("%s", async (_, statement, item, steps, expected) => {
  const trees = steps.map(([up, tree]) => ({ [UPTIME]: ticks(up), ...tree }));
  expect(await minutes(statement, item, trees)).toEqual(expected);
});
