// One connection: its request line comes in, its answer goes out, each within its bounds.

import type { Socket } from "bun";
import {
  ANSWER_CHUNK_BYTES,
  ANSWER_STALL_MS_MAX,
  CONNECTION_MS_MAX,
  CONNECTIONS_LOCAL_MAX,
  CONNECTIONS_MAX,
  CONNECTIONS_PER_PEER_MAX,
  CONNECTIONS_STRANGERS_MAX,
  REQUEST_LINE_MS_MAX,
  REQUESTS_BYTES_MAX,
} from "../core/limits.ts";
import type { Answer, Peer } from "./command.ts";
import { Refusal } from "./command.ts";
import type { Switchboard } from "./dispatch.ts";
import { RequestLine, waitingBytes } from "./request-line.ts";

/** Who may speak here, and who answers. */
export interface DoorOptions {
  /** Who is it? Undefined: nobody who may speak here. */
  identify(address: string): Peer | undefined;
  switchboard: Switchboard;
  log: { quiet(text: string): void; debug(text: string): void };
}

/** After the answer we read and drop what still comes, so that no reset overtakes the answer. */
const LINGER_MS_MAX = 2_000;
/** Who makes a large answer gives way to other peers after so long. */
const STRETCH_MS_MAX = 5;
/** Keys of the counts that are no address. */
const ALL = "all";
const STRANGERS = "strangers";
const NEWLINE = 10;

export class Connection {
  private readonly socket: Socket<Connection>;
  private readonly options: DoorOptions;
  private readonly counts: Map<string, number>;
  private readonly refused: (address: string, why: string) => void;
  private readonly opened_ms = performance.now();
  private readonly address: string;
  private peer: Peer | undefined;
  private timer: Timer | undefined;
  private readonly countedAs: string[] = [];
  private state: "request" | "answer" | "linger" | "closed" = "request";
  private readonly line = new RequestLine();
  private bytesMax: number | undefined;
  private wake: (() => void) | undefined;
  private readonly gone: () => void;

  constructor(
    socket: Socket<Connection>,
    options: DoorOptions,
    counts: Map<string, number>,
    refused: (address: string, why: string) => void,
    gone: () => void,
  ) {
    this.gone = gone;
    this.socket = socket;
    this.options = options;
    this.counts = counts;
    this.refused = refused;
    this.address = socket.remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  }

  get isAnswering(): boolean {
    return this.state === "answer";
  }

  open(): void {
    this.peer = this.options.identify(this.address);
    if (!this.peer) {
      this.refused(this.address, "not this host, and no host of the work");
      if (this.count(STRANGERS) > CONNECTIONS_STRANGERS_MAX) this.close();
      else this.refuse(`${this.address} is not known here`);
      return;
    }
    const mine = this.count(this.address);
    const all = this.count(ALL);
    const mineMax = this.peer.who.includes("localhost") ? CONNECTIONS_LOCAL_MAX : CONNECTIONS_PER_PEER_MAX;
    if (mine > mineMax || all > CONNECTIONS_MAX) {
      this.refused(this.address, `${mine} connections at once`);
      this.refuse("too many connections; try again later");
      return;
    }
    this.arm(REQUEST_LINE_MS_MAX, () => this.refuse(`no whole line within ${REQUEST_LINE_MS_MAX / 1000} s`));
  }

