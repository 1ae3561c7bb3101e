// What stands beside an item that is not well: its last hours, who sees to it, who was told, and what can be done.

import { actLinks } from "./acting.ts";
import type { PageSource } from "./model.ts";
import { careNotes, toldNote } from "./notices.ts";
import type { Beside } from "./parts.ts";
import { strip } from "./strip.ts";
import type { Sight } from "./view.ts";

/** `here`: where to go on when something was done, from the root. */
export function besideOf(sight: Sight, eventsOf: PageSource["eventsOf"], here = ""): Beside {
  const { fleet } = sight;
  const { now_s } = fleet.overview;
  return {
    strip: (row) => strip(row, eventsOf(row.host.view.host, row.item), fleet),
    notes: (row) =>
      [
        ...careNotes(row, now_s),
        toldNote(row, now_s) ?? [],
        actLinks(row, sight, fleet.scale.isBest(row.state.level), here) ?? [],
      ].flat(),
  };
}
