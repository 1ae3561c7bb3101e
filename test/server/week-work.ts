// The department whose week is simulated: its hosts, and the lines of its work.conf. Each line is written down twice, as text for
// dmon and as data for the law (week-law.ts), which so needs nothing of what it judges.

export const LEVELS = ["fine", "soso", "sick", "crit", "dead"];
const MIN = 60;
const HOUR = 3600;

export interface Host {
  name: string;
  tag: string;
  items: string[];
  /** Itself, or the client that monitors it. */
  client: string;
}

export interface Hours {
  days: number[];
  from_h: number;
  to_h: number;
  /** What its time zone is ahead of UTC in that week. */
  ahead_h: number;
}

export interface Line {
  text: string;
  users: string[];
  via: string[];
  hosts: RegExp;
  items: RegExp;
  /** Levels that are told when they are entered: from any other, or from the best one alone. */
  to: string[];
  onlyFromBest?: true;
  after_s?: number;
  every_s?: number;
  hours?: Hours;
  silent?: true;
}

export interface Planned {
  text: string;
  hosts: RegExp;
  items: RegExp;
  hours: Hours;
}

export interface Need {
  text: string;
  hosts: RegExp;
  /** By tag; without an item it must not be silent. */
  host: string;
  item?: string;
}

export interface Department {
  hosts: Host[];
  lines: Line[];
  planned: Planned[];
  needs: Need[];
  text: string;
}

export const SERVER_TAG = "mars";
/** Runs dmon; app* are behind it. */
export const ROUTER1 = "rt1";
/** Is asked by ping; pc* and prn* are behind it. */
export const ROUTER2 = "rt2";
/** Leaves with the reload. */
export const LEAVES = "www3";

const ANY = /./;
const NOT_BEST = LEVELS.slice(1);
const SICK = LEVELS.slice(2);
const CRIT = LEVELS.slice(3);
const WORKDAYS = [1, 2, 3, 4, 5];
const DAILY = [0, 1, 2, 3, 4, 5, 6];

const ALWAYS: Line[] = [
  { text: "alert ops * * >=sick", users: ["anna", "bert"], via: ["mail"], hosts: ANY, items: ANY, to: SICK },
  {
    text: "alert anna web * >=crit after 10m no-recovery via sms",
    users: ["anna"],
    via: ["sms"],
    hosts: /^www/,
    items: ANY,
    to: CRIT,
    after_s: 10 * MIN,
    silent: true,
  },
  {
    text: "alert dirk * root_usage,cpu_load fine->* after 5m",
    users: ["dirk"],
    via: ["mail"],
    hosts: ANY,
    items: /^(root_usage|cpu_load)$/,
    to: NOT_BEST,
    onlyFromBest: true,
    after_s: 5 * MIN,
  },
  {
    text: "alert ella office * any via mail,sms",
    users: ["ella"],
    via: ["mail", "sms"],
    hosts: /^(pc|prn)/,
    items: ANY,
    to: NOT_BEST,
  },
  {
    text: "alert frank *,!web * >=sick after 30m every 1h",
    users: ["frank"],
    via: ["mail"],
    hosts: /^(?!www)/,
    items: ANY,
    to: SICK,
    after_s: 30 * MIN,
    every_s: HOUR,
  },
  {
    text: "alert frank *,!web * dead",
    users: ["frank"],
    via: ["mail"],
    hosts: /^(?!www)/,
    items: ANY,
    to: ["dead"],
  },
  {
    text: "alert bert * dmon dead hours daily 22-6 UTC via sms",
    users: ["bert"],
    via: ["sms"],
    hosts: ANY,
    items: /^dmon$/,
    to: ["dead"],
    hours: { days: DAILY, from_h: 22, to_h: 6, ahead_h: 0 },
  },
  {
    text: "alert night mars dmon_alerts >=sick via sms",
    users: ["gina"],
    via: ["sms"],
    hosts: /^mars$/,
    items: /^dmon_alerts$/,
    to: SICK,
  },
  {
    text: "alert night * root_usage,ping >=soso after 1m hours mon-fri 8-18 Europe/Berlin",
    users: ["gina"],
    via: ["mail"],
    hosts: ANY,
    items: /^(root_usage|ping)$/,
    to: NOT_BEST,
    after_s: MIN,
    hours: { days: WORKDAYS, from_h: 8, to_h: 18, ahead_h: 1 },
  },
  {
    text: "alert ivan www* * soso no-recovery",
    users: ["ivan"],
    via: ["mail"],
    hosts: /^www/,
    items: ANY,
    to: ["soso"],
    silent: true,
  },
];

