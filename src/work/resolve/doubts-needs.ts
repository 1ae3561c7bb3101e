// needs that lead back to where they began: each host of the circle would silence the others, so the server ignores them. Pure.

import type { NeedsDraft } from "../draft.ts";
import { type Complain, whereOf } from "../statement.ts";
import type { Hosts } from "./hosts.ts";

/** A needs statement: the hosts of `tags` need the one of `tag`. */
interface Needed {
  draft: NeedsDraft;
  tag: string;
  tags: ReadonlySet<string>;
}

/** Warns for hosts that need themselves, one another, or each other in a circle. */
export function doubtNeeds(drafts: readonly NeedsDraft[], hosts: Hosts, warn: Complain): void {
  const all = drafts.map((draft): Needed => {
    const tag = draft.on.text.split(":")[0] ?? "";
    return { draft, tag, tags: hosts.groups.select(draft.hosts) };
  });
  // Who is in a circle is needed by somebody, so only these can close one.
  const needed = new Set(all.map(({ tag }) => tag));
  const needs = new Map<string, Map<string, NeedsDraft>>([...needed].map((tag) => [tag, new Map()]));
  for (const { draft, tag, tags } of all) {
    if (tags.size === 1 && tags.has(tag))
      warn(draft.on, "a host never needs itself, so this is for nothing", `name the hosts that are behind ${tag}`);
    const ways = waysFrom(tag, needs);
    let closed: string | undefined;
    for (const host of needed) {
      if (host === tag || !tags.has(host)) continue;
      if (ways.has(host)) closed ??= host;
      else needs.get(host)?.set(tag, draft);
    }
    if (closed !== undefined) warn(draft.on, ...circleWords(closed, ways));
  }
}

/** The step by which a host was found to be needed: by whom, and where that is written. */
interface Step {
  by: string;
  draft: NeedsDraft;
}

/** All that a host needs, by others or itself, each with the last step of the way there. */
function waysFrom(from: string, needs: ReadonlyMap<string, ReadonlyMap<string, NeedsDraft>>): Map<string, Step> {
  const steps = new Map<string, Step>();
  const found = [from];
  for (const by of found) {
    for (const [next, draft] of needs.get(by) ?? []) {
      if (next === from || steps.has(next)) continue;
      steps.set(next, { by, draft });
      found.push(next);
    }
  }
  return steps;
}

/** The circle that a host closes which needs the beginning of the ways, and where the rest of it is written. */
function circleWords(closing: string, ways: ReadonlyMap<string, Step>): [message: string, hint: string] {
  const circle = [closing];
  const places: string[] = [];
  for (let step = ways.get(closing); step; step = ways.get(step.by)) {
    circle.unshift(step.by);
    places.unshift(whereOf(step.draft.on));
  }
  const hint = `the rest of it is in ${places.join(", ")}`;
  const [first, second] = circle;
  if (circle.length === 2) return [`${second} and ${first} need each other, so neither waits for the other`, hint];
  const all = [closing, ...circle].join(" > ");
  return [`hosts need each other in a circle (${all}), so none of them waits for another`, hint];
}
