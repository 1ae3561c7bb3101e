// A made-up fleet: twelve hosts with problems of all kinds, the same all fine, and a hostile one.

import type { Event } from "../../src/core/event.ts";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import type { Kind } from "../../src/core/reading.ts";
import type { About, ItemState } from "../../src/core/report.ts";
import type { AckView, HostView, Overview, PlannedView } from "../../src/page/model.ts";

/** Sun 22 Nov 2026 17:41:14 UTC. */
export const NOW_S = 1_795_369_274;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Deterministic noise in [0, 1). */
export function noise(seed: number): number {
  const x = Math.sin(seed * 127.1) * 43_758.5453;
  return x - Math.floor(x);
}

export function item(value: number | null, unit: string, more: Partial<ItemState> = {}): ItemState {
  const kind: Kind = unit === "B/s" || unit.endsWith("/s") ? "rate" : "gauge";
  return { value, unit, kind, level: "fine", since: NOW_S - 3 * DAY - 4 * HOUR, time: NOW_S - 42, ...more };
}

export function about(name: string, more: Partial<About> = {}): About {
  return {
    host: name,
    version: "1.0.0",
    target: "linux-x64",
    time: NOW_S - 95,
    started: NOW_S - 12 * DAY,
    ival: 300,
    cycle_ms: 41.5,
    queue: 0,
    ...more,
  };
}

export function ordinary(seed: number): Record<string, ItemState> {
  const n = (i: number) => noise(seed * 31 + i);
  return {
    cpu_load: item(0.1 + n(1) * 2, "tasks", { label: "run queue, 1 minute" }),
    cpu_usage: item(2 + n(2) * 40, "%"),
    cpu_iowait: item(n(3) * 3, "%"),
    pressure_cpu: item(n(4), "%", { label: "time that tasks waited for the CPU" }),
    mem_usage: item(15 + n(5) * 60, "%"),
    mem_dirty: item(n(6) * 9e7, "B"),
    swap_usage: item(n(7) * 10, "%"),
    root_usage: item(30 + n(8) * 45, "%"),
    var_usage: item(20 + n(9) * 50, "%"),
    root_inodes: item(4 + n(10) * 20, "%"),
    eth0_rx: item(n(11) * 4e7, "B/s"),
    eth0_tx: item(n(12) * 2e6, "B/s"),
    net_errors: item(0, "packets/s"),
    procs: item(140 + Math.round(n(13) * 200), ""),
    procs_zombie: item(0, ""),
    uptime: item(12 * DAY + seed * 7 * HOUR, "s", { kind: "time" }),
    time_offset: item(n(14) * 0.004, "s"),
    systemd_failed: item(0, "units"),
    reboot_required: item(0, "", { kind: "state" }),
    users: item(Math.round(n(15) * 3), ""),
  };
}

function host(tag: string, seed: number, more: Record<string, ItemState> = {}, view: Partial<HostView> = {}): HostView {
  const name = `${tag}.example.org`;
  return {
    host: name,
    tag,
    state: { ...ordinary(seed), ...more },
    about: about(name, { time: NOW_S - 20 - seed * 17 }),
    received_s: NOW_S - 20 - seed * 17,
    ...view,
  };
}

/** Its last report is some 47 minutes old: each has its own five minutes. */
function silentHost(tag: string, seed: number): HostView {
  const view = host(tag, seed);
  const received_s = NOW_S - 47 * MINUTE - Math.floor(seed / 12) * 18;
  for (const state of Object.values(view.state)) state.time = received_s - 20;
  return { ...view, received_s, about: about(view.host, { time: received_s }) };
}

const INVENTORY = {
  System: "Dell Inc. PowerEdge R7525",
  "Serial number": "7XK2J93",
  CPU: "AMD EPYC 7763 (128 cores, 256 threads)",
  Memory: "1008 GiB",
  Disks: "SAMSUNG MZWLR3T8HBLS /dev/nvme0n1 3.49 TiB, SAMSUNG MZWLR3T8HBLS /dev/nvme1n1 3.49 TiB",
  BIOS: "Dell Inc. 2.14.1 2024-02-08",
  OS: "Debian GNU/Linux 12",
  Kernel: "6.1.0-28-amd64 x64",
};