const BEFORE: Line[] = [
  {
    text: "alert carla db* * >=sick after 2m every 4h hours mon-fri 8-18 Europe/Berlin",
    users: ["carla"],
    via: ["mail"],
    hosts: /^db/,
    items: ANY,
    to: SICK,
    after_s: 2 * MIN,
    every_s: 4 * HOUR,
    hours: { days: WORKDAYS, from_h: 8, to_h: 18, ahead_h: 1 },
  },
  { text: "alert jane app* * >=crit", users: ["jane"], via: ["mail"], hosts: /^app/, items: ANY, to: CRIT },
];

const AFTER: Line[] = [
  {
    text: "alert carla db* * >=crit every 2h",
    users: ["carla"],
    via: ["mail"],
    hosts: /^db/,
    items: ANY,
    to: CRIT,
    every_s: 2 * HOUR,
  },
  { text: "alert hank * * >=dead", users: ["hank"], via: ["mail"], hosts: ANY, items: ANY, to: ["dead"] },
];

const PLANNED: Planned[] = [
  {
    text: 'downtime db* * daily 2:00-4:00 UTC "backup"',
    hosts: /^db/,
    items: ANY,
    hours: { days: DAILY, from_h: 2, to_h: 4, ahead_h: 0 },
  },
  {
    text: "downtime www1*,!www11 root_usage wed 10-13 UTC",
    hosts: /^www1(?!1$)/,
    items: /^root_usage$/,
    hours: { days: [3], from_h: 10, to_h: 13, ahead_h: 0 },
  },
  {
    text: "downtime app* * 2026-11-27T20:00+5h UTC",
    hosts: /^app/,
    items: ANY,
    hours: { days: [5], from_h: 20, to_h: 25, ahead_h: 0 },
  },
];

const NEEDS: Need[] = [
  { text: "needs app* rt1", hosts: /^app/, host: ROUTER1 },
  { text: "needs office rt2:ping", hosts: /^(pc|prn)/, host: ROUTER2, item: "ping" },
];

/** The department before or after its work was changed in the middle of the week. */
export function department(count: number, isAfter: boolean): Department {
  const hosts = hostsOf(count).filter(({ tag }) => !isAfter || tag !== LEAVES);
  const lines = isAfter ? [...AFTER, ...ALWAYS] : [...ALWAYS, ...BEFORE];
  const users = ["anna", "bert", "carla", "dirk", "ella", "frank", "gina", "hank", "ivan", "jane"];
  const text = [
    ...hosts.map(({ name, tag, client }) => `host ${name} ${tag}${client === name ? "" : ` via=${SERVER_TAG}`}`),
    "hosts web www*",
    "hosts office pc*,prn*",
    ...users.map((user) => `user ${user} ${user}@example.org`),
    "users ops anna bert",
    "users night gina",
    "channel sms command /bin/true",
    "get *,!prn*,!rt2 root_usage cpu_load",
    "get prn*,rt2 ping",
    ...lines.map((line) => line.text),
    ...PLANNED.map((line) => line.text),
    ...NEEDS.map((line) => line.text),
  ];
  return { hosts, lines, planned: PLANNED, needs: NEEDS, text: `${text.join("\n")}\n` };
}

function hostsOf(count: number): Host[] {
  const host = (tag: string, isDumb = false): Host => ({
    name: nameOf(tag),
    tag,
    items: isDumb ? ["ping"] : ["root_usage", "cpu_load"],
    client: nameOf(isDumb ? SERVER_TAG : tag),
  });
  const some = (prefix: string, share: number, isDumb = false) =>
    Array.from({ length: Math.max(4, Math.floor(count * share)) }, (_, i) => host(`${prefix}${i + 1}`, isDumb));
  const fixed = [host(SERVER_TAG), host(ROUTER1), host(ROUTER2, true)];
  return [
    ...fixed,
    ...some("prn", 0.1, true),
    ...some("pc", 0.2),
    ...some("app", 0.2),
    ...some("db", 0.1),
    ...some("www", 0.38),
  ];
}

export function nameOf(tag: string): string {
  return `${tag}.example.org`;
}

/** Whether a moment of the wall clock (seconds since the epoch) is within hours. */
export function isOpen({ days, from_h, to_h, ahead_h }: Hours, wall_s: number): boolean {
  const local_h = wall_s / HOUR + ahead_h;
  const to = to_h <= from_h ? to_h + 24 : to_h;
  // The epoch began on a Thursday. What began yesterday may still go on.
  return [0, 1].some((ago) => {
    const day = Math.floor(local_h / 24) - ago;
    const hour = local_h - day * 24;
    return days.includes((((day + 4) % 7) + 7) % 7) && from_h <= hour && hour < to;
  });
}
