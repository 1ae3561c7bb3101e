// The worst of all interfaces, from /proc/net/dev (proc_pid_net(5)), and the ports of bonds, from /proc/net/bonding (kernel doc
// networking/bonding.rst). Linux.

import type { Host } from "../src/core/host.ts";
import { type Before, Lookback } from "../src/core/lookback.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { counted, type Reading } from "../src/core/reading.ts";
import { worst } from "./disks.ts";
import { type InterfaceCounters, NET_DEV, offered, parseNetDev } from "./net.ts";

const BONDING = "/proc/net/bonding";

export default defineProbe({
  name: "network",
  doc: "All network interfaces together: the one with the most faults, and ports of bonds that are down.",
  example: "get * net_errors bond_down",
  nodata: "On bonds where there are none.",
  values: {
    errors: {
      item: "net_errors",
      unit: "packets/s",
      kind: "gauge",
      delta: true,
      fit: "soso >1 for 10m  sick >100 for 10m",
      doc: "Packets that were damaged, both ways, on the interface with the most, which the text names.",
    },
    bond_down: {
      item: "bond_down",
      unit: "",
      kind: "gauge",
      fit: "sick >0 for 2m",
      doc: "Ports of bonds without a link, which the text names: the host is still there, and the next fault takes it off the network.",
    },
  },
  read: (host) => {
    const interfaces = parseNetDev(host.read(NET_DEV));
    const errors = offered(interfaces).length > 0 ? { errors: seen.compare(host, "", interfaces, mostErrors) } : {};
    return { ...errors, bond_down: bondDown(host) };
  },
});

type Interfaces = ReadonlyMap<string, InterfaceCounters>;

const seen = new Lookback<Interfaces, Reading>();

/** Errors per second since the reading before, of the interface with the most; null the first time. */
export function mostErrors(now: Interfaces, before: Before<Interfaces, Reading> | undefined): Reading {
  if (!before) return null;
  const rates = offered(now).flatMap((text) => {
    const grown = (now.get(text)?.errors ?? 0) - (before.seen.get(text)?.errors ?? Number.NaN);
    return grown >= 0 ? [{ value: (grown * 1000) / before.elapsed_ms, text }] : []; // an interface that was made anew
  });
  const most = worst(rates);
  return typeof most === "object" && most?.value === 0 ? 0 : most;
}

function bondDown(host: Host): Reading {
  const bonds = host.list(BONDING);
  if (bonds.length === 0) return null;
  const down = bonds.flatMap((bond) => parseBond(host.read(`${BONDING}/${bond}`), bond));
  return counted(down);
}

/** The ports of a bond that are not up, as `bond0/eno1`; ProbeError when a port has no status. */
export function parseBond(text: string, bond: string): string[] {
  // The first part is of the bond itself; each further one begins with its port's name.
  const [head = "", ...ports] = text.split(/^Slave Interface: /m);
  if (!/^Bonding Mode: /m.test(head)) throw notUnderstood(`${BONDING}/${bond}`, 'a line "Bonding Mode: …"', text);
  return ports.flatMap((part) => {
    const [, port, status] = /^(\S+)\nMII Status: (.+)\n/.exec(part) ?? [];
    if (!port) throw notUnderstood(`${BONDING}/${bond}`, 'a port and a line "MII Status: up"', part);
    return status === "up" ? [] : [`${bond}/${port}`];
  });
}
