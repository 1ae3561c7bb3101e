// The pagemaker's role: serves the pages while the work says so; a port that is taken is tried again.

import type { Endpoint } from "../core/endpoint.ts";
import type { Level } from "../core/fitness.ts";
import { type PageServer, servePages } from "../page/serve.ts";
import { type WireSource, wireSource } from "../page/wire-source.ts";
import type { Target } from "../wire/dial.ts";
import type { PmakerWork } from "../work/works.ts";

export interface PagemakerOptions {
  /** Names of this server, beside those of the monitored hosts. */
  names: readonly string[];
  version: string;
  /** Absent: no pages here. */
  endpoint: Endpoint | undefined;
  /** Whether reading needs a login. */
  login: boolean;
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
    const { endpoint, login, log, names } = this.options;
    if (this.server || !endpoint) return;
    clearTimeout(this.timer);
    if (login) {
      // Open pages would be the opposite of what was asked for.
      this.trouble = "page_login yes: this version has no login yet; page_login no serves the pages to all";
      log.quiet(`no pages: ${this.trouble}`);
      return;
    }
    const source = this.source ?? this.makeSource();
    this.source = source;
    try {
      this.server = servePages({ endpoint, source, log: (line) => log.verbose(line), names });
      this.trouble = undefined;
      source.link.start();
      log.terse(`pages at ${this.server.url}`);
    } catch (error) {
      this.trouble = `${(error as Error).message}; trying again every minute`;
      log.quiet(`no pages: ${this.trouble}`);
      this.timer = setTimeout(() => this.open(), RETRY_MS);
    }
  }

  private makeSource(): WireSource {
    return wireSource({
      target: () => this.options.server().target,
      server: () => this.options.server().name,
      version: this.options.version,
      levels: () => this.work?.levels ?? NO_LEVELS,
      groups: () => this.work?.groups ?? NO_GROUPS,
    });
  }
}
