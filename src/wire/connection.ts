// One connection: its request line comes in, its answer goes out, each within its bounds.

import type { Socket } from "bun";
import {
  ANSWER_CHUNK_BYTES,
  ANSWER_STALL_MS_MAX,
  ANSWERS_BYTES_MAX,
  CONNECTION_MS_MAX,
  CONNECTIONS_LOCAL_MAX,
  CONNECTIONS_MAX,
  CONNECTIONS_PER_PEER_MAX,
  CONNECTIONS_STRANGERS_MAX,
  LINGER_MS_MAX,
  REQUEST_LINE_MS_MAX,
  REQUESTS_BYTES_MAX,
  STRETCH_MS_MAX,
  WATCHERS_MAX,
  WATCHERS_PER_PEER_MAX,
} from "../core/limits.ts";
import type { Answer, Later, Peer } from "./command.ts";
import { Refusal } from "./command.ts";
import type { Switchboard } from "./dispatch.ts";
import { type Maker, type Making, turn } from "./making.ts";
import { RequestLine, waitingBytes } from "./request-line.ts";

/** Who may speak here, and who answers. */
export interface DoorOptions {
  /** Who is it? Undefined: nobody who may speak here. */
  identify(address: string): Peer | undefined;
  switchboard: Switchboard;
  log: { quiet(text: string): void; debug(text: string): void };
}

/** What the connections of one port share. */
export interface Shared {
  /** Open connections by address. */
  counts: Map<string, number>;
  /** Notes that a peer was refused. */
  refused(address: string, why: string): void;
  /** Large answers that we make. */
  making: Making;
  /** Answers of others that we hand on: apart, for those wait for their peers at both ends. */
  relaying: Making;
}

/** Keys of the counts that are no address. */
const ALL = "all";
const STRANGERS = "strangers";
const WATCHERS = "watchers";
const NEWLINE = 10;
/** Commands that bring a secret: the log is for all to read. */
const SECRET = /^(STOP|RELOAD|TICKET|ACK|DOWNTIME)$/;

/** What answers that were made whole take in this process, in bytes, while their peers take them. */
let wholeBytes = 0;

export class Connection implements Maker {
  private readonly socket: Socket<Connection>;
  private readonly options: DoorOptions;
  private readonly shared: Shared;
  private readonly opened_ms = performance.now();
  private readonly address: string;
  private peer: Peer | undefined;
  private timer: Timer | undefined;
  private countedAs: string[] = [];
  private state: "request" | "answer" | "linger" | "closed" = "request";
  private readonly line = new RequestLine();
  private bytesMax: number | undefined;
  private wake: (() => void) | undefined;
  /** It waits for something to happen. */
  private later: Later | undefined;
  /** The peer will send nothing more: it may have gone, and it may read. */
  private isHalf = false;
  /** Whether any of the answer was written. */
  private begun = false;
  took_ms = 0;
  private readonly gone: () => void;

  constructor(socket: Socket<Connection>, options: DoorOptions, shared: Shared, gone: () => void) {
    this.gone = gone;
    this.socket = socket;
    this.options = options;
    this.shared = shared;
    this.address = socket.remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  }

  get isAnswering(): boolean {
    return this.state === "answer";
  }

  open(): void {
    this.peer = this.options.identify(this.address);
    if (!this.peer) {
      this.shared.refused(this.address, "not this host, and no host of the work");
      if (this.count(STRANGERS) > CONNECTIONS_STRANGERS_MAX) this.close();
      else this.refuse(`${this.address} is not known here`);
      return;
    }
    const mine = this.count(this.address);
    const all = this.count(ALL);
    const mineMax = this.peer.who.includes("localhost") ? CONNECTIONS_LOCAL_MAX : CONNECTIONS_PER_PEER_MAX;
    if (mine > mineMax || all > CONNECTIONS_MAX) {
      this.shared.refused(this.address, `${mine} connections at once`);
      this.refuse("too many connections; try again later");
      return;
    }
    this.arm(REQUEST_LINE_MS_MAX, () => this.refuse(`no whole line within ${REQUEST_LINE_MS_MAX / 1000} s`));
  }

  /** Counts this connection under a key, until it is closed; returns how many there are. */
  private count(key: string): number {
    const n = (this.shared.counts.get(key) ?? 0) + 1;
    this.shared.counts.set(key, n);
    this.countedAs.push(key);
    return n;
  }

  /** The same under two others instead; returns how many there are of the first. */
  private recount(first: string, second: string): number {
    this.uncount();
    if (this.state === "closed") return 0;
    this.count(second);
    return this.count(first);
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
    this.isHalf = true;
    if (this.state === "request" && this.line.length > 0) this.request();
    else if (this.state !== "answer") this.close();
    else this.hurry();
  }

