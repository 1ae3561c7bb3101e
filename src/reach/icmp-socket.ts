// Sockets for ICMP by libc, which Bun does not offer: unprivileged where net.ipv4.ping_group_range allows it (icmp(7)), else raw.

import { dlopen, ptr, read } from "bun:ffi";
import { constants } from "node:os";
import { ProbeError } from "../core/reading.ts";
import type { IpVersion } from "./address.ts";

let opened: ReturnType<typeof open> | undefined;

function open() {
  return dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    recvmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
    clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
    inet_pton: { args: ["i32", "ptr", "ptr"], returns: "i32" },
    if_nametoindex: { args: ["ptr"], returns: "u32" },
    __errno_location: { args: [], returns: "ptr" },
  }).symbols;
}

function libc() {
  opened ??= open();
  return opened;
}

// Linux, x64 and arm64 (asm-generic/socket.h, linux/icmp.h, linux/icmpv6.h).
const FAMILY = { 4: 2, 6: 10 } as const;
const PROTOCOL = { 4: 1, 6: 58 } as const;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_TIMESTAMPNS = 35;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const MSG_DONTWAIT = 0x40;
const CLOCK_REALTIME = 0;

/** errno of the call before, one of node:os's constants. */
export function errno(): number {
  const { __errno_location: locate } = libc();
  const place = locate();
  return place ? read.i32(place) : 0;
}

const timespec = new BigInt64Array(new ArrayBuffer(16));

/** The system's time in nanoseconds, as the kernel stamps packets with it. */
export function realTime_ns(): bigint {
  libc().clock_gettime(CLOCK_REALTIME, ptr(timespec));
  return (timespec[0] ?? 0n) * 1_000_000_000n + (timespec[1] ?? 0n);
}

export interface IcmpSocket {
  /** Whether it gets what is meant for others too, and IPv4's headers. */
  raw: boolean;
  /** Below 0 when it could not be sent; errno says why. */
  send(packet: Uint8Array, name: Uint8Array): number;
  /** A packet that is there already; its bytes are good until the next one. */
  receive(buffer: ReceiveBuffer): { bytes: Uint8Array; at_ns: bigint | undefined } | undefined;
  close(): void;
}

/** Throws ProbeError when neither kind of socket is allowed. */
export function openIcmp(version: IpVersion): IcmpSocket {
  const flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  let fd = libc().socket(FAMILY[version], SOCK_DGRAM | flags, PROTOCOL[version]);
  const raw = fd < 0;
  if (raw) fd = libc().socket(FAMILY[version], SOCK_RAW | flags, PROTOCOL[version]);
  if (fd < 0)
    throw new ProbeError(
      errno() === constants.errno.EAFNOSUPPORT
        ? `this host has no IPv${version}`
        : "ping is not allowed: run dmon as root, or set net.ipv4.ping_group_range to its group (sysctl, icmp(7))",
    );
  const on = new Int32Array([1]);
  libc().setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, ptr(on), 4);
  if (raw) filter(fd, version);
  return {
    raw,
    send: (packet, name) => Number(libc().sendto(fd, ptr(packet), packet.length, MSG_DONTWAIT, ptr(name), name.length)),
    receive: (buffer) => buffer.take(Number(libc().recvmsg(fd, buffer.message(), MSG_DONTWAIT))),
    close: () => void libc().close(fd),
  };
}

// A raw socket gets every ICMP packet of the host: only answers and faults shall wake nobody but us. Best effort.
function filter(fd: number, version: IpVersion): void {
  if (version === 4) {
    const blocked = new Uint32Array([~((1 << 0) | (1 << 3) | (1 << 11)) >>> 0]);
    libc().setsockopt(fd, SOL_RAW, ICMP_FILTER, ptr(blocked), 4);
    return;
  }
  const blocked = new Uint32Array(8).fill(0xffff_ffff);
  for (const type of [129, 1, 3]) blocked[type >> 5] = ((blocked[type >> 5] ?? 0) & ~(1 << (type & 31))) >>> 0;
  libc().setsockopt(fd, PROTOCOL[6], ICMP_FILTER, ptr(blocked), 32);
}

/** The struct sockaddr_in or sockaddr_in6 of an address; undefined when it is none, or its zone no interface. */
export function sockaddr(address: string, version: IpVersion): Uint8Array | undefined {
  const [plain = "", zone] = address.split("%");
  const bytes = new Uint8Array(16);
  if (libc().inet_pton(FAMILY[version], ptr(cString(plain)), ptr(bytes)) !== 1) return undefined;
  const name = new Uint8Array(version === 4 ? 16 : 28);
  const view = new DataView(name.buffer);
  view.setUint16(0, FAMILY[version], true);
  name.set(version === 4 ? bytes.subarray(0, 4) : bytes, version === 4 ? 4 : 8);
  if (zone === undefined || version === 4) return name;
  const index = /^\d+$/.test(zone) ? Number(zone) : libc().if_nametoindex(ptr(cString(zone)));
  view.setUint32(24, index, true);
  return index > 0 ? name : undefined;
}

function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, "utf8");
}

const PACKET_BYTES_MAX = 2048;
const CONTROL_BYTES = 256;
const MSGHDR_BYTES = 56;

/** A struct msghdr with room for one packet and the time of its arrival, 64-bit Linux (recvmsg(2)). */
export class ReceiveBuffer {
  private readonly packet = new Uint8Array(new ArrayBuffer(PACKET_BYTES_MAX));
  private readonly control = new Uint8Array(new ArrayBuffer(CONTROL_BYTES));
  private readonly vector = new BigUint64Array(new ArrayBuffer(16));
  private readonly header = new DataView(new ArrayBuffer(MSGHDR_BYTES));

  /** To be filled by recvmsg. */
  message() {
    this.vector[0] = BigInt(ptr(this.packet));
    this.vector[1] = BigInt(PACKET_BYTES_MAX);
    const fields = [0n, 0n, BigInt(ptr(this.vector)), 1n, BigInt(ptr(this.control)), BigInt(CONTROL_BYTES), 0n];
    for (const [i, field] of fields.entries()) this.header.setBigUint64(i * 8, field, true);
    return ptr(this.header);
  }

  take(length: number): { bytes: Uint8Array; at_ns: bigint | undefined } | undefined {
    if (length < 0) return undefined;
    const control_bytes = Number(this.header.getBigUint64(40, true) & 0xffff_ffffn);
    return { bytes: this.packet.subarray(0, length), at_ns: this.arrival_ns(Math.min(control_bytes, CONTROL_BYTES)) };
  }

  // struct cmsghdr: length (8 bytes), level, type; then the struct timespec.
  private arrival_ns(length: number): bigint | undefined {
    const view = new DataView(this.control.buffer, 0, length);
    for (let at = 0; at + 16 <= length; ) {
      const size = Number(view.getBigUint64(at, true));
      const isTime = view.getInt32(at + 8, true) === SOL_SOCKET && view.getInt32(at + 12, true) === SO_TIMESTAMPNS;
      if (isTime && size >= 32 && at + 32 <= length)
        return view.getBigInt64(at + 16, true) * 1_000_000_000n + view.getBigInt64(at + 24, true);
      if (size < 16) return undefined;
      at += (size + 7) & ~7;
    }
    return undefined;
  }
}
