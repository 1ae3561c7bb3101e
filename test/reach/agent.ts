// An SNMP agent of versions 1 and 2c for tests, coded by hand (X.690, RFC 3416), so that it can also lie. A tree of values, or
// whatever a test answers with.

/** A value as it is on the wire. */
export interface Coded {
  tag: number;
  bytes: Uint8Array;
}

export interface Request {
  version: number;
  community: string;
  pdu: number;
  id: number;
  /** Of GETBULK: how many of each name. */
  repetitions: number;
  oids: string[];
}

const GET = 0xa0;
const GET_NEXT = 0xa1;
const RESPONSE = 0xa2;
const GET_BULK = 0xa5;

function tlv(tag: number, ...inner: Uint8Array[]): Buffer {
  const body = Buffer.concat(inner);
  const { length } = body;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

function signed(number: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(number);
  do {
    bytes.unshift(Number(rest & 255n));
    rest >>= 8n;
  } while (!((rest === 0n && (bytes[0] ?? 0) < 128) || (rest === -1n && (bytes[0] ?? 0) >= 128)));
  return Buffer.from(bytes);
}

function oidBytes(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split(".").map(Number);
  const seven = (number: number): number[] => {
    const bytes = [number % 128];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
      bytes.unshift(128 + (left % 128));
    return bytes;
  };
  return Buffer.from([first * 40 + second, ...rest.flatMap(seven)]);
}

export const int = (number: number): Coded => ({ tag: 2, bytes: signed(number) });
export const text = (words: string | Uint8Array): Coded => ({ tag: 4, bytes: Buffer.from(words as string) });
export const name = (oid: string): Coded => ({ tag: 6, bytes: oidBytes(oid) });
export const counter = (number: number): Coded => ({ tag: 65, bytes: signed(number) });
export const gauge = (number: number): Coded => ({ tag: 66, bytes: signed(number) });
export const ticks = (number: number): Coded => ({ tag: 67, bytes: signed(number) });
export const counter64 = (number: bigint): Coded => ({ tag: 70, bytes: signed(number) });
export const opaque = (bytes: Uint8Array): Coded => ({ tag: 68, bytes });
const nothing = (tag: 128 | 129 | 130): Coded => ({ tag, bytes: Buffer.alloc(0) });

/** A whole answer to a request. */
export function answer(
  { version, community, id }: Request,
  varbinds: readonly (readonly [oid: string, value: Coded])[],
  { status = 0, index = 0, pdu = RESPONSE } = {},
): Buffer {
  const list = varbinds.map(([oid, { tag, bytes }]) => tlv(48, tlv(6, oidBytes(oid)), tlv(tag, bytes)));
  const body = [tlv(2, signed(id)), tlv(2, signed(status)), tlv(2, signed(index)), tlv(48, ...list)];
  return tlv(48, tlv(2, signed(version)), tlv(4, Buffer.from(community)), tlv(pdu, ...body));
}

/** An answer to a packet of version 3 by somebody who has no password: neither signed nor encrypted. */
export function forged(packet: Buffer, oid: string, value: Coded): Buffer {
  const [, header] = parts(parts(packet)[0]?.body);
  const id = parts(header?.body)[0]?.body ?? Buffer.alloc(1);
  const empty = tlv(4);
  const number = (of: number) => tlv(2, signed(of));
  const global = tlv(48, tlv(2, id), number(65_507), tlv(4, Buffer.alloc(1)), number(3));
  const security = tlv(4, tlv(48, empty, number(0), number(0), empty, empty, empty));
  const list = tlv(48, tlv(48, tlv(6, oidBytes(oid)), tlv(value.tag, value.bytes)));
  const pdu = tlv(RESPONSE, number(1), number(0), number(0), list);
  return tlv(48, number(3), global, security, tlv(48, empty, empty, pdu));
}

/** The parts of a coded sequence. */
function parts(packet: Uint8Array = Buffer.alloc(0)): { tag: number; body: Uint8Array }[] {
  const bytes = Buffer.from(packet);
  const all: { tag: number; body: Uint8Array }[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length >= 128) {
      const count = length - 128;
      length = bytes.readUIntBE(at, count);
      at += count;
    }
    all.push({ tag, body: bytes.subarray(at, at + length) });
    at += length;
  }
  return all;
}

