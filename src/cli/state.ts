// dmon state: does it run? Exit codes as the Linux Standard Base has them.

import { runFiles, runningPid } from "../process/lock.ts";
import { defineCli } from "./command.ts";

const NOT_RUNNING = 3;

export default defineCli({
  name: "state",
  args: "",
  count: [0, 0],
  doc: "Say whether the daemon runs; with -v what it does.",
  more: "Exit code: 0 it runs, 3 it does not.",
  async run({ settings, rundir, global, out, say }) {
    const { dir, guessed } = await rundir();
    const pid = runningPid(runFiles(dir));
    if (pid === undefined) {
      say(`dmon does not run (rundir ${dir})\n`);
      return guessed ? 2 : NOT_RUNNING;
    }
    say(`dmon runs (pid ${pid})\n`);
    if (global.verbosity === "Verbose" || global.verbosity === "Debug" || global.verbosity === "Trace") {
      const [{ callOwn }, { ask }] = await Promise.all([import("./own-daemon.ts"), import("../wire/ask.ts")]);
      out((await callOwn((await settings()).conf, (target) => ask(target, "STATE"))).body);
    }
    return 0;
  },
});
