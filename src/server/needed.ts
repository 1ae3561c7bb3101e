// What hosts need, without circles: of hosts that need each other each would keep the other's alerts back, so neither waits.

import type { NeedsWork } from "../work/alerting-work.ts";
import type { ServerWork } from "../work/works.ts";

/** By host: the lines of what it needs. `hostsOf` gives the hosts that a selector selects. */
export function neededBy(
  { needs, hosts }: Pick<ServerWork, "needs" | "hosts">,
  hostsOf: (selector: string) => ReadonlySet<string>,
): Map<string, NeedsWork[]> {
  const all = new Map<string, NeedsWork[]>();
  for (const line of needs) {
    for (const host of hostsOf(line.hosts)) {
      if (host === line.host && line.item === undefined) continue; // a host never needs itself
      const own = all.get(host);
      if (own) own.push(line);
      else all.set(host, [line]);
    }
  }
  // Of a host behind a client nothing is known without that: where it is silent, so are both.
  const steps = (host: string) => [...(all.get(host) ?? []).map((line) => line.host), hosts[host]?.via ?? host];
  const ways = new Map([...new Set(needs.map(({ host }) => host))].map((host) => [host, reached(host, steps)]));
  const isCircle = (host: string, needed: string) => host !== needed && ways.get(needed)?.has(host) === true;
  return new Map([...all].map(([host, lines]) => [host, lines.filter((line) => !isCircle(host, line.host))]));
}

function reached(from: string, steps: (host: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([from]);
  for (const host of found) for (const next of steps(host)) found.add(next);
  return found;
}
