// How right the clock is, as the kernel was told by whoever keeps it: adjtimex(2), kernel/time/ntp.c. Linux.

import { isContainer, type KernelClock } from "../src/core/host.ts";
import { defineProbe } from "../src/core/probe.ts";

/**
 * The error that the kernel starts with and stops at. Below it somebody set it lately: the flag STA_UNSYNC would not do, for
 * chrony clears it only with `rtcsync`, and systemd-timesyncd not where the hardware's clock has local time.
 */
const NOBODY_KNOWS_S = 16;

export default defineProbe({
  name: "time",
  doc: "Whether somebody keeps the clock right (chrony, ntpd, systemd-timesyncd), and how wrong it may be, as the kernel was told.",
  example: "get * time_synced time_error",
  nodata: "In a container, whose clock is its host's. No error and no offset where nobody keeps the clock.",
  values: {
    synced: {
      item: "time_synced",
      unit: "",
      kind: "state",
      fit: "soso <1 for 30m",
      doc: "Whether the clock is kept (1). It falls to 0 only nine hours after the last word of a time server; time_error tells sooner. The ntpd of busybox does not tell the kernel.",
    },
    error: {
      item: "time_error",
      unit: "s",
      kind: "gauge",
      fit: "soso >5s for 10m",
      doc: "What the error is at the most. It grows by 1.8 s an hour until a time server is heard again, which is every half an hour or sooner, so above 5 s none was heard for hours.",
    },
    offset: {
      item: "time_offset",
      unit: "s",
      kind: "gauge",
      fit: "soso >0.1s for 10m  sick >1s for 10m",
      doc: "By how much the clock is known to be wrong and still being turned, either way. Always 0 with chrony, which turns it by other means.",
    },
  },
  read: (host) => (isContainer(host) ? {} : evaluate(host.kernelClock())),
});

export function evaluate({ offset_s, maxError_s }: KernelClock) {
  if (maxError_s >= NOBODY_KNOWS_S)
    return { synced: { value: 0, text: "no time server was heard for hours, or ever" } };
  return { synced: 1, error: Math.max(0, maxError_s), offset: Math.abs(offset_s) };
}
