// Sockets, and how TCP and UDP fare, from /proc/net/snmp, netstat and sockstat (RFC 4022, RFC 4113, kernel doc
// networking/snmp_counter.rst). Never /proc/net/tcp, which costs a busy host milliseconds. Linux.

import { type Before, Lookback } from "../src/core/lookback.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const SNMP = "/proc/net/snmp";
const NETSTAT = "/proc/net/netstat";
const SOCKSTAT = "/proc/net/sockstat";
/** A share of fewer segments says nothing: two lost of four are no 50%. */
const SEGMENTS_MIN = 1000;

export default defineProbe({
  name: "sockets",
  doc: "Sockets in use, and how TCP and UDP fare over all interfaces: connections, retransmissions, resets, overflows.",
  example: "get * tcp_established tcp_retrans tcp_listen_overflows",
  values: {
    established: {
      item: "tcp_established",
      unit: "",
      kind: "gauge",
      doc: "TCP connections that are open, IPv6 included.",
    },
    time_wait: {
      item: "tcp_time_wait",
      unit: "",
      kind: "gauge",
      doc: "TCP connections that were closed and wait a minute for stragglers. Without a default fitness: they cost nearly nothing.",
    },
    orphans: {
      item: "tcp_orphans",
      unit: "",
      kind: "gauge",
      doc: "TCP connections that no program holds any more and that have not come to their end.",
    },
    used: { item: "sockets", unit: "", kind: "gauge", doc: "Sockets of all kinds in use." },
    retrans: {
      item: "tcp_retrans",
      unit: "%",
      kind: "gauge",
      delta: true,
      fit: "soso >5% for 15m until <3%  sick >20% for 15m until <10%",
      doc: "Segments that TCP had to send again, in percent of those it sent, and of 1000 at the least: a few of a quiet minute say nothing. In a good network it is below 1% all day.",
    },
    resets: {
      item: "tcp_resets",
      unit: "1/s",
      kind: "rate",
      doc: "Open connections that were reset. Without a default fitness: many programs end theirs so.",
    },
    overflows: {
      item: "tcp_listen_overflows",
      unit: "1/s",
      kind: "rate",
      fit: "soso >0.1 for 10m  sick >10 for 10m",
      doc: "Connections refused because a program that listens does not take them quickly enough: it hangs, or its backlog is too short.",
    },
    udp_errors: {
      item: "udp_errors",
      unit: "1/s",
      kind: "rate",
      fit: "soso >10 for 15m",
      doc: "Datagrams lost because a program did not read them quickly enough. Never worse than soso: UDP may lose some.",
    },
  },
  read: (host) => {
    const snmp = parseTables(host.read(SNMP), SNMP);
    const netstat = host.readIfAny(NETSTAT);
    const sockstat = host.readIfAny(SOCKSTAT);
    const segments = { sent: column(snmp, "Tcp", "OutSegs"), again: column(snmp, "Tcp", "RetransSegs") };
    return {
      established: Math.max(0, column(snmp, "Tcp", "CurrEstab")), // counted by cpu, so a moment's sum may be below 0
      retrans: seen.compare(host, "", segments, shareSentAgain),
      resets: column(snmp, "Tcp", "EstabResets"),
      udp_errors: snmp.get("Udp RcvbufErrors") ?? null,
      overflows: netstat === undefined ? null : (parseTables(netstat, NETSTAT).get("TcpExt ListenOverflows") ?? null),
      ...(sockstat === undefined ? {} : parseSockstat(sockstat)),
    };
  },
});

interface Segments {
  /** Those sent again are not among them (RFC 4022, tcpOutSegs). */
  sent: number;
  again: number;
}

const seen = new Lookback<Segments, Reading>();

/** Segments sent again since the reading before, in percent of all that were sent; null the first time and after a reset. */
export function shareSentAgain(now: Segments, before: Before<Segments, Reading> | undefined): Reading {
  if (!before) return null;
  const sent = now.sent - before.seen.sent;
  const again = now.again - before.seen.again;
  return sent < 0 || again < 0 ? null : (again / Math.max(SEGMENTS_MIN, sent + again)) * 100;
}

/** Tables of a line of names and one of numbers, `Tcp: …` twice, by "Tcp OutSegs". ProbeError when the two do not match. */
export function parseTables(text: string, path: string): Map<string, number> {
  const lines = text.split("\n");
  const values = new Map<string, number>();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [table = "", ...names] = (lines[i] ?? "").split(" ");
    const [same, ...numbers] = (lines[i + 1] ?? "").split(" ");
    if (same !== table || !table.endsWith(":") || numbers.length !== names.length || !numbers.every(isInteger))
      throw notUnderstood(path, `a line of names and one of as many numbers`, `${lines[i]}\n${lines[i + 1]}`);
    for (const [index, name] of names.entries()) values.set(`${table.slice(0, -1)} ${name}`, Number(numbers[index]));
  }
  if (values.size === 0 || lines.at(-1) !== "") throw notUnderstood(path, "tables of names and numbers", text);
  return values;
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function column(values: ReadonlyMap<string, number>, table: string, name: string): number {
  const value = values.get(`${table} ${name}`);
  if (value === undefined) throw notUnderstood(SNMP, `a column ${name} of ${table}`, [...values.keys()].join(" "));
  return value;
}

/** `sockets: used 17` and `TCP: inuse 1 orphan 0 tw 0 …`, as the kernel's own net namespace has them. */
export function parseSockstat(text: string) {
  const used = /^sockets: used (\d+)$/m.exec(text)?.[1];
  const [, orphans, tw] = /^TCP: inuse \d+ orphan (\d+) tw (\d+) /m.exec(text) ?? [];
  if (used === undefined || tw === undefined)
    throw notUnderstood(SOCKSTAT, 'lines "sockets: used 17" and "TCP: inuse 1 orphan 0 tw 0 …"', text);
  return { used: Number(used), orphans: Number(orphans), time_wait: Number(tw) };
}
