// The pagemaker's role: serves the pages while the work says so; a port that is taken is tried again.

import type { Clock } from "../core/clock.ts";
import type { Endpoint } from "../core/endpoint.ts";
import type { Level } from "../core/fitness.ts";
import { parsePrefix } from "../core/prefix.ts";
import { type PageServer, servePages } from "../page/serve.ts";
import { EndedSessions } from "../page/session/ended.ts";
import type { Door } from "../page/session/guest.ts";
import { Logins } from "../page/session/logins.ts";
import { PasswordFile } from "../page/session/password-file.ts";
import { type WireSource, wireSource } from "../page/wire-source.ts";
import type { Target } from "../wire/dial.ts";
import type { PmakerWork } from "../work/works.ts";
import { keptKey } from "./kept-key.ts";
import type { Paths } from "./paths.ts";
import { drawPng } from "./pictures.ts";

export interface PagemakerOptions {
  /** Names of this server, beside those of the monitored hosts. */
  names: readonly string[];
  version: string;
  /** Absent: no pages here. */
  endpoint: Endpoint | undefined;
  /** page_login, http_proxies and page_sec. */
  isClosed: boolean;
  proxies: readonly string[];
  pageSec: string | undefined;
  /** What logging in needs. */
  paths: Pick<Paths, "cgiSecret" | "passwords" | "endedSessions">;
  clock: Clock;
  server(): { name: string; target: Target };
  log: { quiet(text: string): void; terse(text: string): void; verbose(text: string): void };
}

const NO_LEVELS: readonly Level[] = [];
const NO_GROUPS = { hosts: {}, items: {} };
const RETRY_MS = 60_000;

export class Pagemaker {
  private readonly options: PagemakerOptions;
  private work: PmakerWork | undefined;
  private server: PageServer | undefined;
  private source: WireSource | undefined;
  private timer: Timer | undefined;
  /** Why there are no pages, though there should be. */
  trouble: string | undefined;

  constructor(options: PagemakerOptions) {
    this.options = options;
  }

  /** Where the pages are, while they are served. */
  get url(): string | undefined {
    return this.server?.url;
  }

  /** Takes over a work, and begins to serve if it does not yet. */
  setWork(work: PmakerWork): void {
    this.work = work;
    this.open();
  }

  /** Another host has the pages now, or the daemon ends. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.source?.link.stop();
    await this.server?.stop();
    this.server = undefined;
  }

  /** The server may be elsewhere now. */
  serverMoved(): void {
    this.source?.link.moved();
  }

  private open(): void {
    const { endpoint, log, names } = this.options;
    if (this.server || !endpoint) return;
    clearTimeout(this.timer);
    const source = this.source ?? this.makeSource();
    this.source = source;
    try {
      this.server = servePages({ endpoint, source, log: (line) => log.verbose(line), names, door: this.makeDoor() });
      this.trouble = undefined;
      source.link.start();
      log.terse(`pages at ${this.server.url}`);
    } catch (error) {
      this.trouble = `${(error as Error).message}; trying again every minute`;
      log.quiet(`no pages: ${this.trouble}`);
      this.timer = setTimeout(() => this.open(), RETRY_MS);
    }
  }

  /** Who may come in. What people do there is for the log at its usual level: who asks "who was that?" has no other. */
  private makeDoor(): Door {
    const { isClosed, proxies, pageSec, paths, clock, log } = this.options;
    const url = pageSec === undefined ? undefined : (URL.parse(pageSec) ?? undefined);
    const say = (text: string) => log.quiet(text);
    return {
      isClosed,
      proxies: proxies.flatMap((each) => parsePrefix(each) ?? []),
      pageSec: url,
      logins: new Logins({
        users: () => this.work?.users,
        passwords: new PasswordFile(paths.passwords, say),
        ended: new EndedSessions(paths.endedSessions, say),
        key: keptKey(paths.cgiSecret, "sessions of the pages begun", log),
        clock,
        log: (line) => log.terse(`pages: ${line}`),
      }),
    };
  }

  private makeSource(): WireSource {
    // Who draws is another process, as for mails: here it would keep 30 MiB.
    const draw = (svg: string, density: number, signal?: AbortSignal) =>
      drawPng(svg, { density, adopts: "all", isForPage: true, signal });
    const source = wireSource({
      target: () => this.options.server().target,
      server: () => this.options.server().name,
      version: this.options.version,
      levels: () => this.work?.levels ?? NO_LEVELS,
      groups: () => this.work?.groups ?? NO_GROUPS,
    });
    return { ...source, drawPng: draw };
  }
}
