// D-Bus values as bytes (D-Bus Specification, "Marshaling"), little endian.

/** Numbers, strings, booleans; arrays and structs are arrays; what is in a variant is given with its signature, and read bare. */
export type Value = number | bigint | string | boolean | readonly Value[] | Variant;

export interface Variant {
  signature: string;
  value: Value;
}

const ALIGN: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
  s: 4,
  o: 4,
  g: 1,
  v: 1,
  a: 4,
  "(": 8,
  "{": 8,
};
/** Arrays in arrays: more is no answer of systemd. */
const DEPTH_MAX = 16;

/** A value that should be a text; "" for any other. */
export function asText(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A value that should be a number; NaN for any other. */
export function asNumber(value: Value | undefined): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
}

/** The bytes of values of these types. */
export function marshal(signature: string, values: readonly Value[]): Buffer {
  const bytes: number[] = [];
  for (const [i, type] of split(signature).entries()) write(bytes, type, values[i] ?? 0);
  return Buffer.from(bytes);
}

function write(bytes: number[], type: string, value: Value): void {
  const kind = type.charAt(0);
  align(bytes, ALIGN[kind] ?? 1);
  if (kind === "y") bytes.push(Number(value));
  else if (kind === "u" || kind === "i" || kind === "b") writeUint32(bytes, Number(value));
  else if (kind === "t" || kind === "x") {
    writeUint32(bytes, Number(BigInt.asUintN(32, value as bigint)));
    writeUint32(bytes, Number(BigInt.asUintN(32, (value as bigint) >> 32n)));
  } else if (kind === "s" || kind === "o") {
    const utf8 = Buffer.from(asText(value));
    writeUint32(bytes, utf8.length);
    bytes.push(...utf8, 0);
  } else if (kind === "g") {
    bytes.push(asText(value).length, ...Buffer.from(asText(value)), 0);
  } else if (kind === "v") {
    const { signature, value: inner } = value as Variant;
    write(bytes, "g", signature);
    write(bytes, signature, inner);
  } else if (kind === "(") {
    const members = value as Value[];
    for (const [i, each] of split(type.slice(1, -1)).entries()) write(bytes, each, members[i] ?? 0);
  } else if (kind === "a") {
    const at = bytes.length;
    writeUint32(bytes, 0);
    align(bytes, ALIGN[type.charAt(1)] ?? 1);
    const start = bytes.length;
    for (const each of value as Value[]) write(bytes, type.slice(1), each);
    const size: number[] = [];
    writeUint32(size, bytes.length - start);
    size.forEach((byte, i) => {
      bytes[at + i] = byte;
    });
  } else throw new TypeError(`cannot write a D-Bus ${type}`);
}

function align(bytes: number[], to: number): void {
  while (bytes.length % to !== 0) bytes.push(0);
}

function writeUint32(bytes: number[], value: number): void {
  bytes.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
}

/** The values of these types at the beginning of some bytes. Throws RangeError or TypeError when they are not that. */
export function unmarshal(signature: string, bytes: Buffer): Value[] {
  const reader = { bytes, at: 0 };
  return split(signature).map((type) => read(reader, type, 0));
}

interface Reader {
  bytes: Buffer;
  at: number;
}

function read(reader: Reader, type: string, depth: number): Value {
  if (depth > DEPTH_MAX) throw new RangeError("too deep");
  const kind = type.charAt(0);
  const size = ALIGN[kind];
  if (size === undefined) throw new TypeError(`unknown type ${kind}`);
  reader.at = Math.ceil(reader.at / size) * size;
  const { bytes, at } = reader;
  const take = <T>(length: number, value: T): T => {
    reader.at += length;
    return value;
  };
  switch (kind) {
    case "y":
      return take(1, bytes.readUInt8(at));
    case "b":
      return take(4, bytes.readUInt32LE(at) !== 0);
    case "n":
      return take(2, bytes.readInt16LE(at));
    case "q":
      return take(2, bytes.readUInt16LE(at));
    case "i":
      return take(4, bytes.readInt32LE(at));
    case "u":
      return take(4, bytes.readUInt32LE(at));
    case "x":
      return take(8, bytes.readBigInt64LE(at));
    case "t":
      return take(8, bytes.readBigUInt64LE(at));
    case "d":
      return take(8, bytes.readDoubleLE(at));
    case "s":
    case "o":
      return text(reader, bytes.readUInt32LE(at), 4);
    case "g":
      return text(reader, bytes.readUInt8(at), 1);
    case "v":
      return read(reader, split(text(reader, bytes.readUInt8(at), 1))[0] ?? "", depth + 1);
    case "a":
      return readArray(reader, type.slice(1), depth);
    default:
      return split(type.slice(1, -1)).map((each) => read(reader, each, depth + 1));
  }
}

function text(reader: Reader, length: number, head: number): string {
  const start = reader.at + head;
  if (start + length + 1 > reader.bytes.length) throw new RangeError("cut off");
  reader.at = start + length + 1;
  return reader.bytes.toString("utf8", start, start + length);
}

function readArray(reader: Reader, type: string, depth: number): Value[] {
  const length = reader.bytes.readUInt32LE(reader.at);
  const size = ALIGN[type.charAt(0)] ?? 1;
  reader.at = Math.ceil((reader.at + 4) / size) * size;
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new RangeError("cut off");
  const values: Value[] = [];
  while (reader.at < end) values.push(read(reader, type, depth + 1));
  return values;
}

/** Single types of a signature: `sa(yv)u` -> s, a(yv), u. */
function split(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = endOf(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOf(signature: string, at: number): number {
  const kind = signature.charAt(at);
  if (kind === "a") return endOf(signature, at + 1);
  const close = { "(": ")", "{": "}" }[kind];
  if (close === undefined) return at + 1;
  let next = at + 1;
  while (signature.charAt(next) !== close) {
    if (next >= signature.length) throw new TypeError(`${signature} is no signature`);
    next = endOf(signature, next);
  }
  return next + 1;
}
