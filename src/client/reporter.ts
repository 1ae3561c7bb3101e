// What a client tells the server: events as soon as they happen, in order, until they are confirmed; a report every
// few minutes. When the server is away nothing is lost and nothing waits.

import type { Event } from "../core/event.ts";
import { EVENTS_PER_REQUEST_MAX, REQUEST_JSON_BYTES_MAX } from "../core/limits.ts";
import { type Report, reportToJson, splitReport } from "../core/report.ts";

/** Sends one line to the server and returns its JSON answer. Throws when it cannot. */
export type AskServer = (line: string) => Promise<Record<string, unknown>>;

/** Events that wait: the outbox of the store, or memory while there is no store. */
export interface Waiting {
  first(count: number): Event[];
  /** The server has them, or nobody wants them: they are not given again. */
  confirm(ids: readonly string[]): void;
  /** Nothing of these hosts is given for a while. */
  postpone(hosts: readonly string[]): void;
}

interface Log {
  quiet(text: string): void;
  terse(text: string): void;
  verbose(text: string): void;
}

/** The bound is on the whole line. */
const REPORT_BYTES_MAX = REQUEST_JSON_BYTES_MAX - "REPORT \r\n".length;

export class Reporter {
  private readonly ask: AskServer;
  private readonly server: string;
  private readonly log: Log;
  private readonly isOurs: (host: string) => boolean;
  private away = false;
  private refusedHosts = "";
  private sending = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(ask: AskServer, server: string, isOurs: (host: string) => boolean, log: Log) {
    this.ask = ask;
    this.server = server;
    this.isOurs = isOurs;
    this.log = log;
  }

  /** Sends what waits, oldest first, until nothing is left or the server does not answer. Never throws. */
  async sendEvents(waiting: Waiting): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      const later = new Set<string>();
      while (await this.sendSome(waiting, later));
    } catch (error) {
      this.failed(error);
    } finally {
      this.sending = false;
    }
  }

  /** One request; returns whether something came of it and there may be more. `later` are hosts that were put off. */
  private async sendSome(waiting: Waiting, later: Set<string>): Promise<boolean> {
    const events = next(waiting);
    if (events.length === 0) return false;
    const answer = await this.inTurn(() => this.ask(`EVENTS ${JSON.stringify(events)}`));
    const [stored, refused] = [new Set(idsOf(answer.stored)), new Set(idsOf(answer.refused))];
    const [ours = [], foreign = []] = [true, false].map((wanted) =>
      events.filter(({ id, host }) => refused.has(id) && this.isOurs(host) === wanted),
    );
    const done = events.filter(({ id }) => stored.has(id)).concat(foreign);
    waiting.confirm(done.map(({ id }) => id));
    const unknown = new Set(ours.map(({ host }) => host)); // just became ours, or is behind an address that just changed
    waiting.postpone([...unknown]);
    const isPutOff = [...unknown].some((host) => !later.has(host));
    for (const host of unknown) later.add(host);
    this.reached();
    for (const [{ length }, end] of [
      [foreign, "that are not ours"],
      [ours, "that it does not know as ours yet"],
    ] as const) {
      if (length > 0) this.log.quiet(`${this.server} refused ${length} events of hosts ${end}`);
    }
    this.log.verbose(`sent ${events.length} events to ${this.server}`);
    return done.length > 0 || isPutOff; // else it confirms nothing: not now
  }

  /**
   * Sends a report, made when its turn comes; returns the time of the newest work that the server has for us, undefined when it
   * was not reached.
   */
  async sendReport(report: () => Report): Promise<{ work: number } | undefined> {
    try {
      const work = await this.inTurn(async () => {
        let newest = 0;
        const refused: string[] = [];
        for (const part of splitReport(report(), REPORT_BYTES_MAX)) {
          const answer = await this.ask(`REPORT ${reportToJson(part)}`);
          if (typeof answer.work === "number") newest = answer.work;
          refused.push(...idsOf(answer.refused));
        }
        this.sayRefused(refused);
        return newest;
      });
      this.reached();
      this.log.verbose(`sent a report to ${this.server}`);
      return { work };
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  // Once, and again when it is about others: a host that just moved is refused until both sides have the new work.
  private sayRefused(hosts: readonly string[]): void {
    const names = hosts.join(" ");
    if (names !== "" && names !== this.refusedHosts)
      this.log.quiet(`${this.server} takes no report of us for ${names}`);
    this.refusedHosts = names;
  }

  // One request at a time: a report that overtook or was overtaken by an event would show an older state.
  private inTurn<T>(request: () => Promise<T>): Promise<T> {
    const turn = this.last.then(request);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private reached(): void {
    if (this.away) this.log.quiet(`the server ${this.server} answers again`);
    this.away = false;
  }

  /** The server does not take our words. */
  get isAlone(): boolean {
    return this.away;
  }

  // One line when it goes away, not one a minute.
  private failed(error: unknown): void {
    const { message } = error as Error;
    const address = /^(\S+) is not known here$/.exec(message)?.[1];
    const todo = address ? `; write there in work.conf: host NAME TAG addr=${address}, then: dmon mk-work -f` : "";
    const line = `the server ${this.server} does not take our words: ${message}${todo}`;
    if (this.away) this.log.verbose(line);
    else this.log.quiet(`${line}; going on alone`);
    this.away = true;
  }
}

function idsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((id) => typeof id === "string") : [];
}

/** What goes into one request: long texts in scripts of three bytes a letter would make it too long to be taken. */
function next(waiting: Waiting): Event[] {
  const events = waiting.first(EVENTS_PER_REQUEST_MAX);
  let bytes = 0;
  const over = events.findIndex((event) => {
    bytes += Buffer.byteLength(JSON.stringify(event)) + 1;
    return bytes > REQUEST_JSON_BYTES_MAX / 2;
  });
  return over < 0 ? events : events.slice(0, over);
}
