// The work of a host that stands alone: everything that it can supply.

import { allProbes } from "../../probes/index.ts";
import { discover } from "../client/discover.ts";
import { localHost } from "../client/host.ts";
import type { Settings } from "../config/load.ts";
import type { SelfStats } from "../core/host.ts";
import { VERSION } from "../version.ts";
import { makeWorks } from "../work/compile.ts";
import { standAloneWork } from "../work/standalone.ts";
import { formatWork, type WorkKind } from "../work/works.ts";

/** As a work-config, to be read and changed by a person. */
export async function ownWork(settings: Settings): Promise<string> {
  const nothing: SelfStats = { version: VERSION, cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 };
  const host = localHost({ root: settings.conf.root, self: () => nothing });
  // Programs of others are offered by `dmon probe --discover`; that they run every minute a person must want.
  const supplied = await discover(
    allProbes().filter(({ lane }) => lane !== "plugin"),
    host,
  );
  return standAloneWork(
    settings.hostname,
    supplied.flatMap(({ items }) => items),
    supplied.flatMap(({ suggested }) => suggested),
  );
}

/** As the work-files of this host's roles. */
export async function ownWorks(settings: Settings): Promise<Record<WorkKind, string>> {
  const works = makeWorks("built-in", await ownWork(settings), settings.server);
  const client = works.clients.get(settings.hostname);
  if (!client) throw new Error("the built-in work has no client");
  return { client: formatWork(client), server: formatWork(works.server), pmaker: formatWork(works.pmaker) };
}
