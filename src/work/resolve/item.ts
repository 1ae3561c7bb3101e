// An item of the work: what its name stands for, and where it is got.

import type { Word } from "../../core/lexer.ts";
import type { ItemSource } from "../catalogue.ts";
import type { ItemDraft } from "../draft.ts";

/** An item that some host gets. */
export interface Item extends ItemSource {
  name: string;
  unit: string;
  /** Where it is first got. */
  at?: Word;
  /** Its own statement, where it has one. */
  draft?: ItemDraft;
}

/** Whether an item's values are shares of 0 to 100 %, as its probe declares them. */
export function isShare({ probe, value, unit }: Item): boolean {
  const declared = probe.values[value];
  return unit === "%" && declared?.unit === "%" && !declared.over100;
}
