// Packets of ICMP echo as bytes: RFC 792 for IPv4, RFC 4443 for IPv6.

import type { IpVersion } from "./address.ts";

/** What we recognise our own by: another program may use the same number. */
export const TOKEN_BYTES = 16;
/** As ping(8) sends it: 8 of header and 56. */
const PACKET_BYTES = 64;
const HEADER_BYTES = 8;

export type Heard =
  | { is: "answer"; ident: number; sequence: number; token: Uint8Array }
  /** A router's, or the host's own, word on a request of ours. */
  | { is: "fault"; ident: number; sequence: number; fault: string };

const TYPES = {
  4: { request: 8, answer: 0, unreachable: 3, exceeded: 11 },
  6: { request: 128, answer: 129, unreachable: 1, exceeded: 3 },
} as const;

const UNREACHABLE: Readonly<Record<IpVersion, Readonly<Record<number, string>>>> = {
  4: {
    0: "network unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    9: "forbidden",
    10: "forbidden",
    13: "forbidden",
  },
  6: {
    0: "no route to it",
    1: "forbidden",
    3: "host unreachable",
    4: "port unreachable",
    5: "forbidden",
    6: "route refused",
  },
};

/** An echo request. Of IPv6, and of an unprivileged socket, the kernel sets the checksum. */
export function echoRequest(version: IpVersion, ident: number, sequence: number, token: Uint8Array): Uint8Array {
  const packet = new Uint8Array(PACKET_BYTES);
  const view = new DataView(packet.buffer);
  view.setUint8(0, TYPES[version].request);
  view.setUint16(4, ident);
  view.setUint16(6, sequence);
  packet.set(token.subarray(0, TOKEN_BYTES), HEADER_BYTES);
  if (version === 4) view.setUint16(2, checksum(packet));
  return packet;
}

/** The Internet checksum (RFC 1071). */
export function checksum(packet: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < packet.length; i += 2) sum += ((packet[i] ?? 0) << 8) | (packet[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** What a received packet says of an echo request; undefined for anything else. `raw`: of IPv4 its IP header is before it. */
export function parsePacket(version: IpVersion, bytes: Uint8Array, raw: boolean): Heard | undefined {
  const icmp = version === 4 && raw ? behindIp4(bytes) : bytes;
  if (!icmp || icmp.length < HEADER_BYTES) return undefined;
  const types = TYPES[version];
  const [type, code = 0] = icmp;
  if (type === types.answer) {
    if (icmp.length < HEADER_BYTES + TOKEN_BYTES) return undefined;
    return { is: "answer", ...numbers(icmp), token: icmp.slice(HEADER_BYTES, HEADER_BYTES + TOKEN_BYTES) };
  }
  if (type !== types.unreachable && type !== types.exceeded) return undefined;
  const quoted = icmp.subarray(HEADER_BYTES);
  // Behind its IP header; of IPv6 one with extensions is none of ours.
  const ours = version === 4 ? behindIp4(quoted) : quoted[6] === 58 ? quoted.subarray(40) : undefined;
  if (!ours || ours.length < HEADER_BYTES || ours[0] !== types.request) return undefined;
  const fault = type === types.exceeded ? "a router says that it is too far away, or in a circle" : word(version, code);
  return { is: "fault", ...numbers(ours), fault };
}

function word(version: IpVersion, code: number): string {
  return `a router says: ${UNREACHABLE[version][code] ?? `unreachable (code ${code})`}`;
}

function behindIp4(bytes: Uint8Array): Uint8Array | undefined {
  const first = bytes[0] ?? 0;
  const length = (first & 15) * 4;
  return first >> 4 === 4 && length >= 20 && bytes.length > length ? bytes.subarray(length) : undefined;
}

function numbers(icmp: Uint8Array): { ident: number; sequence: number } {
  const view = new DataView(icmp.buffer, icmp.byteOffset, icmp.length);
  return { ident: view.getUint16(4), sequence: view.getUint16(6) };
}
