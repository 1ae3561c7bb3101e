// dmon reload: the daemon reads config and work anew.

import { runFiles, runningPid } from "../process/lock.ts";
import { defineCli } from "./command.ts";

export default defineCli({
  name: "reload",
  args: "",
  count: [0, 0],
  doc: "Read config and work anew. A bad config is said here, and the daemon keeps the old one.",
  async run({ settings, out, err }) {
    const { conf } = await settings(); // a bad config ends here, and the daemon never hears of it
    const pid = runningPid(runFiles(conf.rundir));
    if (!pid) {
      err("[error] dmon: dmon does not run; start it with: dmon start\n");
      return 1;
    }
    process.kill(pid, "SIGHUP");
    out(`dmon reloads (pid ${pid})\n`);
    return 0;
  },
});
