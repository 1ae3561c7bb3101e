// All hosts, a line each: level, CPU, memory, disk, load, the age of the report, how many items are how. Pure.

import { formatAge } from "../../core/interval.ts";
import type { ItemState } from "../../core/report.ts";
import { formatValue } from "../../core/units.ts";
import { type Fleet, type HostStatus, hostWeight } from "../../page/fleet.ts";
import { type Column, KEY_VALUES, keyOf } from "../../page/key-values.ts";
import { cell, fit, type Line, type Span, signOf } from "./ink.ts";
import { fitting, isNamed, type List, levelCells, levelOfHost, tallies, widthOf } from "./pieces.ts";
import type { State } from "./state.ts";

const VALUE_CELLS = 10;
const REPORT_CELLS = 8;
/** Of what is not fine, where there is little room. */
const TALLIES_CELLS = 5;
const TALLIES_ALL_CELLS = 14;
const VERSION_CELLS = 14;
/** From here on there is room for the whole name and the version. */
const WIDE = 120;

export function hostsList(fleet: Fleet, { filter, order }: Pick<State, "filter" | "order">, width: number): List {
  const hosts = fleet.hosts.filter(({ view }) => isNamed(filter, view.tag, view.host));
  const tags = widthOf(
    hosts.map(({ view }) => view.tag),
    width,
  );
  const fqdns =
    width < WIDE
      ? 0
      : 2 +
        widthOf(
          hosts.map(({ view }) => view.host),
          width,
        );
  const room = width - tags - fqdns - 2 - levelCells(fleet.scale) - REPORT_CELLS - 2 - TALLIES_CELLS;
  const columns = KEY_VALUES.slice(0, Math.max(0, Math.floor(room / VALUE_CELLS)));
  const heads = columns.map(({ head }) => cell(head.toUpperCase(), VALUE_CELLS, "right")).join("");
  const name = cell("HOST", tags) + (fqdns > 0 ? cell("  NAME", fqdns) : "");
  const left = `${name}  ${cell("LEVEL", levelCells(fleet.scale))}${heads}${cell("REPORT", REPORT_CELLS, "right")}`;
  const version = width < WIDE ? "" : `  ${cell("VERSION", VERSION_CELLS)}`;
  return {
    intro: [],
    head: [[`${left}${version}  ITEMS`, "dim"]],
    rows: sorted(hosts, fleet, order).map((host) => ({
      key: host.view.host,
      height: 1,
      opens: host.view.host,
      draw: () => [
        hostLine(host, fleet, columns, { tags, fqdns, rest: room - columns.length * VALUE_CELLS + TALLIES_CELLS }),
      ],
    })),
    empty: fleet.hosts.length === 0 ? "No hosts yet." : `No host has "${filter}" in its name.`,
  };
}

/** As the page has them; those that are alike stay by their names. */
function sorted(hosts: readonly HostStatus[], { scale }: Fleet, order: State["order"]): readonly HostStatus[] {
  if (order === "name") return hosts;
  const rank = (host: HostStatus) =>
    order === "level"
      ? hostWeight(host, scale) * 100 + scale.weight(host.worst)
      : (host.report_age_s ?? Number.MAX_VALUE);
  const ranked = hosts.map((host) => ({ host, rank: rank(host) }));
  return ranked.sort((a, b) => b.rank - a.rank).map(({ host }) => host);
}

function hostLine(
  host: HostStatus,
  fleet: Fleet,
  columns: readonly Column[],
  { tags, fqdns, rest }: { tags: number; fqdns: number; rest: number },
): Line {
  const { view, planned, silent } = host;
  const { now_s } = fleet.overview;
  const report = view.received_s === undefined ? "never" : formatAge(now_s - view.received_s);
  const counts = tallies(fleet.scale, host.counts, host.staleItems, rest < TALLIES_ALL_CELLS ? "spare" : "all");
  return [
    cell(view.tag, tags),
    ...(fqdns > 0 ? ([["  ", [cell(view.host, fqdns - 2), "dim"] as const]].flat() as Span[]) : []),
    "  ",
    levelOfHost(host, fleet),
    ...columns.map((column) => keyValue(column, host, fleet)),
    [cell(report, REPORT_CELLS, "right"), silent ? "stale" : "dim"],
    ...(fqdns > 0 ? ["  ", [cell(versionOf(host, fleet), VERSION_CELLS), "dim"] as const] : []),
    "  ",
    ...fitting(counts, rest),
    ...(planned.length > 0 ? ["  ", ["planned work", "dim"] as const] : []),
  ];
}

function versionOf({ view }: HostStatus, fleet: Fleet): string {
  const asker = view.about?.host;
  if (asker === undefined || asker === view.host) return view.about?.version ?? "";
  return `via ${fleet.find(asker)?.view.tag ?? asker}`;
}

function keyValue(column: Column, host: HostStatus, { scale }: Fleet): Span {
  const { row, free } = keyOf(column, host);
  if (!row) return [cell("–", VALUE_CELLS, "right"), "dim"];
  const look = row.stale ? "stale" : scale.look(row.state.level);
  const sign = look === "fine" || look === "stale" ? "" : `${signOf(look)} `;
  const value = fit(shortValue(row.state) + (free ? " free" : ""), VALUE_CELLS - 1);
  const text = cell(sign + value, VALUE_CELLS, "right");
  return look === "fine" ? text : [text, look];
}

/** Of a column that has a head: `1.69` and not `1.69 tasks`. */
function shortValue({ value, unit }: ItemState): string {
  return formatValue(value, /^(%|B|s)/.test(unit) ? unit : "").replaceAll(" ", "");
}
