// How levels look, whatever a work-config calls them. Pure.

import type { Level } from "../core/fitness.ts";

// Work-configs name their own levels; pages have these five looks for them.
const LEVEL_LOOKS = ["fine", "soso", "sick", "crit", "dead"] as const;
/** All looks: those of levels, and two for what is no level. */
export const LOOKS = [...LEVEL_LOOKS, "stale", "odd"] as const;
/** How a level looks. */
export type Look = (typeof LOOKS)[number];

/** How bad a look is; of two limits or levels the worse is shown first, or thicker. */
export const SEVERITY: Readonly<Record<Look, number>> = {
  stale: 0,
  fine: 0,
  odd: 1,
  soso: 1,
  sick: 2,
  crit: 3,
  dead: 4,
};

/** The levels of this installation: their order, labels and looks. */
export class Scale {
  readonly levels: readonly Level[];
  constructor(levels: readonly Level[]) {
    this.levels = levels;
  }
  /** 0 is best. A level that is not in the list lies between fine and the rest. */
  weight(name: string): number {
    const index = this.levels.findIndex((level) => level.name === name);
    return index < 0 ? 0.5 : index;
  }
  label(name: string): string {
    return this.levels.find((level) => level.name === name)?.label ?? name;
  }
  look(name: string): Look {
    const index = this.levels.findIndex((level) => level.name === name);
    if (index < 0) return "odd";
    const last = this.levels.length - 1;
    if (index === 0) return "fine";
    if (index === last) return "dead";
    return LEVEL_LOOKS[1 + Math.round(((index - 1) * 3) / (last - 1))] ?? "odd";
  }
  isBest(name: string): boolean {
    return this.weight(name) === 0;
  }
}
