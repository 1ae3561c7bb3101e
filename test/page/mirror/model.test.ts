// Whatever happens on the server and on the way, what the mirror has of it bit by bit is what it would have of the whole.

import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Event } from "../../../src/core/event.ts";
import { DEFAULT_LEVELS } from "../../../src/core/fitness.ts";
import { type Fleet, judge } from "../../../src/page/fleet.ts";
import { Judging } from "../../../src/page/judging.ts";
import { readNews } from "../../../src/page/mirror/answer.ts";
import { Mirror, type MirrorChange } from "../../../src/page/mirror/mirror.ts";
import type { HostStatus } from "../../../src/page/status.ts";
import { say, serverPort } from "../../commands/fixture.ts";
import { AlertsWorld, MARS, NOON } from "../../server/alerts-world.ts";

const VENUS = "venus.example.org";
const UPS = "ups.example.org";
const USERS = "user anna anna@example.org\nuser bert bert@example.org\nget * cpu_load\nget * root_usage\n";
const ALERTS = "alert anna * * >=sick\nalert bert venus * >=soso no-recovery\n";
const WORKS = [
  `host ${MARS} mars\nhost ${VENUS} venus\nhost ${UPS} ups via=mars\n${USERS}${ALERTS}`,
  `host ${MARS} mars\nhost ${VENUS} abendstern\n${USERS}${ALERTS}downtime * root* mon 12:02-12:05 "a hole"\n`,
  `host ${MARS} mars\nhost ${UPS} ups\n${USERS}alert bert * * any\nneeds ups mars\n`,
];
const HOSTS = [MARS, VENUS, UPS];
const ITEMS = ["cpu_load", "root_usage", "dmon", "new"];
const ALL = { hosts: "*", items: "*" };
const LEVELS = ["fine", "soso", "sick", "dead"];

/** A server, and a mirror of it that hears of some answers. */
class Both {
  readonly world = new AlertsWorld(WORKS[0] ?? "");
  readonly mirror = this.anew();
  private readonly judging = new Judging();
  readonly changes: MirrorChange[] = [];
  private downtimes: number[] = [];

  constructor() {
    this.mirror.onChange((change) => this.changes.push(change));
  }

  private anew(): Mirror {
    return new Mirror({
      server: () => MARS,
      version: "1",
      levels: () => DEFAULT_LEVELS,
      groups: () => ({ hosts: {}, items: {} }),
      mono_ms: () => 0,
    });
  }

  /** An answer on its way; it may be lost. */
  async asked(seq: string | undefined) {
    const clock = { wall_s: this.world.now_s };
    const answer = await say(serverPort({ server: this.world.server, clock }), seq ? `WATCH ${seq} 0` : "WATCH");
    return readNews(JSON.parse(answer));
  }

  async ask(isLost = false): Promise<boolean> {
    const news = await this.asked(this.mirror.seq);
    if (isLost) return true;
    const isNew = news.seq !== this.mirror.seq;
    this.mirror.take(news);
    return isNew;
  }

  async isRight(): Promise<void> {
    while (await this.ask()); // what is bounded comes in several answers
    const whole = this.anew();
    whole.take(await this.asked(undefined));
    const [now, fresh] = [this.mirror.overview(), whole.overview()];
    if (!now || !fresh) throw new Error("nothing is known");
    const sorted = (hosts: readonly { host: string }[]) => hosts.toSorted((a, b) => (a.host < b.host ? -1 : 1));
    // How often something changed is of each mirror alone.
    expect({ ...now, seq: 0, hosts: sorted(now.hosts) }).toEqual({ ...fresh, seq: 0, hosts: sorted(fresh.hosts) });
    expect(digest(this.judging.judge(now))).toEqual(digest(judge(fresh)));
    for (const host of HOSTS)
      for (const item of ITEMS) expect(this.mirror.eventsOf(host, item)).toEqual(whole.eventsOf(host, item));
  }

  plan(items: string, minutes: number): void {
    const text = new Date((this.world.now_s + minutes * 60) * 1000).toISOString().slice(0, 16);
    const from = new Date(this.world.now_s * 1000).toISOString().slice(0, 16);
    const when = { from, to: text, zone: "UTC" };
    const { id } = this.world.server.people.plan({ hosts: "*", items }, when, { user: "anna", text: "moves" });
    this.downtimes.push(id);
  }

  endWork(): void {
    const id = this.downtimes.pop();
    if (id !== undefined) this.world.server.people.end(id, "anna");
  }
}

