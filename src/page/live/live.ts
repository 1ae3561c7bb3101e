// Who watches which page, and when pages are made anew: soon after something changed, each once for all who watch it.

import { LIVE_BEAT_MS, LIVE_GATHER_MS, LIVE_LASTS_MS, LIVE_WAITING_BYTES_MAX } from "../../core/limits.ts";
import type { Change } from "../model.ts";
import { Channel, type Draw, type Text, type Watcher } from "./channel.ts";
import { Crowd } from "./crowd.ts";
import { type Frame, frame } from "./frames.ts";
import { Turns } from "./turns.ts";

export interface LiveOptions {
  /** Calls back whenever something of the server's state became new; returns how to end that. */
  onChange(listener: (change: Change) => void): () => void;
  /** The server's clock, which browsers are told with each beat; seconds since the epoch. */
  now_s(): number;
  log(line: string): void;
  /** How often who watches hears of us, and whether they may read on is looked at. */
  beat_ms?: number;
}

/** Of which page, and for whom. */
export interface Wish {
  name: string;
  draw: Draw;
  /** From where. */
  address: string;
}

export class Live {
  private readonly options: LiveOptions;
  private readonly channels = new Map<string, Channel>();
  private readonly crowd = new Crowd();
  private readonly turns = new Turns();
  private ending: (() => void) | undefined;
  private beat: Timer | undefined;
  private gathering: Timer | undefined;
  private gathered: { hosts: Set<string>; more: boolean } | undefined;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  /** The page of that name as it is now; undefined when there is none. Throws what its drawing throws. */
  async text({ name, draw }: Pick<Wish, "name" | "draw">): Promise<Text | undefined> {
    const known = this.channels.get(name);
    // Nobody tells of changes to a page that nobody watches.
    return known && known.watchers.size > 0 ? await known.now() : await new Channel(draw).now();
  }

  /** A stream of what becomes of a page. Throws LiveCrowded. */
  open({ name, draw, address }: Wish): ReadableStream<Uint8Array> {
    const isFirst = this.crowd.isEmpty;
    this.crowd.enter(address, name, this.channels);
    if (isFirst) this.listen();
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
            this.crowd.leave(address, name);
            this.leave(name, channel, watcher);
            try {
              controller.close();
            } catch {
              // The browser closed it.
            }
          };
          channel.watchers.add(watcher);
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

  private listen(): void {
    this.ending = this.options.onChange((change) => this.changed(change));
    this.beat = setInterval(() => this.beatNow(), this.options.beat_ms ?? LIVE_BEAT_MS);
  }

  private leave(name: string, channel: Channel, watcher: Watcher): void {
    channel.watchers.delete(watcher);
    if (channel.watchers.size === 0 && this.channels.get(name) === channel) this.channels.delete(name);
    if (!this.crowd.isEmpty) return;
    this.ending?.();
    clearInterval(this.beat);
  }

  /** Tells a browser what the page is now: whether it has that already is for it to see. False where there is none. */
  private async begin(channel: Channel, watcher: Watcher): Promise<boolean> {
    try {
      const text = await channel.now();
      if (channel.isDue) this.wake(); // it changed meanwhile
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
    this.wake();
  }

  private wake(): void {
    this.gathering ??= setTimeout(() => this.round(), LIVE_GATHER_MS);
  }

  private round(): void {
    this.gathering = undefined;
    const change = this.gathered;
    this.gathered = undefined;
    // Those first that were quick: what waits for a host that is away shall keep no other.
    const channels = [...this.channels.values()].sort((a, b) => a.took_ms - b.took_ms);
    for (const channel of channels) {
      if (change) channel.note(change);
      if (channel.isDue) void this.refresh(channel);
    }
  }

  private async refresh(channel: Channel): Promise<void> {
    try {
      await channel.refresh(this.turns);
    } catch (error) {
      const { message } = error as Error;
      if (message !== channel.fault) this.options.log(`live: ${message}`); // and not each time that it is tried again
      channel.fault = message;
    }
    if (channel.isDue && channel.watchers.size > 0) this.wake();
  }
}
