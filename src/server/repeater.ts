// What lasts is told again to a way that forgets (Alertmanager after a restart): beside the queue, for the next time comes soon.

import type { Message, Notice } from "../core/alert/message.ts";
import type { Listener } from "../store/alert-state.ts";
import type { SteadyClock } from "./steady.ts";
import type { Way } from "./way.ts";

export interface RepeaterOptions {
  steady: SteadyClock;
  way(channel: string): Way | undefined;
  /** Messages wait for this one: what is new comes first. */
  isBusy(listener: Listener): boolean;
  /** What users know to last, by those channels. */
  lasting(channels: ReadonlySet<string>): { listener: Listener; notices: Notice[] }[];
  compose(listener: Listener, notices: readonly Notice[]): Message[];
  log: { verbose(text: string): void };
}

export class Repeater {
  private readonly options: RepeaterOptions;
  private readonly stopping = new AbortController();
  /** When each way was told last, steady. */
  private readonly told_s = new Map<string, number>();
  private readonly sending = new Set<string>();
  private channels: readonly string[] = [];

  constructor(options: RepeaterOptions, channels: readonly string[]) {
    this.options = options;
    this.setChannels(channels);
  }

  /** All that alerts go by. */
  setChannels(channels: readonly string[]): void {
    this.channels = channels.filter((name) => this.options.way(name)?.again_s !== undefined);
    const now_s = this.options.steady.now_s();
    for (const name of this.channels) if (!this.told_s.has(name)) this.told_s.set(name, now_s);
  }

  /** Steady; infinite where nothing is repeated. */
  get nextDue_s(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.channels.map((name) => this.due_s(name)));
  }

  tick(): void {
    const now_s = this.options.steady.now_s();
    const due = new Set(this.channels.filter((name) => this.due_s(name) <= now_s && !this.sending.has(name)));
    if (due.size === 0) return;
    for (const name of due) this.told_s.set(name, now_s);
    for (const { listener, notices } of this.options.lasting(due)) void this.repeat(listener, notices);
  }

  stop(): void {
    this.stopping.abort();
  }

  private due_s(name: string): number {
    const again_s = this.options.way(name)?.again_s;
    return again_s === undefined ? Number.POSITIVE_INFINITY : (this.told_s.get(name) ?? 0) + again_s;
  }

  private async repeat(listener: Listener, notices: readonly Notice[]): Promise<void> {
    const { channel } = listener;
    if (this.options.isBusy(listener)) return;
    this.sending.add(channel);
    try {
      for (const message of this.options.compose(listener, notices))
        await this.options.way(channel)?.send(message, this.stopping.signal);
    } catch (error) {
      if (!this.stopping.signal.aborted)
        this.options.log.verbose(`${channel} was not told again: ${(error as Error).message}`);
    } finally {
      this.sending.delete(channel);
    }
  }
}
