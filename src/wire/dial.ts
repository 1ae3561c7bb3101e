// The calling end of the wire: connect, send one line, read the answer as it comes.

import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import type { Socket, TCPSocketConnectOptions } from "bun";
import { ANSWER_BYTES_MAX, DIAL_ANSWER_MS_MAX, DIAL_CONNECT_MS_MAX } from "../core/limits.ts";

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
  /** The longest time for the whole answer, and its largest size; default none but ANSWER_BYTES_MAX. */
  total_ms?: number;
  bytes?: number;
}

/** The peer could not be reached, broke off, or answered what is no answer. The message names the peer. */
export class DialError extends Error {
  override name = "DialError";
}

/** The peer answered COMMAND ERROR, or an `error …` resp. The message is the peer's. */
export class PeerError extends Error {
  override name = "PeerError";
}

export interface Reply {
  /** The name behind COMMAND. */
  name: string;
  /** What stands between the COMMAND lines. */
  body: string;
}

/** Sends a line and returns the whole answer. Throws DialError, or PeerError when the peer refused. */
export async function ask(target: Target, line: string, options: DialOptions = {}): Promise<Reply> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of call(target, line, options)) {
    size += chunk.length;
    if (size > (options.bytes ?? ANSWER_BYTES_MAX))
      throw new DialError(`${show(target)}: an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const reply = parseReply(Buffer.concat(chunks).toString("utf8"));
  if (!reply) throw new DialError(`${show(target)}: the answer broke off`);
  if (reply.name === "ERROR") throw new PeerError(reply.body.trim().replace(/^error: /, ""));
  return reply;
}

/** The same for an answer that is JSON; checks only that it is an object whose resp is no error. */
export async function askJson(
  target: Target,
  line: string,
  options: DialOptions = {},
): Promise<Record<string, unknown>> {
  const { body } = await ask(target, line, options);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new DialError(`${show(target)}: the answer is no JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DialError(`${show(target)}: the answer is no JSON object`);
  }
  const record = value as Record<string, unknown>;
  if (typeof record.resp === "string" && record.resp.startsWith("error")) throw new PeerError(record.resp.slice(6));
  return record;
}

/** Takes an answer apart; undefined when it is not whole. */
export function parseReply(text: string): Reply | undefined {
  const match = /^COMMAND (\S+)\r?\n([\s\S]*?)COMMAND DONE\r?\n?$/.exec(text);
  return match ? { name: match[1] ?? "", body: match[2] ?? "" } : undefined;
}

/**
 * Sends a line and yields the bytes of the answer as they come, no faster than they are taken. Throws DialError before
 * the first byte when the peer cannot be reached, later when it falls silent or the connection breaks.
 */
export async function* call(target: Target, line: string, options: DialOptions = {}): AsyncGenerator<Uint8Array> {
  const connection = new Call(target, options);
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

function show(target: Target): string {
  return `${target.host}:${target.port}`;
}

/** Received bytes that wait for their taker; above it the socket is paused. */
const WAITING_BYTES_MAX = 1024 * 1024;

class Call {
  private readonly target: Target;
  private readonly options: DialOptions;
  private socket: Socket<Call> | undefined;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private paused = false;
  private ended = false;
  private failure: DialError | undefined;
  private wake: (() => void) | undefined;
  private unsent: Buffer | undefined;
  private readonly begun_ms = performance.now();

  constructor(target: Target, options: DialOptions) {
    this.target = target;
    this.options = options;
  }

  async connect(): Promise<void> {
    const timeout_ms = this.options.connect_ms ?? DIAL_CONNECT_MS_MAX;
    const { promise: late, resolve: giveUp } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => giveUp("late"), timeout_ms);
    const connecting = this.open();
    try {
      const socket = await Promise.race([connecting, late]);
      if (socket === "late") {
        connecting.then((tardy) => tardy.terminate()).catch(() => undefined);
        throw new DialError(`${show(this.target)}: no connection within ${timeout_ms / 1000} s`);
      }
      this.socket = socket;
    } catch (error) {
      throw error instanceof DialError ? error : new DialError(`${show(this.target)}: ${reason(error)}`);
    } finally {
      clearTimeout(timer);
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
    this.waiting.push(new Uint8Array(bytes)); // a copy: the buffer is the socket's
    this.waitingBytes += bytes.length;
    if (this.waitingBytes > WAITING_BYTES_MAX && !this.paused) {
      this.socket?.pause();
      this.paused = true;
    }
    this.signal();
  }

  private end(): void {
    this.ended = true;
    this.signal();
  }

  private fail(message: string): void {
    this.failure ??= new DialError(`${show(this.target)}: ${message}`);
    this.signal();
  }

  private signal(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  /** The next bytes, or undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const left_ms = this.begun_ms + (this.options.total_ms ?? Number.POSITIVE_INFINITY) - performance.now();
    const silence_ms = Math.max(0, Math.min(this.options.silence_ms ?? DIAL_ANSWER_MS_MAX, left_ms));
    while (this.waiting.length === 0) {
      if (this.failure) throw this.failure;
      if (this.ended) return undefined;
      const timer = setTimeout(() => this.fail(`no answer within ${silence_ms / 1000} s`), silence_ms);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      clearTimeout(timer);
    }
    const chunk = this.waiting.shift();
    this.waitingBytes -= chunk?.length ?? 0;
    if (this.paused && this.waitingBytes < WAITING_BYTES_MAX / 2) {
      this.paused = false;
      this.socket?.resume();
    }
    return chunk;
  }

  close(): void {
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
