// Which dmon this is. scripts/build.ts stamps it; run from source it says so.

declare const DMON_VERSION: string;
declare const DMON_COMMIT: string;
declare const DMON_TARGET: string;

/** As in package.json. */
export const VERSION = typeof DMON_VERSION === "undefined" ? "0.0.0-source" : DMON_VERSION;
/** Abbreviated commit; with a plus behind it when the tree had changes that were not committed. */
export const COMMIT = typeof DMON_COMMIT === "undefined" ? "source" : DMON_COMMIT;
/** linux-x64 or linux-arm64. */
export const TARGET = typeof DMON_TARGET === "undefined" ? `${process.platform}-${process.arch}` : DMON_TARGET;
