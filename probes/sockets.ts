// Sockets, and how TCP and UDP fare, from /proc/net/snmp, netstat and sockstat (RFC 4022, RFC 4113, kernel doc
// networking/snmp_counter.rst). Never /proc/net/tcp, which costs a busy host milliseconds. Linux.

import { type Before, Lookback } from "../src/core/lookback.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { ProbeError, type Reading } from "../src/core/reading.ts";

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
    const snmp = host.read(SNMP);
    const netstat = host.readIfAny(NETSTAT);
    const sockstat = host.readIfAny(SOCKSTAT);
    const tcp = needed(parseTable(snmp, "Tcp", SNMP));
    return {
      established: Math.max(0, tcp("CurrEstab")), // counted by cpu, so a moment's sum may be below 0
      retrans: seen.compare(host, "", { sent: tcp("OutSegs"), again: tcp("RetransSegs") }, shareSentAgain),
      resets: tcp("EstabResets"),
      udp_errors: parseTable(snmp, "Udp", SNMP)?.("RcvbufErrors") ?? null,
      overflows: netstat === undefined ? null : (parseTable(netstat, "TcpExt", NETSTAT)?.("ListenOverflows") ?? null),
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

type Table = (name: string) => number | undefined;

/** One of the tables of a line of names and one of numbers, `Tcp: …` both. ProbeError when the two do not match, or nothing does. */
export function parseTable(text: string, table: string, path: string): Table | undefined {
  const lines = text.split("\n");
  if (lines.length < 3 || lines.length % 2 === 0 || lines.at(-1) !== "" || !lines[0]?.includes(": "))
    throw notUnderstood(path, "tables of a line of names and one of numbers", text);
  const at = lines.findIndex((line) => line.startsWith(`${table}: `));
  if (at < 0) return undefined;
  const [names = [], numbers = []] = [lines[at]?.split(" "), lines[at + 1]?.split(" ")];
  if (numbers[0] !== names[0] || numbers.length !== names.length || !numbers.slice(1).every(isInteger))
    throw notUnderstood(path, "a line of names and one of as many numbers", `${lines[at]}\n${lines[at + 1]}`);
  return (name) => {
    const index = names.indexOf(name);
    return index < 0 ? undefined : Number(numbers[index]);
  };
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

/** Of a table that every kernel has, a column that it has. */
function needed(table: Table | undefined): (name: string) => number {
  return (name) => {
    const value = table?.(name);
    if (value === undefined) throw new ProbeError(`${SNMP}: expected a column ${name} of Tcp, found none`);
    return value;
  };
}

/** `sockets: used 17` and `TCP: inuse 1 orphan 0 tw 0 …`, as the kernel's own net namespace has them. */
export function parseSockstat(text: string) {
  const used = /^sockets: used (\d+)$/m.exec(text)?.[1];
  const [, orphans, tw] = /^TCP: inuse \d+ orphan (\d+) tw (\d+) /m.exec(text) ?? [];
  if (used === undefined || tw === undefined)
    throw notUnderstood(SOCKSTAT, 'lines "sockets: used 17" and "TCP: inuse 1 orphan 0 tw 0 …"', text);
  return { used: Number(used), orphans: Number(orphans), time_wait: Number(tw) };
}
