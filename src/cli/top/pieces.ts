// What several lists of dmon top are made of: levels, numbers by level, an item with its value and its reason, who sees to it. Pure.

import { formatAge } from "../../core/interval.ts";
import type { ItemState } from "../../core/report.ts";
import { formatValue } from "../../core/units.ts";
import type { Fleet, HostStatus, Row } from "../../page/fleet.ts";
import { lookOf, wordOf } from "../../page/looks.ts";
import type { AckView, PlannedView } from "../../page/model.ts";
import { formatMoment } from "../../plot/clock.ts";
import type { Look, Scale } from "../../plot/scale.ts";
import { cell, cellsOfLine, fit, type Line, type Span, signOf } from "./ink.ts";

export interface ListRow {
  key: string;
  height: number;
  /** The host that Enter opens. */
  opens?: string;
  /** What is told in full at the foot while it is chosen. */
  said?(): string;
  draw(): readonly Line[];
}

/** What a view shows: lines that stay, the heads of columns, and rows. */
export interface List {
  intro: readonly Line[];
  head?: Line;
  rows: readonly ListRow[];
  /** Said in place of rows. */
  empty: string;
}

/** As much as a name may have of a line; `diskio_await_worst` has 18. */
export function nameCells(width: number, least = 18): number {
  return Math.max(least, Math.floor(width / 6));
}

/** Room for names: as wide as the widest, up to that. */
export function widthOf(names: Iterable<string>, width: number, least?: number): number {
  const most = nameCells(width, least);
  let widest = 4;
  for (const { length } of names) widest = Math.max(widest, length);
  return Math.min(most, widest);
}

const LEVEL_CELLS_MAX = 10;

export function levelCells({ levels }: Scale): number {
  const widest = Math.max(...levels.map(({ label }) => label.length), "no report".length);
  return 2 + Math.min(LEVEL_CELLS_MAX, widest);
}

export function level(look: Look, word: string, cells: number): Span {
  return [cell(`${signOf(look)} ${word}`, cells), look];
}

export function levelOfRow({ state, stale }: Row, scale: Scale): Span {
  return stale
    ? level("stale", "stale", levelCells(scale))
    : level(scale.look(state.level), scale.label(state.level), levelCells(scale));
}

export function levelOfHost(host: HostStatus, fleet: Fleet): Span {
  const word = host.silent === "never" ? "no report" : wordOf(host, fleet);
  return level(lookOf(host, fleet), word, levelCells(fleet.scale));
}

/** `■2 ▲1`, worst first; `spare` leaves out the best level, `worded` has the names too. */
export function tallies(
  scale: Scale,
  counts: ReadonlyMap<string, number>,
  stale: number,
  how: "spare" | "all" | "worded",
): Span[] {
  const levels = [...counts].sort(([a], [b]) => scale.weight(b) - scale.weight(a));
  const word = (label: string) => (how === "worded" ? ` ${fit(label, 20)}` : "");
  const shown = levels
    .filter(([name]) => how !== "spare" || !scale.isBest(name))
    .map(([name, n]): Span => [`${signOf(scale.look(name))}${n}${word(scale.label(name))}`, scale.look(name)]);
  if (stale > 0) shown.push([`${signOf("stale")}${stale}${word("stale")}`, "stale"]);
  return shown.flatMap((span, i) => (i === 0 ? [span] : [" ", span]));
}

/** Those that have room as a whole: a number that is cut is another one. */
export function fitting(spans: readonly Span[], cells: number): Span[] {
  let room = cells;
  const cut = spans.findIndex((span) => {
    room -= cellsOfLine([span]);
    return room < 0;
  });
  return cut < 0 ? [...spans] : spans.slice(0, cut);
}

const VALUE_CELLS = 10;
const AGE_CELLS = 7;