function oidText(bytes: Uint8Array = Buffer.alloc(0)): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 127);
    if (byte >= 128) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  return [Math.floor(first / 40), first % 40, ...rest].join(".");
}

export function decode(packet: Buffer): Request {
  const [version, community, pdu] = parts(parts(packet)[0]?.body);
  const [id, , repetitions, list] = parts(pdu?.body);
  const number = (body: Uint8Array = Buffer.alloc(1)) => Buffer.from(body).readIntBE(0, body.length);
  return {
    version: number(version?.body),
    community: Buffer.from(community?.body ?? []).toString(),
    pdu: pdu?.tag ?? 0,
    id: number(id?.body),
    repetitions: number(repetitions?.body),
    oids: parts(list?.body).map(({ body }) => oidText(parts(body)[0]?.body)),
  };
}

const compare = (a: string, b: string) => {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; ; i++) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined || y === undefined) return left.length - right.length;
    if (x !== y) return x - y;
  }
};

/** Options of an item. */
export type Options = Record<string, string>;

export type Tree = Record<string, Coded>;

/** Answers as an honest agent with these values does. */
export function fromTree(tree: Tree): (request: Request) => Buffer {
  const sorted = Object.keys(tree).toSorted(compare);
  const places = new Map(sorted.map((oid, index) => [oid, index]));
  const next = (oid: string): [string, Coded] => {
    const known = places.get(oid);
    const found = known === undefined ? sorted.find((each) => compare(each, oid) > 0) : sorted[known + 1];
    return found === undefined ? [oid, nothing(130)] : [found, tree[found] ?? nothing(130)];
  };
  return (request) => {
    const { version, pdu, oids, repetitions } = request;
    if (pdu === GET_BULK) {
      const rows: [string, Coded][][] = [oids.map(next)];
      for (let row = 1; row < repetitions; row++) rows.push((rows.at(-1) ?? []).map(([oid]) => next(oid)));
      return answer(request, rows.flat());
    }
    const found = oids.map((oid): [string, Coded] =>
      pdu === GET_NEXT ? next(oid) : [oid, pdu === GET ? (tree[oid] ?? nothing(129)) : nothing(128)],
    );
    const missing = found.findIndex(([, { tag }]) => tag >= 128);
    if (version > 0 || missing < 0) return answer(request, found);
    return answer(
      request,
      oids.map((oid) => [oid, int(0)]),
      { status: 2, index: missing + 1 },
    );
  };
}

/** What it answers with: one packet, several, none; later if it is a promise. */
export type Answering = (
  request: Request,
  packet: Buffer,
) => Buffer | Buffer[] | undefined | Promise<Buffer | Buffer[] | undefined>;

/** An agent on an address of this host and a free port, or that port; it keeps what it was asked unless told not to. */
export class Agent implements Disposable {
  requests: Request[] = [];
  /** Told of where each request comes from. */
  onPeer: (port: number) => void = () => {};
  private readonly socket: Bun.udp.Socket<"buffer">;
  private constructor(socket: Bun.udp.Socket<"buffer">) {
    this.socket = socket;
  }

  static async start(answering: Answering, { address = "127.0.0.1", port = 0, keeps = true } = {}): Promise<Agent> {
    const holder: { agent?: Agent } = {};
    const socket = await Bun.udpSocket({
      hostname: address,
      port,
      socket: {
        async data(own, packet, from, peer) {
          const request = packet[4] === 3 || packet[5] === 3 ? ({ version: 3 } as Request) : decode(packet);
          if (keeps) holder.agent?.requests.push(request);
          holder.agent?.onPeer(from);
          const answers = await answering(request, packet);
          if (!own.closed) for (const each of [answers ?? []].flat()) own.send(each, from, peer);
        },
      },
    });
    holder.agent = new Agent(socket);
    return holder.agent;
  }

  get port(): number {
    return this.socket.port;
  }

  [Symbol.dispose](): void {
    this.socket.close();
  }
}
