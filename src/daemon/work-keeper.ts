// The work of this host: read at the start, looked for now and then, taken over when it is newer and reads.

import { spread } from "../core/schedule.ts";
import { DialError } from "../wire/dial.ts";
import { type ReadWork, readOrKept, readWork, UnreadableWork, type WorkSource } from "./work-source.ts";

/** What one reading gives: the client's work, on the server's host the server's, on the pagemaker's the pagemaker's. */
export interface WorkRead {
  client: ReadWork<"client">;
  server: ReadWork<"server"> | undefined;
  /** Absent on other hosts, and where a start has to do without. */
  pmaker: ReadWork<"pmaker"> | undefined;
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

/** A host that has no work yet, or no pages that it should have, asks this often, whatever ival_check_work says. */
const NO_WORK_IVAL_S = 60;

/** A mk-work that comes in between two readings is let pass so often; with its next check the host is up to date in any case. */
const READINGS_MAX = 3;

/** So many different troubles are remembered as said. */
const SAID_MAX = 100;

/**
 * Reads all work of a host, all of one making. Throws what is wrong with it. Who has no work yet hands in `refused`: that is
 * told of what does not read where there is something to go on with, which is its last good copy, or to make no pages.
 */
export async function readWorks(
  source: WorkSource,
  isServer: boolean,
  refused?: (error: Error) => void,
): Promise<WorkRead> {
  for (let reading = 1; ; reading++) {
    const server = isServer ? await readWork(source, "server") : undefined;
    const client = await readOrKept(source, "client", refused);
    const pmaker = client.work.pmaker ? await readForPages(source, refused) : undefined;
    const isLast = !server || reading === READINGS_MAX || (await source.lm("server")) === server.lm;
    if (isLast) return { server, client, pmaker };
  }
}

// Pages that cannot be made must not keep a host from measuring.
async function readForPages(source: WorkSource, refused?: (error: Error) => void): Promise<WorkRead["pmaker"]> {
  try {
    return await readOrKept(source, "pmaker", refused);
  } catch (error) {
    if (!refused) throw error;
    refused(error as Error);
    return undefined;
  }
}

export class WorkKeeper {
  private readonly options: WorkKeeperOptions;
  source: WorkSource;
  /** Times of modification of what was taken; -1 while there is none, 0 when it is built in or another host's. */
  private times = { client: -1, server: 0, pmaker: 0 };
  private timer: Timer | undefined;
  private checking = false;
  /** What was logged of work that could not be taken, each once until all is well again. */
  private readonly said = new Set<string>();
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
      await this.takeFirst();
    } catch (error) {
      if (this.options.isServer) throw error;
      this.say(error as Error, "no work yet");
    }
    this.schedule();
  }

  private async takeFirst(): Promise<void> {
    const refused: Error[] = [];
    await this.take(await readWorks(this.source, this.options.isServer, (error) => refused.push(error)));
    for (const error of refused) this.refuse(error);
  }

  /** Throws what is wrong with the work; nothing is taken yet. */
  read(): Promise<WorkRead> {
    return readWorks(this.source, this.options.isServer);
  }

  async take(read: WorkRead): Promise<void> {
    this.well();
    const { client, server, pmaker } = read;
    const noPages = client.work.pmaker ? -1 : 0;
    this.times = { client: client.lm, server: server?.lm ?? 0, pmaker: pmaker?.lm ?? noPages };
    await this.options.take(read);
  }

  /** Plans the next look anew. */
  schedule(): void {
    clearTimeout(this.timer);
    const isMissing = this.times.client < 0 || this.times.pmaker < 0;
    const ival_s = Math.min(this.options.ival_s(), isMissing ? NO_WORK_IVAL_S : Number.POSITIVE_INFINITY);
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
    const { client, pmaker } = this.times;
    const old = client < 0 ? "there is none yet" : pmaker < 0 ? "there are no pages" : "the old one stays";
    this.say(error, `new work cannot be taken, ${old}`);
    if (!(error instanceof DialError)) this.trouble = error.message;
  }

  private well(): void {
    this.trouble = undefined;
    this.said.clear();
  }

  // Each check finds the same again: a line is for what has changed, such as another file that does not read either.
  private say(error: Error, what: string): void {
    const { message } = error;
    const key = `${message} ${error instanceof UnreadableWork ? error.lm : ""}`;
    if (this.said.has(key)) return;
    if (this.said.size >= SAID_MAX) this.said.clear();
    this.said.add(key);
    this.options.log.quiet(`${what}: ${message}`);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Takes over newer work, if there is any. Work that does not read is logged, and the old one stays. */
  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      if (this.times.client < 0) return await this.takeFirst();
      if (await this.isOther()) await this.take(await this.read());
      this.well();
    } catch (error) {
      this.refuse(error as Error);
    } finally {
      this.checking = false;
    }
  }
  // Other, not newer: an older file that was put back is work too. The client's first, which says whether there are pages.
  private async isOther(): Promise<boolean> {
    const { client, server, pmaker } = this.times;
    if ((await this.source.lm("client")) !== client) return true;
    if (this.options.isServer && (await this.source.lm("server")) !== server) return true;
    return pmaker !== 0 && (await this.source.lm("pmaker")) !== pmaker;
  }
}
