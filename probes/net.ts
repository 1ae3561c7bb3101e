// Traffic and faults of a network interface, from /proc/net/dev (proc_pid_net(5)), and its link, from /sys/class/net (kernel doc
// ABI/testing/sysfs-class-net). Linux.

import { type Form, quoted, WordError } from "../src/core/form.ts";
import { type Host, readIfTold } from "../src/core/host.ts";
import { INSTANCES_MAX } from "../src/core/limits.ts";
import { type Before, Lookback } from "../src/core/lookback.ts";
import { slug } from "../src/core/names.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";
import { Shared } from "../src/core/shared.ts";

export const NET_DEV = "/proc/net/dev";
const CLASS = "/sys/class/net";
/** An error names so many of the interfaces that there are: what a person reads. */
const NAMED_MAX = 20;

// Made by the hundred, or without a wire: loopback, the ends of containers and virtual machines, the bridges of
// container engines, and what a tunnel module leaves behind. They can be asked for; they are not offered.
const UNREAL = [
  /^(lo|sit0|gre0|gretap0|erspan0|tunl0|ip6tnl0|ip6gre0|ip_vti0|ip6_vti0)$/,
  /^(veth|vnet|tap|cali|cilium|lxc|flannel|cni|kube|nodelocaldns|fwbr|fwln|fwpr|dummy|ifb|virbr)/,
  /^(docker\d+|br-[0-9a-f]{12})$/,
];

/** Named by kernel, systemd, hypervisors and hands; another number makes no other name. */
const USUAL =
  `eth0 eno1 eno1np0 ens3 ens1f0 ens1f0np0 enp0s3 enp1s0f0 enp1s0f0np0 en0 em1 wlan0 wlo1 wlp2s0 wwan0 lan0 wan0 br0 bond0
  team0 vlan0 ib0 ppp0 lo tun0 tunl0 tap0 wg0 veth0 vnet0 vmbr0 virbr0 docker0`.split(/\s+/);

const IFACE: Form<string> = {
  is: "the name of an interface, as ip link has it",
  parse: (word) => {
    if (/^[^\s/]+$/.test(word)) return word; // what the kernel takes for a name
    throw new WordError(`${quoted(word)} is no name of an interface`, "write the name as ip link has it");
  },
};

export default defineProbe({
  name: "net",
  doc: "Traffic and faults of a network interface, its link and its speed.",
  args: [{ name: "iface", form: IFACE, doc: "The interface, eth0." }],
  example: "get * eth0_rx eth0_tx eth0_errors",
  values: {
    rx: { item: "{iface}_rx", unit: "B/s", kind: "rate", doc: "Bytes received." },
    tx: { item: "{iface}_tx", unit: "B/s", kind: "rate", doc: "Bytes sent." },
    errors: {
      item: "{iface}_errors",
      unit: "packets/s",
      kind: "rate",
      fit: "soso >1 for 10m  sick >100 for 10m",
      doc: "Packets that were damaged, both ways. A cable or a duplex mismatch makes them for hours; a replugged one only for a moment.",
    },
    drops: {
      item: "{iface}_drops",
      unit: "packets/s",
      kind: "rate",
      doc: "Packets thrown away, both ways. Without a default fitness: the kernel counts here, too, what a switch tells its neighbours and nobody on this host listens to.",
    },
    link: {
      item: "{iface}_link",
      unit: "",
      kind: "state",
      fit: "sick <1 for 2m",
      doc: "Whether it has a link (1). No data on one that is switched off, or that had no link since boot: nobody put a cable in.",
    },
    speed: {
      item: "{iface}_speed",
      unit: "bit/s",
      kind: "gauge",
      doc: "Speed of its link; no data where its driver tells none, as those of most virtual machines. Without a default fitness: only you know what it should be.",
    },
    busy: {
      item: "{iface}_busy",
      unit: "%",
      kind: "rate",
      doc: "Traffic of the busier direction in percent of the speed; no data where there is none. Without a default fitness: a backup fills it all night.",
    },
  },
  usual: USUAL,
  instances: (host) => offered(tableOf(host).interfaces).map(slug).slice(0, INSTANCES_MAX),
  read: (host, { args: [word = ""] }) => {
    const iface = IFACE.parse(word);
    const { interfaces, bySlug } = tableOf(host);
    const name = interfaces.has(iface) ? iface : bySlug.get(iface);
    const found = name === undefined ? undefined : interfaces.get(name);
    if (name !== undefined && found) {
      const link = readLink(host, name);
      const speed = link === null ? null : readSpeed(host, name);
      const traffic = { ...found, speed };
      return { ...found, link, speed, busy: seen.compare(host, name, traffic, busyPercentSeconds) };
    }
    throw new ProbeError(
      `there is no interface ${iface}; there are: ${[...interfaces.keys()].slice(0, NAMED_MAX).join(" ")}`,
    );
  },
});