/** Level, item, value, since when, why: the columns of an item on every list. */
export function itemLine(
  row: Row,
  fleet: Fleet,
  names: number,
  width: number,
  said: readonly (string | undefined)[],
): Line {
  const { state } = row;
  const before: Span[] = [
    levelOfRow(row, fleet.scale),
    "  ",
    row.care ? [cell(row.item, names), "dim"] : cell(row.item, names),
    " ",
  ];
  const value = cell(formatValue(state.value, state.unit), VALUE_CELLS, "right");
  const age = cell(formatAge(fleet.overview.now_s - state.since), AGE_CELLS, "right");
  const used = levelCells(fleet.scale) + 2 + names + 1 + VALUE_CELLS + 1 + AGE_CELLS + 2;
  const why = fit(said.filter(Boolean).join("; "), Math.max(0, width - used));
  return [...before, value, " ", [age, "dim"], "  ", why];
}

export function itemHead(scale: Scale, names: number): Line {
  const left = `${cell("LEVEL", levelCells(scale))}  ${cell("ITEM", names)}`;
  return [[`${left} ${cell("VALUE", VALUE_CELLS, "right")} ${cell("SINCE", AGE_CELLS, "right")}  WHY`, "dim"]];
}

/** Why an item has its level: its error, the text beside the value, the rule that it broke. */
export function reasons({
  error,
  text,
  rule,
  flapping,
}: Pick<ItemState, "error" | "text" | "rule" | "flapping">): (string | undefined)[] {
  return [flapping ? "flapping" : undefined, error, text === error ? undefined : text, rule];
}

/** All that is known of why an item is as it is: for the foot, where it has room. */
export function story(row: Row, fleet: Fleet): string {
  const { state, told, host, item } = row;
  const { now_s } = fleet.overview;
  const since = `${fleet.scale.label(state.level)} since ${formatMoment(state.since, now_s)}`;
  const whom = told.map(({ user, channel, at_s }) => `${user} by ${channel} ${formatMoment(at_s, now_s)}`);
  const name = [`${host.view.tag}:${item}`, state.label && ` (${state.label})`].filter(Boolean).join("");
  return [`${name} ${since}`, ...reasons(state), whom.length > 0 ? `told: ${whom.join(", ")}` : undefined]
    .filter(Boolean)
    .join("; ");
}

/** Who sees to an item, a line each. */
export function careLines({ ack, planned }: Pick<Row, "planned"> & { ack?: AckView }, now_s: number): string[] {
  return [...(ack ? [ackText(ack, now_s)] : []), ...planned.map((work) => plannedText(work, now_s))];
}

function ackText({ user, at_s, until_s, text }: AckView, now_s: number): string {
  const until = until_s === undefined ? "until it is well" : `until ${formatMoment(until_s, now_s)}`;
  return `acknowledged by ${user} ${formatAge(now_s - at_s)} ago, ${until}${text && `: ${text}`}`;
}

function plannedText({ user, until, text, where }: PlannedView, now_s: number): string {
  const end = until === undefined ? "always" : `until ${formatMoment(until, now_s)}`;
  return `planned work${user === undefined ? "" : ` of ${user}`}, ${end}${text && `: ${text}`}${where ? ` (${where})` : ""}`;
}

/** What is to be said of a host that does not report; undefined of one that does. */
export function silenceText(host: HostStatus, fleet: Fleet): string | undefined {
  const { via = "", about } = host.view;
  const age = formatAge(host.report_age_s ?? 0);
  if (host.silent === undefined) return undefined;
  if (host.silent === "never") return "no report yet; the server knows it from its work-config only";
  if (host.silent === "behind") return `stale: ${fleet.find(via)?.view.tag ?? via}, which asks it, is silent`;
  return `no report for ${age}${about ? `; one is due every ${formatAge(about.ival)}` : ""}`;
}

export function isNamed(filter: string, ...names: string[]): boolean {
  const wanted = filter.toLowerCase();
  return names.some((name) => name.toLowerCase().includes(wanted));
}
