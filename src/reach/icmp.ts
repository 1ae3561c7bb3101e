// ICMP echo (RFC 792, RFC 4443) without a program: one socket for all who ask, asked without waiting; how long an answer took
// tells the kernel's time of its arrival (SO_TIMESTAMPNS, socket(7)), so that we may look late.

import { constants } from "node:os";
import { ICMP_PACKETS_PER_LOOK_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import type { Address, IpVersion } from "./address.ts";
import { echoRequest, type Heard, parsePacket, TOKEN_BYTES } from "./icmp-packet.ts";
import { errno, type IcmpSocket, openIcmp, ReceiveBuffer, realTime_ns, sockaddr } from "./icmp-socket.ts";

export interface Pinged {
  sent: number;
  /** Of those that were answered, in ms. */
  times_ms: number[];
  /** What a router or this host said of one that was not. */
  fault?: string;
}

interface Waiting {
  token: Uint8Array;
  sent_ns: bigint;
  sent_ms: number;
  done(answer: Answer): void;
}

/** What became of one packet; neither: nothing came in time. */
interface Answer {
  time_ms?: number;
  fault?: string;
}

/** Between two packets to one host: three are through before the round's first row is stored. */
const BETWEEN_MS = 100;
/** How often we look, at first and when it takes longer. */
const LOOK_MS_MIN = 2;
const LOOK_MS_MAX = 50;
/** By how much the kernel's time may differ from ours before it is the clock that was set. */
const CLOCK_MS_MAX = 5;

class Pinger {
  private readonly version: IpVersion;
  private readonly ident = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  private sequence = 0;
  private socket: IcmpSocket | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private users = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private look_ms = LOOK_MS_MIN;
  private buffer: ReceiveBuffer | undefined;

  constructor(version: IpVersion) {
    this.version = version;
  }

  async ping({ address }: Address, count: number, wait_ms: number): Promise<Pinged> {
    const name = sockaddr(address, this.version);
    if (!name) throw new ProbeError(`${address}: no address, or of an interface that is not there`);
    this.users++;
    try {
      this.socket ??= openIcmp(this.version);
      const answers: Promise<Answer>[] = [];
      for (let i = 0; i < count; i++) {
        if (i > 0) await Bun.sleep(BETWEEN_MS);
        answers.push(this.echo(this.socket, name, wait_ms));
      }
      const all = await Promise.all(answers);
      const fault = all.find((answer) => answer.fault !== undefined)?.fault;
      const times_ms = all.flatMap(({ time_ms }) => time_ms ?? []);
      return { sent: count, times_ms, ...(fault === undefined ? {} : { fault }) };
    } finally {
      if (--this.users === 0) this.close();
    }
  }

  private async echo(socket: IcmpSocket, name: Uint8Array, wait_ms: number): Promise<Answer> {
    this.sequence = (this.sequence + 1) & 0xffff;
    const { sequence } = this;
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
    const packet = echoRequest(this.version, this.ident, sequence, token);
    const { promise, resolve: done } = Promise.withResolvers<Answer>();
    const timer = setTimeout(done, wait_ms, {});
    this.waiting.set(sequence, { token, sent_ns: realTime_ns(), sent_ms: performance.now(), done });
    if (socket.send(packet, name) < 0) done({ fault: SEND_FAULTS[errno()] ?? "it cannot be sent" });
    else this.lookSoon();
    const answer = await promise;
    clearTimeout(timer);
    this.waiting.delete(sequence);
    return answer;
  }

  private lookSoon(): void {
    this.look_ms = LOOK_MS_MIN;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.look_ms);
  }

  private look(): void {
    this.buffer ??= new ReceiveBuffer();
    for (let i = 0; i < ICMP_PACKETS_PER_LOOK_MAX; i++) {
      const packet = this.socket?.receive(this.buffer);
      if (!packet) break;
      const heard = parsePacket(this.version, packet.bytes, this.socket?.raw === true);
      if (heard) this.take(heard, packet.at_ns);
    }
    if (this.waiting.size === 0) return;
    this.look_ms = Math.min(this.look_ms * 1.5, LOOK_MS_MAX);
    this.timer = setTimeout(() => this.look(), this.look_ms);
  }

  private take(heard: Heard, at_ns: bigint | undefined): void {
    const waiting = this.waiting.get(heard.sequence);
    if (!waiting || (this.socket?.raw && heard.ident !== this.ident)) return;
    if (heard.is === "fault") {
      waiting.done({ fault: heard.fault });
      return;
    }
    if (!waiting.token.every((byte, i) => byte === heard.token[i])) return;
    const elapsed_ms = performance.now() - waiting.sent_ms;
    const kernel_ms = at_ns === undefined ? undefined : Number(at_ns - waiting.sent_ns) / 1e6;
    const isSane = kernel_ms !== undefined && kernel_ms >= 0 && kernel_ms <= elapsed_ms + CLOCK_MS_MAX;
    waiting.done({ time_ms: isSane ? kernel_ms : elapsed_ms });
  }

  private close(): void {
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = undefined;
    this.buffer = undefined;
  }
}

const pingers = { 4: new Pinger(4), 6: new Pinger(6) };

/** Sends `count` echo requests to an address, and waits for each answer so long. Throws ProbeError when that is not allowed here. */
export function ping(address: Address, count: number, wait_ms: number): Promise<Pinged> {
  return pingers[address.version].ping(address, count, wait_ms);
}

/** By errno. */
const SEND_FAULTS: Readonly<Record<number, string>> = {
  [constants.errno.EPERM]: "a firewall of this host forbids it",
  [constants.errno.EACCES]: "a firewall of this host forbids it, or it is a broadcast address",
  [constants.errno.EINVAL]: "this host has no route there",
  [constants.errno.EADDRNOTAVAIL]: "this host has no address to call from",
  [constants.errno.ENETUNREACH]: "this host has no route there",
  [constants.errno.EHOSTUNREACH]: "this host has no route there",
};
