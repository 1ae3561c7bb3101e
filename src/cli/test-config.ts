// dmon -t: are config and work good? With -v: what do they say?

import type { Settings } from "../config/load.ts";
import { formatEndpoint } from "../core/endpoint.ts";
import { formatInterval } from "../core/interval.ts";
import { ownWork } from "../daemon/daemon.ts";
import { paths } from "../daemon/paths.ts";
import { fileSource, readWork, type WorkSource, wireSource } from "../daemon/work-source.ts";
import { askJson } from "../wire/dial.ts";
import { makeWorks } from "../work/compile.ts";
import type { ClientWork } from "../work/works.ts";
import type { CliContext } from "./command.ts";
import { table } from "./help.ts";

/** Tests settings and work; throws what is wrong with them. */
export async function testConfig({ global, out }: CliContext, settings: Settings): Promise<number> {
  const { conf, hostname, server, file } = settings;
  const isServer = hostname === server;
  const work = await clientWork(settings, global.test);
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

async function clientWork(settings: Settings, test: boolean): Promise<ClientWork> {
  const { hostname, server, conf, file } = settings;
  if (!file) {
    const work = makeWorks("built-in", await ownWork(settings), server).clients.get(hostname);
    if (!work) throw new Error("the built-in work has no client");
    return work;
  }
  const where = paths(conf, test);
  const source: WorkSource =
    hostname === server
      ? fileSource((kind) => where.work(kind, hostname))
      : wireSource(
          (line) => askJson({ host: server, port: conf.PORT }, line),
          hostname,
          (kind) => where.workCache(kind),
        );
  if (hostname === server) await readWork(source, "server");
  const { work } = await readWork(source, "client");
  if (work.pmaker) await readWork(source, "pmaker");
  return work;
}
