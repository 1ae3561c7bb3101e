// Time as a parameter: tests give their own.

export interface Clock {
  /** Seconds since the epoch; may jump when somebody sets it. */
  now_s(): number;
  /** Milliseconds that only go forward. */
  mono_ms(): number;
}
