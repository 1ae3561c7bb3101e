// Hosts that a selector means: tags, whole names, groups, patterns, and what `!` leaves out, as in the work-config. Pure.

import { typedSelector } from "../core/event-filter.ts";
import { select } from "../core/selector.ts";
import type { Fleet } from "./fleet.ts";

/** The tags of those that are in the work. */
export function selectedTags(fleet: Fleet, typed: string): ReadonlySet<string> {
  const groups = fleet.overview.groups.hosts;
  const get = (name: string) => {
    if (Object.hasOwn(groups, name)) return groups[name];
    const tag = fleet.find(name)?.view.tag;
    return tag === undefined ? undefined : [tag];
  };
  return select(
    typedSelector(typed),
    fleet.hosts.map(({ view }) => view.tag),
    { get },
  ).names;
}
