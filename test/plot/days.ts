// Days of items that small pictures are made of in tests.

import type { SmallPicture } from "../../src/plot/small-picture.ts";
import { noise } from "../page/fixture.ts";

/** Sun 22 Nov 2026 13:40 UTC. */
const TO_S = 1_795_354_800;
const FROM_S = TO_S - 86_400;
const BUCKET_S = 300;
const ROWS = 86_400 / BUCKET_S;

/** A day of values; null is a gap. */
function rowsOf(valueAt: (part: number, i: number) => number | null) {
  return Array.from({ length: ROWS }, (_, i) => {
    const avg = valueAt(i / ROWS, i);
    const spread = avg === null ? 0 : 1 + ((i * 31) % 7) / 2;
    const [min, max] = avg === null ? [null, null] : [avg - spread, Math.min(avg + spread, 100)];
    return { time_s: FROM_S + i * BUCKET_S, avg, min, max };
  });
}

const series = { from_s: FROM_S, to_s: TO_S, bucket_s: BUCKET_S };
const common = { unit: "%", kind: "gauge", offsetAt: () => 3600 } as const;

/** A disk that fills, with two hours in which nobody measured. */
export const filling: SmallPicture = {
  ...common,
  title: "mars root_usage",
  series: {
    ...series,
    rows: rowsOf((part, i) => (part > 0.3 && part < 0.4 ? null : 70 + part * 27 + Math.sin(i / 5))),
  },
  limits: [
    { value: 80, side: "above", look: "soso", label: "soso" },
    { value: 90, side: "above", look: "sick", label: "sick" },
    { value: 97, side: "above", look: "crit", label: "critical" },
  ],
  stretches: [
    { from_s: FROM_S, to_s: FROM_S + 40_000, look: "fine", label: "fine" },
    { from_s: FROM_S + 40_000, to_s: FROM_S + 64_000, look: "soso", label: "soso" },
    { from_s: FROM_S + 64_000, to_s: FROM_S + 83_000, look: "sick", label: "sick" },
    { from_s: FROM_S + 83_000, to_s: TO_S, look: "crit", label: "critical" },
  ],
};

/** Nothing but values is known. */
export const bare: SmallPicture = {
  ...common,
  title: "mars cpu",
  series: { ...series, rows: rowsOf((part) => 50 - part) },
};

/** It did not answer all day. */
export const silent: SmallPicture = {
  ...common,
  title: "venus ping",
  series: { ...series, rows: rowsOf(() => null) },
  stretches: [{ from_s: FROM_S, to_s: TO_S, look: "dead", label: "dead" }],
};

/** It changed its level every five minutes. */
export const flapping: SmallPicture = {
  ...filling,
  stretches: Array.from({ length: ROWS }, (_, i) => ({
    from_s: FROM_S + i * BUCKET_S,
    to_s: FROM_S + (i + 1) * BUCKET_S,
    look: i % 2 ? ("sick" as const) : ("fine" as const),
    label: i % 2 ? "sick" : "fine",
  })),
};

/** Anything from nothing to all, every five minutes: no picture has more bytes. */
export const noisy: SmallPicture = {
  ...filling,
  series: { ...series, rows: rowsOf((_, i) => noise(i) * 100) },
};
