// 120 items a minute of this host, by the compiled daemon, over three minutes: CPU and child processes. Debian's node_exporter, scraped
// once a minute, in the same run where it is installed; what plugins cost stands under "plugins".

import { allProbes } from "../../probes/index.ts";
import { standAloneWork } from "../../src/work/standalone.ts";
import { forksInAMinute, startPeer, usage } from "./footprint.ts";
import type { Row } from "./table.ts";
import { offered, usualDmon } from "./this-host.ts";

const ITEMS = 120;
const SETTLE_MS = 70_000;
const MINUTES = 3;

export async function items(): Promise<Row[]> {
  const probes = allProbes().filter(({ lane }) => lane !== "program");
  const names = await offered(probes);
  // What this host lacks to 120 is filled with processes by name and files, each read for itself.
  const more = ["process init", "file /etc/hostname", "process sshd", "file /var/log/dpkg.log", "disk.avail /dev/shm"];
  const own = Array.from({ length: Math.max(0, ITEMS - names.length) }, (_, i) => `own${i} ${more[i % more.length]}`);
  await using dmon = await usualDmon((host) => standAloneWork(host, names.slice(0, ITEMS), own));
  const pid = await dmon.start();
  const peer = await startPeer();
  await Bun.sleep(SETTLE_MS);
  const [begin_ms, peerBegin_ms] = [usage(pid).cpu_ms, peer ? usage(peer.child.pid).cpu_ms : 0];
  for (let minute = 0; minute < MINUTES; minute++) {
    if (peer) await (await fetch(peer.url)).text();
    await Bun.sleep(60_000);
  }
  const cpu = (end_ms: number, start_ms: number) => `${((end_ms - start_ms) / 1000 / MINUTES).toFixed(3)} s`;
  const ours = cpu(usage(pid).cpu_ms, begin_ms);
  const rows: Row[] = [
    {
      what: `CPU a minute, ${names.slice(0, ITEMS).length + own.length} items, client + server + pagemaker`,
      asked: "≤ 0.03 s",
      measured: ours,
    },
    { what: "child processes in a minute (seen by strace)", asked: "0", measured: await forksInAMinute(pid) },
  ];
  if (!peer) return rows;
  rows.push({
    what: "node_exporter: CPU a minute",
    asked: "-",
    measured: cpu(usage(peer.child.pid).cpu_ms, peerBegin_ms),
  });
  peer.child.kill();
  await peer.child.exited;
  return rows;
}
