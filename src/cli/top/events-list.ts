// The last events of all hosts, newest first. Pure.

import type { Event } from "../../core/event.ts";
import { formatValue } from "../../core/units.ts";
import { type Fleet, findItem } from "../../page/fleet.ts";
import { TURNS } from "../../page/looks.ts";
import { formatMoment } from "../../plot/clock.ts";
import { cell, fit, type Line, signOf } from "./ink.ts";
import { isNamed, type List, widthOf } from "./pieces.ts";

const VALUE_CELLS = 10;
export function eventsList(fleet: Fleet, filter: string, width: number): List {
  const { now_s } = fleet.overview;
  const shown = fleet.overview.events
    .map((event) => ({ event, host: fleet.find(event.host), tag: fleet.find(event.host)?.view.tag ?? event.host }))
    .filter(({ event, tag }) => isNamed(filter, tag, event.host, event.item));
  const times = Math.max(4, ...shown.map(({ event }) => formatMoment(event.time, now_s, "second").length));
  const hosts = widthOf(
    shown.map(({ tag }) => tag),
    width,
    12,
  );
  const items = widthOf(
    shown.map(({ event }) => event.item),
    width,
  );
  const changes = Math.min(22, Math.max(6, ...shown.map(({ event }) => changeOf(event, fleet).length)));
  const used = times + hosts + items + changes + 7;
  const values = Math.max(0, Math.min(VALUE_CELLS, width - used));
  const isWhy = width - used - values > 2 + "WHY".length;
  const head = [cell("TIME", times), cell("HOST", hosts), cell("ITEM", items), cell("CHANGE", changes)].join("  ");
  return {
    intro: [],
    head: [[`${head} ${cell("VALUE", values, "right")}${isWhy ? "  WHY" : ""}`, "dim"]],
    rows: shown.map(({ event, host, tag }) => ({
      key: event.id,
      height: 1,
      said: () => [`${tag}:${event.item}`, changeOf(event, fleet), whyOf(event)].filter(Boolean).join("; "),
      ...(host ? { opens: host.view.host } : {}),
      draw: (): Line[] => {
        const state = findItem(fleet, event);
        const look = fleet.scale.look(event.level);
        const value = event.value === null ? "" : formatValue(event.value, state?.unit ?? "");
        return [
          [
            [cell(formatMoment(event.time, now_s, "second"), times), "dim"],
            `  ${cell(tag, hosts)}  ${cell(event.item, items)}  `,
            [cell(changeOf(event, fleet), changes), look],
            ` ${cell(value, values, "right")}  `,
            fit(whyOf(event), Math.max(0, width - used - values - 2)),
          ],
        ];
      },
    })),
    empty: filter ? `No event is of a name with "${filter}" in it.` : "No level has changed yet.",
  };
}

function whyOf({ flapping, text, reason }: Event): string {
  return [flapping && TURNS[flapping], text, reason].filter(Boolean).join("; ");
}

function changeOf({ prev, level }: Event, { scale }: Fleet): string {
  const to = `${signOf(scale.look(level))} ${scale.label(level)}`;
  return prev === level ? to : `${scale.label(prev)} → ${to}`;
}
