// Time zones for tests, from ICU's tables: dmon itself asks libc.

import type { OffsetAt } from "../../src/core/moment.ts";

/** How far a zone is ahead of UTC; `Europe/Berlin`. */
export function offsetIn(zone: string): OffsetAt {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return (time_s) => {
    const shown = format.formatToParts(time_s * 1000).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(shown) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  };
}

export const UTC: OffsetAt = () => 0;
