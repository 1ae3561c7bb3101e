// What graphs show beside their values. Only types, so browsers have them too.

import type { Look } from "./scale.ts";

/** A value beyond which a level begins. */
export interface Threshold {
  value: number;
  /** Which side is bad. */
  side: "above" | "below";
  look: Look;
  label: string;
}

/** A stretch of time in which one level held. */
export interface Stretch {
  from_s: number;
  to_s: number;
  look: Look;
  label: string;
}
