// One screen of dmon top: what is shown of a fleet in a state, in so many lines of so many cells. Pure.

import { oneLine } from "../../core/alert/short.ts";
import { formatAge } from "../../core/interval.ts";
import type { Fleet } from "../../page/fleet.ts";
import { summary } from "../../page/summary.ts";
import { formatMoment } from "../../plot/clock.ts";
import { folded } from "../rows.ts";
import { alertsList } from "./alerts-list.ts";
import { eventsList } from "./events-list.ts";
import { hostList } from "./host-list.ts";
import { hostsList } from "./hosts-list.ts";
import { cell, cellsOfLine, drawLine, fit, type Ink, type Line, type Span } from "./ink.ts";
import { KEYS } from "./keys.ts";
import { fitting, type List, tallies } from "./pieces.ts";
import { placeOf, type Seen, type State, settle, VIEWS } from "./state.ts";

export interface Size {
  width: number;
  height: number;
}

export interface Frame {
  /** As many as the screen is high, drawn. */
  lines: string[];
  /** The state with its place in what is shown now. */
  state: State;
  seen: Seen;
}

/** Before the name of what is chosen, and of what is not. */
const MARKS = ["▸ ", "  "] as const;
const MARK_CELLS = 2;

/** At the foot, what is chosen is told in full in so many lines; a screen of fewer than the second number has none to spare. */
const STORY_LINES = 2;
const STORY_HEIGHT_MIN = 16;

/** `whyAway`: why the server is not heard, where it is not. */
export function frame(before: State, fleet: Fleet, size: Size, ink: Ink, whyAway?: string): Frame {
  const { width, height } = size;
  const list = listOf(before, fleet, width - MARK_CELLS);
  const top: Line[] = [title(fleet, width), tabs(before, fleet, width), ...stale(fleet, width, whyAway)];
  const above = [...list.intro, ...(list.head && list.rows.length > 0 ? [list.head] : [])];
  const below = height < STORY_HEIGHT_MIN || list.rows.every((row) => !row.said) ? 0 : STORY_LINES;
  const room = Math.max(1, height - top.length - above.length - below - 1);
  const seen: Seen = { rows: list.rows, height: room };
  const state = settle(before, seen);
  const drawn = (line: Line, isChosen = false) => drawLine(line, width, ink, isChosen);
  const body = state.help
    ? helpLines(ink).map((line) => drawn(line))
    : [
        ...above.map((line) => drawn([MARKS[1], ...line])),
        ...rowsOf(list, state, room).map(([line, at]) => drawn(line, at)),
      ];
  const last = [...(state.help ? [] : story(list, state, below, width)), footLine(state, list, width, ink)];
  const lines = [...top.map((line) => drawn(line)), ...body].slice(0, Math.max(0, height - last.length));
  while (lines.length < height - last.length) lines.push("");
  return { lines: [...lines, ...last.map((line) => drawn(line))].slice(-height), state, seen };
}

function listOf(state: State, fleet: Fleet, width: number): List {
  if (state.host !== undefined) return hostList(fleet, state.host, state.filter, width);
  if (state.view === "hosts") return hostsList(fleet, state, width);
  return state.view === "events" ? eventsList(fleet, state.filter, width) : alertsList(fleet, state.filter, width);
}

/** The lines that have room, each with whether it is what is chosen. Only rows that are seen are drawn. */
function rowsOf({ rows, empty }: List, state: State, room: number): [line: Line, isChosen: boolean][] {
  if (rows.length === 0) return [[[MARKS[1], empty], false]];
  const { at, top } = placeOf(state);
  const shown: [Line, boolean][] = [];
  let from = 0;
  for (const [i, row] of rows.entries()) {
    if (from >= top + room) break;
    if (from + row.height > top) {
      for (const [n, line] of row.draw().entries()) {
        const isChosen = i === at && n === 0;
        if (from + n >= top && from + n < top + room) shown.push([[MARKS[isChosen ? 0 : 1], ...line], isChosen]);
      }
    }
    from += row.height;
  }
  return shown;
}

/** What is chosen in full, in exactly so many lines: the list above it stays where it is. */
function story({ rows }: List, state: State, lines: number, width: number): Line[] {
  const said = rows[placeOf(state).at]?.said?.() ?? "";
  const told = folded(oneLine(said, lines * width), Math.max(1, width));
  return Array.from({ length: lines }, (_, i) => [[told[i] ?? "", "dim"]]);
}

function title(fleet: Fleet, width: number): Line {
  const { overview, troubled } = fleet;
  const clock = formatMoment(overview.now_s, overview.now_s, "second");
  const said = troubled.length > 0 ? summary(fleet) : fleet.items > 0 ? "all is fine" : "nothing is known yet";
  const left: Span[] = [["dmon top", "bold"], "  ", fit(overview.server, Math.floor(width / 3)), "  "];
  const room = Math.max(0, width - cellsOfLine(left) - clock.length - 2);
  return [...left, [cell(said, room), "bold"], "  ", [clock, "dim"]];
}

function tabs({ view, host }: State, fleet: Fleet, width: number): Line {
  const names = VIEWS.map((name, i): Span => {
    const text = `${i + 1} ${name}`;
    return name === view && host === undefined ? [`[${text}]`, "bold"] : [` ${text} `, "dim"];
  });
  const silent = fleet.hosts.reduce((sum, { staleItems }) => sum + staleItems, 0);
  const room = width - cellsOfLine(names) - 3;
  const worded = tallies(fleet.scale, fleet.counts, silent, "worded");
  const counts = cellsOfLine(worded) <= room ? worded : tallies(fleet.scale, fleet.counts, silent, "all");
  return [...names, "   ", ...fitting(counts, room)];
}

function stale({ overview }: Fleet, width: number, why: string | undefined): Line[] {
  const { stale_since_s, now_s, server } = overview;
  if (stale_since_s === undefined) return [];
  const since = `${formatAge(now_s - stale_since_s)}, since ${formatMoment(stale_since_s, now_s)}`;
  const text = `server ${server} not heard for ${since}: this is what was known then${why === undefined ? "" : ` (${why})`}`;
  return [[[cell(text, width), "banner"]]];
}

function helpLines({ ascii }: Ink): Line[] {
  return [[], ...KEYS.map(({ shown, plain, doc }): Line => ["  ", [cell((ascii && plain) || shown, 10), "bold"], doc])];
}

function footLine(
  { filter, before, help, order, view, host }: State,
  { rows }: List,
  width: number,
  { ascii }: Ink,
): Line {
  const found = `${rows.length} row${rows.length === 1 ? "" : "s"}`;
  if (before !== undefined)
    return [
      ["/", "bold"],
      fit(filter, Math.max(8, width - 50)),
      ["▏", "bold"],
      "  ",
      [`${found}   Enter keep  Esc leave`, "dim"],
    ];
  if (help) return [["Esc close", "dim"]];
  const chosen: Span[] =
    filter === ""
      ? []
      : [
          ["names with ", "dim"],
          [fit(filter, 20), "bold"],
          [`, ${found}   `, "dim"],
        ];
  const keys = KEYS.filter(({ foot }) => foot !== undefined).map(
    ({ shown, plain, foot }) => `${(ascii && plain) || shown} ${foot}`,
  );
  const by = view === "hosts" && host === undefined ? [`s by ${order}`] : [];
  return [...chosen, [[...keys, ...by].join("   "), "dim"]];
}
