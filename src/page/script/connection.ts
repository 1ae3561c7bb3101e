// Whether what the page shows is of now: a line that says since when it is not.

import { serverNow_s, showAges } from "./ages.ts";

const LOST_SHOWN_MS = 4000;
let lostAt_ms: number | undefined;
let line: HTMLElement | undefined;

/** Says that the connection is lost, when that lasts, or that it is back. */
export function showConnection(state: "well" | "lost"): void {
  if (state === "well") {
    lostAt_ms = undefined;
    line?.remove();
    line = undefined;
    return;
  }
  lostAt_ms ??= performance.now();
  setTimeout(() => {
    if (lostAt_ms !== undefined && performance.now() - lostAt_ms >= LOST_SHOWN_MS) showLost();
  }, LOST_SHOWN_MS);
}

function showLost(): void {
  if (line) return;
  line = document.createElement("p");
  line.className = "connection";
  line.role = "status";
  const since = document.createElement("time");
  since.className = "age";
  since.dateTime = new Date((serverNow_s() - LOST_SHOWN_MS / 1000) * 1000).toISOString();
  line.append("No connection for ", since, "; what is shown is of before. Trying again.");
  // Outside of what the server makes, so that no change of that takes it away.
  document.documentElement.append(line);
  showAges();
}
