// A downtime: work that a person planned, so nobody is told of these items while it lasts. (That of work.conf has its place instead of
// a number: work/alerting-work.ts.)

import type { Hours, Once } from "../hours.ts";

export interface Downtime {
  id: number;
  /** Selectors, as in work.conf. */
  hosts: string;
  items: string;
  when: Hours | Once;
  user: string;
  /** When it was planned; seconds since the epoch. */
  made_s: number;
  text: string;
}

/** As it is shown. */
export interface DowntimeNow extends Downtime {
  isNow: boolean;
}
