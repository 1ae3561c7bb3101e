// All probes, alphabetically. A new one is one file and one line here. Each is loaded when it is first used: a client has no
// more of them in memory than its items need.

import type { Probe } from "../src/core/probe.ts";

const modules: Readonly<Record<string, () => { default: Probe }>> = {
  avg_of: () => require("./avg_of.ts"),
  battery: () => require("./battery.ts"),
  certificate: () => require("./certificate.ts"),
  checkmk: () => require("./checkmk.ts"),
  conntrack: () => require("./conntrack.ts"),
  containers: () => require("./containers.ts"),
  cpu: () => require("./cpu.ts"),
  disk: () => require("./disk.ts"),
  diskio: () => require("./diskio.ts"),
  disks: () => require("./disks.ts"),
  disksio: () => require("./disksio.ts"),
  dmon: () => require("./dmon.ts"),
  dns: () => require("./dns.ts"),
  exec: () => require("./exec.ts"),
  file: () => require("./file.ts"),
  forecast: () => require("./forecast.ts"),
  full: () => require("./full.ts"),
  http: () => require("./http.ts"),
  ifmib: () => require("./ifmib.ts"),
  load: () => require("./load.ts"),
  log: () => require("./log.ts"),
  mailqueue: () => require("./mailqueue.ts"),
  max_of: () => require("./max_of.ts"),
  mdraid: () => require("./mdraid.ts"),
  memory: () => require("./memory.ts"),
  min_of: () => require("./min_of.ts"),
  munin: () => require("./munin.ts"),
  nagios: () => require("./nagios.ts"),
  net: () => require("./net.ts"),
  network: () => require("./network.ts"),
  openfiles: () => require("./openfiles.ts"),
  ping: () => require("./ping.ts"),
  pressure: () => require("./pressure.ts"),
  printer: () => require("./printer.ts"),
  process: () => require("./process.ts"),
  processes: () => require("./processes.ts"),
  rate_of: () => require("./rate_of.ts"),
  sensors: () => require("./sensors.ts"),
  smart: () => require("./smart.ts"),
  smtp: () => require("./smtp.ts"),
  snmp: () => require("./snmp.ts"),
  sockets: () => require("./sockets.ts"),
  ssh: () => require("./ssh.ts"),
  systemd: () => require("./systemd.ts"),
  tcp: () => require("./tcp.ts"),
  textfile: () => require("./textfile.ts"),
  time: () => require("./time.ts"),
  unit: () => require("./unit.ts"),
  updates: () => require("./updates.ts"),
  ups: () => require("./ups.ts"),
  uptime: () => require("./uptime.ts"),
  users: () => require("./users.ts"),
  zfs: () => require("./zfs.ts"),
};

/** A probe by its name; undefined when this version has none of that name. */
export function findProbe(name: string): Probe | undefined {
  return Object.hasOwn(modules, name) ? modules[name]?.().default : undefined;
}

/** All of them, for who lists or looks for what there is. */
export function allProbes(): readonly Probe[] {
  return Object.values(modules).map((load) => load().default);
}
