// Connections that the firewall tracks, from /proc/sys/net/netfilter (kernel doc networking/nf_conntrack-sysctl.rst). Linux.

import { defineProbe, notUnderstood } from "../src/core/probe.ts";

const COUNT = "/proc/sys/net/netfilter/nf_conntrack_count";
const MAX = "/proc/sys/net/netfilter/nf_conntrack_max";

export default defineProbe({
  name: "conntrack",
  doc: "Connections that the firewall tracks, and how many it may.",
  example: "get * conntrack_usage",
  needs: "The kernel's module nf_conntrack, which a firewall with states or NAT loads.",
  nodata: "Where no connections are tracked: without the module.",
  values: {
    usage: {
      item: "conntrack_usage",
      unit: "%",
      kind: "gauge",
      fit: "soso >80% until <75%  sick >90% until <85%  crit >97% until <95%",
      doc: "Share of the table in use: at 100% new connections are dropped, and only the kernel's log says so.",
    },
    count: { item: "conntrack_count", unit: "", kind: "gauge", doc: "Connections that are tracked." },
  },
  read: (host) => {
    const [used, most] = [host.readIfAny(COUNT), host.readIfAny(MAX)];
    if (used === undefined || most === undefined) return {};
    const count = parseNumber(used, COUNT);
    const max = parseNumber(most, MAX);
    return { count, usage: max > 0 ? (count / max) * 100 : null }; // 0: no limit
  },
});

/** The number that a file of /proc/sys holds; ProbeError on anything else. */
export function parseNumber(text: string, path: string): number {
  const match = /^(\d+)\n$/.exec(text);
  if (!match) throw notUnderstood(path, "a number", text);
  return Number(match[1]);
}
