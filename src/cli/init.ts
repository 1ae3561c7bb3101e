// dmon init: a first config, which monitors this host as dmon does without one, to be changed and extended.

import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ownWork } from "../daemon/own-work.ts";
import { writeFileAtomic } from "../process/files.ts";
import { defineCli, UsageError } from "./command.ts";
import { reasonOf } from "./reason.ts";

export default defineCli({
  name: "init",
  args: "[DIR]",
  count: [0, 1],
  doc: "Write a first dmon.conf and work.conf for this host as client, server and pagemaker. Nothing is overwritten.",
  more: "Without DIR: /etc/dmon for root (files conf and work), else the working directory.",
  async run({ args, settings, out }) {
    const root = process.getuid?.() === 0;
    const dir = args[0] ?? (root ? "/etc/dmon" : ".");
    const system = resolve(dir) === "/etc/dmon";
    const confFile = join(dir, system ? "conf" : "dmon.conf");
    const workFile = join(dir, system ? "work" : "work.conf");
    for (const file of [confFile, workFile]) if (existsSync(file)) throw new UsageError(`${file} is already there`);
    const own = await settings();
    const conf = `# dmon's config on this host; \`dmon -h conf\` lists all keys.

# The host that runs the server: a name, better a CNAME, so that it can move.
server ${own.hostname}

# Where the pagemaker serves the pages; *:22080 for all the network.
http_listen 127.0.0.1:22080
`;
    const work = await ownWork(own);
    try {
      mkdirSync(dir, { recursive: true });
      writeFileAtomic(confFile, conf);
      writeFileAtomic(workFile, work);
    } catch (error) {
      throw new UsageError(`${resolve(dir)} ${reasonOf(error)}; give another directory: dmon init DIR`);
    }
    const flags = system ? "" : ` -c ${confFile}`;
    const named = system ? "" : ` -w ${workFile}`;
    out(
      `made ${confFile} and ${workFile}\nnow edit them, then:\n  dmon${flags} mk-work${named} -f\n  dmon${flags} start\n`,
    );
    return 0;
  },
});
