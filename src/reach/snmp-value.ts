// Values as SNMP agents give them, and as probes want them. Types: RFC 2578; floats in Opaque: the net-snmp project's.

import type { Varbind } from "net-snmp";
import { TEXT_CHARS_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";

export type SnmpValue =
  | { type: "integer" | "counter" | "gauge" | "float"; number: number }
  /** Hundredths of a second. */
  | { type: "ticks"; number: number }
  | { type: "bytes"; bytes: Uint8Array }
  | { type: "name" | "address"; text: string };

/** Types as RFC 2578 calls them. */
const TYPE_NAMES: Readonly<Record<SnmpValue["type"], string>> = {
  integer: "INTEGER",
  counter: "Counter",
  gauge: "Gauge",
  float: "Opaque float",
  ticks: "TimeTicks",
  bytes: "OCTET STRING",
  name: "OBJECT IDENTIFIER",
  address: "IpAddress",
};

/** Tags of BER. */
const TAG = {
  integer: 2,
  bytes: 4,
  oid: 6,
  address: 64,
  counter: 65,
  gauge: 66,
  ticks: 67,
  opaque: 68,
  counter64: 70,
  noSuchObject: 128,
  noSuchInstance: 129,
  endOfMib: 130,
} as const;

export const END_OF_MIB = TAG.endOfMib;

/** That the agent says that there is nothing, or nothing more. */
export function isNothing({ type }: Varbind): boolean {
  return type === TAG.noSuchObject || type === TAG.noSuchInstance || type === TAG.endOfMib;
}

/** Undefined where the agent has none, or one of no type that there is. */
export function readValue(varbind: Varbind | undefined): SnmpValue | undefined {
  if (!varbind) return undefined;
  const { type, value } = varbind;
  if (typeof value === "number" && Number.isFinite(value)) {
    if (type === TAG.integer) return { type: "integer", number: value };
    if (type === TAG.counter) return { type: "counter", number: value };
    if (type === TAG.gauge) return { type: "gauge", number: value };
    if (type === TAG.ticks) return { type: "ticks", number: value };
  }
  if (typeof value === "string" && type === TAG.oid) return { type: "name", text: value };
  if (typeof value === "string" && type === TAG.address) return { type: "address", text: value };
  if (!(value instanceof Uint8Array)) return undefined;
  if (type === TAG.bytes) return { type: "bytes", bytes: value };
  if (type === TAG.counter64) return { type: "counter", number: bigEndian(value) };
  if (type === TAG.opaque) return floatOf(value) ?? { type: "bytes", bytes: value };
  return undefined;
}

/** Beyond 2^53 a double is off by a few, of a counter that says such numbers nothing. */
function bigEndian(bytes: Uint8Array): number {
  return bytes.subarray(-8).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** 9f 78 04 and four bytes is a float, 9f 79 08 and eight a double. */
function floatOf(bytes: Uint8Array): SnmpValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = bytes.length > 3 && bytes[0] === 0x9f ? `${bytes[1]} ${bytes[2]} ${bytes.length}` : "";
  const number = head === "120 4 7" ? view.getFloat32(3) : head === "121 8 11" ? view.getFloat64(3) : Number.NaN;
  return Number.isFinite(number) ? { type: "float", number } : undefined;
}

/** A number; undefined where there is no value. Throws ProbeError for what is none: what it is, at which object identifier. */
export function numberOf(value: SnmpValue | undefined, what: string, oid: string): number | undefined {
  if (!value || "number" in value) return value?.number;
  throw wrongType(value, what, oid, "a number (INTEGER, Gauge, Counter or TimeTicks)");
}

/** Bytes; the same as of a number holds. */
export function bytesOf(value: SnmpValue | undefined, what: string, oid: string): Uint8Array | undefined {
  if (!value || "bytes" in value) return value?.bytes;
  throw wrongType(value, what, oid, TYPE_NAMES.bytes);
}

function wrongType(value: SnmpValue, what: string, oid: string, wanted: string): ProbeError {
  const said = "number" in value ? value.number : JSON.stringify(textOf(value));
  return new ProbeError(`${what} (${oid}) should be ${wanted}, and the device says ${TYPE_NAMES[value.type]} ${said}`);
}

/** A value as people read it; bytes that are no text in hexadecimal digits. Never longer than a text may be. */
export function textOf(value: SnmpValue): string {
  if ("number" in value) return String(value.number);
  if ("text" in value) return value.text.slice(0, TEXT_CHARS_MAX);
  const bytes = Buffer.from(value.bytes.subarray(0, TEXT_CHARS_MAX * 4));
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1; // some pad with NUL
  const utf8 = bytes.toString("utf8", 0, end);
  const text = utf8.includes("\ufffd") ? bytes.toString("latin1", 0, end) : utf8;
  const isText = !/[\0-\x08\x0e-\x1f\x7f-\x9f]/.test(text);
  return (isText ? text.trim() : bytes.toString("hex").replace(/(..)(?=.)/g, "$1 ")).slice(0, TEXT_CHARS_MAX);
}
