// A daemon as commands of the command line find it: both ports on loopback, behind them a server with alerts whose clock is set by
// hand, and a dmon.conf that names them.

import { setSystemTime } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { runFiles } from "../../src/process/lock.ts";
import type { Who } from "../../src/wire/command.ts";
import { call } from "../../src/wire/dial.ts";
import { type Listener, listen } from "../../src/wire/listen.ts";
import { clientPort, serverPort } from "../commands/fixture.ts";
import { AlertsWorld, MARS } from "../server/alerts-world.ts";

export class Daemon {
  readonly world: AlertsWorld;
  readonly conf: string;
  /** In what role this host speaks to the server. */
  who: readonly Who[] = ["localhost", "client"];
  private readonly dir = mkdtempSync(`${tmpdir()}/dmon-cli-`);
  private readonly server: Listener;
  private readonly client: Listener;
  private readonly wasTerminal = process.stdout.isTTY;

  constructor(work: string) {
    this.world = new AlertsWorld(work);
    const { world } = this;
    const clock = {
      get wall_s() {
        return world.now_s;
      },
    };
    this.server = this.listen(serverPort({ server: world.server, clock }), () => this.who);
    const target = { host: "127.0.0.1", port: this.server.port };
    const askServer = (line: string) => ({ body: call(target, line), whole: true });
    this.client = this.listen(clientPort({ [MARS]: [] }, { askServer }), () => ["localhost"]);
    this.conf = `${this.dir}/dmon.conf`;
    const dirs = ["vardir", "logdir", "rundir", "lckdir"].map((key) => `${key} ${this.dir}/${key}\n`);
    writeFileSync(this.conf, `server ${MARS}\nhostname ${MARS}\n${dirs.join("")}`);
    mkdirSync(`${this.dir}/rundir`);
    writeFileSync(runFiles(`${this.dir}/rundir`).listen, `127.0.0.1 ${this.client.port}\n`);
    process.stdout.isTTY = false;
    this.setClock();
  }

  private listen(switchboard: ReturnType<typeof serverPort>, who: () => readonly Who[]): Listener {
    const identify = (address: string) => ({ address, who: who(), hosts: [MARS] });
    const log = { quiet: () => {}, debug: () => {} };
    return listen({ addresses: ["127.0.0.1"], port: 0, identify, switchboard, log });
  }

  /** What is typed is understood at the server's time. */
  setClock(): void {
    setSystemTime(this.world.now_s * 1000);
  }

  async pass(seconds: number): Promise<void> {
    await this.world.pass(seconds);
    this.setClock();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    setSystemTime();
    process.stdout.isTTY = this.wasTerminal;
    await this.client.stop();
    await this.server.stop();
    this.world[Symbol.dispose]();
    rmSync(this.dir, { recursive: true });
  }
}
