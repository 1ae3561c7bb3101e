// Groups of hosts at a glance: the worst of each, and how many of its hosts are how.

import { compareText } from "../core/text.ts";
import { withQuery } from "./chosen.ts";
import { type Fleet, type HostStatus, isTroubled } from "./fleet.ts";
import { type Html, html, raw } from "./html.ts";
import { lookOf, wordOf } from "./looks.ts";
import { mark, tallies } from "./parts.ts";

/** A chip for each group, worst first, that leads to its hosts; nothing where there are no groups. */
export function rollup(fleet: Fleet, query: URLSearchParams, chosen: string): Html | null {
  const groups = Object.entries(fleet.overview.groups.hosts)
    .map(([name, tags]) => groupOf(name, tags, fleet))
    .filter(({ hosts }) => hosts.length > 0)
    .sort((a, b) => b.weight - a.weight || compareText(a.name, b.name));
  if (groups.length === 0) return null;
  return html`<ul class="rollup" aria-label="Groups, worst first">${groups.map(
    ({ name, hosts, worst, counts, silent }) => {
      const look = worst ? lookOf(worst, fleet) : "fine";
      const isHere = name === chosen;
      return html`<li data-key="${name}"><a class="k-${look}" href="${withQuery("hosts", query, { group: isHere ? "" : name })}"${isHere ? raw(' aria-current="true"') : null}>${mark(look)}<bdi>${name}</bdi> <span class="quiet">${hosts.length}<span class="unseen"> hosts, ${worst ? wordOf(worst, fleet) : "all fine"}</span></span><span class="tallies">${tallies(fleet.scale, counts, silent, true)}</span></a></li>`;
    },
  )}</ul>`;
}

interface Group {
  name: string;
  hosts: HostStatus[];
  /** The worst of them; none where all is well. */
  worst: HostStatus | undefined;
  weight: number;
  /** Hosts by their worst level. */
  counts: Map<string, number>;
  silent: number;
}

function groupOf(name: string, tags: readonly string[], fleet: Fleet): Group {
  const { scale } = fleet;
  const hosts = tags.flatMap((tag) => fleet.find(tag) ?? []);
  const counts = new Map<string, number>();
  let silent = 0;
  let worst: HostStatus | undefined;
  let weight = 0;
  for (const host of hosts) {
    const isSilent = host.silent !== undefined && !host.dead;
    if (isSilent) silent++;
    else counts.set(host.worst, (counts.get(host.worst) ?? 0) + 1);
    const own = isSilent ? scale.levels.length - 1.5 : scale.weight(host.worst);
    if (isTroubled(host) && own > weight) [worst, weight] = [host, own];
  }
  return { name, hosts, worst, weight, counts, silent };
}
