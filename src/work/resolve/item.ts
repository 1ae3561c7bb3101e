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
