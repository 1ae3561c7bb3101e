// What a new start with these settings would meet, looked at without changing anything: for `dmon -t`, and before a reload
// executes dmon anew, for then there is no way back.

import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Settings } from "../config/load.ts";
import { runFiles, runningPid } from "../process/lock.ts";
import { askJson } from "../wire/ask.ts";
import { targetFrom } from "../wire/dial.ts";
import type { ClientWork, ServerWork } from "../work/works.ts";
import { ownWorks } from "./own-work.ts";
import { paths } from "./paths.ts";
import { inUse } from "./ports.ts";
import { StartError } from "./start-error.ts";
import { readWorks } from "./work-keeper.ts";
import { fileSource, memorySource, type WorkSource, wireSource } from "./work-source.ts";

/** The work that a daemon with these settings would begin with. Throws what is wrong with it. */
export async function rehearseWork(
  settings: Settings,
  test: boolean,
): Promise<{ client: ClientWork; server: ServerWork | undefined }> {
  const { hostname, server } = settings;
  const read = await readWorks(await sourceOf(settings, test), hostname === server);
  return { client: read.client.work, server: read.server?.work };
}

async function sourceOf(settings: Settings, test: boolean): Promise<WorkSource> {
  const { hostname, server, conf, file } = settings;
  if (!file) return memorySource(await ownWorks(settings));
  const where = paths(conf, test);
  if (hostname === server) return fileSource(conf.vardir, hostname);
  const target = targetFrom(conf.listen, { host: server, port: conf.PORT });
  return wireSource(
    (line) => askJson(target, line),
    { host: hostname, server },
    (kind) => where.workCache(kind),
    false,
  );
}

/** Throws StartError, or what is wrong with the work, when the daemon that runs by `before` could not start by `after`. */
export async function rehearseStart(before: Settings, after: Settings, test: boolean): Promise<void> {
  const isServer = after.hostname === after.server;
  // A client without a server starts all the same, and goes on asking for work.
  if (isServer) await rehearseWork(after, test);
  const { PORT, listen, rundir, logdir } = after.conf;
  const ports = isServer ? [PORT, PORT + 1] : [PORT + 1];
  for (const port of ports) {
    const isOurs = port === before.conf.PORT || port === before.conf.PORT + 1;
    const why = isOurs ? undefined : inUse(port, listen);
    if (why) throw new StartError(why);
  }
  for (const [name, dir] of Object.entries({ rundir, logdir })) writable(name, dir);
  if (rundir === before.conf.rundir) return;
  const other = runningPid(runFiles(rundir));
  if (other !== undefined) throw new StartError(`another dmon (pid ${other}) runs in rundir ${rundir}`);
}

// The directory, or that in which it would be made.
function writable(name: string, dir: string): void {
  let there = dir;
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there);
  try {
    accessSync(`${there}/.`, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`${name} ${dir} cannot be used: ${(error as Error).message}`);
  }
}
