// The calling end of the wire: connect, send one line, read the answer as it comes. ask.ts collects it.

import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import type { Socket, TCPSocketConnectOptions } from "bun";
import { DIAL_CONNECT_MS_MAX, DIAL_HOP_MS, DIAL_SILENCE_MS_MAX, DIAL_WAITING_BYTES_MAX } from "../core/limits.ts";

/** Where to call: an address or a name, and the port. */
export interface Target {
  host: string;
  port: number;
  /** Our own address to call from; default the system's choice. */
  from?: string;
}

/**
 * A target as a host calls it that listens on one address only: from there, for by that address the others know it.
 * A loopback address is of use only towards another.
 */
export function targetFrom(listen: readonly string[], target: Target): Target {
  const [from, more] = listen;
  if (from === undefined || more !== undefined || from === "0.0.0.0" || from === "::") return target;
  if (isLoopback(from) && !isLoopback(target.host)) return target;
  if (isIP(target.host) !== 0 && isIP(target.host) !== isIP(from)) return target;
  return { ...target, from };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

export interface DialOptions {
  connect_ms?: number;
  /** The longest silence before and within the answer. */
  silence_ms?: number;
  /** The longest time from the call to the end of the answer; default none. */
  total_ms?: number;
  /** Nobody waits for the answer any more: the connection is closed at once. */
  signal?: AbortSignal;
}

/** The peer could not be reached, broke off, or answered what is no answer. The message names the peer. */
export class DialError extends Error {
  override name = "DialError";
}

/**
 * Sends a line and yields the bytes of the answer as they come, no faster than they are taken; a chunk is good until the
 * next one is asked for. Throws DialError before the first byte when the peer cannot be reached, later when it falls silent or the connection breaks.
 */
export async function* call(target: Target, line: string, options: DialOptions = {}): AsyncGenerator<Uint8Array> {
  const connection = new Call(target, { silence_ms: patienceFor(line), ...options });
  try {
    await connection.connect();
    connection.send(Buffer.from(`${line}\n`));
    for (;;) {
      const chunk = await connection.next();
      if (!chunk) return;
      yield chunk;
    }
  } finally {
    connection.close();
  }
}

/** How long a silence is borne: longer by each peer that the line is handed on by, `SERVER CLIENT mars HIST day`. */
export function patienceFor(line: string): number {
  const [, ...hops] = /^(SERVER\s+)?(CLIENT\s)?/i.exec(line) ?? [];
  return DIAL_SILENCE_MS_MAX + hops.filter(Boolean).length * DIAL_HOP_MS;
}

/** A target as messages name it. */
export function show(target: Target): string {
  return `${target.host}:${target.port}`;
}

const GIVEN_UP = "given up, for nobody waits for the answer";

class Call {
  private readonly target: Target;
  private readonly options: DialOptions;
  private socket: Socket<Call> | undefined;
  private waiting: Uint8Array[] = [];
  /** Bytes that wait, and those that were given out last: their taker hands them on yet. */
  private waitingBytes = 0;
  private givenBytes = 0;
  private spare = new Uint8Array(0);
  private paused = false;
  private ended = false;
  private failure: DialError | undefined;
  private wake: (() => void) | undefined;
  private unsent: Buffer | undefined;
  private readonly begun_ms = performance.now();
  private readonly abort = () => this.giveUp(GIVEN_UP);

  constructor(target: Target, options: DialOptions) {
    this.target = target;
    this.options = options;
    options.signal?.addEventListener("abort", this.abort);
  }

  async connect(): Promise<void> {
    const { port } = this.target;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new DialError(`${show(this.target)}: there is no such port; ports are 1 to 65535`);
    }
    const { connect_ms = DIAL_CONNECT_MS_MAX, total_ms = Number.POSITIVE_INFINITY, signal } = this.options;
    const timeout_ms = Math.min(connect_ms, total_ms);
    const { promise: given, resolve: giveUp } = Promise.withResolvers<string>();
    const timer = setTimeout(() => giveUp(`no connection within ${timeout_ms / 1000} s`), timeout_ms);
    const abort = () => giveUp(GIVEN_UP);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    const connecting = this.open();
    try {
      const socket = await Promise.race([given, connecting]);
      if (typeof socket === "string") {
        connecting.then((tardy) => tardy.terminate()).catch(() => undefined);
        throw new DialError(`${show(this.target)}: ${socket}`);
      }
      this.socket = socket;
    } catch (error) {
      throw error instanceof DialError ? error : new DialError(`${show(this.target)}: ${reason(error)}`);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  private async open(): Promise<Socket<Call>> {
    const { host, port, from } = this.target;
    // Bun 1.4.5 takes localAddress (net.connect is made of it), but its types do not have it, and it forgets it for a name.
    const options: TCPSocketConnectOptions<Call> & { localAddress?: string } = {
      hostname: from ? (await dns.lookup(host, { family: isIP(from) })).address : host,
      port,
      ...(from ? { localAddress: from } : {}),
      data: this,
      socket: {
        data: (_, bytes) => this.receive(bytes),
        drain: () => this.flush(),
        end: () => this.end(),
        close: () => this.end(),
        error: (_, error) => this.fail(error.message),
      },
    };
    return Bun.connect<Call>(options);
  }

  send(bytes: Buffer): void {
    this.unsent = bytes;
    this.flush();
  }

  private flush(): void {
    if (!this.unsent) return;
    const taken = this.socket?.write(this.unsent) ?? -1;
    if (taken < 0) {
      this.end();
      return;
    }
    this.unsent = taken < this.unsent.length ? this.unsent.subarray(taken) : undefined;
  }

  private receive(bytes: Buffer): void {
    this.waiting.push(this.copy(bytes)); // the buffer is the socket's
    this.waitingBytes += bytes.length;
    if (this.waitingBytes > DIAL_WAITING_BYTES_MAX && !this.paused) {
      this.socket?.pause();
      this.paused = true;
    }
    this.signal();
  }

  /** Into the buffer of a chunk that was taken, where it fits: who hands much on leaves little behind. */
  private copy(bytes: Uint8Array): Uint8Array {
    const isFree = this.waitingBytes === 0 && this.spare.length >= bytes.length;
    if (!isFree) {
      const own = new Uint8Array(bytes);
      if (this.waitingBytes === 0) this.spare = own;
      return own;
    }
    this.spare.set(bytes);
    return this.spare.subarray(0, bytes.length);
  }

  private end(): void {
    this.ended = true;
    this.signal();
  }

  private fail(message: string): void {
    this.failure ??= new DialError(`${show(this.target)}: ${message}`);
    this.signal();
  }

  /** What came already is dropped, too. */
  private giveUp(message: string): void {
    this.waiting = [];
    this.fail(message);
    this.socket?.terminate();
  }

  private signal(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  /** The next bytes, or undefined at the end. Those before count as taken from now on. */
  async next(): Promise<Uint8Array | undefined> {
    this.waitingBytes -= this.givenBytes;
    this.givenBytes = 0;
    if (this.paused && this.waitingBytes <= DIAL_WAITING_BYTES_MAX / 2) {
      this.paused = false;
      this.socket?.resume();
    }
    const { silence_ms = DIAL_SILENCE_MS_MAX, total_ms = Number.POSITIVE_INFINITY } = this.options;
    const left_ms = this.begun_ms + total_ms - performance.now();
    const bound_ms = left_ms < silence_ms ? total_ms : silence_ms;
    const late = () => this.giveUp(`no answer within ${bound_ms / 1000} s`);
    if (left_ms <= 0) late();
    while (this.waiting.length === 0) {
      if (this.failure) throw this.failure;
      if (this.ended) return undefined;
      const timer = setTimeout(late, Math.min(silence_ms, left_ms));
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      clearTimeout(timer);
    }
    const chunk = this.waiting.shift();
    this.givenBytes = chunk?.length ?? 0;
    return chunk;
  }

  close(): void {
    this.options.signal?.removeEventListener("abort", this.abort);
    this.socket?.end();
    if (!this.ended) this.socket?.terminate();
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to that host",
  ENETUNREACH: "no route to that network",
  ETIMEDOUT: "connection timed out",
  ENOTFOUND: "no such host",
  ECONNRESET: "connection reset",
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message ?? String(error);
}
