// Messages of DNS as bytes (RFC 1035, RFC 3596): a question, and what an answer says.

import { HOSTNAME_CHARS_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";

export const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28 } as const;
export type DnsType = keyof typeof TYPES;

const HEADER_BYTES = 12;
const CLASS_IN = 1;
const LABEL_BYTES_MAX = 63;

export interface Question {
  name: string;
  type: DnsType;
}

export interface DnsAnswer {
  /** 0: all is well; 3: there is no such name. */
  rcode: number;
  /** It did not fit into a datagram. */
  truncated: boolean;
  /** The records of the asked type, in words: `192.0.2.1`, `10 mail.example.org`. */
  records: string[];
}

/** A name in labels as messages have it. Throws ProbeError for what is none. */
export function encodeName(name: string): Uint8Array {
  const labels = name
    .replace(/\.$/, "")
    .split(".")
    .filter((_, i, all) => all.length > 1 || all[i] !== "");
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, "latin1");
    if (bytes.length === 0 || bytes.length > LABEL_BYTES_MAX || /[^\x21-\x7e]/.test(label))
      throw new ProbeError(`"${name.slice(0, HOSTNAME_CHARS_MAX)}" is no name of DNS`);
    return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
  });
  const encoded = Buffer.concat([...parts, Uint8Array.of(0)]);
  if (encoded.length > HOSTNAME_CHARS_MAX + 2)
    throw new ProbeError(`a name of more than ${HOSTNAME_CHARS_MAX} characters`);
  return encoded;
}

/** The message that asks a resolver; `id` is what its answer must have. */
export function encodeQuestion(id: number, { name, type }: Question): Uint8Array {
  const encoded = encodeName(name);
  const message = new Uint8Array(HEADER_BYTES + encoded.length + 4);
  const view = new DataView(message.buffer);
  view.setUint16(0, id);
  view.setUint16(2, 0x0100); // recursion desired
  view.setUint16(4, 1);
  message.set(encoded, HEADER_BYTES);
  view.setUint16(HEADER_BYTES + encoded.length, TYPES[type]);
  view.setUint16(HEADER_BYTES + encoded.length + 2, CLASS_IN);
  return message;
}

/**
 * The answer to a question; undefined when the message is none to it (another id, another question: a late or a forged one).
 * Throws ProbeError when it is one, and broken.
 */
export function decodeAnswer(message: Uint8Array, id: number, question: Question): DnsAnswer | undefined {
  const reader = new Reader(message);
  if (message.length < HEADER_BYTES || reader.view.getUint16(0) !== id) return undefined;
  const flags = reader.view.getUint16(2);
  if ((flags & 0x8000) === 0) return undefined;
  const [questions, answers] = [reader.view.getUint16(4), reader.view.getUint16(6)];
  const rcode = flags & 15;
  const truncated = (flags & 0x0200) !== 0;
  reader.at = HEADER_BYTES;
  if (questions === 0 && rcode !== 0) return { rcode, truncated, records: [] }; // some refuse without it
  if (questions !== 1 || !sameName(reader.name(), question.name)) return undefined;
  if (reader.uint16() !== TYPES[question.type] || reader.uint16() !== CLASS_IN) return undefined;
  const records: string[] = [];
  if (truncated) return { rcode, truncated, records };
  for (let i = 0; i < answers; i++) {
    reader.name();
    const [type, klass] = [reader.uint16(), reader.uint16()];
    reader.skip(4); // how long it may be kept
    const length = reader.uint16();
    const end = reader.at + length;
    reader.need(length);
    if (type === TYPES[question.type] && klass === CLASS_IN) records.push(recordText(reader, question.type, end));
    if (reader.at > end) throw broken();
    reader.at = end;
  }
  return { rcode, truncated, records };
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.replace(/\.$/, "").toLowerCase();
}

function broken(): ProbeError {
  return new ProbeError("the answer is broken: it is no message of DNS (RFC 1035)");
}

function recordText(reader: Reader, type: DnsType, end: number): string {
  switch (type) {
    case "A":
      return [...reader.bytes(4)].join(".");
    case "AAAA":
      return ip6Text(reader.bytes(16));
    case "MX":
      return `${reader.uint16()} ${reader.name()}`;
    case "SOA": {
      const names = `${reader.name()} ${reader.name()}`;
      return `${names} ${[1, 2, 3, 4, 5].map(() => reader.uint32()).join(" ")}`;
    }
    case "TXT": {
      const strings: string[] = [];
      while (reader.at < end) strings.push(Buffer.from(reader.bytes(reader.bytes(1)[0] ?? 0)).toString("utf8"));
      return strings.join("");
    }
    default:
      return reader.name();
  }
}

/** An address of IPv6 as RFC 5952 writes it. */
export function ip6Text(bytes: Uint8Array): string {
  const groups = (Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? []).join(":");
  return URL.parse(`http://[${groups}]/`)?.hostname.slice(1, -1) ?? groups;
}

/** Reads a message from front to back; ProbeError beyond its end. */
class Reader {
  at = 0;
  readonly view: DataView;
  private readonly message: Uint8Array;

  constructor(message: Uint8Array) {
    this.message = message;
    this.view = new DataView(message.buffer, message.byteOffset, message.length);
  }

  need(count: number): void {
    if (this.at + count > this.message.length) throw broken();
  }

  skip(count: number): void {
    this.need(count);
    this.at += count;
  }

  bytes(count: number): Uint8Array {
    this.skip(count);
    return this.message.subarray(this.at - count, this.at);
  }

  uint16(): number {
    this.skip(2);
    return this.view.getUint16(this.at - 2);
  }

  uint32(): number {
    this.skip(4);
    return this.view.getUint32(this.at - 4);
  }

  /** A name without its last dot. Each pointer must lead further to the front than the one before, so that none is a circle. */
  name(): string {
    const labels: string[] = [];
    let length = 0;
    let back = -1;
    let bound = this.at;
    for (;;) {
      const size = this.bytes(1)[0] ?? 0;
      if (size === 0) break;
      if (size >= 0xc0) {
        const place = ((size & 0x3f) << 8) | (this.bytes(1)[0] ?? 0);
        if (place >= bound) throw broken();
        if (back < 0) back = this.at;
        bound = place;
        this.at = place;
        continue;
      }
      if (size > LABEL_BYTES_MAX) throw broken();
      length += size + 1;
      if (length > HOSTNAME_CHARS_MAX + 1) throw broken();
      labels.push(Buffer.from(this.bytes(size)).toString("latin1"));
    }
    if (back >= 0) this.at = back;
    return labels.join(".");
  }
}
