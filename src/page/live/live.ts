// Who watches which page, and when pages are made anew: soon after something changed, each once for all who watch it.

import {
  LIVE_BEAT_MS,
  LIVE_CHANNELS_MAX,
  LIVE_GATHER_MS,
  LIVE_LASTS_MS,
  LIVE_STREAMS_MAX,
  LIVE_WAITING_BYTES_MAX,
} from "../../core/limits.ts";
import type { Change } from "../model.ts";
import { Channel, type Draw, type Text, type Watcher } from "./channel.ts";
import { type Frame, frame } from "./frames.ts";

export interface LiveOptions {
  /** Calls back whenever something of the server's state became new; returns how to end that. */
  onChange(listener: (change: Change) => void): () => void;
  /** The server's clock, which browsers are told with each beat; seconds since the epoch. */
  now_s(): number;
  log(line: string): void;
}

/** There are more streams than this server has room for. */
export class LiveCrowded extends Error {
  override name = "LiveCrowded";
}

export class Live {
  private readonly options: LiveOptions;
  private readonly channels = new Map<string, Channel>();
  private streams = 0;
  private ending: (() => void) | undefined;
  private beat: Timer | undefined;
  private gathering: Timer | undefined;
  private gathered: { hosts: Set<string>; more: boolean } | undefined;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  /** The page of that name as it is now. Throws LiveCrowded. */
  async text(name: string, draw: Draw): Promise<Text | undefined> {
    const known = this.channels.get(name);
    // Nobody tells of changes to a page that nobody watches.
    return known && known.watchers.size > 0 ? await known.now() : await new Channel(draw).refresh(undefined);
  }

  /** A stream of what becomes of a page. Throws LiveCrowded. */
  open(name: string, draw: Draw): ReadableStream<Uint8Array> {
    if (this.streams >= LIVE_STREAMS_MAX || (this.channels.size >= LIVE_CHANNELS_MAX && !this.channels.has(name)))
      throw new LiveCrowded(`${this.streams} browsers watch these pages already`);
    const channel = this.channels.get(name) ?? new Channel(draw);
    this.channels.set(name, channel);
    let end = () => {};
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const watcher: Watcher = {
            send: (message) => {
              // Whoever takes nothing gets the whole page when it is back.
              if ((controller.desiredSize ?? 0) < 0) end();
              else controller.enqueue(message);
            },
          };
          const timer = setTimeout(() => end(), LIVE_LASTS_MS);
          let open = true;
          end = () => {
            if (!open) return;
            open = false;
            clearTimeout(timer);
            this.leave(name, channel, watcher);
            try {
              controller.close();
            } catch {
              // The browser closed it.
            }
          };
          this.enter(channel, watcher);
          void this.begin(channel, watcher).then((well) => well || end());
        },
        cancel: () => end(),
      },
      { highWaterMark: LIVE_WAITING_BYTES_MAX, size: (chunk) => chunk?.length ?? 0 },
    );
  }

  /** Ends all streams; nothing is made any more. */
  stop(): void {
    this.ending?.();
    clearInterval(this.beat);
    clearTimeout(this.gathering);
    this.channels.clear();
  }

  private enter(channel: Channel, watcher: Watcher): void {
    channel.watchers.add(watcher);
    this.streams++;
    if (this.streams > 1) return;
    this.ending = this.options.onChange((change) => this.changed(change));
    this.beat = setInterval(() => this.beatNow(), LIVE_BEAT_MS);
  }

  private leave(name: string, channel: Channel, watcher: Watcher): void {
    channel.watchers.delete(watcher);
    if (channel.watchers.size === 0 && this.channels.get(name) === channel) this.channels.delete(name);
    this.streams--;
    if (this.streams > 0) return;
    this.ending?.();
    clearInterval(this.beat);
  }

  /** Tells a browser what the page is now: whether it has that already is for it to see. False where there is none. */
  private async begin(channel: Channel, watcher: Watcher): Promise<boolean> {
    try {
      const text = await channel.now();
      if (!text) return false;
      const { seq, version } = text;
      watcher.send(frame("hello", { now: this.options.now_s(), seq, version }));
      return true;
    } catch (error) {
      this.options.log(`live: ${(error as Error).message}`);
      return false;
    }
  }

  private beatNow(): void {
    const message: Frame = frame("beat", { now: this.options.now_s() });
    for (const { watchers } of this.channels.values()) for (const watcher of watchers) watcher.send(message);
  }

  /** Changes of a short while are one. */
  private changed({ hosts, more }: Change): void {
    this.gathered ??= { hosts: new Set(), more: false };
    for (const host of hosts) this.gathered.hosts.add(host);
    this.gathered.more ||= more;
    this.gathering ??= setTimeout(() => void this.refresh(), LIVE_GATHER_MS);
  }

  private async refresh(): Promise<void> {
    const change = this.gathered;
    this.gathered = undefined;
    // One after the other: pages are made in one thread, and requests come between them.
    for (const channel of this.channels.values()) {
      try {
        await channel.refresh(change);
      } catch (error) {
        this.options.log(`live: ${(error as Error).message}`);
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.gathering = undefined;
    if (this.gathered) this.changed({ hosts: new Set(), more: false });
  }
}
