// Who sees to what: acknowledgements and planned work, as they are asked of a host or an item. Pure.

import type { Scale } from "../plot/scale.ts";
import type { AckView, Overview, PlannedView } from "./model.ts";

/** Why nobody else need look at something. */
export type Care = "acknowledged" | "planned";

export class Cares {
  private readonly acks = new Map<string, AckView>();
  private readonly works = new Map<string, PlannedView[]>();
  private readonly scale: Scale;
  private readonly clock: { readonly judged_s: number };

  constructor(
    { acks, planned }: Pick<Overview, "acks" | "planned">,
    scale: Scale,
    clock: { readonly judged_s: number },
  ) {
    this.scale = scale;
    this.clock = clock;
    for (const ack of acks) this.acks.set(keyOf(ack.host, ack.item), ack);
    for (const work of planned) {
      for (const [host, items] of Object.entries(work.of)) {
        for (const item of items) {
          const key = keyOf(host, item);
          this.works.set(key, [...(this.works.get(key) ?? []), work]);
        }
      }
    }
  }

  /** The acknowledgement that holds for an item of that level: what got worse is nobody's yet. */
  ackOf(host: string, item: string, level: string): AckView | undefined {
    const ack = this.acks.get(keyOf(host, item));
    if (!ack || (ack.until_s !== undefined && ack.until_s <= this.clock.judged_s) || this.scale.isBest(level))
      return undefined;
    return this.scale.weight(level) <= this.scale.weight(ack.level) ? ack : undefined;
  }

  /** Planned work of now on a whole host, or on an item of it alone. */
  plannedOf(host: string, item = "*"): readonly PlannedView[] {
    return this.works.get(keyOf(host, item)) ?? [];
  }
}

function keyOf(host: string, item: string): string {
  return `${host}\0${item}`;
}
