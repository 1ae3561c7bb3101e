// A request line on its way: what came so far, and what all of them take together.

import { COMMAND_CHARS_MAX } from "../core/limits.ts";

const EMPTY = Buffer.alloc(0);
const SPACE = 32;

/** What the unfinished lines of this process take, in bytes. */
let waiting = 0;

export function waitingBytes(): number {
  return waiting;
}

export class RequestLine {
  /** It doubles: a list would cost a hundred times what a peer sends byte by byte. */
  private buffer: Buffer = EMPTY;
  private used = 0;

  get length(): number {
    return this.used;
  }

  append(bytes: Uint8Array): void {
    const length = this.used + bytes.length;
    if (length > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.buffer.length * 2));
      waiting += larger.length - this.buffer.length;
      this.buffer.copy(larger, 0, 0, this.used);
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.used);
    this.used = length;
  }

  /** The first word, once it is whole or longer than any command; undefined before. */
  firstWord(lineIsWhole: boolean): string | undefined {
    const space = this.buffer.subarray(0, Math.min(this.used, COMMAND_CHARS_MAX + 1)).indexOf(SPACE);
    if (space < 0 && !lineIsWhole && this.used <= COMMAND_CHARS_MAX) return undefined;
    const end = space < 0 ? Math.min(this.used, COMMAND_CHARS_MAX) : space;
    return this.buffer.toString("latin1", 0, end).trimEnd();
  }

  /** Gives the bytes out, and nothing is kept of them. */
  take(): Buffer {
    const bytes = this.buffer.subarray(0, this.used);
    waiting -= this.buffer.length;
    this.buffer = EMPTY;
    this.used = 0;
    return bytes;
  }
}
