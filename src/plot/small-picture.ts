// The last day of one item as a small graph, for mails: readable on any background, without a page around it, without colours too. Pure.

import type { OffsetAt } from "../core/moment.ts";
import type { Kind } from "../core/reading.ts";
import { zone } from "./clock.ts";
import { clockOf } from "./local-clock.ts";
import type { Stretch, Threshold } from "./marked.ts";
import { plot } from "./plot.ts";
import type { Series } from "./series.ts";

/** In CSS pixels: the narrowest mail on a screen is as wide, and a phone shows it at half the size. */
export const SMALL_PICTURE = { width: 600, height: 180 };
/** One for every ten minutes of a day: of more, noise would be a surface, and the picture of it twice as many bytes. */
const POINTS_MAX = 144;
/** It is drawn so many times larger, for screens with small pixels; twice would be twice the bytes. */
export const SMALL_PICTURE_DENSITY = 1.5;

export interface SmallPicture {
  /** What is shown: `mars root_usage`. */
  title: string;
  unit: string;
  kind: Kind;
  /** Its rows; those without a value, and those that are missing, are gaps. */
  series: Series;
  /** The limits of its rules, as far as they are known (marks.ts: thresholdsOf). */
  limits?: readonly Threshold[];
  /** Which level held when (marks.ts: stretchesOf). */
  stretches?: readonly Stretch[];
  /** The local time of who reads it. */
  offsetAt: OffsetAt;
}

/** The graph as SVG with all that it needs, for plot/png.ts. */
export function smallPicture({ title, unit, kind, series, limits, stretches, offsetAt }: SmallPicture): string {
  const clock = clockOf(offsetAt);
  return plot(series, {
    ...SMALL_PICTURE,
    unit,
    kind,
    title: `${title}, ${zone(series.to_s, clock)}`,
    thresholds: limits ?? [],
    stretches: stretches ?? [],
    points_max: POINTS_MAX,
    standalone: "still",
    compact: true,
    changes: true,
    clock,
  });
}
