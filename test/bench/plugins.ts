// What it costs to run other people's plugins: all Munin plugins that this host has links to, by dmon and by Debian's munin-node
// in the same run, once as the first time and then as every minute.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import munin from "../../probes/munin.ts";
import { localHost } from "../../src/client/host.ts";
import { Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { freePorts } from "../e2e/harness.ts";
import type { Row } from "./table.ts";

const ROUNDS = 5;
const TICKS_PER_S = 100;

export async function plugins(): Promise<Row[]> {
  const self = () => ({ version: "bench", cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 });
  const dir = mkdtempSync(join(tmpdir(), "dmon-bench-"));
  const host = localHost({ root: "", self, programs: join(dir, "programs") });
  const lines = (await munin.suggest?.(host)) ?? [];
  if (lines.length === 0)
    return [{ what: "Munin plugins", asked: "-", measured: "not measured: munin-node is not installed" }];
  const items = lines.map((line) => `item ${line}\nget * ${line.split(" ", 1)[0]}\n`).join("");
  const work = makeWorks("bench", `host bench bench\n${items}`, "bench").clients.get("bench");
  if (!work) throw new Error("no work");
  const clock = { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() };
  let values = 0;
  const current = new Minute(new States(clock, () => Bun.randomUUIDv7(), []), host, clock, (batches) => {
    for (const batch of batches) values += batch.values.size;
  });
  current.setWork(work);
  const first = await measure(process.pid, 1, () => current.round());
  const ours = await measure(process.pid, ROUNDS, () => current.round());
  const many = `${lines.length} Munin plugins`;
  const rows: Row[] = [
    { what: `${many}, ${Math.round(values / (ROUNDS + 1))} values: the first time`, asked: "-", measured: first },
    { what: `${many}, every minute`, asked: "-", measured: ours },
    ...(await peer(
      dir,
      lines.map((line) => line.split(" ")[2] ?? ""),
    )),
  ];
  rmSync(dir, { recursive: true });
  return rows;
}

/** CPU of a process and of all that it waited for, forks of the whole host, and how long a round takes. */
async function measure(pid: number, rounds: number, round: () => Promise<unknown>): Promise<string> {
  const [cpu_s, forks, begin_ms] = [cpuOf(pid), forksOfHost(), performance.now()];
  for (let i = 0; i < rounds; i++) await round();
  const each = (total: number) => total / rounds;
  const took_s = each(performance.now() - begin_ms) / 1000;
  return `${each(cpuOf(pid) - cpu_s).toFixed(3)} s CPU, ${each(forksOfHost() - forks).toFixed(0)} forks and threads, ${took_s.toFixed(1)} s`;
}

/** utime, stime, cutime and cstime of proc_pid_stat(5). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_S;
}

function forksOfHost(): number {
  return Number(/^processes (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
}

/** munin-node, asked as its master does: config and fetch of every plugin, on one connection. */
async function peer(dir: string, names: readonly string[]): Promise<Row[]> {
  const program = Bun.which("munin-node", { PATH: "/usr/sbin:/usr/bin:/usr/local/sbin" });
  if (!program) return [];
  const port = await freePorts(1);
  const conf = `background 0\nsetsid 0\nuser root\ngroup root\nhost 127.0.0.1\nport ${port}\nallow ^127\\.0\\.0\\.1$\nlog_file ${dir}/log\npid_file ${dir}/pid\n`;
  writeFileSync(join(dir, "munin-node.conf"), conf);
  const child = Bun.spawn([program, "--config", join(dir, "munin-node.conf")], { stdout: "ignore", stderr: "ignore" });
  try {
    await ask(port, []); // until it listens
    const fetched = await measure(child.pid, ROUNDS, () =>
      ask(
        port,
        names.map((name) => `fetch ${name}`),
      ),
    );
    const both = await measure(child.pid, ROUNDS, () =>
      ask(
        port,
        names.flatMap((name) => [`config ${name}`, `fetch ${name}`]),
      ),
    );
    return [
      { what: "munin-node: fetch of the same", asked: "-", measured: fetched },
      { what: "munin-node: config and fetch, as its master asks", asked: "-", measured: both },
    ];
  } finally {
    child.kill();
    await child.exited;
  }
}

/** Sends the commands and waits for the end of the last answer; tries for some seconds to connect. */
async function ask(port: number, commands: readonly string[]): Promise<void> {
  for (let i = 0; ; i++) {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    try {
      await Bun.connect({
        hostname: "127.0.0.1",
        port,
        socket: {
          open: (socket) => void socket.write(`${["cap multigraph", ...commands, "quit"].join("\n")}\n`),
          data: () => {},
          close: () => resolve(),
        },
      });
      await closed;
      return await Bun.sleep(200); // its process for this connection is waited for
    } catch (error) {
      if (i >= 50) throw error;
      await Bun.sleep(100);
    }
  }
}
