// The one place that wires: settings and work make the roles of this host. Always client, on one host server, on one pagemaker.

import { rmSync } from "node:fs";
import { probes } from "../../probes/index.ts";
import { Client } from "../client/client.ts";
import { discover } from "../client/discover.ts";
import { localHost } from "../client/host.ts";
import { clientCommands } from "../commands/client/index.ts";
import { serverCommands } from "../commands/server/index.ts";
import type { Settings } from "../config/load.ts";
import type { Clock } from "../core/clock.ts";
import { formatInterval } from "../core/interval.ts";
import type { SelfStats } from "../core/probe.ts";
import { spread } from "../core/schedule.ts";
import { touchIfOurs } from "../process/files.ts";
import { ctime } from "../process/localtime.ts";
import { leaveLock } from "../process/lock.ts";
import type { Log } from "../process/log.ts";
import { makeSecret, storeSecret } from "../process/secret.ts";
import { Server } from "../server/server.ts";
import { COMMIT, TARGET, VERSION } from "../version.ts";
import { askJson, type Target, targetFrom } from "../wire/dial.ts";
import { switchboard } from "../wire/dispatch.ts";
import { makeWorks } from "../work/compile.ts";
import { standAloneWork } from "../work/standalone.ts";
import { type ClientWork, formatWork, type ServerWork } from "../work/works.ts";
import { clientDesk, type DeskContext, serverDesk } from "./desks.ts";
import { Pagemaker } from "./pagemaker.ts";
import { type Paths, paths } from "./paths.ts";
import { Ports } from "./ports.ts";
import { fileSource, memorySource, readWork, type WorkSource, wireSource } from "./work-source.ts";

export interface DaemonOptions {
  settings: Settings;
  test: boolean;
  log: Log;
  clock: Clock;
  /** Called when somebody asks the daemon to stop (STOP on the wire). */
  onStop(why: string): void;
  /** Called when somebody asks for a reload on the wire; resolves to what came of it, rejects when the old config stays. */
  onReload(): Promise<string>;
  /** Called when a round is over and there is nothing to do for a while. */
  onIdle(): void;
}

/** Addresses of hosts are resolved anew after so long. */
const REFRESH_ADDRESSES_MS = 300_000;
/** A client that has no work yet asks this often, whatever ival_check_work says. */
const NO_WORK_IVAL_S = 60;

export class Daemon {
  private options: DaemonOptions;
  private readonly paths: Paths;
  private readonly isServer: boolean;
  private readonly client: Client;
  private readonly server: Server | undefined;
  private readonly ports: Ports;
  private readonly pagemaker: Pagemaker;
  private source: WorkSource;
  private clientWork: ClientWork | undefined;
  private workTimes = { client: -1, server: 0 };
  private timers: Timer[] = [];
  private workTimer: Timer | undefined;
  private fetching = false;

  constructor(options: DaemonOptions) {
    this.options = options;
    const { settings, clock, log } = options;
    const { conf, hostname } = settings;
    this.paths = paths(conf, options.test);
    this.isServer = hostname === settings.server;
    this.source = this.workSource();
    this.ports = new Ports({ hostname, addresses: conf.listen, port: conf.PORT, log });
    this.pagemaker = new Pagemaker({
      hostname,
      version: VERSION,
      endpoint: conf.http_listen,
      login: conf.page_login,
      server: () => ({ name: this.options.settings.server, target: this.serverTarget() }),
      log,
    });
    this.client = new Client({
      hostname,
      server: settings.server,
      version: `${VERSION}+${COMMIT}`,
      target: TARGET,
      file: this.paths.data,
      tiers: conf.history,
      root: rootPrefix(conf.root),
      ival_make_state_s: conf.ival_make_state,
      ival_send_report_s: conf.ival_send_report,
      clock,
      log,
      ask: (line) => askJson(this.serverTarget(), line),
      onIdle: () => options.onIdle(),
      onNewerWork: (lm) => {
        if (lm !== 0 && lm !== this.workTimes.client) void this.checkWork();
      },
    });
    if (!this.isServer) return;
    this.server = new Server({
      hostname,
      file: this.paths.server,
      clientPort: conf.PORT + 1,
      ownAddress: this.ownAddress(),
      listen: conf.listen,
      ival_keep_events_s: conf.ival_keep_events,
      clock,
      log,
    });
  }

