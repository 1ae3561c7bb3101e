// What the server's alerts need of this host: the ways by which messages leave, pictures, and where links lead.

import type { Settings } from "../config/load.ts";
import type { Clock } from "../core/clock.ts";
import { channelDoubts } from "../notify/doubts.ts";
import { wallClockAt } from "../process/wall-clock.ts";
import type { Server, ServerAlerts } from "../server/server.ts";
import { Ways } from "../server/ways.ts";
import { VERSION } from "../version.ts";
import type { ServerWork } from "../work/works.ts";
import { keptKey } from "./kept-key.ts";
import { noticeGraph } from "./notice-graph.ts";
import { paths } from "./paths.ts";

export interface AlertingOptions {
  settings: () => Settings;
  test: boolean;
  clock: Clock;
  log: { quiet(text: string): void; verbose(text: string): void };
  server(): Server | undefined;
}

export class Alerting {
  private readonly options: AlertingOptions;
  private readonly ways: Ways;
  private work: ServerWork | undefined;
  /** What was said of the channels. */
  private doubts: ReadonlySet<string> = new Set();

  constructor(options: AlertingOptions) {
    this.options = options;
    const { settings, clock, log } = options;
    this.ways = new Ways({
      version: VERSION,
      from: () => settings().conf.mail_from ?? `dmon@${settings().hostname}`,
      smtp: () => settings().conf.smtp,
      graph: async (notice) => {
        const server = options.server();
        if (!server) throw new Error("there is no server");
        return await noticeGraph(notice, { server, levels: this.work?.levels ?? [], now_s: clock.now_s() });
      },
      run: async (program) => {
        const { runProgram } = await import("../client/program.ts");
        return await runProgram(program, { adopts: "all" });
      },
      log,
    });
  }

  setWork(work: ServerWork): void {
    this.work = work;
    this.ways.setWork(work);
    const doubts = channelDoubts(work.channels).map(({ text }) => text);
    for (const text of doubts) if (!this.doubts.has(text)) this.options.log.quiet(`warning: ${text}`);
    this.doubts = new Set(doubts);
  }

  /** For the server. */
  get parts(): ServerAlerts {
    const { settings, test, log } = this.options;
    return {
      wallClockAt,
      digest_s: () => settings().conf.ival_digest,
      way: (name) => this.ways.find(name),
      pages: () => pagesFor(settings(), this.work?.pmaker),
      ticketKey: keptKey(paths(settings().conf, test).ticketKey, "links of mails sent", log),
    };
  }
}

/** Where people reach the pages from elsewhere; undefined when they cannot, or nobody said. */
export function pagesFor(
  { conf: { page_sec, http_listen } }: { conf: Pick<Settings["conf"], "page_sec" | "http_listen"> },
  pmaker: string | undefined,
): string | undefined {
  if (page_sec !== undefined) return page_sec.endsWith("/") ? page_sec : `${page_sec}/`;
  if (!http_listen || !pmaker || /^(127\.|::1$)/.test(http_listen.address)) return undefined;
  return `http://${pmaker}:${http_listen.port}/`;
}
