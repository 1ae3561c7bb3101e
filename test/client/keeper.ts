// A process that runs programs as the daemon does, and nothing else: `bun keeper.ts` runs each line of its input as a shell script,
// all at once, and answers each with a line of its output; `execve` makes it the same program anew, and one
// behind `spared` is started as sendmail is. At the end of its input it says
// which children it has left. With the argument `own` it ends only what its own programs leave, as `dmon probe`.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { spareChild } from "../../src/process/children.ts";
import { execve } from "../../src/process/libc.ts";

const host = localHost({ root: "", self: () => ({}) as SelfStats, adopts: process.argv[2] === "own" ? "own" : "all" });
const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();

for await (const script of createInterface({ input: process.stdin })) {
  if (script === "execve") execve(process.execPath, process.argv, {});
  const [, spared] = /^spared (.*)$/.exec(script) ?? [];
  if (spared !== undefined) {
    const child = Bun.spawn(["sh", "-c", spared], { stdio: ["ignore", "ignore", "ignore"] });
    spareChild(child);
    void child.exited.then((code) => console.log(`ended ${code}`));
    continue;
  }
  void host
    .run({ argv: ["sh", "-c", script], timeout_s: 100 })
    .then(({ stdout }) => console.log(stdout.trim().replaceAll("\n", " ")));
}
for (let i = 0; i < 400 && children() !== ""; i++) await Bun.sleep(10);
console.log(`children: ${children() || "none"}`);
process.exit(0);