/** IFF_UP of netdevice(7): an administrator switched it on. */
const UP = 0x1;

/** 1 or 0, with the kernel's word for it beside; null where there is no link to speak of. */
function readLink(host: Host, name: string): Reading {
  const at = `${CLASS}/${name.replaceAll("/", "!")}`;
  const flags = readIfTold(host, `${at}/flags`);
  const state = readIfTold(host, `${at}/operstate`)?.trim();
  if (flags === undefined || state === undefined || (Number(flags) & UP) === 0) return null;
  // Drivers without states (tunnels, some of virtual machines) only tell whether there is a carrier.
  if (state === "up" || (state === "unknown" && readIfTold(host, `${at}/carrier`) !== "0\n")) return 1;
  return readIfTold(host, `${at}/carrier_up_count`) === "0\n" ? null : { value: 0, text: `the link is ${state}` };
}

/** Bits per second of what has a wire, or of a bond; tunnels and VLANs tell a speed that nobody measured. */
function readSpeed(host: Host, name: string): number | null {
  const at = `${CLASS}/${name}`;
  if (!host.stat(`${at}/device`) && !host.stat(`${at}/bonding`)) return null;
  const mbits = Number(readIfTold(host, `${at}/speed`) ?? Number.NaN);
  return mbits > 0 && mbits < SPEED_UNKNOWN ? mbits * 1e6 : null;
}
/** -1 as older kernels print it. */
const SPEED_UNKNOWN = 2 ** 32 - 1;

interface Traffic {
  rx: number;
  tx: number;
  speed: number | null;
}

const seen = new Lookback<Traffic, number | null>();

/** Percent-seconds: what the busier direction took since the reading before, at the speed of now. Null without a speed. */
export function busyPercentSeconds(now: Traffic, before: Before<Traffic, number | null> | undefined): number | null {
  if (now.speed === null) return null;
  if (!before || before.result === null) return 0;
  const [rx, tx] = [now.rx - before.seen.rx, now.tx - before.seen.tx];
  if (rx < 0 || tx < 0) return 0; // it was made anew
  return before.result + ((Math.max(rx, tx) * 8) / now.speed) * 100;
}

/** Counters since the interface came up, bytes and packets. */
export interface InterfaceCounters {
  rx: number;
  tx: number;
  errors: number;
  drops: number;
}

/** The table of /proc/net/dev by interface; throws ProbeError when a line is not of 16 columns (2.2 and later). */
export function parseNetDev(text: string): Map<string, InterfaceCounters> {
  const [, heading = "", ...lines] = text.split("\n");
  if (!/\|bytes +packets errs drop /.test(heading)) throw notUnderstood(NET_DEV, "a table of interfaces", text);
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of lines) {
    if (line === "") continue;
    // Older kernels put no blank behind the colon, and an alias such as eth0:1 has one of its own.
    const match = /^ *(\S+): *(\d+(?: +\d+){15}) *$/.exec(line);
    if (!match) throw notUnderstood(NET_DEV, "an interface and 16 numbers", line);
    const columns = (match[2] ?? "").split(/ +/).map(Number);
    const at = (index: number) => columns[index] ?? 0;
    interfaces.set(match[1] ?? "", { rx: at(0), tx: at(8), errors: at(2) + at(10), drops: at(3) + at(11) });
  }
  return interfaces;
}

/** Interfaces worth watching, in the kernel's order; of two with the same slug only the first. */
export function offered(interfaces: ReadonlyMap<string, InterfaceCounters>): string[] {
  const slugs = new Set<string>();
  return [...interfaces.keys()].filter((name) => {
    if (slugs.has(slug(name)) || UNREAL.some((pattern) => pattern.test(name))) return false;
    slugs.add(slug(name));
    return true;
  });
}

/** What all interfaces of one round share. */
interface Table {
  interfaces: ReadonlyMap<string, InterfaceCounters>;
  /** The interface that an item name means: one that is offered before one that is not. */
  bySlug: ReadonlyMap<string, string>;
}

const tables = new Shared<Table>();

function tableOf(host: Host): Table {
  return tables.get(host, () => {
    const interfaces = parseNetDev(host.read(NET_DEV));
    const bySlug = new Map<string, string>();
    for (const name of [...offered(interfaces), ...interfaces.keys()])
      if (!bySlug.has(slug(name))) bySlug.set(slug(name), name);
    return { interfaces, bySlug };
  });
}
