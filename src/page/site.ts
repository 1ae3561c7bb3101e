// What the pages have beside one request, as long as they are served.

import type { Live } from "./live/live.ts";

export interface Site {
  /** Who watches which page; absent where nothing tells of changes. */
  live?: Live;
}
