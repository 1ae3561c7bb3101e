// A process that runs programs as the daemon does, and nothing else: `bun keeper.ts` runs each line of its input as a shell script,
// all at once, and answers each with a line of its output. At the end of its input it says which children it has left.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";

const host = localHost({ root: "", self: () => ({}) as SelfStats, adopts: true });
const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();

for await (const script of createInterface({ input: process.stdin })) {
  void host
    .run({ argv: ["sh", "-c", script], timeout_s: 100 })
    .then(({ stdout }) => console.log(stdout.trim().replaceAll("\n", " ")));
}
for (let i = 0; i < 400 && children() !== ""; i++) await Bun.sleep(10);
console.log(`children: ${children() || "none"}`);
process.exit(0);
