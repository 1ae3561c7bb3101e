// What dmon takes of the host that it watches: client, server and pagemaker in one, with the default items and intervals, after
// two minutes, over three. Debian's node_exporter, scraped once a minute, in the same run where it is installed.

import { readdirSync, readFileSync } from "node:fs";
import { allProbes } from "../../probes/index.ts";
import { standAloneWork } from "../../src/work/standalone.ts";
import { freePorts } from "../e2e/harness.ts";
import { type Row, spread } from "./table.ts";
import { offered, usualDmon } from "./this-host.ts";

const SETTLE_MS = 120_000;
const WINDOW_MS = 180_000;
const SAMPLE_MS = 5_000;

interface Usage {
  cpu_ms: number;
  written_bytes: number;
}

export async function footprint(): Promise<Row[]> {
  const names = await offered(allProbes());
  await using dmon = await usualDmon((host) => standAloneWork(host, names));
  Bun.spawnSync(["sync"]); // a binary that was just built is dirty in the page cache, and would be counted as ours
  const pid = await dmon.start();
  const peer = await startPeer();
  const peerPid = peer?.child.pid;
  await Bun.sleep(SETTLE_MS);
  const begin = usage(pid);
  const peerBegin = peerPid ? usage(peerPid) : undefined;
  const pss: number[] = [];
  const dirty: number[] = [];
  const peerPss: number[] = [];
  const peerDirty: number[] = [];
  let scraped = 0;
  for (let at = 0; at < WINDOW_MS; at += SAMPLE_MS) {
    if (peer && at >= scraped * 60_000) {
      scraped++;
      await (await fetch(peer.url)).text();
    }
    await Bun.sleep(SAMPLE_MS);
    take(pid, pss, dirty);
    if (peerPid) take(peerPid, peerPss, peerDirty);
  }
  const end = usage(pid);
  const minutes = WINDOW_MS / 60_000;
  const cpu = (a: Usage, b: Usage) => `${((b.cpu_ms - a.cpu_ms) / 1000 / minutes).toFixed(3)} s`;
  const rows: Row[] = [
    {
      what: `CPU a minute, ${names.length} items, client + server + pagemaker`,
      asked: "≤ 0.03 s",
      measured: cpu(begin, end),
    },
    { what: "private dirty", asked: "≤ 8 MiB", measured: spread(dirty, "MiB", 1) },
    { what: "PSS", asked: "≤ 35 MiB", measured: spread(pss, "MiB", 1) },
    {
      what: "written a minute",
      asked: "≤ 100 KiB",
      measured: `${((end.written_bytes - begin.written_bytes) / 1024 / minutes).toFixed(0)} KiB`,
    },
    { what: "child processes in a minute (seen by strace)", asked: "0", measured: await forksInAMinute(pid) },
  ];
  if (peerPid && peerBegin) {
    rows.push(
      { what: "node_exporter: CPU a minute", asked: "-", measured: cpu(peerBegin, usage(peerPid)) },
      { what: "node_exporter: private dirty", asked: "-", measured: spread(peerDirty, "MiB", 1) },
      { what: "node_exporter: PSS", asked: "-", measured: spread(peerPss, "MiB", 1) },
    );
    peer.child.kill();
    await peer.child.exited;
  }
  return rows;
}

/** CPU by the scheduler's own nanoseconds of every thread; bytes that were sent to the block layer. */
export function usage(pid: number): Usage {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((task) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      return 0; // a thread that ended
    }
  });
  const written = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"));
  return { cpu_ms: nanoseconds.reduce((a, b) => a + b, 0) / 1e6, written_bytes: Number(written?.[1]) };
}

function take(pid: number, pss: number[], dirty: number[]): void {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const mib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(rollup)?.[1]) / 1024;
  pss.push(mib("Pss"));
  dirty.push(mib("Private_Dirty"));
}

/** Threads are clones too; a child is one without CLONE_THREAD. */
export async function forksInAMinute(pid: number): Promise<string> {
  if (!Bun.which("strace")) return "not measured: strace is not installed";
  const trace = Bun.spawn(["strace", "-f", "-e", "trace=fork,vfork,clone,clone3,execve", "-p", String(pid)], {
    stdout: "ignore",
    stderr: "pipe",
  });
  setTimeout(() => trace.kill("SIGINT"), 65_000);
  const lines = (await new Response(trace.stderr).text()).split("\n");
  const children = lines.filter(
    (line) => /\b(fork|vfork|execve|clone3?)\(/.test(line) && !line.includes("CLONE_THREAD"),
  );
  return `${children.length}`;
}

export async function startPeer(): Promise<{ child: Bun.Subprocess; url: string } | undefined> {
  const program = Bun.which("prometheus-node-exporter");
  if (!program) return undefined;
  const port = await freePorts(1);
  const child = Bun.spawn([program, `--web.listen-address=127.0.0.1:${port}`], { stdout: "ignore", stderr: "ignore" });
  return { child, url: `http://127.0.0.1:${port}/metrics` };
}