  /** What waits for something to happen is answered with what there is. */
  hurry(): void {
    this.later?.end(false);
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
      this.options.log.debug(`${this.address} ${SECRET.test(name) ? name : line.slice(0, 80)}`);
      await this.send(name, "later" in answer ? await this.wait(answer) : answer);
    } catch (error) {
      if (this.state !== "answer") return;
      // Nothing was sent yet: it can still be an error. Else the missing DONE tells the peer.
      if (this.begun || error instanceof PeerGone) return this.close();
      if (!(error instanceof Refusal))
        this.options.log.quiet(`a command failed: ${(error as Error).stack ?? String(error)}`);
      this.refuse(error instanceof Refusal ? error.message : `internal error: ${(error as Error).message}`);
    }
  }

  /** Meanwhile it takes no place of those who ask: who has a hundred terminals that watch is not kept from reporting. */
  private async wait(later: Later): Promise<Answer> {
    if (this.state !== "answer") later.end(true);
    const own = this.recount(`${WATCHERS} ${this.address}`, WATCHERS);
    try {
      if (own > WATCHERS_PER_PEER_MAX || (this.shared.counts.get(WATCHERS) ?? 0) > WATCHERS_MAX) {
        later.later.catch(() => undefined);
        later.end(true);
        throw new Refusal("too many watch at once; try again later");
      }
      this.later = later;
      if (this.isHalf) this.hurry();
      return await later.later;
    } finally {
      this.later = undefined;
      this.recount(this.address, ALL);
    }
  }

  private async send(name: string, { body, whole }: Answer): Promise<void> {
    const [head, end] = whole ? ["", ""] : [`COMMAND ${name}\n`, "COMMAND DONE\n"];
    if (isWhole(body)) await this.sendWhole([head, ...body, end]);
    else {
      // What comes from elsewhere is handed on as it comes; what we make ourselves in larger pieces.
      const isRelay = Symbol.asyncIterator in body;
      const turns = isRelay ? this.shared.relaying : this.shared.making;
      try {
        await turns.enter(this);
        await this.sendPieces(head, body, end, isRelay ? 1 : ANSWER_CHUNK_BYTES, turns);
      } finally {
        turns.leave(this);
      }
    }
    this.finish();
  }

  /** An answer that is made already never waits for its turn: a PING is one. */
  private async sendWhole(parts: readonly string[]): Promise<void> {
    const bytes = join(parts);
    if (bytes.length > ANSWER_CHUNK_BYTES && wholeBytes + bytes.length > ANSWERS_BYTES_MAX) {
      throw new Refusal("too many large answers are on their way; try again later");
    }
    wholeBytes += bytes.length;
    try {
      await this.write(bytes);
    } finally {
      wholeBytes -= bytes.length;
    }
  }

  private async sendPieces(head: string, body: Answer["body"], end: string, piece_bytes: number, turns: Making) {
    await turn();
    this.mustAnswer();
    let stretch_ms = performance.now();
    let piece: (string | Uint8Array)[] = [head];
    let size = 0;
    for await (const chunk of body) {
      if (chunk.length > 0) piece.push(chunk);
      size += chunk.length;
      let waited = false;
      if (size >= piece_bytes) {
        const bytes = join(piece);
        piece = []; // nothing of it is held while the peer takes its time
        size = 0;
        turns.made(this, bytes.length);
        waited = await this.write(bytes);
      }
      // Also where a piece takes long to be made: a row may be the sum of thousands.
      if (waited || performance.now() - stretch_ms > STRETCH_MS_MAX) {
        await turn();
        this.mustAnswer();
        stretch_ms = performance.now();
        this.took_ms = stretch_ms; // that it was offered nothing is not its fault
      }
    }
    piece.push(end);
    await this.write(join(piece));
  }

  /** Resolves when the socket took all of it, to whether it had to wait; a peer that takes nothing is closed by the stall timer. */
  private async write(bytes: Uint8Array): Promise<boolean> {
    let at = 0;
    let waited = false;
    this.mustAnswer();
    while (at < bytes.length) {
      const taken = this.socket.write(bytes, at, bytes.length - at);
      if (taken < 0) throw new PeerGone();
      at += taken;
      this.begun ||= taken > 0;
      if (at < bytes.length) {
        if (taken > 0 || !waited) this.arm(ANSWER_STALL_MS_MAX, () => this.close());
        waited = true;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.mustAnswer();
      }
    }
    this.took_ms = performance.now();
    this.arm(CONNECTION_MS_MAX, () => this.close());
    return waited;
  }

  /** The peer may have gone while we waited. */
  private mustAnswer(): void {
    if (this.state !== "answer") throw new PeerGone();
  }

  giveWay(): void {
    this.options.log.debug(`${this.address} takes nothing of a large answer while others wait`);
    if (this.begun) this.close();
    else this.refuse("too many large answers at once, and this one did not get on; try again later");
    this.drained();
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
    this.shared.making.leave(this);
    this.shared.relaying.leave(this);
    this.uncount();
    this.later?.end(true);
    this.drained(); // a waiting writer sees the state and gives up
  }

  private uncount(): void {
    for (const key of this.countedAs) {
      const left = (this.shared.counts.get(key) ?? 1) - 1;
      if (left > 0) this.shared.counts.set(key, left);
      else this.shared.counts.delete(key);
    }
    this.countedAs = [];
  }

  private arm(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    const left_ms = this.opened_ms + CONNECTION_MS_MAX - performance.now();
    this.timer = left_ms < ms ? setTimeout(() => this.close(), Math.max(0, left_ms)) : setTimeout(then, ms);
  }
}

class PeerGone extends Error {}

function isWhole(body: Answer["body"]): body is string[] {
  return Array.isArray(body);
}

// Text in one copy, and bytes that come alone in none: many large answers at once leave little behind.
function join(pieces: readonly (string | Uint8Array)[]): Uint8Array {
  const [first = "", ...rest] = pieces.filter((piece) => piece.length > 0);
  if (rest.length === 0) return typeof first === "string" ? Buffer.from(first) : first;
  if (pieces.every((piece) => typeof piece === "string")) return Buffer.from(pieces.join(""));
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
