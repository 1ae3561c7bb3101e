// The one place that wires: settings and work make the roles of this host. Always client, on one host server, on one pagemaker.

import { Client } from "../client/client.ts";
import { clientCommands, clientsPort } from "../commands/client/index.ts";
import { serverCommands, serversPort } from "../commands/server/index.ts";
import { KEYS, type Key } from "../config/keys.ts";
import type { Settings } from "../config/load.ts";
import type { Clock } from "../core/clock.ts";
import { formatInterval } from "../core/interval.ts";
import { writeFileAtomic } from "../process/files.ts";
import { ctime } from "../process/localtime.ts";
import { leaveLock } from "../process/lock.ts";
import type { Log } from "../process/log.ts";
import { makeSecret, storeSecret } from "../process/secret.ts";
import { leaveSystemLock, takeSystemLock } from "../process/system-lock.ts";
import { Server } from "../server/server.ts";
import { COMMIT, TARGET, VERSION } from "../version.ts";
import { askJson } from "../wire/ask.ts";
import { type Target, targetFrom } from "../wire/dial.ts";
import { switchboard } from "../wire/dispatch.ts";
import type { ClientWork, ServerWork } from "../work/works.ts";
import { Alerting } from "./alerting.ts";
import { clientDesk, type DeskContext, serverDesk } from "./desks.ts";
import { Heartbeat } from "./heartbeat.ts";
import { inventoryFrom } from "./inventory.ts";
import { Pagemaker } from "./pagemaker.ts";
import { type Paths, paths } from "./paths.ts";
import { Ports } from "./ports.ts";
import { WorkKeeper, type WorkRead } from "./work-keeper.ts";
import { fileSource, memorySource, type WorkSource, wireSource } from "./work-source.ts";

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

/** What a line of the log at level Trace shows of a request or an answer. */
const TRACE_CHARS_MAX = 2000;
/** Addresses of hosts are resolved anew after so long. */
const REFRESH_ADDRESSES_MS = 300_000;

export class Daemon {
  private options: DaemonOptions;
  private readonly paths: Paths;
  private readonly isServer: boolean;
  private readonly client: Client;
  private readonly alerting: Alerting | undefined;
  private readonly server: Server | undefined;
  private readonly ports: Ports;
  private readonly pagemaker: Pagemaker;
  private readonly keeper: WorkKeeper;
  private readonly heartbeat: Heartbeat;
  private readonly started_s: number;
  private timers: Timer[] = [];

