// The work of this host: read at the start, looked for now and then, taken over when it is newer and reads.

import { spread } from "../core/schedule.ts";
import { DialError } from "../wire/dial.ts";
import type { ClientWork, ServerWork } from "../work/works.ts";
import { readWork, type WorkSource } from "./work-source.ts";

/** What one reading gives: the client's work, and on the server's host the server's. */
export interface WorkRead {
  client: { work: ClientWork; lm: number };
  server: { work: ServerWork; lm: number } | undefined;
}

export interface WorkKeeperOptions {
  hostname: string;
  isServer: boolean;
  source: WorkSource;
  /** ival_check_work: asked each time, for a reload may change it. */
  ival_s(): number;
  /** Hands work over to the roles. */
  take(read: WorkRead): Promise<void>;
  log: { quiet(text: string): void };
}

/** A client that has no work yet asks this often, whatever ival_check_work says. */
const NO_WORK_IVAL_S = 60;

/** A mk-work that comes in between two readings is let pass so often; with its next check the host is up to date in any case. */
const READINGS_MAX = 3;

/** Reads all work that a host begins with, all of one making. Throws what is wrong with it. */
export async function readWorks(source: WorkSource, isServer: boolean): Promise<WorkRead> {
  for (let reading = 1; ; reading++) {
    const server = isServer ? await readWork(source, "server") : undefined;
    const client = await readWork(source, "client");
    if (!server || reading === READINGS_MAX || (await source.lm("server")) === server.lm) return { server, client };
  }
}

export class WorkKeeper {
  private readonly options: WorkKeeperOptions;
  source: WorkSource;
  /** Times of modification of what was taken; -1 while there is none, 0 when it is built in. */
  private times = { client: -1, server: 0 };
  private timer: Timer | undefined;
  private checking = false;
  /** Why newer work was refused. */
  trouble: string | undefined;

  constructor(options: WorkKeeperOptions) {
    this.options = options;
    this.source = options.source;
  }

  /** When the work was made, seconds since the epoch; 0: built in, -1: there is none yet. */
  get time(): number {
    return this.times.client;
  }

  /** At the start. A server needs work; a client that cannot have any yet goes on asking. */
  async begin(): Promise<void> {
    try {
      await this.take(await this.read());
    } catch (error) {
      if (this.options.isServer) throw error;
      this.options.log.quiet(`no work yet: ${(error as Error).message}`);
    }
    this.schedule();
  }

  /** Throws what is wrong with the work; nothing is taken yet. */
  read(): Promise<WorkRead> {
    return readWorks(this.source, this.options.isServer);
  }

  async take(read: WorkRead): Promise<void> {
    this.trouble = undefined;
    this.times = { client: read.client.lm, server: read.server?.lm ?? 0 };
    await this.options.take(read);
  }

  /** Plans the next look anew. */
  schedule(): void {
    clearTimeout(this.timer);
    const ival_s = this.times.client < 0 ? Math.min(NO_WORK_IVAL_S, this.options.ival_s()) : this.options.ival_s();
    const jitter = 0.9 + 0.2 * spread(`${this.options.hostname} work`);
    this.timer = setTimeout(
      () => {
        void this.check();
        this.schedule();
      },
      ival_s * 1000 * jitter,
    );
  }

  /** The server says that its newest work for us is of this time. */
  async noticed(lm: number): Promise<void> {
    if (lm !== 0 && lm !== this.times.client) await this.check();
  }

  // A server that is away says nothing of the work.
  private refuse(error: Error): void {
    const old = this.times.client < 0 ? "there is none yet" : "the old one stays";
    this.options.log.quiet(`new work cannot be taken, ${old}: ${error.message}`);
    if (!(error instanceof DialError)) this.trouble = error.message;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Takes over newer work, if there is any. Work that does not read is logged, and the old one stays. */
  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      const client = await this.source.lm("client");
      const server = this.options.isServer ? await this.source.lm("server") : 0;
      if (client !== this.times.client || server !== this.times.server) await this.take(await this.read());
      this.trouble = undefined;
    } catch (error) {
      this.refuse(error as Error);
    } finally {
      this.checking = false;
    }
  }
}
