// What a user is told: a message of one or many notices, as it lies in the queue. How it looks is each channel's (notify/).

/** What is told of one item. */
export interface Notice {
  /** `recovery`: the level is better than those that the user asked for, or than the one he was told. `test`: somebody tries whether messages arrive. */
  kind: "problem" | "change" | "recovery" | "reminder" | "test";
  /** Canonical name, and the short one of the work. */
  host: string;
  tag: string;
  item: string;
  /** The level of now, and the one that this user was told before. */
  level: string;
  prev: string;
  /** Place of the level in the scale: 0 is the best. */
  rank: number;
  /** Since when it has the level, and when its value was read; seconds since the epoch by the server's clock. */
  since_s: number;
  time_s: number;
  value: number | null;
  unit: string;
  /** The short text beside the value, or the probe's error. */
  text?: string;
  /** The rule that the value broke: `>90% (work.conf:41)`. */
  reason?: string;
  /** The alert line by which it is told: `work.conf:52`. */
  rule: string;
  /** The problem that it is about: the id of the event that began it. All that is told of one problem has the same. */
  problem: string;
  /** Where a person looks at it, and acts: whole URLs; absent where there are no pages. */
  links?: { page?: string; ack?: string; downtime?: string };
}

/** Other items of a host in a message that are not well, worst first. */
export interface OtherTrouble {
  host: string;
  tag: string;
  items: {
    item: string;
    level: string;
    rank: number;
    value: number | null;
    unit: string;
    text?: string;
    since_s: number;
  }[];
  /** More of them than are listed. */
  more: number;
}

export interface Message {
  /** Unique for ever; each attempt to send it bears the same. A UUID. */
  id: string;
  /** The server that sends it. */
  server: string;
  user: { name: string; mail: string; options: Readonly<Record<string, string>> };
  /** When it was made; seconds since the epoch. */
  made_s: number;
  /** Worst first, recoveries last. At least one. */
  notices: Notice[];
  /** So many more notices than are listed. */
  more: number;
  others: OtherTrouble[];
  /** Levels of the scale, best first, with what people read. */
  levels: readonly { name: string; label: string }[];
}
