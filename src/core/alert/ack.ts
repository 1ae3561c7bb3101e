// An acknowledgement: somebody sees to an item that is not well, so nobody else is told of it for now.

export interface Ack {
  host: string;
  item: string;
  user: string;
  /** Seconds since the epoch, as below. */
  at_s: number;
  /** Absent: until all is well. */
  until_s?: number;
  /** The worst level that is acknowledged. */
  level: string;
  text: string;
}

/** What was acknowledged just now. */
export interface Acked extends Ack {
  tag: string;
  /** Since when it has its level. */
  since_s: number;
}
