// Debian's snmpd on loopback, with its own tables and what `override` puts into it; snmpset changes that while it runs.

import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacks } from "../skips.ts";

const SNMPD = Bun.which("snmpd", { PATH: `${process.env.PATH}:/usr/sbin` });
export const lacksSnmpd = lacks("snmpd") || lacks("snmpset");

const READY_MS_MAX = 10_000;
/** Who may write; "public" may read. */
const WRITER = "geheim";

export class Snmpd implements AsyncDisposable {
  readonly port: number;
  private readonly child: Bun.Subprocess;
  private readonly dir: string;

  private constructor(port: number, child: Bun.Subprocess, dir: string) {
    this.port = port;
    this.child = child;
    this.dir = dir;
  }

  static async start(lines: readonly string[]): Promise<Snmpd> {
    const dir = mkdtempSync(join(tmpdir(), "dmon-snmpd-"));
    const port = await freeUdpPort();
    const conf = [`agentaddress udp:127.0.0.1:${port}`, "rocommunity public default", `rwcommunity ${WRITER} default`];
    writeFileSync(join(dir, "snmpd.conf"), `${[...conf, ...lines].join("\n")}\n`);
    const child = Bun.spawn(
      [
        SNMPD ?? "snmpd",
        "-f",
        "-Lf",
        join(dir, "log"),
        "-C",
        "-c",
        join(dir, "snmpd.conf"),
        "-I",
        "-smux,mteTrigger,mteTriggerConf",
      ],
      { env: { ...process.env, MIBS: "", SNMP_PERSISTENT_DIR: dir }, stdout: "ignore", stderr: "ignore" },
    );
    const snmpd = new Snmpd(port, child, dir);
    const end = performance.now() + READY_MS_MAX;
    while (!(await snmpd.tool("snmpget", "public", "1.3.6.1.2.1.1.3.0")).success) {
      if (performance.now() > end) throw new Error(`snmpd does not answer: ${await Bun.file(join(dir, "log")).text()}`);
      await Bun.sleep(50);
    }
    return snmpd;
  }

  /** `set(oid, "i", 5)`: types as snmpset(1) has them. */
  async set(...words: (string | number)[]): Promise<void> {
    const { success, said } = await this.tool("snmpset", WRITER, ...words.map(String));
    if (!success) throw new Error(`snmpset: ${said}`);
  }

  private async tool(program: string, community: string, ...words: string[]) {
    const argv = [program, "-v2c", "-r0", "-t1", "-On", "-c", community, `127.0.0.1:${this.port}`, ...words];
    const child = Bun.spawn(argv, { env: { ...process.env, MIBS: "" }, stdout: "pipe", stderr: "pipe" });
    const said = `${await new Response(child.stdout).text()}${await new Response(child.stderr).text()}`;
    return { success: (await child.exited) === 0, said };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
    rmSync(this.dir, { recursive: true });
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.bind(0, "127.0.0.1", resolve);
  await promise;
  const { port } = socket.address();
  socket.close();
  return port;
}