export function troubled(): Overview {
  const hosts: HostView[] = [
    host(
      "mars",
      1,
      {
        root_usage: item(97.8, "%", {
          level: "crit",
          since: NOW_S - 3 * HOUR - 36 * MINUTE,
          rule: ">97% (work.conf:41)",
          label: "space on /",
        }),
        cpu_load: item(6.4, "tasks", {
          level: "soso",
          since: NOW_S - 14 * MINUTE,
          rule: ">4 for 5m (work.conf:42)",
          flapping: true,
        }),
      },
      { about: about("mars.example.org", { time: NOW_S - 37, inventory: INVENTORY }) },
    ),
    host("venus", 2, { cpu_usage: item(38.2, "%", { since: NOW_S - 71 * MINUTE }) }),
    host("db1", 3, {
      mem_usage: item(96.9, "%", {
        level: "sick",
        since: NOW_S - 52 * MINUTE,
        rule: ">95% until <90% (work.conf:44)",
        text: "postgres 61.2 GiB",
      }),
      diskio_await_worst: item(1187, "ms", {
        level: "soso",
        since: NOW_S - 49 * MINUTE,
        rule: ">1000 for 15m (default)",
        text: "nvme1n1",
      }),
    }),
    host("db2", 4),
    host("web1", 5, {
      shop_cert: item(6.2, "days", {
        level: "sick",
        since: NOW_S - 19 * HOUR,
        rule: "<7 (work.conf:60)",
        text: "shop.example.org",
      }),
    }),
    host("web2", 6),
    host("web10", 7, {
      http_shop: item(null, "s", {
        level: "dead",
        since: NOW_S - 4 * MINUTE,
        rule: "fail (default)",
        error: "connect to 192.0.2.17:443: connection refused after 3 s; is the service running?",
      }),
      systemd_failed: item(2, "units", {
        level: "sick",
        since: NOW_S - 4 * MINUTE,
        rule: ">0 (default)",
        text: "nginx.service, certbot.service",
      }),
    }),
    host("mail", 8, {
      mailq_deferred: item(1240, "mails", {
        level: "sick",
        since: NOW_S - 2 * DAY - 5 * HOUR,
        rule: ">1000 for 10m (work.conf:71)",
      }),
    }),
    silentHost("backup", 9),
    host(
      "ups1",
      10,
      {},
      {
        about: about("mars.example.org"),
        state: {
          ups_charge: item(46, "%", { level: "sick", since: NOW_S - 9 * MINUTE, rule: "<50% (work.conf:50)" }),
          ups_runtime: item(1260, "s", { kind: "time" }),
          ups_load: item(38, "%"),
          ups_on_battery: item(1, "", {
            kind: "state",
            level: "soso",
            since: NOW_S - 12 * MINUTE,
            rule: ">0 (default)",
          }),
        },
      },
    ),
    host(
      "pluto-build-runner-arm64-frankfurt-07",
      11,
      {
        a_rather_long_item_name_that_somebody_generated_from_a_path_var_lib_containers_storage_overlay_usage: item(
          88.4,
          "%",
          {
            level: "soso",
            since: NOW_S - 31 * DAY,
            rule: ">80% (work.conf:41)",
            label: "space on /var/lib/containers/storage/overlay",
          },
        ),
      },
      {
        about: about("pluto-build-runner-arm64-frankfurt-07.example.org", { version: "0.9.8", target: "linux-arm64" }),
      },
    ),
    { host: "new1.example.org", tag: "new1", state: {} },
  ];
  const event = (
    age_s: number,
    tag: string,
    name: string,
    prev: string,
    level: string,
    value: number | null,
    more: Partial<Event> = {},
  ): Event => ({
    id: `${tag}-${name.replaceAll("_", "-")}-${age_s}`,
    time: NOW_S - age_s,
    host: `${tag}.example.org`,
    item: name,
    prev,
    level,
    value,
    ...more,
  });
  const events = [
    event(4 * MINUTE, "web10", "http_shop", "fine", "dead", null, {
      text: "connect to 192.0.2.17:443: connection refused after 3 s",
      reason: "fail (default)",
    }),
    event(4 * MINUTE, "web10", "systemd_failed", "fine", "sick", 2, {
      text: "nginx.service, certbot.service",
      reason: ">0 (default)",
    }),
    event(9 * MINUTE, "ups1", "ups_charge", "fine", "sick", 49, { reason: "<50% (work.conf:50)" }),
    event(12 * MINUTE, "ups1", "ups_on_battery", "fine", "soso", 1, { reason: ">0 (default)" }),
    event(14 * MINUTE, "mars", "cpu_load", "fine", "soso", 4.2, {
      reason: ">4 for 5m (work.conf:42)",
      flapping: "start",
    }),
    event(49 * MINUTE, "db1", "diskio_await_worst", "fine", "soso", 1012, {
      text: "nvme1n1",
      reason: ">1000 for 15m (default)",
    }),
    event(52 * MINUTE, "db1", "mem_usage", "soso", "sick", 95.1, {
      text: "postgres 59.8 GiB",
      reason: ">95% until <90% (work.conf:44)",
    }),
    event(71 * MINUTE, "venus", "cpu_usage", "soso", "fine", 41, { flapping: "stop" }),
    event(83 * MINUTE, "venus", "cpu_usage", "fine", "soso", 92, { reason: ">90% for 5m (work.conf:45)" }),
    event(3 * HOUR, "db1", "mem_usage", "fine", "soso", 90.2, { reason: ">90% (work.conf:44)" }),
    event(3 * HOUR + 36 * MINUTE, "mars", "root_usage", "sick", "crit", 97.1, { reason: ">97% (work.conf:41)" }),
    event(9 * HOUR, "mars", "root_usage", "soso", "sick", 90.3, { reason: ">90% (work.conf:41)" }),
    event(16 * HOUR, "mars", "root_usage", "fine", "soso", 80.4, { reason: ">80% (work.conf:41)" }),
    event(19 * HOUR, "web1", "shop_cert", "soso", "sick", 6.99, {
      text: "shop.example.org",
      reason: "<7 (work.conf:60)",
    }),
    event(2 * DAY + 5 * HOUR, "mail", "mailq_deferred", "fine", "sick", 1003, {
      reason: ">1000 for 10m (work.conf:71)",
    }),
    event(3 * DAY, "retired", "root_usage", "sick", "fine", 60),
  ];
  return {
    now_s: NOW_S,
    figures: {
      version: "1.0.0",
      started_s: NOW_S - 12 * DAY,
      rss_bytes: 61_400_000,
      cpu_s: 1290,
      reports: 41_472,
      events: 312,
      refused: 3,
      hosts_known: 11,
      hosts: 12,
      pending: 2,
      queue: 0,
      database_bytes: 7_340_032,
    },
    groups: {
      hosts: { web: ["web1", "web2", "web10"], databases: ["db1"], all: [], storage: ["backup", "mars"] },
      items: { disks: ["root_usage", "root_avail"], basics: ["cpu_usage", "mem_usage", "root_usage"] },
    },
    server: "mars.example.org",
    version: "1.0.0",
    levels: DEFAULT_LEVELS,
    acks: [],
    planned: [],
    hosts,
    events,
  };
}

