// One host: what it says of itself, and all its items, first what is not fine. Pure.

import { formatAge } from "../../core/interval.ts";
import type { Fleet, HostStatus } from "../../page/fleet.ts";
import { fit, type Line, type Span } from "./ink.ts";
import {
  careLines,
  isNamed,
  itemHead,
  itemLine,
  type List,
  levelCells,
  levelOfHost,
  reasons,
  silenceText,
  story,
  tallies,
  widthOf,
} from "./pieces.ts";

export function hostList(fleet: Fleet, name: string, filter: string, width: number): List {
  const host = fleet.hosts.find(({ view }) => view.host === name);
  if (!host) return { intro: [], rows: [], empty: `${name} left the work.` };
  const problems = new Set(host.problems);
  const all = [...host.problems, ...host.rows.filter((row) => !problems.has(row))];
  const rows = all.filter(({ item }) => isNamed(filter, item));
  const names = widthOf(
    rows.map(({ item }) => item),
    width,
  );
  const under = levelCells(fleet.scale) + 2;
  return {
    intro: introOf(host, fleet, width),
    head: itemHead(fleet.scale, names),
    rows: rows.map((row) => {
      const notes = careLines(row, fleet.overview.now_s);
      const said = [...reasons(row.state), row.state.label];
      return {
        key: row.item,
        said: () => story(row, fleet),
        height: 1 + notes.length,
        draw: () => [
          itemLine(row, fleet, names, width, said),
          ...notes.map((note): Line => [" ".repeat(under), [fit(note, width - under), "dim"]]),
        ],
      };
    }),
    empty: host.rows.length === 0 ? "No item was reported yet." : `No item has "${filter}" in its name.`,
  };
}

function introOf(host: HostStatus, fleet: Fleet, width: number): Line[] {
  const { view } = host;
  const { now_s } = fleet.overview;
  const silence = silenceText(host, fleet);
  const asker = view.about && view.about.host !== view.host ? `asked by ${view.about.host}` : undefined;
  const told = [
    view.received_s === undefined ? undefined : `report ${formatAge(now_s - view.received_s)} ago`,
    asker,
    view.about ? `dmon ${view.about.version} ${view.about.target}` : undefined,
    view.about && !asker ? `up for ${formatAge(now_s - view.about.started)}` : undefined,
  ];
  const fqdn: Span[] = view.host === view.tag ? [] : ["  ", [fit(view.host, Math.floor(width / 2)), "dim"]];
  const counts = tallies(fleet.scale, host.counts, host.staleItems, "all");
  return [
    [[fit(view.tag, Math.floor(width / 3)), "bold"], ...fqdn, "  ", levelOfHost(host, fleet), "  ", ...counts],
    [[fit(told.filter(Boolean).join(" · "), width), "dim"]],
    ...(silence === undefined ? [] : [[[fit(silence, width), "stale"]] as Line]),
    ...careLines({ planned: host.planned }, now_s).map((note): Line => [[fit(note, width), "dim"]]),
  ];
}
