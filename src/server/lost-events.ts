// Levels that reports have and no event told: where that is so twice in a row an event was lost, and the report is right.

import { levelOf, type Problem } from "../core/alert/problem.ts";
import type { HostState } from "../core/report.ts";
import type { OwnEvent } from "./own-events.ts";

export class LostEvents {
  /** Of items whose level in the last report was not that of their last event. */
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
        const isOther = level !== (own ? levelOf(own).level : best) && !flapping && !own?.flapping;
        const key = `${host}\0${item}`;
        if (isOther && this.differing.get(key) === level)
          lost.push({ host, item, level, text: text ?? "", reason: rule ?? "" });
        if (isOther) this.differing.set(key, level);
        else this.differing.delete(key);
      }
    }
    return lost;
  }
}
