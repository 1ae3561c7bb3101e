// What reports have and no event told: levels, and that an item flaps or stopped. Where that is so twice in a row an event was lost,
// and the report is right.

import { levelOf, type Problem } from "../core/alert/problem.ts";
import type { HostState } from "../core/report.ts";
import type { OwnEvent } from "./own-events.ts";

export class LostEvents {
  /** Of items that were in the last report as no event told: in what they differed. */
  private readonly differing = new Map<string, string>();

  /** What a report of these hosts tells that events did not. */
  find(
    hosts: Readonly<Record<string, HostState>>,
    { problem, best }: { problem: (host: string, item: string) => Problem | undefined; best: string },
  ): OwnEvent[] {
    const lost: OwnEvent[] = [];
    for (const [host, state] of Object.entries(hosts)) {
      for (const [item, { level, rule, text, flapping }] of Object.entries(state)) {
        const own = problem(host, item);
        const key = `${host}\0${item}`;
        const turn = turnOf(flapping ?? false, own?.flapping ?? false);
        const isOther = turn !== undefined || (!flapping && level !== (own ? levelOf(own).level : best));
        const difference = turn ?? `level ${level}`; // while it flaps its level is another one with each report
        if (isOther && this.differing.get(key) === difference)
          lost.push({ host, item, level, ...(turn ? { flapping: turn } : {}), text: text ?? "", reason: rule ?? "" });
        if (isOther) this.differing.set(key, difference);
        else this.differing.delete(key);
      }
    }
    return lost;
  }
}

/** The event that the report of an item tells was lost. */
function turnOf(isFlapping: boolean, wasFlapping: boolean): "start" | "stop" | undefined {
  if (isFlapping === wasFlapping) return undefined;
  return isFlapping ? "start" : "stop";
}
