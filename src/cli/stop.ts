// dmon stop: ends the daemon and waits until it is gone.

import { processStart, runFiles, runningPid } from "../process/lock.ts";
import { defineCli } from "./command.ts";

const GONE_MS_MAX = 20_000;

export default defineCli({
  name: "stop",
  args: "",
  count: [0, 0],
  doc: "Stop the daemon and wait until it is gone. One that does not run is no failure.",
  async run({ rundir, say, err }) {
    const { dir, guessed } = await rundir();
    const files = runFiles(dir);
    const pid = runningPid(files);
    if (pid === undefined) {
      say(`dmon does not run (rundir ${dir})\n`);
      return guessed ? 2 : 0;
    }
    if (pid === 0) {
      err(`[error] dmon: a dmon runs (lock ${files.lock}) but has not written its pid; try again\n`);
      return 1;
    }
    const start = processStart(pid);
    if (start !== undefined) terminate(pid);
    const deadline = Date.now() + GONE_MS_MAX;
    while (Date.now() < deadline) {
      if (start === undefined || processStart(pid) !== start) {
        say(`dmon stopped (pid ${pid})\n`);
        return 0;
      }
      await Bun.sleep(10);
    }
    err(
      `[error] dmon: pid ${pid} has not ended within ${GONE_MS_MAX / 1000} s; look into its log, or: kill -9 ${pid}\n`,
    );
    return 1;
  },
});

function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
  }
}