  /** Counts this connection under a key, until it is closed; returns how many there are. */
  private count(key: string): number {
    const n = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, n);
    this.countedAs.push(key);
    return n;
  }

  receive(bytes: Buffer): void {
    if (this.state !== "request") return; // late bytes are dropped
    const end = bytes.indexOf(NEWLINE);
    this.line.append(end < 0 ? bytes : bytes.subarray(0, end));
    if (waitingBytes() > REQUESTS_BYTES_MAX) {
      this.refuse("too many requests are on their way; try again later");
      return;
    }
    if (this.bytesMax === undefined && !this.learnBounds(end >= 0)) return;
    if (this.line.length > (this.bytesMax ?? 0)) this.refuse(`a line of more than ${this.bytesMax} bytes`);
    else if (end >= 0) this.request();
  }

  /** The first word decides how long the line may be. False while it is not whole. */
  private learnBounds(lineIsWhole: boolean): boolean {
    const word = this.line.firstWord(lineIsWhole);
    if (word === undefined) return false;
    const bounds = this.options.switchboard.bounds(word);
    this.bytesMax = bounds.bytes;
    const left_ms = Math.max(0, this.opened_ms + bounds.ms - performance.now());
    this.arm(left_ms, () => this.refuse(`no whole line within ${bounds.ms / 1000} s`));
    return true;
  }

  peerEnded(): void {
    // `printf PING | nc -N`: the end of the stream ends the line.
    if (this.state === "request" && this.line.length > 0) this.request();
    else if (this.state !== "answer") this.close();
  }

  private request(): void {
    this.state = "answer";
    const bytes = this.line.take();
    this.arm(CONNECTION_MS_MAX, () => this.close()); // what we ask of others on the way has bounds of its own
    void this.work(bytes);
  }

  private async work(bytes: Buffer): Promise<void> {
    try {
      const line = decode(bytes);
      const peer = this.peer;
      if (!peer) return;
      const { name, answer } = await this.options.switchboard.answer(line, peer);
      // STOP and RELOAD bear a secret, and the log is for all to read.
      this.options.log.debug(`${this.address} ${/^(STOP|RELOAD)$/.test(name) ? name : line.slice(0, 80)}`);
      await this.send(name, answer);
    } catch (error) {
      if (this.state !== "answer" || error instanceof PeerGone) return this.close();
      if (!(error instanceof Refusal))
        this.options.log.quiet(`a command failed: ${(error as Error).stack ?? String(error)}`);
      this.refuse(error instanceof Refusal ? error.message : `internal error: ${(error as Error).message}`);
    }
  }

  private async send(name: string, answer: Answer): Promise<void> {
    let started = false;
    let stretch_ms = Number.NEGATIVE_INFINITY; // the first stretch is one piece, for a hundred may ask at once
    try {
      let piece: (string | Uint8Array)[] = answer.whole ? [] : [`COMMAND ${name}\n`];
      let size = 0;
      // What comes from elsewhere is handed on as it comes; what we make ourselves in larger pieces.
      const piece_bytes = Symbol.asyncIterator in answer.body ? 1 : ANSWER_CHUNK_BYTES;
      for await (const chunk of answer.body) {
        piece.push(chunk);
        size += chunk.length;
        if (size < piece_bytes) continue;
        started = true;
        await this.write(join(piece));
        piece = [];
        size = 0;
        if (performance.now() - stretch_ms > STRETCH_MS_MAX) {
          await turn();
          stretch_ms = performance.now();
        }
      }
      if (!answer.whole) piece.push("COMMAND DONE\n");
      await this.write(join(piece));
      this.finish();
    } catch (error) {
      // Nothing was sent yet: it can still be an error. Else the missing DONE tells the peer.
      if (started || error instanceof PeerGone) return this.close();
      throw error;
    }
  }

  /** Resolves when the socket took all of it; a peer that takes nothing is closed by the stall timer. */
  private async write(bytes: Buffer): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      if (this.state !== "answer") throw new PeerGone();
      const taken = this.socket.write(bytes, at, bytes.length - at);
      if (taken < 0) throw new PeerGone();
      at += taken;
      if (at < bytes.length) {
        if (taken > 0 || this.wake === undefined) this.arm(ANSWER_STALL_MS_MAX, () => this.close());
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
    this.arm(CONNECTION_MS_MAX, () => this.close());
  }

  drained(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  private refuse(why: string): void {
    if (this.state === "closed" || this.state === "linger") return;
    this.socket.write(`COMMAND ERROR\nerror: ${why.replace(/[\0-\x1f\x7f]+/g, " ")}\nCOMMAND DONE\n`);
    this.finish();
  }

  /** All is written: tell the peer by closing our half, and give it time to read and to close its own. */
  private finish(): void {
    this.state = "linger";
    this.line.take();
    this.socket.shutdown();
    this.arm(LINGER_MS_MAX, () => this.close());
  }

  private close(): void {
    if (this.state === "closed") return;
    this.socket.terminate();
    this.closed();
  }

  closed(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    clearTimeout(this.timer);
    this.line.take();
    this.gone();
    for (const key of this.countedAs) {
      const left = (this.counts.get(key) ?? 1) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    }
    this.drained(); // a waiting writer sees the state and gives up
  }

  private arm(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    const left_ms = this.opened_ms + CONNECTION_MS_MAX - performance.now();
    this.timer = left_ms < ms ? setTimeout(() => this.close(), Math.max(0, left_ms)) : setTimeout(then, ms);
  }
}

class PeerGone extends Error {}

let lastTurn: Promise<void> = Promise.resolve();

/** Large answers take turns: between two stretches everybody's socket is looked at, however many there are. */
function turn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
  return lastTurn;
}

function join(pieces: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));
}

function decode(bytes: Buffer): string {
  let line: string;
  try {
    line = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("the line is not UTF-8");
  }
  line = line.replace(/\r$/, "");
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(line)) throw new Refusal("the line has control characters");
  return line;
}
