// Whether a host answers ICMP echo requests, as ping(8) asks it (RFC 792, RFC 4443).

import { wholeNumber } from "../src/core/form.ts";
import { PINGS_MAX } from "../src/core/limits.ts";
import { defineProbe, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { checkVersion, HOST, hostOf, IP_VERSION } from "../src/reach/address.ts";
import { deadlineOf, left } from "../src/reach/deadline.ts";
import { type Pinged, ping } from "../src/reach/icmp.ts";
import { addressesOf } from "../src/reach/resolve.ts";

/** As long as ping(8) waits twice over: a host that takes longer is of no use to anybody. */
const WAIT_MS = 2000;

const OPTIONS = {
  count: { form: wholeNumber(1, PINGS_MAX), doc: "how many requests", default: "3" },
  ip: { form: IP_VERSION, doc: "the version of IP; left out: what the system prefers" },
} satisfies Options;

export default defineProbe({
  name: "ping",
  doc: "Whether a host answers echo requests, and how fast.",
  args: [{ name: "host", form: HOST, doc: "The host; left out: the item's own host.", optional: true }],
  options: OPTIONS,
  check: ({ args: [host = ""], options }) => checkVersion(host, optionOf(OPTIONS, "ip", { options })),
  values: {
    time: {
      item: "ping",
      unit: "ms",
      kind: "gauge",
      doc: "Median of the times to the answer, by the kernel's clock. Fails when no request is answered; slowness has no default fitness: what is slow depends on the way.",
    },
    loss: {
      item: "ping_loss",
      unit: "%",
      kind: "gauge",
      fit: "soso >30% for 5m  sick >60% for 5m",
      doc: "Requests without an answer. A single lost packet is graded only when it happens again every minute.",
    },
  },
  example: "get ups1 ping ping_loss",
  needs: "root, CAP_NET_RAW, or a net.ipv4.ping_group_range (sysctl) that has dmon's group",
  nodata: "nowhere: a host that does not answer is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  read: async (_host, given) => {
    const count = optionOf(OPTIONS, "count", given);
    const deadline = deadlineOf(given);
    const host = hostOf(given);
    const [address] = await addressesOf(host, deadline, optionOf(OPTIONS, "ip", given));
    if (!address) return {};
    // The last one goes out after the others.
    const wait_ms = Math.min(WAIT_MS, Math.max(left(deadline) - count * 100, 1));
    return evaluate(await ping(address, count, wait_ms), host, wait_ms);
  },
});

/** Median and loss; ProbeError when nothing came back. */
export function evaluate({ sent, times_ms, fault }: Pinged, host: string, wait_ms: number) {
  const sorted = times_ms.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (median === undefined)
    throw new ProbeError(`no answer from ${host} ${fault ? `(${fault})` : `in ${Math.round(wait_ms / 100) / 10} s`}`);
  return { time: median, loss: ((sent - times_ms.length) / sent) * 100 };
}
