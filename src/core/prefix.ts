// Addresses and prefixes of them (CIDR, RFC 4632, RFC 4291), as configs name networks. Pure.

/** The first `bits` of an address; IPv4 as it is mapped into IPv6. */
export interface Prefix {
  bytes: Uint8Array;
  bits: number;
}

const BYTES = 16;
/** Bits before the address where IPv4 is mapped into IPv6: ::ffff:0:0/96. */
const MAPPED_BITS = 96;

/** `10.0.0.0/8`, `2001:db8::/32`, or one address; undefined for anything else. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = "", length, more] = text.split("/");
  const bytes = parseAddress(address);
  if (!bytes || more !== undefined) return undefined;
  const isV4 = !address.includes(":");
  const most = isV4 ? 32 : 128;
  if (length === undefined) return { bytes, bits: 8 * BYTES };
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  return { bytes, bits: Number(length) + (isV4 ? MAPPED_BITS : 0) };
}

/** Whether an address is in one of the prefixes; what is no address is in none. */
export function isWithinPrefixes(address: string, prefixes: readonly Prefix[]): boolean {
  const bytes = parseAddress(address);
  return bytes !== undefined && prefixes.some((prefix) => begins(bytes, prefix));
}

/** The same host behind an address: of IPv6 its /64, of which each host has as many addresses as it likes. */
export function hostOfAddress(address: string): string {
  const bytes = parseAddress(address);
  if (!bytes) return address;
  const isV4 = begins(bytes, { bytes: MAPPED, bits: MAPPED_BITS });
  return [...(isV4 ? bytes.subarray(12) : bytes.subarray(0, 8))].join(".");
}

const MAPPED = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]);

function begins(bytes: Uint8Array, prefix: Prefix): boolean {
  for (let i = 0; i < BYTES; i++) {
    const bits = Math.min(8, Math.max(0, prefix.bits - 8 * i));
    const mask = (0xff << (8 - bits)) & 0xff;
    if (((bytes[i] ?? 0) & mask) !== ((prefix.bytes[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** The 16 bytes of an address; undefined where it is none. A zone (`%eth0`) is left out. */
export function parseAddress(text: string): Uint8Array | undefined {
  const address = text.replace(/%[\w.-]*$/, "");
  if (!address.includes(":")) return fromV4(address);
  // `::ffff:10.1.2.3`: the last two groups in the way of IPv4.
  const v4 = /^(.*:)(\d[\d.]*\.\d+)$/.exec(address);
  const tail = v4 ? fromV4(v4[2] ?? "") : undefined;
  if (v4 && !tail) return undefined;
  const hex = v4 && tail ? `${v4[1]}${group(tail, 12)}:${group(tail, 14)}` : address;
  const [head = "", rest, more] = hex.split("::");
  if (more !== undefined) return undefined;
  const left = head === "" ? [] : head.split(":");
  const right = rest === undefined || rest === "" ? [] : rest.split(":");
  const missing = 8 - left.length - right.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array<string>(missing).fill("0"), ...right];
  if (!groups.every((each) => /^[0-9a-fA-F]{1,4}$/.test(each))) return undefined;
  const bytes = new Uint8Array(BYTES);
  for (const [i, each] of groups.entries()) {
    const value = Number.parseInt(each, 16);
    bytes.set([value >> 8, value & 0xff], 2 * i);
  }
  return bytes;
}

function group(bytes: Uint8Array, at: number): string {
  return (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16);
}

function fromV4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  const isWhole = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  if (!isWhole) return undefined;
  const bytes = Uint8Array.from(MAPPED);
  bytes.set(parts.map(Number), 12);
  return bytes;
}
