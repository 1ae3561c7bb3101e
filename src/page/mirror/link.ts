// The mirror's line to the server: asks what is new, again and again, follows it where it goes, and comes back by itself.

import {
  DIAL_CONNECT_MS_MAX,
  FLEET_BYTES_MAX,
  MIRROR_AGAIN_MS_MAX,
  MIRROR_AGAIN_MS_MIN,
  MIRROR_FIRST_MS_MAX,
  MIRROR_LATE_MS,
  MIRROR_POLL_MS,
  MIRROR_RELEARN_MS,
  WATCH_WAIT_MS,
  WATCH_WAIT_S_MAX,
} from "../../core/limits.ts";
import { askJson, PeerError } from "../../wire/ask.ts";
import { show, type Target } from "../../wire/dial.ts";
import { RECENT_EVENTS } from "../model.ts";
import { type News, readClients, readNews } from "./answer.ts";
import type { Mirror } from "./mirror.ts";

export interface LinkOptions {
  /** Asked for every call: a reload may move the server. */
  target(): Target;
  /** The word by which the target hands on what it is asked; default none, for the target is the server. */
  by?: "SERVER";
  /** For tests. */
  poll_ms?: number;
  relearn_ms?: number;
}

/** An answer of nothing that came sooner is none of a server that waits. */
const SOON_MS = 1000;
const UNKNOWN = /^unknown command/;

export class Link {
  private readonly options: LinkOptions;
  private readonly mirror: Mirror;
  private running: { stopped: boolean } | undefined;
  /** Ends what is waited for: an answer, or the time until the next try. */
  private interrupt: (() => void) | undefined;
  private again_ms = MIRROR_AGAIN_MS_MIN;
  private asked: Target | undefined;
  /** When to ask an older server whether it knows WATCH by now. */
  private relearn_ms = Number.NEGATIVE_INFINITY;
  /** Who waits for the end of the next round: undefined, or why it failed. */
  private waiting = new Set<(failure: Error | undefined) => void>();

  constructor(mirror: Mirror, options: LinkOptions) {
    this.mirror = mirror;
    this.options = options;
  }

  start(): void {
    if (this.running) return;
    this.running = { stopped: false };
    void this.run(this.running);
  }

  stop(): void {
    if (this.running) this.running.stopped = true;
    this.running = undefined;
    this.interrupt?.();
    this.end(new Error("the pages are closed"));
  }

  /** The server may be elsewhere now: it is asked there at once. */
  moved(): void {
    if (this.asked && show(this.asked) !== show(this.options.target())) this.interrupt?.();
  }

  /** Somebody looks: a server that is away is tried now, and one that was asked to wait for long is asked whether it is there. */
  look(): void {
    const isLate = this.isPausing ? this.mirror.isAway : this.mirror.wait_ms > WATCH_WAIT_MS && !this.isWaking;
    if (isLate) this.interrupt?.();
  }

  /** Asks at once, and resolves when that is answered; to why it was not. */
  refresh(ms_max = MIRROR_FIRST_MS_MAX): Promise<Error | undefined> {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    const timer = setTimeout(() => done(new Error(`no answer within ${ms_max / 1000} s`)), ms_max);
    const done = (failure: Error | undefined) => {
      clearTimeout(timer);
      this.waiting.delete(done);
      resolve(failure);
    };
    if (!this.running) done(new Error("the pages are closed"));
    else {
      this.waiting.add(done);
      // While nothing is known, the answer that is on its way is the one that is wanted.
      if (this.mirror.isKnown || this.isPausing) this.interrupt?.();
    }
    return promise;
  }

  private isPausing = false;
  /** It asked for a long wait, and somebody looks now: what there is is asked for at once. */
  private isWaking = false;

  private async run(own: { stopped: boolean }): Promise<void> {
    while (!own.stopped) await this.round(own);
  }

  private async round(own: { stopped: boolean }): Promise<void> {
    const round = new AbortController();
    this.interrupt = () => round.abort();
    const begun_ms = performance.now();
    const isAwaited = this.waiting.size > 0;
    try {
      const news = await this.ask(round.signal);
      if (round.signal.aborted || own.stopped) return;
      const isWanted = isAwaited || this.isWaking;
      if (this.isWaking) this.mirror.wait_ms = WATCH_WAIT_MS;
      this.mirror.take(news);
      this.again_ms = MIRROR_AGAIN_MS_MIN;
      this.end(undefined);
      if (news.seq === undefined) await this.pause(this.options.poll_ms ?? MIRROR_POLL_MS);
      else if (isNothing(news) && !isWanted && performance.now() - begun_ms < SOON_MS) await this.pause(SOON_MS);
    } catch (error) {
      if (round.signal.aborted || own.stopped) return;
      this.failed(error as Error);
      await this.pause(this.again_ms);
      this.again_ms = Math.min(this.again_ms * 2, MIRROR_AGAIN_MS_MAX);
    }
  }

  private failed(error: Error): void {
    if (error instanceof PeerError || error.name === "ShapeError") this.mirror.seq = undefined; // the next is told all
    this.mirror.lost(error.message);
    this.end(error);
  }

  /** Throws DialError, PeerError, ShapeError. */
  private async ask(signal: AbortSignal): Promise<News> {
    const target = this.options.target();
    if (this.asked && show(this.asked) !== show(target)) {
      this.mirror.seq = undefined;
      this.relearn_ms = Number.NEGATIVE_INFINITY;
    }
    this.asked = target;
    const { mirror } = this;
    this.isWaking = mirror.isSeen && mirror.wait_ms > WATCH_WAIT_MS;
    // What was heard is as old as it may be until this is answered.
    if (!this.isWaking) mirror.wait_ms = mirror.isSeen ? WATCH_WAIT_MS : WATCH_WAIT_S_MAX * 1000;
    const silence_ms = this.isWaking ? WATCH_WAIT_MS : mirror.wait_ms + MIRROR_LATE_MS;
    const patience = { connect_ms: DIAL_CONNECT_MS_MAX, silence_ms, bytes: FLEET_BYTES_MAX, signal };
    if (performance.now() >= this.relearn_ms) {
      try {
        return readNews(await askJson(target, this.handedOn(this.watch()), patience));
      } catch (error) {
        if (!(error instanceof PeerError && UNKNOWN.test(error.message))) throw error;
        this.relearn_ms = performance.now() + (this.options.relearn_ms ?? MIRROR_RELEARN_MS);
      }
    }
    return readClients(await askJson(target, this.handedOn(`CLIENTS * ${RECENT_EVENTS}`), patience));
  }

  private handedOn(line: string): string {
    const { by } = this.options;
    return by === undefined ? line : `${by} ${line}`;
  }

  /** Who waits for an answer gets what there is. */
  private watch(): string {
    const { seq, wait_ms } = this.mirror;
    if (seq === undefined) return "WATCH";
    return `WATCH ${seq} ${this.waiting.size > 0 || this.isWaking ? 0 : wait_ms / 1000}`;
  }

  /** Until a time, or until somebody wants an answer. */
  private async pause(ms: number): Promise<void> {
    this.isPausing = true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.isPausing = false;
  }

  private end(failure: Error | undefined): void {
    for (const done of this.waiting) done(failure);
  }
}

function isNothing({ whole, hosts, left, events, acks, planned }: News): boolean {
  return !whole && hosts.length + left.length + events.length === 0 && !acks && !planned;
}
