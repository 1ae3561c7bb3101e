// How much is logged [seed]: least first; each level includes those before it.

export const LOG_LEVELS = ["Silent", "Quiet", "Terse", "Verbose", "Debug", "Trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
