// What happens in the simulated week, by chance: which item has which level when, who dies, what breaks, what people do. Times are
// seconds from its beginning.

import { type Host, LEVELS, nameOf, ROUTER1, ROUTER2, SERVER_TAG } from "./week-work.ts";

export const WEEK_S = 7 * 86_400;
const MIN = 60;
const HOUR = 3600;
const DAY = 86_400;

export type Span = readonly [from_s: number, to_s: number];

export interface Change {
  t: number;
  host: string;
  item: string;
  level: string;
  flapping?: "start" | "stop";
}

export interface Outage {
  client: string;
  span: Span;
  /** It is off, and measures nothing; or it is only cut off, and tells all when it is back. */
  isOff: boolean;
}

export interface Plan {
  changes: Change[];
  outages: Outage[];
  mail: Span;
  server: { span: Span; isKilled: boolean }[];
  reload_s: number;
  clock: { t: number; by_s: number };
  acks: { t: number; pick: number; for_s?: number }[];
  works: { t: number; span: Span; tag: string; items: string; isEndedEarly: boolean }[];
}

export type Random = () => number;

/** Mulberry32: the same numbers for the same seed. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function planOf(hosts: readonly Host[], random: Random): Plan {
  const at = (day: number) => Math.floor((day + random() * 0.7) * DAY);
  const clients = hosts.filter(({ name, client, tag }) => name === client && tag !== SERVER_TAG && tag !== ROUTER1);
  const router1 = at(1);
  const router2 = at(3);
  const routers: Span[] = [
    [router1, router1 + Math.floor((1 + random() * 3) * HOUR)],
    [router2, router2 + Math.floor((1 + random() * 3) * HOUR)],
  ];
  const mail = at(2);
  const stop = at(0);
  const kill = at(4);
  // Often shortly before a restart: what was known before it has times of another clock.
  const clock = random() < 0.5 ? kill - random() * HOUR : at(1) + random() * 4 * DAY;
  // While a line waits for it to last (see week-work.ts).
  const cutOff = hosts
    .filter(({ tag }) => tag === "db3")
    .flatMap(({ name }) =>
      [0.5, 1.5].map((day): Outage => ({ client: name, span: [day * DAY, day * DAY + 2 * HOUR], isOff: false })),
    );
  return {
    changes: [
      ...hosts.flatMap((host) => changesOf(host, random)),
      ...routerChanges(hosts, routers, random),
      ...lastMinuteChanges(hosts, random),
      ...cutOff.flatMap(({ client, span: [from, to] }) => badFor(client, from - MIN, to - from + HOUR)),
    ].sort((a, b) => a.t - b.t),
    outages: [...deaths(clients, random), ...behindRouters(hosts, routers), ...cutOff],
    mail: [mail, mail + Math.floor((3 + random() * 4) * HOUR)],
    server: [
      { span: [stop, stop + Math.floor((0.1 + random() * 3) * HOUR)], isKilled: false },
      { span: [kill, kill + Math.floor(MIN + random() * HOUR)], isKilled: true },
      { span: [mail + 2 * HOUR, mail + 2 * HOUR + 20], isKilled: random() < 0.5 }, // with a full queue
    ],
    reload_s: at(3.5),
    clock: { t: Math.floor(clock / MIN) * MIN, by_s: random() < 0.5 ? HOUR : -HOUR },
    acks: Array.from({ length: 60 }, () => ({
      t: Math.floor(random() * WEEK_S),
      pick: random(),
      ...(random() < 0.4 ? { for_s: Math.floor((0.2 + random() * 5) * HOUR) } : {}),
    })),
    works: Array.from({ length: 40 }, () => workOf(clients, random)),
  };
}

function workOf(clients: readonly Host[], random: Random): Plan["works"][number] {
  const t = Math.floor((random() * (WEEK_S - DAY)) / MIN) * MIN;
  const from = t + Math.floor(random() * 4) * 30 * MIN;
  const tag = pick(clients, random).tag;
  const items = random() < 0.5 ? "*" : "root_usage";
  return { t, span: [from, from + Math.ceil(random() * 6) * 30 * MIN], tag, items, isEndedEarly: random() < 0.3 };
}

/** Items fail about three times a week, for seconds or for hours, some at the same moment as others of their host. */
function changesOf(host: Host, random: Random): Change[] {
  const changes: Change[] = [];
  if (host.tag === ROUTER2) return [];
  for (const item of host.items) {
    const isWild = random() < 0.02;
    let t = gap(random, isWild ? DAY : 2 * DAY);
    while (t < WEEK_S) {
      const made = isWild && random() < 0.7 ? flaps(t, random) : fails(t, random);
      changes.push(...made.map((change) => ({ ...change, host: host.name, item })));
      t = (made.at(-1)?.t ?? t) + 1 + gap(random, isWild ? DAY : 2 * DAY);
    }
  }
  return changes.filter(({ t }) => t < WEEK_S);
}