  /** Binds the ports, takes up the work, begins to measure. Throws StartError, or what is wrong with the work. */
  async start(): Promise<void> {
    const { settings } = this.options;
    if (!settings.file) await this.makeOwnWork();
    const secret = makeSecret();
    const context: DeskContext = {
      hostname: settings.hostname,
      serverName: settings.server,
      version: VERSION,
      clock: this.options.clock,
      stateLines: () => this.stateLines(),
    };
    if (this.server) {
      this.ports.openServer(switchboard(serverCommands, serverDesk(context, this.server, this.workPath())));
    }
    const owner = { secret, stop: () => this.options.onStop("STOP"), reload: () => this.options.onReload() };
    const desk = clientDesk(context, this.client, owner, () => this.serverTarget());
    this.ports.openClient(switchboard(clientCommands, desk));
    this.ports.admitServer(settings.server);
    await this.takeUpWork();
    this.server?.start();
    this.client.start();
    this.timers.push(setInterval(() => this.ports.refresh(), REFRESH_ADDRESSES_MS));
    this.askForReports();
    this.scheduleWorkCheck();
    touchIfOurs(this.paths.systemLock);
    storeSecret(this.paths.run.secret, secret); // last: it tells `dmon start` that we serve
  }

  /** Ends everything; what was seen is stored. `goesOn`: the same process becomes the next daemon. */
  async stop(why: string, goesOn = false): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.workTimer);
    await this.ports.close();
    await this.pagemaker.stop();
    await this.client.stop();
    this.server?.stop();
    leaveLock(this.paths.run, goesOn);
    rmSync(this.paths.systemLock, { force: true });
    this.options.log.terse(`dmon stops: ${why}`);
  }

  /** What a reload can take over without a new start; false when the daemon must be executed anew for it. */
  async reload(settings: Settings): Promise<boolean> {
    const before = this.options.settings;
    if (needsRestart(before, settings)) return false;
    if (!settings.file) await this.makeOwnWork();
    const works = await this.readWorks(); // first: what does not read changes nothing
    this.options = { ...this.options, settings };
    const { conf } = settings;
    this.options.log.configure({ level: conf.loglvl, keep: conf.rotate.keep, ival_s: conf.rotate.ival_s });
    this.client.configure({
      tiers: conf.history,
      ival_make_state_s: conf.ival_make_state,
      ival_send_report_s: conf.ival_send_report,
    });
    this.server?.configure({ ival_keep_events_s: conf.ival_keep_events });
    await this.takeWorks(works);
    this.scheduleWorkCheck();
    this.askForReports();
    return true;
  }

  /** Where the pages are, once they are served. */
  get pagesUrl(): string | undefined {
    return this.pagemaker.url;
  }

  /** After a start or a reload the server asks every client for a report, so that it is soon up to date [seed]. */
  private askForReports(): void {
    if (this.options.test) return;
    const answers = this.server?.askAll("SEND");
    if (answers)
      void Array.fromAsync(answers).then((lines) => this.options.log.verbose(`ALLSEND: ${lines.length} clients`));
  }

  private workSource(): WorkSource {
    const { hostname } = this.options.settings;
    if (this.isServer) return fileSource((kind) => this.paths.work(kind, hostname));
    return wireSource(
      (line) => askJson(this.serverTarget(), line),
      hostname,
      (kind) => this.paths.workCache(kind),
    );
  }

  private workPath() {
    return this.options.settings.file ? this.paths.work : undefined;
  }

  private async makeOwnWork(): Promise<void> {
    const text = await ownWork(this.options.settings);
    const works = makeWorks("built-in", text, this.options.settings.server);
    const client = works.clients.get(this.options.settings.hostname);
    if (!client) throw new Error("the built-in work has no client");
    this.source = memorySource({
      client: formatWork(client),
      server: formatWork(works.server),
      pmaker: formatWork(works.pmaker),
    });
  }

  /** At the start, and when there is newer work. A client that cannot have any goes on with what it has, and goes on asking. */
  private async takeUpWork(): Promise<void> {
    try {
      await this.takeWorks(await this.readWorks());
    } catch (error) {
      if (this.isServer) throw error;
      this.options.log.quiet(`no ${this.clientWork ? "new work" : "work yet"}: ${(error as Error).message}`);
    }
  }

  private async readWorks() {
    const server = this.server ? await readWork(this.source, "server") : undefined;
    return { server, client: await readWork(this.source, "client") };
  }

  private takeWorks({ server, client }: Awaited<ReturnType<Daemon["readWorks"]>>): Promise<void> {
    this.workTimes = { client: client.lm, server: server?.lm ?? 0 };
    if (server) this.takeServerWork(server.work);
    this.takeClientWork(client.work);
    return this.takeUpPages(client.work.pmaker);
  }

  /** Pages that cannot be made must not keep this host from measuring. */
  private async takeUpPages(isPagemaker: boolean): Promise<void> {
    if (!isPagemaker) return this.pagemaker.stop();
    try {
      this.pagemaker.setWork((await readWork(this.source, "pmaker")).work);
    } catch (error) {
      this.options.log.quiet(`no pages: ${(error as Error).message}`);
    }
  }

  private takeServerWork(work: ServerWork): void {
    this.server?.setWork(work);
    const clients = Object.entries(work.hosts).filter(([, { via }]) => !via);
    this.ports.admitClients(clients.map(([host, { addr }]) => ({ host, ...(addr ? { addr } : {}) })));
  }

  private takeClientWork(work: ClientWork): void {
    this.clientWork = work;
    this.client.setWork(work);
    const items = Object.values(work.hosts).reduce((sum, host) => sum + Object.keys(host.items).length, 0);
    const hosts = Object.keys(work.hosts).length;
    this.options.log.terse(`work: ${items} items of ${hosts} host${hosts === 1 ? "" : "s"}`);
  }

  private scheduleWorkCheck(): void {
    clearTimeout(this.workTimer);
    const { ival_check_work } = this.options.settings.conf;
    const ival_ms = (this.clientWork ? ival_check_work : Math.min(NO_WORK_IVAL_S, ival_check_work)) * 1000;
    const jitter = 0.9 + 0.2 * spread(`${this.options.settings.hostname} work`);
    this.workTimer = setTimeout(() => {
      void this.checkWork();
      this.scheduleWorkCheck();
    }, ival_ms * jitter);
  }

  /** Takes over newer work, if there is any. Work that does not read is logged, and the old one stays. */
  private async checkWork(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    try {
      const client = await this.source.lm("client");
      const server = this.server ? await this.source.lm("server") : 0;
      if (client !== this.workTimes.client || server !== this.workTimes.server) await this.takeUpWork();
    } catch (error) {
      this.options.log.quiet(`new work: ${(error as Error).message}`);
    } finally {
      this.fetching = false;
    }
  }

  private ownAddress(): string {
    return this.options.settings.conf.listen[0] ?? "127.0.0.1";
  }

  private serverTarget(): Target {
    const { server, conf } = this.options.settings;
    return targetFrom(conf.listen, { host: this.isServer ? this.ownAddress() : server, port: conf.PORT });
  }

  private stateLines(): string[] {
    const { settings, log } = this.options;
    const { conf } = settings;
    const roles = ["Client", ...(this.server ? ["Server"] : []), ...(this.pagesUrl ? ["Pagemaker"] : [])];
    return [
      `version dmon-${VERSION} (${COMMIT}, ${TARGET})`,
      `pid ${process.pid}`,
      `config ${settings.file ?? "none: standing alone"}`,
      `logfile ${log.file}`,
      `loglevel ${log.level}`,
      `roles ${roles.join(", ")}`,
      `listening on port ${conf.PORT + 1} as a Client`,
      ...(this.server ? [`listening on port ${conf.PORT} as a Server`] : []),
      ...(this.pagesUrl ? [`pages at ${this.pagesUrl}`] : []),
      ...(this.pagemaker.trouble ? [`no pages: ${this.pagemaker.trouble}`] : []),
      ...(this.client.historyTrouble ? [`no history: ${this.client.historyTrouble}`] : []),
      `hostname ${settings.hostname}`,
      `server ${settings.server}`,
      `measures every ${formatInterval(conf.ival_make_state)}, reports every ${formatInterval(conf.ival_send_report)}`,
      `work ${this.workTimes.client > 0 ? ctime(this.workTimes.client) : "built in"}`,
    ];
  }
}

/** The work-config of a host that stands alone: everything that it can supply. */
export async function ownWork(settings: Settings): Promise<string> {
  const nothing: SelfStats = { version: VERSION, cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 };
  const host = localHost({ root: rootPrefix(settings.conf.root), self: () => nothing });
  return standAloneWork(settings.hostname, await discover(probes, host));
}

function rootPrefix(root: string): string {
  return root === "/" ? "" : root.replace(/\/+$/, "");
}

// What was opened or bound at the start cannot be changed by a reload.
function needsRestart(before: Settings, after: Settings): boolean {
  const fixed = ({ conf, hostname, server, file }: Settings) =>
    JSON.stringify([
      hostname,
      server,
      file,
      conf.PORT,
      conf.listen,
      conf.http_listen,
      conf.page_login,
      conf.vardir,
      conf.logdir,
      conf.rundir,
      conf.lckdir,
      conf.root,
    ]);
  return fixed(before) !== fixed(after);
}
