// The pagemaker's role: serves the pages while the work says so; a port that is taken is tried again.

import type { Endpoint } from "../core/endpoint.ts";
import type { PageSource } from "../page/model.ts";
import { type PageServer, servePages } from "../page/serve.ts";
import { wireSource } from "../page/wire-source.ts";
import type { Target } from "../wire/dial.ts";
import type { PmakerWork } from "../work/works.ts";
import { drawPng } from "./pictures.ts";

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

const RETRY_MS = 60_000;

export class Pagemaker {
  private readonly options: PagemakerOptions;
  private work: PmakerWork | undefined;
  private server: PageServer | undefined;
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
    await this.server?.stop();
    this.server = undefined;
  }

  private open(): void {
    const { endpoint, login, log, names, version } = this.options;
    if (this.server || !endpoint) return;
    clearTimeout(this.timer);
    if (login) {
      // Open pages would be the opposite of what was asked for.
      this.trouble = "page_login yes: this version has no login yet; page_login no serves the pages to all";
      log.quiet(`no pages: ${this.trouble}`);
      return;
    }
    const known = wireSource({
      target: () => this.options.server().target,
      server: () => this.options.server().name,
      version,
      levels: () => this.work?.levels ?? [],
    });
    // Who draws is another process, as for mails: here it would keep 30 MiB.
    const draw = (svg: string, density: number) => drawPng(svg, { density, adopts: "all" });
    const source: PageSource = { ...known, drawPng: draw };
    try {
      this.server = servePages({ endpoint, source, log: (line) => log.verbose(line), names });
      this.trouble = undefined;
      log.terse(`pages at ${this.server.url}`);
    } catch (error) {
      this.trouble = `${(error as Error).message}; trying again every minute`;
      log.quiet(`no pages: ${this.trouble}`);
      this.timer = setTimeout(() => this.open(), RETRY_MS);
    }
  }
}
