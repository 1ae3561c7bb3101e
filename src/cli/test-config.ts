// dmon -t: are config and work good? With -v: what do they say?

import type { Settings } from "../config/load.ts";
import { formatEndpoint } from "../core/endpoint.ts";
import { formatInterval } from "../core/interval.ts";
import { rehearseWork } from "../daemon/rehearse.ts";
import { channelDoubts, settingsDoubts } from "../notify/doubts.ts";
import type { CliContext } from "./command.ts";
import { table } from "./help.ts";

/** Tests settings and work; throws what is wrong with them. */
export async function testConfig({ global, out, err }: CliContext, settings: Settings): Promise<number> {
  const { conf, hostname, server, file } = settings;
  const isServer = hostname === server;
  const { client: work, server: serverWork } = await rehearseWork(settings, global.test);
  const doubts = [...settingsDoubts(settings), ...channelDoubts(serverWork?.channels ?? {})];
  for (const { text, isFault } of doubts) err(`[${isFault ? "error" : "warning"}] dmon: ${text}\n`);
  if (doubts.some(({ isFault }) => isFault)) return 1;
  if (!global.verbosity || global.verbosity === "Quiet" || global.verbosity === "Silent") {
    out(`config ${file ?? "none (standing alone)"} ok, work ok\n`);
    return 0;
  }
  const roles = ["client", ...(isServer ? ["server"] : []), ...(work.pmaker ? ["pagemaker"] : [])];
  const items = Object.entries(work.hosts).flatMap(([host, { items: own }]) =>
    Object.keys(own).map((item) => (host === hostname ? item : `${host}:${item}`)),
  );
  out(
    `${table([
      ["hostname", hostname],
      ["server", server],
      ["roles", roles.join(", ")],
      ["config", file ?? "none: standing alone"],
      ["ports", `${conf.PORT} server, ${conf.PORT + 1} client`],
      ["pages", conf.http_listen ? formatEndpoint(conf.http_listen) : "off"],
      ["logdir", conf.logdir],
      ["rundir", conf.rundir],
      ["vardir", conf.vardir],
      ["rotate", `${conf.rotate.keep} files, every ${formatInterval(conf.rotate.ival_s)}`],
      ["levels", work.levels.map(({ label }) => label).join(" ")],
    ])}\n\nmy items :\n ${items.sort().join("\n ")}\n`,
  );
  return 0;
}
