// A server with alerts, a clock that is set by hand, and channels that keep what they are given.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Message } from "../../src/core/alert/message.ts";
import type { Event } from "../../src/core/event.ts";
import type { SendError } from "../../src/notify/channel.ts";
import { wallClockAt } from "../../src/process/wall-clock.ts";
import { Server } from "../../src/server/server.ts";
import type { Way } from "../../src/server/way.ts";
import { works } from "../work/fixture.ts";

/** A Monday, noon UTC. */
export const NOON = Date.UTC(2026, 10, 23, 12) / 1000;
export const MARS = "mars.example.org";
const STEP_S = 1;

export class AlertsWorld {
  server: Server;
  readonly said: string[] = [];
  readonly messages: (Message & { channel: string })[] = [];
  now_s = NOON;
  /** What the clock on the wall is off. */
  wrong_s = 0;
  digest_s = 30;
  /** How often somebody looked at the clock on the wall. */
  clockLooks = 0;
  /** Channels do not answer; so many wait for that. */
  hangs = false;
  hanging = 0;
  /** How channels answer. */
  refuses: ((message: Message, channel: string) => SendError | undefined) | undefined;
  /** Answers that come later, or never. */
  answers: ((message: Message, channel: string) => Promise<string> | undefined) | undefined;
  private readonly dir = mkdtempSync(`${tmpdir()}/dmon-alerts-`);
  private work: string;
  private made = 0;
  private mono_s = 0;
  private shown = 0;
  private levels = new Map<string, string>();
  private flapping = new Set<string>();

  constructor(work: string) {
    this.work = work;
    this.server = this.make();
  }

  get file(): string {
    return `${this.dir}/server.lite`;
  }

  private make(): Server {
    const started_s = this.mono_s;
    const server = new Server({
      hostname: MARS,
      file: this.file,
      clientPort: 22_008,
      ownAddress: "127.0.0.1",
      listen: [],
      ival_keep_events_s: 28 * 86_400,
      clock: { now_s: () => this.now_s + this.wrong_s, mono_ms: () => (this.mono_s - started_s) * 1000 },
      log: { quiet: (text) => void this.said.push(text), terse: () => {}, verbose: () => {} },
      alerts: {
        wallClockAt: (time_s, zone = "UTC") => {
          this.clockLooks++;
          return wallClockAt(time_s, zone);
        },
        digest_s: () => this.digest_s,
        way: (name) => this.way(name),
        pages: () => "https://dmon.example.org/",
        ticketKey: new Uint8Array(32),
      },
    });
    server.setWork(works(this.work).server);
    return server;
  }

  private way(name: string): Way {
    return {
      ...(name === "programs" ? { wantsAll: true, again_s: 300 } : {}),
      send: (message) => {
        if (this.hangs) {
          this.hanging++;
          return new Promise(() => {});
        }
        const slow = this.answers?.(message, name);
        if (slow) return slow;
        const error = this.refuses?.(message, name);
        if (error) return Promise.reject(error);
        this.messages.push({ ...structuredClone(message), channel: name });
        return Promise.resolve("ok");
      },
    };
  }

  setWork(work: string): void {
    this.work = work;
    this.server.setWork(works(work).server);
  }

  /** `meanwhile`: what happens while no server runs; `work`: what it starts with. */
  restart(meanwhile?: () => void, work = this.work): void {
    this.server.stop();
    meanwhile?.();
    this.work = work;
    this.server = this.make();
  }

  /** The server stores what reports told, which it does once a minute. */
  flush(): void {
    (this.server as unknown as { flush(): void }).flush();
  }

  /** So much time goes by in which nobody looks. */
  leap(seconds: number): void {
    this.mono_s += seconds;
  }

  /** Time goes on, and the server does what is due. */
  async pass(seconds: number, reporting: readonly string[] = []): Promise<void> {
    const end_s = this.now_s + seconds;
    while (this.now_s < end_s) {
      const step = Math.min(STEP_S, end_s - this.now_s);
      this.now_s += step;
      this.mono_s += step;
      for (const host of reporting) if (this.now_s % 300 < step) this.report(host);
      this.server.alerts?.tick();
      await settled();
    }
  }

  report(host: string, levels: Record<string, string> = {}, ahead_s = 0): void {
    const time = this.now_s + ahead_s;
    const own = [...this.levels]
      .filter(([key]) => key.startsWith(`${host} `))
      .map(([key, level]) => [key.slice(host.length + 1), level] as const);
    const items = { dmon: "fine", ...Object.fromEntries(own), ...levels };
    const state = Object.fromEntries(
      Object.entries(items).map(([item, level]) => [
        item,
        {
          value: 1,
          level,
          since: time,
          time,
          unit: "%",
          kind: "gauge" as const,
          ...(this.flapping.has(`${host} ${item}`) ? { flapping: true } : {}),
        },
      ]),
    );
    this.server.takeReport({
      about: { host, version: "1", target: "linux-x64", time, started: time, ival: 300 },
      hosts: { [host]: state },
    });
  }

  /** An item has another level. */
  level(host: string, item: string, level: string, more: Partial<Event> = {}): void {
    const prev = this.levels.get(`${host} ${item}`) ?? "fine";
    this.lose(host, item, level, more);
    const id = `event-${String(this.made++).padStart(8, "0")}`;
    this.server.takeEvents([
      { id, time: this.now_s, host, item, level, prev, value: 97, reason: ">90% (work.conf:1)", ...more },
    ]);
  }

  /** An item has another level, and its event never comes: only reports tell it. */
  lose(host: string, item: string, level: string, { flapping }: Pick<Event, "flapping"> = {}): void {
    this.levels.set(`${host} ${item}`, level);
    if (flapping === "start") this.flapping.add(`${host} ${item}`);
    else this.flapping.delete(`${host} ${item}`);
  }

  /** What came since the last look: `anna mail: problem mars:root_usage fine->sick`. */
  news(): string[] {
    const news = this.messages.slice(this.shown).map(({ user, channel, notices }) => {
      const lines = notices.map(({ kind, tag, item, prev, level }) => `${kind} ${tag}:${item} ${prev}->${level}`);
      return `${user.name} ${channel}: ${lines.join(", ")}`;
    });
    this.shown = this.messages.length;
    return news;
  }

  /** Why what was not told was not told, and what waits. */
  unsaid(): string[] {
    return (this.server.alerts?.tellings({ count: 1000 }) ?? [])
      .filter(({ kind }) => kind === "unsaid")
      .map(({ user, item, prev, level, why }) => `${user} ${item} ${prev}->${level}: ${why}`)
      .toReversed();
  }

  pending(): string[] {
    return (this.server.alerts?.pending() ?? []).map(
      ({ user, item, level, why }) => `${user} ${item} ${level}: ${why}`,
    );
  }

  [Symbol.dispose](): void {
    this.server.stop();
    rmSync(this.dir, { recursive: true });
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}
