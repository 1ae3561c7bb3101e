// A daemon as people have it, with the default intervals, and the items that this host offers.

import { discover } from "../../src/client/discover.ts";
import { localHost } from "../../src/client/host.ts";
import type { Probe } from "../../src/core/probe.ts";
import { TestDmon } from "../e2e/harness.ts";

/** The items that this host can supply. */
export async function offered(probes: readonly Probe[]): Promise<string[]> {
  const self = () => ({ version: "bench", cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 });
  return (await discover(probes, localHost({ root: "", self }))).flatMap(({ items }) => items);
}

/** One that is not started yet, whose intervals are the usual ones. `workOf` gets its name. */
export async function usualDmon(workOf: (host: string) => string): Promise<TestDmon> {
  const usual = {
    ival_make_state: undefined,
    ival_send_report: undefined,
    ival_check_work: undefined,
    loglvl: undefined,
  };
  const dmon = await TestDmon.make({ conf: usual });
  dmon.writeWork(workOf(dmon.name));
  await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
  return dmon;
}
