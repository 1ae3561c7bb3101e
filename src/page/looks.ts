// How a host looks, and in a word; and what else is said in the same words everywhere. Pure.

import type { Look } from "../plot/scale.ts";
import type { Fleet, HostStatus } from "./fleet.ts";

/** How a host looks where it has one mark. */
export function lookOf(host: HostStatus, { scale }: Fleet): Look {
  return host.silent === "never" ? "odd" : host.silent && !host.dead ? "stale" : scale.look(host.worst);
}

const SILENCE_WORDS = { never: "no report yet", overdue: "silent", behind: "stale" };

/** The same in a word. */
export function wordOf(host: HostStatus, { scale }: Fleet): string {
  return host.silent ? SILENCE_WORDS[host.silent] : scale.label(host.worst);
}

/** That an item began or ceased to change all the time, in words. */
export const TURNS = { start: "started flapping", stop: "stopped flapping" };