  constructor(options: DaemonOptions) {
    this.options = options;
    const { settings, clock, log } = options;
    const { conf, hostname } = settings;
    this.started_s = clock.now_s();
    this.paths = paths(conf, options.test);
    this.isServer = hostname === settings.server;
    this.keeper = new WorkKeeper({
      hostname,
      isServer: this.isServer,
      source: this.workSource(),
      ival_s: () => this.options.settings.conf.ival_check_work,
      take: (read) => this.takeWorks(read),
      log,
    });
    this.ports = new Ports({ hostname, addresses: conf.listen, port: conf.PORT, log });
    this.pagemaker = new Pagemaker({
      names: [hostname, ...settings.aliases],
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
      root: conf.root,
      adopts: "all", // the daemon starts nothing else; the inventory is made aside (cli/start.ts)
      ival_make_state_s: conf.ival_make_state,
      ival_send_report_s: conf.ival_send_report,
      clock,
      log,
      ask: (line) => this.askServer(line),
      onIdle: () => options.onIdle(),
      workTrouble: () => this.keeper.trouble,
      inventory: inventoryFrom(this.paths.inventory),
      onNewerWork: (lm) => void this.keeper.noticed(lm),
    });
    this.heartbeat = new Heartbeat({
      wanted: () => this.options.settings.conf.heartbeat,
      trouble: () => this.client.trouble ?? this.server?.troubleNow,
      beat: async (url, signal) => {
        const { beat } = await import("../notify/heartbeat.ts");
        return await beat(url, VERSION, signal);
      },
      mono_ms: () => clock.mono_ms(),
      log,
    });
    if (!this.isServer) return;
    this.alerting = new Alerting({
      settings: () => this.options.settings,
      test: options.test,
      clock,
      log,
      server: () => this.server,
    });
    this.server = new Server({
      hostname,
      file: this.paths.server,
      clientPort: conf.PORT + 1,
      ownAddress: this.ownAddress(),
      listen: conf.listen,
      ival_keep_events_s: conf.ival_keep_events,
      clock,
      log,
      alerts: this.alerting.parts,
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
      figures: () => this.figures(),
    };
    if (this.server) {
      this.ports.openServer(
        switchboard(serverCommands, serverDesk(context, this.server, this.worksBelow()), clientsPort),
      );
    }
    const owner = { secret, stop: () => this.options.onStop("STOP"), reload: () => this.options.onReload() };
    const desk = clientDesk(context, this.client, owner, () => this.serverTarget());
    this.ports.openClient(switchboard(clientCommands, desk, serversPort));
    this.ports.admitServer(settings.server);
    await this.keeper.begin();
    this.server?.start();
    this.client.start();
    this.heartbeat.start();
    this.timers.push(setInterval(() => this.ports.refresh(), REFRESH_ADDRESSES_MS));
    this.askForReports();
    takeSystemLock(this.paths.systemLock);
    writeFileAtomic(this.paths.run.listen, `${this.ownAddress()} ${settings.conf.PORT + 1}\n`);
    storeSecret(this.paths.run.secret, secret); // last: it tells `dmon start` that we serve
  }

  /** Ends everything; what was seen is stored. `goesOn`: the same process becomes the next daemon. */
  async stop(why: string, goesOn = false): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.keeper.stop();
    this.heartbeat.stop();
    await this.ports.close();
    await this.pagemaker.stop();
    await this.client.stop();
    this.server?.stop();
    leaveLock(this.paths.run, goesOn);
    leaveSystemLock(this.paths.systemLock);
    this.options.log.terse(`dmon stops: ${why}`);
  }

  /**
   * Takes over what a reload can. False when the daemon must be executed anew for it, and a start as these settings say would
   * not fail. Throws what is wrong, and nothing is changed.
   */
  async reload(settings: Settings): Promise<boolean> {
    const before = this.options.settings;
    if (needsRestart(before, settings)) {
      await this.rehearse(settings);
      return false;
    }
    if (!settings.file) await this.makeOwnWork();
    const works = await this.keeper.read(); // first: what does not read changes nothing
    this.options = { ...this.options, settings };
    const { conf } = settings;
    this.options.log.configure({ level: conf.loglvl, keep: conf.rotate.keep, ival_s: conf.rotate.ival_s });
    this.client.configure({
      tiers: conf.history,
      ival_make_state_s: conf.ival_make_state,
      ival_send_report_s: conf.ival_send_report,
    });
    this.server?.configure({ ival_keep_events_s: conf.ival_keep_events });
    await this.keeper.take(works);
    this.keeper.schedule();
    this.heartbeat.start();
    this.pagemaker.serverMoved();
    this.askForReports();
    return true;
  }

  /** Whether a start by these settings would succeed in our place; throws what would be in its way. */
  async rehearse(settings: Settings): Promise<void> {
    const { rehearseStart } = await import("./rehearse.ts");
    return rehearseStart(this.options.settings, settings, this.options.test);
  }

  /** Where the pages are, once they are served. */
  get pagesUrl(): string | undefined {
    return this.pagemaker.url;
  }

  /** After a start or a reload the server asks every client for a report, so that it is soon up to date [seed]. */
  private askForReports(): void {
    if (this.options.test) return;
    const answers = this.server?.clients.askAll("SEND");
    if (answers)
      void Array.fromAsync(answers).then((lines) => this.options.log.verbose(`ALLSEND: ${lines.length} clients`));
  }

