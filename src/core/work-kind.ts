// The kinds of work: a work-file for each role that a host can have.

export const WORK_KINDS = ["client", "server", "pmaker"] as const;
export type WorkKind = (typeof WORK_KINDS)[number];
