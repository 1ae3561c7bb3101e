// What a work.conf is looked at beside, where that is known. It makes warnings, never another work.

export interface Site {
  /** What a clock on the wall shows, `2026-11-22T22:00`: in a zone, or at the server. */
  localTime?: (zone: string | undefined) => string;
  /** Whether there is such a file at the server; absent on other hosts. */
  exists?: (path: string) => boolean;
  /** How often items are read (dmon.conf: ival_make_state). */
  ival_make_state_s?: number;
}
