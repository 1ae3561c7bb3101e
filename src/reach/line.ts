// A connection to another host for a probe: by TCP, with TLS from the start or later, every wait under one deadline and
// every byte counted.

import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Socket, SocketHandler } from "bun";
import { REACH_BYTES_MAX, REACH_LINE_BYTES_MAX, REACH_WAITING_BYTES_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import { type Address, type IpVersion, shown } from "./address.ts";
import { before, type Deadline, deadlineIn, left } from "./deadline.ts";
import { addressesOf } from "./resolve.ts";
import { faultOf, handshakeWords } from "./tls-faults.ts";
import { authorities } from "./trust.ts";

/** How long a peer may take to hang up, too. */
const LINGER_MS = 500;

export interface LineOptions {
  host: string;
  port: number;
  version?: IpVersion;
  deadline: Deadline;
  /** What may come in all; default REACH_BYTES_MAX. */
  bytes_max?: number;
}

/** Whom TLS showed at the other end. */
export interface Peer {
  certificate: X509Certificate;
  /** Why it is not to be trusted; absent: it is. */
  fault?: string;
}

/** Connects, to each address of the host in turn. Throws ProbeError with what a person can do about it. */
export async function connect(options: LineOptions): Promise<Line> {
  const { host, port, deadline } = options;
  const addresses = await addressesOf(host, deadline, options.version);
  let failure: unknown;
  for (const [index, address] of addresses.entries()) {
    const share = deadlineIn(left(deadline) / (addresses.length - index));
    try {
      const line = new Line(options);
      await line.open(address, share);
      return line;
    } catch (error) {
      failure = error;
    }
  }
  throw failure ?? new ProbeError(`${shown(host, port)}: no address`);
}

/** So much of what came is quoted. */
const HEARD_BYTES_MAX = 80;

export class Line {
  /** How long it took to connect, the name's lookup not counted. */
  connect_ms = 0;
  private readonly options: LineOptions;
  private readonly name: string;
  private socket: Socket | undefined;
  private secured = false;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private received = 0;
  private begun: Uint8Array = new Uint8Array();
  private paused = false;
  private ended = false;
  private closed = false;
  private failure: string | undefined;
  private wake: (() => void) | undefined;
  private unsent: Uint8Array | undefined;
  private shaken: ((fault: Error | undefined) => void) | undefined;

  constructor(options: LineOptions) {
    this.options = options;
    this.name = shown(options.host, options.port);
  }

  async open({ address }: Address, share: Deadline): Promise<void> {
    const start_ms = performance.now();
    const connecting = Bun.connect({
      hostname: address,
      port: this.options.port,
      data: undefined,
      socket: this.handlers(),
    });
    try {
      const socket = await before(share, connecting);
      if (!socket) {
        connecting.then((tardy) => tardy.terminate()).catch(() => undefined);
        throw this.error(`no connection within ${this.options.deadline.within}: nothing answers there`);
      }
      this.socket = socket;
      this.connect_ms = performance.now() - start_ms;
    } catch (error) {
      throw error instanceof ProbeError ? error : this.error(reason(error));
    }
  }

  private handlers(): SocketHandler<undefined> {
    return {
      data: (socket, bytes) => {
        if (!this.secured || socket === this.socket) this.receive(bytes); // else the ciphertext below TLS
      },
      drain: () => this.flush(),
      end: () => this.end(),
      close: () => this.end(),
      error: (_, error) => this.fail(reason(error)),
      handshake: (_, ok, error) => this.shaken?.(error ?? (ok ? undefined : new Error("the handshake failed"))),
    };
  }

  /** Begins TLS. `name` is what the certificate must be for; it need not be trusted by `ca` (PEM): `fault` says so. */
  async secure(name: string, ca = authorities()): Promise<Peer> {
    const { socket } = this;
    if (!socket || this.waiting.length > 0 || this.ended)
      throw this.error(this.ended ? "the connection was closed before TLS began" : "words came where TLS should begin");
    const { promise, resolve: done } = Promise.withResolvers<{ error?: Error }>();
    this.shaken = (error) => done(error ? { error } : {});
    const isName = isIP(name) === 0;
    this.secured = true;
    // An address is no server name (RFC 6066), and some servers refuse one; the certificate is compared below.
    const tls = { rejectUnauthorized: false, ...(isName ? { serverName: name } : {}), ...(ca ? { ca } : {}) };
    [, this.socket] = socket.upgradeTLS({ tls, data: undefined, socket: this.handlers() });
    const shaken = await before(this.options.deadline, promise);
    if (!shaken) throw this.error(`connected, but no TLS handshake within ${this.options.deadline.within}`);
    const certificate = this.socket.getPeerX509Certificate();
    if (!certificate) throw this.error(`no TLS there: ${handshakeWords(shaken.error)}`);
    const fault = faultOf(certificate, name, shaken.error);
    return fault === undefined ? { certificate } : { certificate, fault };
  }

  write(words: string | Uint8Array): void {
    const bytes = typeof words === "string" ? Buffer.from(words, "utf8") : words;
    this.unsent = this.unsent ? Buffer.concat([this.unsent, bytes]) : bytes;
    this.flush();
  }

  private flush(): void {
    if (!this.unsent) return;
    const taken = this.socket?.write(this.unsent) ?? -1;
    if (taken < 0) this.end();
    else this.unsent = taken < this.unsent.length ? this.unsent.subarray(taken) : undefined;
  }

  private receive(bytes: Uint8Array): void {
    const { bytes_max = REACH_BYTES_MAX } = this.options;
    this.received += bytes.length;
    if (this.received > bytes_max + REACH_WAITING_BYTES_MAX) {
      this.fail(`more than ${bytes_max} bytes came`);
      this.socket?.terminate();
      return;
    }
    if (this.closed) return;
    if (this.begun.length < HEARD_BYTES_MAX)
      this.begun = Buffer.concat([this.begun, bytes.subarray(0, HEARD_BYTES_MAX - this.begun.length)]);
    this.waiting.push(new Uint8Array(bytes)); // the buffer is the socket's
    this.waitingBytes += bytes.length;
    if (this.waitingBytes > REACH_WAITING_BYTES_MAX && !this.paused) {
      this.socket?.pause();
      this.paused = true;
    }
    this.signal();
  }

  private end(): void {
    this.ended = true;
    this.shaken?.(new Error("the connection was closed"));
    this.signal();
  }

  private fail(message: string): void {
    this.failure ??= message;
    this.signal();
  }

  private signal(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  /** The next bytes; undefined at the end. Throws ProbeError when none come in time; `what` says what was waited for. */
  async read(what = "answer"): Promise<Uint8Array | undefined> {
    while (this.waiting.length === 0) {
      if (this.failure !== undefined) throw this.error(this.failure);
      if (this.ended) return undefined;
      const { promise, resolve: wake } = Promise.withResolvers<true>();
      this.wake = () => wake(true);
      if (!(await before(this.options.deadline, promise)))
        throw this.error(`connected, but no ${what} within ${this.options.deadline.within}`);
    }
    if (left(this.options.deadline) === 0) throw this.error(`no whole ${what} within ${this.options.deadline.within}`);
    const chunk = this.waiting.shift();
    this.waitingBytes -= chunk?.length ?? 0;
    if (this.paused && this.waitingBytes === 0) {
      this.paused = false;
      this.socket?.resume();
    }
    return chunk;
  }

  /** The next line without its end; what is left at the end counts as one. Throws ProbeError when there is none, or one too long. */
  async readLine(what = "answer", bytes_max = REACH_LINE_BYTES_MAX): Promise<string> {
    let line: Uint8Array = new Uint8Array();
    for (;;) {
      const chunk = await this.read(what);
      if (!chunk && line.length === 0) throw this.error(`the connection was closed before the ${what} came`);
      const end = chunk?.indexOf(0x0a) ?? -1;
      if (chunk && end >= 0) this.unread(chunk.subarray(end + 1));
      if (chunk) line = Buffer.concat([line, end < 0 ? chunk : chunk.subarray(0, end)]);
      if (line.length > bytes_max) throw this.error(`a line of the ${what} is longer than ${bytes_max} bytes`);
      if (!chunk || end >= 0) return Buffer.from(line).toString("utf8").replace(/\r$/, "");
    }
  }

  /** Reads until `text` came, and returns all that came; at the end what there is. */
  async readUntil(text: string, what = "answer"): Promise<string> {
    const wanted = Buffer.from(text, "utf8").toString("latin1");
    const all: Uint8Array[] = [];
    let end = ""; // sought in what is new, lest one who drips make it quadratic
    for (;;) {
      if (end.includes(wanted)) break;
      end = wanted.length > 1 ? end.slice(1 - wanted.length) : "";
      const chunk = await this.read(what);
      if (!chunk) break;
      all.push(chunk);
      end += Buffer.from(chunk).toString("latin1");
    }
    return Buffer.concat(all).toString("utf8");
  }

  /** The beginning of all that came, for an error to quote; undefined when nothing did. */
  get heard(): string | undefined {
    if (this.begun.length === 0) return undefined;
    return JSON.stringify(Buffer.from(this.begun).toString("utf8").trimEnd());
  }

  /** Puts back what was read too much. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.waiting.unshift(bytes);
    this.waitingBytes += bytes.length;
  }

  error(message: string): ProbeError {
    return new ProbeError(`${this.name}: ${message}`);
  }

  /**
   * Hangs up as a polite peer does: what still comes is read and dropped for a moment, for a reset would make the other side
   * log an error every minute.
   */
  close(): void {
    const { socket } = this;
    this.closed = true;
    this.shaken = undefined;
    this.waiting = [];
    if (!socket || this.ended) {
      socket?.terminate();
      return;
    }
    if (this.paused) socket.resume();
    socket.shutdown();
    setTimeout(() => socket.terminate(), LINGER_MS).unref();
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: "connection refused: nothing listens there, or a firewall refuses it",
  EHOSTUNREACH: "no route to that host: it is off, or a router does not know it",
  ENETUNREACH: "no route to that network",
  ETIMEDOUT: "connection timed out",
  ECONNRESET: "the connection was reset",
  EADDRNOTAVAIL: "no address of ours could reach it",
  EACCES: "a firewall of this host forbids it",
  EPERM: "a firewall of this host forbids it",
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message ?? String(error);
}
