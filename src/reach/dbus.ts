// D-Bus, as much of it as a question to a service on this host takes (D-Bus Specification, "Message Protocol"): little
// endian, one call at a time, no signals, no file descriptors.

import type { Socket } from "bun";
import { DBUS_MESSAGE_BYTES_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import { asText, marshal, unmarshal, type Value } from "./dbus-values.ts";

export interface Call {
  destination: string;
  path: string;
  interface: string;
  member: string;
  /** Types of the arguments: `ss`. */
  signature?: string;
  args?: readonly Value[];
}

/** A connection to a bus. Calls are answered in order; a call rejects with ProbeError. */
export interface Bus {
  call(call: Call): Promise<Value[]>;
  close(): void;
}

const LITTLE_ENDIAN = 0x6c; // "l"
const CALL = 1;
const RETURN = 2;
const ERROR = 3;
const FIELDS = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  signature: 8,
} as const;

/** Connects to the bus at a socket. `hello` is false for a service's own socket, which is no bus. Throws ProbeError. */
export async function connectBus(socketPath: string, timeout_ms: number, hello = true): Promise<Bus> {
  const peer = new Peer(socketPath, timeout_ms);
  await peer.open();
  if (hello) {
    const bus = "org.freedesktop.DBus";
    await peer.call({ destination: bus, path: "/org/freedesktop/DBus", interface: bus, member: "Hello" });
  }
  return peer;
}

class Peer implements Bus {
  private readonly path: string;
  private readonly timeout_ms: number;
  private socket: Socket | undefined;
  private received: Buffer = Buffer.alloc(0);
  private wake: () => void = () => {};
  private fault: string | undefined;
  private serial = 0;
  private timer: Timer | undefined;

  constructor(path: string, timeout_ms: number) {
    this.path = path;
    this.timeout_ms = timeout_ms;
  }

  async open(): Promise<void> {
    this.timer = setTimeout(() => this.fail(`no answer within ${this.timeout_ms / 1000} s`), this.timeout_ms);
    const fail = (why: string) => this.fail(why);
    try {
      this.socket = await Bun.connect({
        unix: this.path,
        socket: {
          data: (_, chunk) => {
            this.received = Buffer.concat([this.received, chunk]);
            if (this.received.length > DBUS_MESSAGE_BYTES_MAX) fail(`more than ${DBUS_MESSAGE_BYTES_MAX} bytes`);
            this.wake();
          },
          close: () => {
            fail("it closed the connection");
          },
          error: (_, error) => {
            fail(error.message);
          },
        },
      });
    } catch (error) {
      clearTimeout(this.timer);
      throw new ProbeError(`cannot connect to ${this.path}: ${(error as Error).message}`);
    }
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
    this.socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    const answer = await this.take((all) => {
      const end = all.indexOf("\r\n");
      return end < 0 ? undefined : end + 2;
    });
    if (!answer.toString("latin1").startsWith("OK ")) throw this.fail("it does not take us for who we are");
    this.socket.write("BEGIN\r\n");
  }

  async call({ destination, path, interface: name, member, signature = "", args = [] }: Call): Promise<Value[]> {
    const serial = ++this.serial;
    const fields: Value[] = [
      [FIELDS.path, { signature: "o", value: path }],
      [FIELDS.interface, { signature: "s", value: name }],
      [FIELDS.member, { signature: "s", value: member }],
      [FIELDS.destination, { signature: "s", value: destination }],
      ...(signature ? [[FIELDS.signature, { signature: "g", value: signature }]] : []),
    ];
    const body = marshal(signature, args);
    const head = marshal("yyyyuua(yv)", [LITTLE_ENDIAN, CALL, 0, 1, body.length, serial, fields]);
    this.socket?.write(Buffer.concat([head, Buffer.alloc(padding(head.length, 8)), body]));
    for (;;) {
      const message = await this.take(messageLength);
      const reply = parseMessage(message, this.path);
      if (reply.replySerial !== serial) continue; // NameAcquired and other signals
      if (reply.type === ERROR) throw new ProbeError(`${member}: ${asText(reply.body[0]) || asText(reply.errorName)}`);
      if (reply.type === RETURN) return reply.body;
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.fault ??= "it is closed";
    this.socket?.end();
  }

  /** Waits until there is a whole piece, as `lengthOf` finds it, and takes it. */
  private async take(lengthOf: (all: Buffer) => number | undefined): Promise<Buffer> {
    for (;;) {
      const length = lengthOf(this.received);
      if (length !== undefined && this.received.length >= length) {
        const piece = this.received.subarray(0, length);
        this.received = this.received.subarray(length);
        return piece;
      }
      if (this.fault !== undefined) throw new ProbeError(`${this.path}: ${this.fault}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private fail(why: string): ProbeError {
    this.fault ??= why;
    clearTimeout(this.timer);
    this.socket?.end();
    this.wake();
    return new ProbeError(`${this.path}: ${this.fault}`);
  }
}

const HEAD_BYTES = 16;

function padding(length: number, to: number): number {
  return (to - (length % to)) % to;
}

/** The whole length of the message that begins here; undefined before its head is there. */
function messageLength(all: Buffer): number | undefined {
  if (all.length < HEAD_BYTES) return undefined;
  const fields = all.readUInt32LE(12);
  // A length that no answer has is none: the piece is taken as it is, and refused.
  const length = HEAD_BYTES + fields + padding(fields, 8) + all.readUInt32LE(4);
  return length > DBUS_MESSAGE_BYTES_MAX || all[0] !== LITTLE_ENDIAN ? all.length : length;
}

function parseMessage(message: Buffer, path: string) {
  try {
    const [, type, , , , , fields] = unmarshal("yyyyuua(yv)", message);
    const all = new Map((fields as [number, Value][]).map(([code, value]) => [code, value]));
    const signature = asText(all.get(FIELDS.signature));
    const start = HEAD_BYTES + message.readUInt32LE(12);
    const body = unmarshal(signature, message.subarray(start + padding(start, 8)));
    const errorName = all.get(FIELDS.errorName);
    return { type, replySerial: all.get(FIELDS.replySerial), errorName, body };
  } catch {
    throw new ProbeError(`${path}: an answer that is not D-Bus`);
  }
}
