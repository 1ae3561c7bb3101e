// Run by the harness: `watcher.ts PID PORT…` sends PING to the ports, one after the other, until stdin ends. Prints, for
// each, the milliseconds of its answer (NaN: none) and the KiB of memory that the process has of its own.

import { readFileSync } from "node:fs";
import { speak } from "./speak.ts";

const [pid = 0, ...ports] = process.argv.slice(2).map(Number);
const state = { going: true };
process.stdin.on("end", () => {
  state.going = false;
});
process.stdin.resume();

while (state.going) {
  for (const port of ports) {
    const [start, waited] = [performance.now(), waitedForCpu_ms()];
    const answer = await speak({ port, timeout_ms: 5000 }, "PING\n").catch(() => "");
    const ms = answer.startsWith("COMMAND PING\nPONG from ")
      ? performance.now() - start - (waitedForCpu_ms() - waited)
      : Number.NaN;
    console.log(`${ms.toFixed(1)} ${ownMemory()}`);
  }
  await Bun.sleep(20);
}

// That another program has the cpu is no delay of the daemon's: what both of us stood in the queue for it is taken off.
function waitedForCpu_ms(): number {
  const waits = [pid, "self"].map((who) => {
    try {
      return Number(readFileSync(`/proc/${who}/schedstat`, "utf8").split(" ")[1]) / 1e6; // proc(5), sched-stats
    } catch {
      return 0; // this kernel does not count it
    }
  });
  return waits.reduce((sum, ms) => sum + ms, 0);
}

// Not all that is resident: pages of the program itself come and go, and are the same file for everybody.
function ownMemory(): string {
  return /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "NaN";
}