type Step = Omit<Change, "host" | "item">;

function fails(start_s: number, random: Random): Step[] {
  const steps: Step[] = [];
  let t = start_s;
  let level = pick(LEVELS.slice(1), random);
  for (let more = true; more; ) {
    steps.push({ t, level });
    t += lasting(random);
    more = random() < 0.35;
    if (more)
      level = pick(
        LEVELS.slice(1).filter((other) => other !== level),
        random,
      );
  }
  return [...steps, { t, level: "fine" }];
}

/** So often that its client tells no more of it; then it does again. */
function flaps(start_s: number, random: Random): Step[] {
  const steps: Step[] = [];
  const bad = pick(LEVELS.slice(1), random);
  let t = start_s;
  for (let i = 0; i < 4; i++) {
    steps.push({ t, level: i % 2 ? "fine" : bad });
    t += MIN * (1 + Math.floor(random() * 2));
  }
  steps.push({ t, level: bad, flapping: "start" });
  t += Math.floor((0.3 + random() * 3) * HOUR);
  const after = random() < 0.5 ? bad : "fine";
  steps.push({ t, level: after, flapping: "stop" });
  if (after === bad) steps.push({ t: t + lasting(random), level: "fine" });
  return steps;
}

/** From seconds to hours, each as probable. */
function lasting(random: Random): number {
  return Math.ceil(4 * 3500 ** random());
}

function gap(random: Random, mean_s: number): number {
  return Math.ceil(-Math.log(1 - random()) * mean_s);
}

function deaths(clients: readonly Host[], random: Random): Outage[] {
  return Array.from({ length: Math.ceil(clients.length / 6) }, () => {
    const from = Math.floor(random() * WEEK_S);
    const span: Span = [from, from + Math.ceil(2 * MIN * 300 ** random())];
    return { client: pick(clients, random).name, span, isOff: random() < 0.5 };
  });
}

function behindRouters(hosts: readonly Host[], [first, second]: readonly Span[]): Outage[] {
  if (!first || !second) return [];
  return hosts.flatMap(({ name, tag }): Outage[] => {
    if (tag.startsWith("app")) return [{ client: name, span: first, isOff: false }];
    if (tag === ROUTER1) return [{ client: name, span: first, isOff: true }];
    if (tag.startsWith("pc")) return [{ client: name, span: second, isOff: false }];
    return [];
  });
}

/** The second router is asked by ping, and so are the printers behind it: their news come within a minute, in any order. */
function routerChanges(hosts: readonly Host[], [, second]: readonly Span[], random: Random): Change[] {
  if (!second) return [];
  const [from, to] = second;
  const late = () => Math.floor(random() * MIN);
  const router = { host: nameOf(ROUTER2), item: "ping" };
  return [
    { ...router, t: from + 40 + Math.floor(late() / 3), level: "dead" }, // later than most that are behind it
    { ...router, t: to + late(), level: "fine" },
    ...hosts
      .filter(({ tag }) => tag.startsWith("prn"))
      .flatMap(({ name }) => [
        { host: name, item: "ping", t: from + late(), level: "dead" },
        { host: name, item: "ping", t: to + late(), level: "fine" },
      ]),
  ];
}

function badFor(host: string, t: number, lasting_s: number): Change[] {
  const item = "root_usage";
  return [
    { host, item, t, level: "sick" },
    { host, item, t: t + lasting_s, level: "fine" },
  ];
}

/** What is about to be told when planned work begins, or the hours of a line end (see week-work.ts): it must be held up then. */
function lastMinuteChanges(hosts: readonly Host[], random: Random): Change[] {
  const before = ({ name }: Host, t: number) => badFor(name, t - 5 - Math.floor(random() * 20), 4 * HOUR);
  return [0, 1, 2].flatMap((day) => [
    ...hosts.filter(({ tag }) => /^db[12]$/.test(tag)).flatMap((host) => before(host, day * DAY + 2 * HOUR)),
    ...hosts.filter(({ tag }) => /^www[12]$/.test(tag)).flatMap((host) => before(host, day * DAY + 17 * HOUR - MIN)),
  ]);
}

export function pick<T>(list: readonly T[], random: Random): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}
