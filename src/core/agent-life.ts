// Which life of an SNMP agent it is, by its sysUpTime. In another one its counters began anew, anywhere (RFC 2578, 7.1.6), or are
// those of another device that has its address now.

/** Some count their uptime in the wrong unit; that of another device is far more. */
const FASTER_MAX = 10;
const JUMP_MS = 3_600_000;

export class AgentLife {
  private epoch = 0;
  private up_ms = 0;
  private at_ms = Number.NEGATIVE_INFINITY;

  /** The number of its life. `ticks`: sysUpTime in hundredths of a second; absent where it does not tell. */
  look(ticks: number | undefined, now_ms: number): number {
    if (ticks === undefined) return this.epoch;
    const passed_ms = ticks * 10 - this.up_ms;
    if (passed_ms < 0 || passed_ms > JUMP_MS + (now_ms - this.at_ms) * FASTER_MAX) this.epoch++;
    this.up_ms = ticks * 10;
    this.at_ms = now_ms;
    return this.epoch;
  }
}
