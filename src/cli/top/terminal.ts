// The terminal while dmon top has it: its other screen, keys one by one; given back as it was, however this ends.

import { writeSync } from "node:fs";
import { constants } from "node:os";
import { Outlet } from "../outlet.ts";
import { KeyDecoder } from "./decode.ts";
import type { Size } from "./frame.ts";

/** The other screen, no cursor, lines that end at the edge (xterm's DECSET 1049, 25; DECAWM). */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";
/** The rest of a key's bytes come at once; after an escape that is a key nothing does. */
const ESCAPE_MS = 60;

const UNCAUGHT = ["uncaughtException", "unhandledRejection"] as const;

export interface TerminalEvents {
  key(name: string): void;
  /** The size is another, or all is to be written anew. */
  redraw(): void;
  /** It is over: by a signal, or because the terminal is gone. */
  end(code: number): void;
  /** Something was thrown that nobody caught. */
  fail(error: Error): void;
}

export class Terminal {
  private readonly outlet = new Outlet();
  private readonly decoder = new KeyDecoder();
  private readonly events: TerminalEvents;
  private escape: Timer | undefined;
  private isOpen = false;
  /** What stands there. */
  private shown: string[] = [];
  private isWriting = false;
  private next: readonly string[] | undefined;
  private readonly handlers: ReadonlyMap<NodeJS.Signals, () => void>;

  constructor(events: TerminalEvents) {
    this.events = events;
    const ends = (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const).map(
      (name) => [name, () => events.end(128 + constants.signals[name])] as const,
    );
    this.handlers = new Map<NodeJS.Signals, () => void>([
      ...ends,
      ["SIGTSTP", () => this.suspend()],
      ["SIGCONT", () => this.resume()],
      ["SIGWINCH", () => this.redraw()],
    ]);
  }

  get size(): Size {
    const [width, height] = process.stdout.getWindowSize();
    return { width: Math.max(1, width || 80), height: Math.max(1, height || 24) };
  }

  open(): void {
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
    process.on("exit", this.leave);
    for (const event of UNCAUGHT) process.on(event, this.failed);
    process.stdin.on("data", this.take);
    process.stdin.on("end", this.gone);
    process.stdin.on("error", this.gone);
    process.stdout.on("error", this.gone);
    this.enter();
  }

  close(): void {
    clearTimeout(this.escape);
    this.leave();
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
    process.off("exit", this.leave);
    for (const event of UNCAUGHT) process.off(event, this.failed);
    process.stdin.off("data", this.take);
    process.stdin.off("end", this.gone);
    process.stdin.off("error", this.gone);
    process.stdin.pause();
    this.outlet.close();
  }

  /** Shows these lines; only those that are others now are written, and never more than the terminal takes. */
  show(lines: readonly string[]): void {
    this.next = lines;
    if (!this.isWriting) void this.write();
  }

  /** Ctrl-Z: the shell has the terminal until it goes on. */
  suspend(): void {
    this.leave();
    process.kill(process.pid, "SIGSTOP");
  }

  redraw(): void {
    this.shown = [];
    if (this.isOpen) this.put("\x1b[2J");
    this.events.redraw();
  }

  private resume(): void {
    this.isOpen = false; // whoever stopped us did not ask
    this.enter();
    this.redraw();
  }

  private enter(): void {
    process.stdin.setRawMode(true);
    process.stdin.resume();
    this.isOpen = true;
    this.put(ENTER);
    this.shown = [];
  }

  private readonly leave = (): void => {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.put(LEAVE);
    try {
      process.stdin.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
  };

  /** At once, also when the process ends. */
  private put(text: string): void {
    try {
      writeSync(1, text);
    } catch {
      // It is gone, or takes nothing now: then nobody sees it.
    }
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    while (this.next) {
      const { next } = this;
      this.next = undefined;
      if (!this.isOpen) continue;
      const text = changed(this.shown, next, this.size.width);
      this.shown = [...next];
      if (text !== "" && !(await this.outlet.write(text))) this.gone();
    }
    this.isWriting = false;
  }

  private readonly take = (bytes: Uint8Array): void => {
    clearTimeout(this.escape);
    for (const key of this.decoder.take(bytes)) this.press(key);
    if (!this.decoder.isWaiting) return;
    this.escape = setTimeout(() => {
      for (const key of this.decoder.end()) this.press(key);
    }, ESCAPE_MS);
  };

  private press(key: string): void {
    if (key === "Ctrl-Z") this.suspend();
    else this.events.key(key);
  }

  /** What is said of it must not go down with the other screen. */
  private readonly failed = (error: unknown): void => {
    this.leave();
    this.events.fail(error instanceof Error ? error : new Error(String(error)));
  };

  private readonly gone = (): void => this.events.end(128 + constants.signals.SIGHUP);
}

/** What is to be written so that `after` stands where `before` does. A line is written over, not erased first: nothing flickers. */
export function changed(before: readonly string[], after: readonly string[], width: number): string {
  return after
    .map((line, i) => {
      if (line === (before[i] ?? "")) return "";
      // Behind a line up to the edge nothing is to be erased: its last character would be.
      const isFull = Bun.stringWidth(line) >= width;
      return `\x1b[${i + 1};1H${line}${isFull ? "" : "\x1b[K"}`;
    })
    .join("");
}
