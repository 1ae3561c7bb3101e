// Watched pages without a socket: what a test draws, who watches, and what they are told.

import type { Make } from "../../src/page/live/channel.ts";
import { Live } from "../../src/page/live/live.ts";
import type { Change } from "../../src/page/model.ts";

export class LiveWorld {
  readonly said: string[] = [];
  readonly live: Live;
  private listener: ((change: Change) => void) | undefined;

  constructor() {
    this.live = new Live({
      onChange: (listener) => {
        this.listener = listener;
        return () => {
          this.listener = undefined;
        };
      },
      now_s: () => 0,
      log: (line) => void this.said.push(line),
    });
  }

  get isListening(): boolean {
    return this.listener !== undefined;
  }

  tell(change: Partial<Change> = {}): void {
    this.listener?.({ hosts: new Set(["mars.example.org"]), more: false, ...change });
  }

  watch(name: string, draw: () => Promise<Make> | Make, address = "192.0.2.1"): Watching {
    return new Watching(this.live.open({ name, address, draw: async () => await draw() }));
  }

  [Symbol.dispose](): void {
    this.live.stop();
  }
}

/** Somebody who watches, and what was said to them. */
export class Watching {
  private readonly messages: AsyncIterator<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.messages = stream[Symbol.asyncIterator]();
  }

  /** What is said next; undefined at the end. */
  async next(): Promise<string | undefined> {
    const { value, done } = await this.messages.next();
    return done ? undefined : new TextDecoder().decode(value);
  }

  async leave(): Promise<void> {
    await this.messages.return?.();
  }
}

/** A page of one line. */
export const page = (text: string): Make => {
  return () => ({ text, seq: text });
};
