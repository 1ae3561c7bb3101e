// Times as people are shown them: short when recent, in this host's local time, or in that of who is shown a picture.

import { fromLocalTime, localTime } from "../process/localtime.ts";
import { type LocalClock, partsOf } from "./local-clock.ts";

const DAY_S = 86_400;

/** That of this host. */
export const HOST_CLOCK: LocalClock = { localTime, fromLocalTime };

/** The parts of a local time, as words. */
export function localParts(time_s: number, clock = HOST_CLOCK) {
  return partsOf(time_s, clock);
}

/** As short as it is clear from now: `14:05`, `Fri 14:05`, `3 Nov 14:05`, `3 Nov 2024`; `to` the second, `14:05:09`. */
export function formatMoment(time_s: number, now_s: number, to?: "second"): string {
  if (!isTime(time_s)) return "–";
  const then = localParts(time_s);
  const now = localParts(now_s);
  const day = `${then.day} ${then.month}`;
  const clock = to === "second" ? `${then.clock}:${then.second}` : then.clock;
  if (then.year === now.year && day === `${now.day} ${now.month}`) return clock;
  if (Math.abs(now_s - time_s) < 6 * DAY_S) return `${then.weekday} ${clock}`;
  if (then.year === now.year || Math.abs(now_s - time_s) < 90 * DAY_S) return `${day} ${clock}`;
  return to === "second" ? `${day} ${then.year} ${clock}` : `${day} ${then.year}`;
}

/** In full, for whoever wants to be sure: `Fri 3 Nov 2026 14:05:09 UTC+1`. */
export function formatMomentFull(time_s: number): string {
  if (!isTime(time_s)) return "never";
  const t = localParts(time_s);
  return `${t.weekday} ${t.day} ${t.month} ${t.year} ${t.clock}:${t.second} ${zone(time_s)}`;
}

/** The offset of the local time: `UTC`, `UTC+1`, `UTC-3:30`. */
export function zone(time_s: number, clock = HOST_CLOCK): string {
  const minutes = clock.localTime(time_s).offset_s / 60;
  if (minutes === 0) return "UTC";
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "-" : "+"}${Math.floor(Math.abs(minutes) / 60)}${rest ? `:${two(rest)}` : ""}`;
}

/** For `<time datetime>`. Empty when it is no time. */
export function isoTime(time_s: number): string {
  return isTime(time_s) ? new Date(time_s * 1000).toISOString().slice(0, 19).concat("Z") : "";
}

// A Date holds ±8.64e15 ms; what is beyond came from a broken clock or a stranger.
function isTime(time_s: number): boolean {
  return Math.abs(time_s) <= 8.64e12;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