/** What pages show of a fleet, without what refers to itself. */
function digest({ hosts, troubled, counts, open, silentHosts, items, ...fleet }: Fleet) {
  return {
    hosts: hosts.map(hostDigest),
    troubled: troubled.map(({ view }) => view.tag),
    counts: sortedOf(counts),
    open: sortedOf(open),
    silentHosts,
    items,
    found: hosts.map(({ view }) => [fleet.find(view.tag)?.view.host, fleet.find(view.host)?.view.host]),
  };
}

function hostDigest({ view, rows, problems, counts, report_age_s, ...host }: HostStatus) {
  const flat = (list: typeof rows) => list.map(({ host: own, ...row }) => ({ ...row, of: own.view.host }));
  return { ...host, view, report_age_s, rows: flat(rows), problems: flat(problems), counts: sortedOf(counts) };
}

function sortedOf(counts: ReadonlyMap<string, number>) {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

const host = fc.constantFrom(...HOSTS);
const item = fc.constantFrom(...ITEMS);
const level = fc.constantFrom(...LEVELS);

/** Something that happens, and how a counterexample names it. */
class Deed {
  readonly name: string;
  readonly done: (both: Both) => unknown;
  constructor(name: string, done: (both: Both) => unknown) {
    this.name = name;
    this.done = done;
  }

  /** What is asked of people's side may be refused: then nothing happens. */
  async in(both: Both): Promise<void> {
    try {
      await this.done(both);
    } catch (error) {
      if ((error as Error).name !== "Unwilling") throw error;
    }
  }

  [fc.toStringMethod](): string {
    return this.name;
  }
}

const always = (name: string, done: (both: Both) => unknown) => fc.constant(new Deed(name, done));
const isKnown = ({ world }: Both, name: string) => world.server.known(name) !== undefined;
const event = (name: string, what: string, to: string, more: Partial<Event> = {}) =>
  new Deed(`${name} ${what} is ${to} ${JSON.stringify(more)}`, (both) => {
    if (isKnown(both, name)) both.world.level(name, what, to, more);
  });

const deeds: fc.Arbitrary<Deed>[] = [
  host.map((name) => new Deed(`${name} reports`, ({ world }) => world.report(name))),
  fc.tuple(host, item, level).map(([name, what, to]) => event(name, what, to)),
  fc.tuple(host, item).map(([name, what]) => event(name, what, "sick", { flapping: "start" })),
  // Of before, by a client that was offline.
  fc.tuple(host, item, fc.nat(200_000)).map(([name, what, ago_s]) => event(name, what, "soso", { time: NOON - ago_s })),
  fc
    .tuple(host, item, level)
    .map(([name, what, to]) => new Deed(`${name} ${what} ${to} lost`, ({ world }) => world.lose(name, what, to))),
  always("acknowledged", ({ world }) =>
    world.server.people.acknowledge(ALL, { user: "bert", text: "on it" }, world.now_s + 90),
  ),
  always("unacknowledged", ({ world }) => world.server.people.unacknowledge(ALL, "bert")),
  fc
    .tuple(fc.constantFrom("*", "root*", "n*"), fc.integer({ min: 1, max: 5 }))
    .map(([items, minutes]) => new Deed(`work on ${items} for ${minutes} min`, (both) => both.plan(items, minutes))),
  always("work ends", (both) => both.endWork()),
  fc.constantFrom(5, 40, 130, 700).map((s) => new Deed(`${s} s`, ({ world }) => world.pass(s))),
  fc.constantFrom(40, 700).map((s) => new Deed(`${s} s, mars reports`, ({ world }) => world.pass(s, [MARS]))),
  fc.constantFrom(0, 1, 2).map((i) => new Deed(`other work ${i}`, ({ world }) => world.setWork(WORKS[i] ?? ""))),
  fc.constantFrom(0, 1, 2).map((i) => new Deed(`restart ${i}`, ({ world }) => world.restart(undefined, WORKS[i]))),
  always("an answer is lost", (both) => both.ask(true)),
  always("an answer", (both) => both.ask()),
  always("a look", (both) => both.isRight()),
];

test("the mirror is the server, whatever happens", async () => {
  const story = fc.array(fc.oneof(...deeds), { maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(story, async (all) => {
      const both = new Both();
      try {
        for (const deed of all) await deed.in(both);
        await both.isRight();
      } finally {
        both.world[Symbol.dispose]();
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("no state has the name that one has in another life of the pagemaker", async () => {
  const [one, other] = [new Both(), new Both()];
  try {
    await Promise.all([one.ask(), other.ask()]);
    const names = [one, other].map(({ mirror }) => mirror.overview()?.seq);
    expect(names.every((name) => name?.endsWith(".1"))).toBe(true);
    expect(names[0]).not.toBe(names[1]);
  } finally {
    one.world[Symbol.dispose]();
    other.world[Symbol.dispose]();
  }
});
