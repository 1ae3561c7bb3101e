// How long ago something was, counted on while the page is open.

import { formatAge } from "../../core/interval.ts";

const TICK_MS = 1000;

/** Keeps all ages of the page right, by this browser's clock and how far it is from the server's. */
export function keepAges(): void {
  setInterval(showAges, TICK_MS);
}

/** The server's clock; seconds since the epoch. A browser's may be wrong. */
export function serverNow_s(): number {
  return Date.now() / 1000 + ahead_s;
}

let ahead_s = 0;

/** Notes what the server's clock says at this moment. */
export function noteServerNow(now_s: number): void {
  ahead_s = now_s - Date.now() / 1000;
}

/** Writes all ages anew, also of what has just come into the page. */
export function showAges(): void {
  const now_s = Math.floor(serverNow_s());
  for (const time of document.querySelectorAll<HTMLTimeElement>("time.age")) {
    const text = formatAge(now_s - Date.parse(time.dateTime) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
}
