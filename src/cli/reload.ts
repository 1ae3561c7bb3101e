// dmon reload: the daemon reads config and work anew, and this command says what came of it.

import { existsSync, readFileSync } from "node:fs";
import { runFiles, runningPid } from "../process/lock.ts";
import { ask } from "../wire/dial.ts";
import { defineCli } from "./command.ts";

/** A daemon that executes itself anew serves again within this time. */
const AGAIN_MS_MAX = 20_000;

export default defineCli({
  name: "reload",
  args: "",
  count: [0, 0],
  doc: "Read dmon.conf and the work-files anew. What is bad is said here, and the daemon keeps the old ones.",
  more: "A change of work.conf needs `dmon mk-work -f` first.",
  async run({ settings, say, err }) {
    const { conf } = await settings(); // a bad config ends here, and the daemon never hears of it
    const files = runFiles(conf.rundir);
    const pid = runningPid(files);
    if (!pid) {
      err(`[error] dmon: dmon does not run (rundir ${conf.rundir}); start it with: dmon start\n`);
      return 1;
    }
    const secret = readFileSync(files.secret, "utf8").trim();
    // It may serve on the old port still.
    const { body } = await ask({ host: conf.listen[0] ?? "127.0.0.1", port: conf.PORT + 1 }, `RELOAD ${secret}`).catch(
      (error: Error) => {
        if (error.name !== "DialError") throw error;
        process.kill(pid, "SIGHUP");
        return { body: `dmon (pid ${pid}) is told to reload; its log says what came of it` };
      },
    );
    say(`${body.trim()}\n`);
    const served = () => existsSync(files.secret) && readFileSync(files.secret, "utf8").trim() !== secret;
    if (body.includes("executing anew")) {
      const deadline = Date.now() + AGAIN_MS_MAX;
      while (!served() && Date.now() < deadline) await Bun.sleep(10);
      if (served()) return 0;
      err("[error] dmon: it does not serve again; its log says why\n");
      return 1;
    }
    return 0;
  },
});
