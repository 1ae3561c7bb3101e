// What is not fine, once, as text: a whole line each, so that grep finds host, level and reason together. Pure.

import { formatAge } from "../../core/interval.ts";
import { formatValue } from "../../core/units.ts";
import type { Fleet, HostStatus, Row } from "../../page/fleet.ts";
import { wordOf } from "../../page/looks.ts";
import { summary } from "../../page/summary.ts";
import { formatMoment } from "../../plot/clock.ts";
import { type Paper, rowsAsLines } from "../rows.ts";
import type { Line, Span } from "../screen.ts";
import { calm } from "./alerts-list.ts";
import { fit } from "./ink.ts";
import { careLines, nameCells, reasons, silenceText } from "./pieces.ts";

/** Longer names and texts are cut even where a line has no end. */
const CELLS_MAX = 400;

/** Whether there is anything that nobody sees to: then the exit code says so. Hosts behind a silent one are its matter. */
export function isOpen({ open, silentHosts }: Fleet): boolean {
  return open.size > 0 || silentHosts > 0;
}

export function onceLines(fleet: Fleet, { width }: Pick<Paper, "width">): Line[] {
  const { troubled, overview } = fleet;
  const from = `${overview.server} ${formatMoment(overview.now_s, overview.now_s, "second")}`;
  if (troubled.length === 0) return [[calm(fleet)]];
  // In a pipe names are whole; on a terminal one long name must not push the values out of sight.
  const most = Number.isFinite(width) ? nameCells(width) : CELLS_MAX;
  const rows = troubled.flatMap((host) =>
    host.silent && !host.dead
      ? [silentRow(host, fleet, most)]
      : [
          ...host.problems.map((row) => problemRow(row, fleet, most)),
          ...(host.problems.length === 0 ? [silentRow(host, fleet, most)] : []),
        ],
  );
  return [
    [
      [summary(fleet), "bold"],
      [` (${from})`, "dim"],
    ],
    ...rowsAsLines(rows, width),
  ];
}

function silentRow(host: HostStatus, fleet: Fleet, most: number): Span[] {
  const age = host.report_age_s === undefined ? "" : formatAge(host.report_age_s);
  const care = careLines({ planned: host.planned }, fleet.overview.now_s);
  const said = [silenceText(host, fleet), ...care].filter(Boolean).join("; ");
  return [fit(host.view.tag, most), wordOf(host, fleet), "", "", age, fit(said, CELLS_MAX)];
}

function problemRow(row: Row, fleet: Fleet, most: number): Span[] {
  const { host, item, state, stale } = row;
  const { now_s } = fleet.overview;
  const care = careLines({ ...row, planned: [...row.planned, ...host.planned] }, now_s);
  return [
    [fit(host.view.tag, most), "bold"],
    stale ? "stale" : fit(fleet.scale.label(state.level), most),
    fit(item, most),
    formatValue(state.value, state.unit),
    formatAge(now_s - state.since),
    fit([...reasons(state), ...care].filter(Boolean).join("; "), CELLS_MAX),
  ];
}