export function allFine(): Overview {
  const tags = ["mars", "venus", "db1", "db2", "web1", "web2", "web10", "mail", "backup", "ns1", "ns2", "git"];
  const hosts = tags.map((tag, i) => host(tag, i + 1, {}, { received_s: NOW_S - 20 - i * 13 }));
  return { ...troubled(), hosts, events: troubled().events.filter((event) => event.host.startsWith("retired")) };
}

/** The same trouble at night, and somebody sees to most of it: acknowledged, planned, and behind a host that is dead. */
export function seenTo(): Overview {
  const known = troubled();
  const ack = (tag: string, name: string, more: Partial<AckView>): AckView => ({
    host: `${tag}.example.org`,
    item: name,
    user: "ann",
    at_s: NOW_S - 2 * HOUR,
    level: "crit",
    text: "",
    ...more,
  });
  const told = (user: string, channel: string, level: string, age_s: number) => ({
    user,
    channel,
    level,
    at_s: NOW_S - age_s,
  });
  const toldOf: Record<string, HostView["told"]> = {
    mars: {
      root_usage: [
        told("ann", "mail", "crit", 3 * HOUR + 35 * MINUTE),
        told("ops", "chat", "crit", 3 * HOUR + 35 * MINUTE),
      ],
    },
    web10: { http_shop: ["ann", "bert", "carla", "dirk", "eve", "ops"].map((user) => told(user, "mail", "dead", 200)) },
  };
  const hosts = known.hosts.map((seen): HostView => {
    const own = toldOf[seen.tag];
    const view = own ? { ...seen, told: own } : seen;
    const voice = view.received_s === undefined ? {} : { voice: "well" as const };
    if (view.tag === "ups1")
      return { ...view, via: "backup.example.org", voice: "dead", about: about("backup.example.org") };
    if (view.tag !== "backup") return { ...view, ...voice };
    const dmon = item(12, "", {
      kind: "state",
      level: "dead",
      since: NOW_S - 42 * MINUTE,
      text: "no report any more",
      rule: "the server's clock",
    });
    return { ...view, voice: "dead", state: { ...view.state, dmon } };
  });
  const acks = [
    ack("mars", "root_usage", {
      text: "logs are being moved to /srv, done by the morning",
      until_s: NOW_S + 14 * HOUR,
    }),
    ack("web1", "shop_cert", { user: "bert", at_s: NOW_S - 9 * HOUR }),
    ack("db1", "mem_usage", { level: "soso", text: "only soso then" }),
    ack("mail", "mailq_deferred", { until_s: NOW_S - 60, text: "over by now" }),
  ];
  const planned: PlannedView[] = [
    {
      id: 7,
      user: "ann",
      text: "new power supply",
      until: NOW_S + 2 * HOUR,
      of: { "web10.example.org": ["*"], "venus.example.org": ["*"] },
    },
    {
      where: "work.conf:88",
      text: "backups run",
      until: NOW_S + 6 * HOUR,
      of: { "db1.example.org": ["diskio_await_worst"], "db2.example.org": ["diskio_await_worst", "cpu_iowait"] },
    },
  ];
  return { ...known, hosts, acks, planned };
}