  private workSource(): WorkSource {
    const { hostname, server, conf } = this.options.settings;
    if (this.isServer) return fileSource(conf.vardir, hostname);
    return wireSource(
      (line) => this.askServer(line),
      { host: hostname, server },
      (kind) => this.paths.workCache(kind),
    );
  }

  // Alone without a config there are none.
  private worksBelow(): string | undefined {
    const { file, conf } = this.options.settings;
    return file ? conf.vardir : undefined;
  }

  // Loaded when it is needed, as the rehearsal: a host with work-files compiles none.
  private async makeOwnWork(): Promise<void> {
    const { ownWorks } = await import("./own-work.ts");
    this.keeper.source = memorySource(await ownWorks(this.options.settings));
  }

  private async takeWorks({ server, client, pmaker }: WorkRead): Promise<void> {
    if (server) this.takeServerWork(server.work);
    this.takeClientWork(client.work);
    if (pmaker) this.pagemaker.setWork(pmaker.work);
    else if (!client.work.pmaker) await this.pagemaker.stop();
  }

  private takeServerWork(work: ServerWork): void {
    this.alerting?.setWork(work);
    this.server?.setWork(work);
    const clients = Object.entries(work.hosts).filter(([, { via }]) => !via);
    this.ports.admitClients(
      clients.map(([host, { addr }]) => ({ host, ...(addr ? { addr } : {}) })),
      work.pmaker,
    );
  }

  private takeClientWork(work: ClientWork): void {
    this.client.setWork(work);
    const items = Object.values(work.hosts).reduce((sum, host) => sum + Object.keys(host.items).length, 0);
    const hosts = Object.keys(work.hosts).length;
    this.options.log.terse(`work: ${items} items of ${hosts} host${hosts === 1 ? "" : "s"}`);
  }

  private ownAddress(): string {
    return this.options.settings.conf.listen[0] ?? "127.0.0.1";
  }

  private serverTarget(): Target {
    const { server, conf } = this.options.settings;
    return targetFrom(conf.listen, { host: this.isServer ? this.ownAddress() : server, port: conf.PORT });
  }

  private async askServer(line: string): Promise<Record<string, unknown>> {
    const { log } = this.options;
    log.trace(() => `to the server: ${line.slice(0, TRACE_CHARS_MAX)}`);
    const answer = await askJson(this.serverTarget(), line);
    log.trace(() => `from the server: ${JSON.stringify(answer).slice(0, TRACE_CHARS_MAX)}`);
    return answer;
  }

  private figures() {
    const { user, system } = process.cpuUsage();
    return {
      version: VERSION,
      started_s: this.started_s,
      rss_bytes: process.memoryUsage.rss(),
      cpu_s: (user + system) / 1e6,
      refused: this.ports.refused,
    };
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
      ...(this.client.historyDamage ? [`history: ${this.client.historyDamage}`] : []),
      ...(this.heartbeat.trouble ? [this.heartbeat.trouble] : []),
      `hostname ${settings.hostname}`,
      `server ${settings.server}`,
      `measures every ${formatInterval(conf.ival_make_state)}, reports every ${formatInterval(conf.ival_send_report)}`,
      `work ${this.keeper.time > 0 ? ctime(this.keeper.time) : this.keeper.time < 0 ? "none yet" : "built in"}`,
      ...(this.keeper.trouble ? [`no newer work: ${this.keeper.trouble}`] : []),
    ];
  }
}

// What was opened or bound at the start cannot be changed by a reload.
function needsRestart(before: Settings, after: Settings): boolean {
  const keys: Record<string, Key<unknown>> = KEYS;
  const fixed = ({ conf, hostname, server, file }: Settings) =>
    JSON.stringify([hostname, server, file, Object.entries(conf).filter(([name]) => !keys[name]?.live)]);
  return fixed(before) !== fixed(after);
}
