// dmon reload: the daemon reads config and work anew, and this command says what came of it.

import { existsSync, readFileSync } from "node:fs";
import type { Conf } from "../config/keys.ts";
import { type RunFiles, runFiles, runningPid } from "../process/lock.ts";
import { ask } from "../wire/ask.ts";
import { defineCli } from "./command.ts";
import { callOwn, notRunning, ownState } from "./own-daemon.ts";

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
    if (!runningPid(files)) {
      err(`[error] dmon: ${notRunning(conf)}\n`);
      return 1;
    }
    const secret = readFileSync(files.secret, "utf8").trim();
    const { body } = await callOwn(conf, (target) => ask(target, `RELOAD ${secret}`));
    say(`${body.trim()}\n`);
    if (!body.includes("executing anew")) return 0;
    if (!(await servesAgain(files, secret))) {
      err(`[error] dmon: it does not serve again; ${lastWords(conf)}\n`);
      return 1;
    }
    for (const line of (await ownState(conf)).trouble) err(`[warning] dmon: ${line}\n`);
    return 0;
  },
});

async function servesAgain(files: RunFiles, secret: string): Promise<boolean> {
  const deadline = Date.now() + AGAIN_MS_MAX;
  while (Date.now() < deadline) {
    if (existsSync(files.secret) && readFileSync(files.secret, "utf8").trim() !== secret) return true;
    if (runningPid(files) === undefined) return false;
    await Bun.sleep(10);
  }
  return false;
}

function lastWords({ logdir }: Pick<Conf, "logdir">): string {
  const file = `${logdir}/dmon.log`;
  try {
    return `${file} ends with: ${readFileSync(file, "utf8").trimEnd().split("\n").at(-1)}`;
  } catch {
    return `${file} says why`;
  }
}
