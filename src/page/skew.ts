// How far a client's clock is off. Pure.

import { formatAge } from "../core/interval.ts";
import type { HostView } from "./model.ts";

/** A clock that differs by more is worth a word: reports travel in less. */
const CLOCK_DIFFERENCE_S = 5;

/** `3m ahead`: of the server's clock, as the last report told; undefined where it is right, as far as one knows. */
export function skewText({ about, received_s }: Pick<HostView, "about" | "received_s">): string | undefined {
  const skew_s = about && received_s !== undefined ? about.time - received_s : 0;
  if (Math.abs(skew_s) <= CLOCK_DIFFERENCE_S) return undefined;
  return `${formatAge(Math.abs(skew_s))} ${skew_s > 0 ? "ahead" : "behind"}`;
}
