// Calls the heartbeat's address as long as this dmon does what it is for. Silence is the alarm: so nothing is called when something
// is not well, and whoever listens there tells of it by a way that is not ours.

import type { Heartbeat as Wanted } from "../config/keys.ts";
import { HEARTBEAT_AGAIN_MS, HEARTBEAT_LOOK_MS } from "../core/limits.ts";

export interface HeartbeatOptions {
  /** As dmon.conf has it now. */
  wanted(): Wanted | undefined;
  /** What is not well; undefined when all is. */
  trouble(): string | undefined;
  /** Resolves with a warning, if there is one. */
  beat(url: string, signal: AbortSignal): Promise<{ warning?: string }>;
  mono_ms(): number;
  log: { quiet(text: string): void; verbose(text: string): void };
}

export class Heartbeat {
  private readonly options: HeartbeatOptions;
  private readonly stopping = new AbortController();
  private timer: Timer | undefined;
  private due_ms = 0;
  private calling = false;
  /** What was said last, so that it is said once. */
  private said: string | undefined;
  private warned: string | undefined;

  constructor(options: HeartbeatOptions) {
    this.options = options;
  }

  /** Begins, or goes on as dmon.conf has it now: where none is wanted nothing wakes up for it. */
  start(): void {
    clearInterval(this.timer);
    if (this.options.wanted()) this.timer = setInterval(() => void this.look(), HEARTBEAT_LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  /** For STATE: why nothing is called now. */
  get trouble(): string | undefined {
    return this.options.wanted() && this.said;
  }

  /** Calls if it is time and all is well. Never rejects. */
  async look(): Promise<void> {
    const wanted = this.options.wanted();
    if (!wanted || this.calling || this.options.mono_ms() < this.due_ms) return;
    const trouble = this.options.trouble();
    if (trouble !== undefined) {
      this.say(`no heartbeat: ${trouble}`);
      return;
    }
    this.calling = true;
    try {
      const { warning } = await this.options.beat(wanted.url, this.stopping.signal);
      this.due_ms = this.options.mono_ms() + wanted.ival_s * 1000;
      this.say(undefined);
      if (warning !== this.warned && warning !== undefined) this.options.log.quiet(`warning: ${warning}`);
      this.warned = warning;
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.due_ms = this.options.mono_ms() + Math.min(wanted.ival_s * 1000, HEARTBEAT_AGAIN_MS);
      this.say(`the heartbeat was not taken: ${(error as Error).message}`);
    } finally {
      this.calling = false;
    }
  }

  private say(what: string | undefined): void {
    if (what === this.said) return;
    this.options.log.quiet(what ?? "heartbeat again");
    this.said = what;
  }
}
