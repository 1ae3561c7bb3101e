// What is not fine, worst first, grouped by host: the front of dmon top. Pure.

import { formatAge } from "../../core/interval.ts";
import { type Fleet, fineSince, type HostStatus, isCaredFor, type Row } from "../../page/fleet.ts";
import { lookOf } from "../../page/looks.ts";
import { count } from "../../page/summary.ts";
import { fit, type Line, type Span, signOf } from "./ink.ts";
import {
  careLines,
  isNamed,
  itemHead,
  itemLine,
  type List,
  type ListRow,
  levelCells,
  reasons,
  silenceText,
  story,
  tallies,
  widthOf,
} from "./pieces.ts";

const INDENT = "  ";

export function alertsList(fleet: Fleet, filter: string, width: number): List {
  const chosen = fleet.troubled.flatMap((host) => {
    const isAll = isNamed(filter, host.view.tag, host.view.host);
    const problems = isAll ? host.problems : host.problems.filter(({ item }) => isNamed(filter, item));
    return isAll || problems.length > 0 ? [{ host, problems: host.silent && !host.dead ? [] : problems }] : [];
  });
  const names = widthOf(
    chosen.flatMap(({ problems }) => problems.map(({ item }) => item)),
    width,
  );
  return {
    intro: [],
    ...(chosen.some(({ problems }) => problems.length > 0) ? { head: [INDENT, ...itemHead(fleet.scale, names)] } : {}),
    rows: chosen.flatMap(({ host, problems }) => [
      hostRow(host, fleet, width),
      ...problems.map((row) => problemRow(row, fleet, names, width)),
    ]),
    empty: filter && fleet.troubled.length > 0 ? `Nothing that is not fine has "${filter}" in its name.` : calm(fleet),
  };
}

/** Said where nothing is wrong. */
export function calm(fleet: Fleet): string {
  const { hosts, items, overview } = fleet;
  if (hosts.length === 0) return "No hosts yet: nothing has reported to this server. Run `dmon start` on one.";
  if (items === 0) return `Waiting for the first report: ${count(hosts.length, "host")} in the work-config.`;
  const since = fineSince(fleet);
  const how = since === undefined ? "" : ` for ${formatAge(overview.now_s - since)}`;
  return `All is fine${how}: ${count(hosts.length, "host")}, ${count(items, "item")}.`;
}

function hostRow(host: HostStatus, fleet: Fleet, width: number): ListRow {
  const { now_s } = fleet.overview;
  const notes = host.planned.length > 0 ? careLines({ planned: host.planned }, now_s) : [];
  return {
    key: host.view.host,
    height: 1 + notes.length,
    opens: host.view.host,
    said: () => [host.view.host, silenceText(host, fleet) ?? reportText(host)].join("; "),
    draw: () => [
      hostLine(host, fleet, width),
      ...notes.map((note): Line => [INDENT, INDENT, [fit(note, width - 4), "dim"]]),
    ],
  };
}

function reportText({ report_age_s, view }: HostStatus): string {
  return `report ${formatAge(report_age_s ?? 0)} ago${view.about ? `, dmon ${view.about.version}` : ""}`;
}

function hostLine(host: HostStatus, fleet: Fleet, width: number): Line {
  const { view } = host;
  const look = lookOf(host, fleet);
  const name = fit(view.tag, Math.max(12, Math.floor(width / 3)));
  const silence = silenceText(host, fleet);
  const seen = isCaredFor(host) ? ", and seen to" : "";
  const fqdn: Span[] = view.host === view.tag ? [] : ["  ", [fit(view.host, Math.floor(width / 3)), "dim"]];
  if (silence !== undefined && !host.dead)
    return [
      [`${signOf("stale")} `, look],
      [name, "bold"],
      "  ",
      [fit(silence + seen, Math.max(0, width - name.length - 4)), "stale"],
    ];
  return [[`${signOf(look)} `, look], [name, "bold"], ...fqdn, "  ", ...tallies(fleet.scale, host.counts, 0, "spare")];
}

function problemRow(row: Row, fleet: Fleet, names: number, width: number): ListRow {
  const notes = careLines(row, fleet.overview.now_s);
  const under = INDENT.length + levelCells(fleet.scale) + 2;
  return {
    key: `${row.host.view.host}\0${row.item}`,
    said: () => story(row, fleet),
    height: 1 + notes.length,
    opens: row.host.view.host,
    draw: () => [
      [INDENT, ...itemLine(row, fleet, names, width - INDENT.length, reasons(row.state))],
      ...notes.map((note): Line => [" ".repeat(under), [fit(note, width - under), "dim"]]),
    ],
  };
}
