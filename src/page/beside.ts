// What stands beside an item that is not well: its last hours, who sees to it, who was told.

import type { Fleet } from "./fleet.ts";
import type { PageSource } from "./model.ts";
import { careNotes, toldNote } from "./notices.ts";
import type { Beside } from "./parts.ts";
import { strip } from "./strip.ts";

export function besideOf(fleet: Fleet, eventsOf: PageSource["eventsOf"]): Beside {
  const { now_s } = fleet.overview;
  return {
    strip: (row) => strip(row, eventsOf(row.host.view.host, row.item), fleet),
    notes: (row) => [...careNotes(row, now_s), toldNote(row, now_s) ?? []].flat(),
  };
}
