// How long a person waits: for --version, and from exec to the first PONG.

import { BINARY, run, TestDmon } from "../e2e/harness.ts";
import { type Row, spread } from "./table.ts";

const RUNS = 20;

export async function start(): Promise<Row[]> {
  const version: number[] = [];
  await run([BINARY, "--version"]); // warm
  for (let i = 0; i < RUNS; i++) version.push(await timed(() => run([BINARY, "--version"])));
  const pong: number[] = [];
  for (let i = 0; i < RUNS / 2; i++) {
    await using dmon = await TestDmon.make({ conf: { ival_make_state: undefined, ival_send_report: undefined } });
    pong.push(
      await timed(async () => {
        Bun.spawn([BINARY, "-c", dmon.confFile, "-q", "-i", "start"], {
          stdout: "ignore",
          stderr: "ignore",
        });
        while (!(await pinged(dmon))) await Bun.sleep(1);
      }),
    );
  }
  return [
    { what: "dmon --version, warm, with the spawn", asked: "≤ 20 ms", measured: spread(version, "ms", 1) },
    { what: "exec of the daemon to its first PONG", asked: "≤ 150 ms", measured: spread(pong, "ms", 0) },
  ];
}

async function pinged(dmon: TestDmon): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  try {
    await Bun.connect({
      hostname: dmon.address,
      port: dmon.port + 1,
      socket: {
        open: (socket) => void socket.write("PING\n"),
        data: () => resolve(true),
        close: () => resolve(false),
        error: () => resolve(false),
      },
    });
  } catch {
    return false;
  }
  return promise;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