/** All is fine, and the server and its clients tell of themselves. */
export function telling(): Overview {
  const known = allFine();
  const hosts = known.hosts.map((view) => ({ ...view, about: about(view.host, { cycle_ms: 250, queue: 3 }) }));
  const since = { reports: 1200, events: 340, refused: 2 };
  const size = { rss_bytes: 90e6, cpu_s: 812.5, database_bytes: 40e6 };
  const alerts = { pending: 4, queue: 1 };
  const figures = {
    version: "1.0.0",
    started_s: NOW_S - DAY,
    hosts_known: 12,
    hosts: 12,
    ...since,
    ...size,
    ...alerts,
  };
  return { ...known, hosts, figures };
}

/** Names, texts and values as no friend would send them. */
export const EVIL = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `\u202egnp.exe\u2066`,
  `a\u0000b\u0007c`,
  "__proto__",
  "constructor",
  "..",
  "%2e%2e/%00",
  "x".repeat(200),
  "\ud800 lone",
  "&amp;&lt;",
];

export function hostile(): Overview {
  const hosts = EVIL.map((name, i): HostView => {
    const state: HostView["state"] = {};
    for (const [j] of EVIL.entries()) state[`i${j}`] = item(j, "%", { level: EVIL[(i + j) % EVIL.length] ?? "" });
    for (const evil of EVIL) {
      Object.defineProperty(state, evil, {
        value: item(i % 2 ? 1e300 : -0.5, evil, {
          level: "sick",
          text: evil,
          error: evil,
          rule: `>1 ${evil} (${evil})`,
          label: evil,
          since: i % 3 ? 1e18 : -1,
        }),
        enumerable: true,
      });
    }
    return { host: name, tag: name, state, about: about(name, { version: name, target: name }), received_s: NOW_S };
  });
  const events = EVIL.map(
    (name, i): Event => ({
      id: name,
      time: NOW_S - i,
      host: name,
      item: name,
      level: name,
      prev: name,
      value: 1,
      text: name,
      reason: name,
    }),
  );
  return {
    now_s: NOW_S,
    groups: { hosts: { all: [EVIL[0] ?? ""] }, items: {} },
    server: EVIL[0] ?? "",
    version: EVIL[1] ?? "",
    levels: [...DEFAULT_LEVELS, { name: "odd", label: EVIL[0] ?? "" }],
    acks: EVIL.map((evil) => ({ host: evil, item: evil, user: evil, at_s: NOW_S - 60, level: "dead", text: evil })),
    planned: EVIL.map((evil, id) => {
      const of = id % 2 === 0 ? { [evil]: ["*"] } : Object.fromEntries(EVIL.map((name) => [name, [evil]]));
      return { ...(id % 3 === 0 ? { where: evil } : { id, user: evil }), text: evil, of };
    }),
    hosts,
    events,
  };
}

/** The first hour of a fleet: the server reports, the others are still to be started. */
export function starting(): Overview {
  const tags = ["backup", "build", "git", "mail", "ns1", "ns2", "pluto-build-runner-arm64-frankfurt-07"];
  for (let i = 1; i <= 12; i++) tags.push(`web${i}`);
  const waiting = tags.map((tag): HostView => ({ host: `${tag}.example.org`, tag, state: {} }));
  return { ...allFine(), hosts: [host("mars", 1), ...waiting], events: [] };
}

/** Two hundred hosts: forty are behind a switch that failed, and web10 has problems of its own. */
export function cutOff(): Overview {
  const known = troubled();
  const names = ["web", "db", "cache", "worker"].flatMap((name) =>
    Array.from({ length: 50 }, (_, i) => `${name}${i + 1}`),
  );
  const hosts = names.map((tag, i) => {
    if (tag === "web10") return known.hosts.find((view) => view.tag === tag) ?? host(tag, i);
    return i % 5 === 3 ? silentHost(tag, i) : host(tag, i % 12);
  });
  return { ...known, hosts, events: known.events.filter((event) => event.host === "web10.example.org") };
}

/** The server is away: what was known is shown. */
export function away(): Overview {
  return { ...troubled(), heard_s: NOW_S - 7 * MINUTE, stale_since_s: NOW_S - 7 * MINUTE };
}
