// How much tasks wait for processors, memory and disks, from /proc/pressure (kernel doc accounting/psi.rst), in a container
// from its own group (kernel doc admin-guide/cgroup-v2.rst). Linux.

import { type Host, isContainer, readIfTold } from "../src/core/host.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

/** Its totals are microseconds; a ten-thousandth of them is a percent-second, so the rate per second is the percentage. */
const MICROSECONDS_PER_PERCENT = 10_000;

export default defineProbe({
  name: "pressure",
  doc: "Share of the time in which tasks could not go on for lack of processors, memory or disks (PSI).",
  example: "get * pressure_cpu pressure_mem_full pressure_io",
  needs: "Linux 4.20 with CONFIG_PSI; RHEL 8 and 9 have it switched on by the kernel's argument psi=1.",
  nodata:
    "Where the kernel does not measure it: before Linux 4.20, without CONFIG_PSI, or with psi=0; in a container without cgroup v2.",
  values: {
    cpu: {
      item: "pressure_cpu",
      unit: "%",
      kind: "rate",
      doc: "Time in which some task waited for a processor. Without a default fitness: a batch job makes it 100% and harms nobody; see cpu_load_per_core.",
    },
    mem: {
      item: "pressure_mem",
      unit: "%",
      kind: "rate",
      doc: "Time in which some task waited for memory: to be freed, read back from swap, or read anew from its file.",
    },
    mem_full: {
      item: "pressure_mem_full",
      unit: "%",
      kind: "rate",
      fit: "soso >10% for 10m until <5%  sick >30% for 5m until <15%",
      doc: "Time in which all tasks that were not idle waited for memory. A healthy host stays below 1%; at 30% it does little but swap.",
    },
    io: {
      item: "pressure_io",
      unit: "%",
      kind: "rate",
      doc: "Time in which some task waited for a disk. Without a default fitness: every backup raises it.",
    },
    io_full: {
      item: "pressure_io_full",
      unit: "%",
      kind: "rate",
      fit: "soso >80% for 30m until <60%",
      doc: "Time in which all tasks that were not idle waited for a disk. On an idle host one copying program makes it 50%, so only what nearly stands still is graded.",
    },
  },
  read: (host) => {
    const path = isContainer(host)
      ? (name: string) => `/sys/fs/cgroup/${name}.pressure`
      : (name: string) => `/proc/pressure/${name}`;
    const [cpu, memory, io] = ["cpu", "memory", "io"].map((name) => readOne(host, path(name)));
    return {
      cpu: cpu?.some ?? null,
      mem: memory?.some ?? null,
      mem_full: memory?.full ?? null,
      io: io?.some ?? null,
      io_full: io?.full ?? null,
    };
  },
});

// With psi=0 the files may be there, and reading them fails with EOPNOTSUPP.
function readOne(host: Host, path: string) {
  const text = readIfTold(host, path);
  return text === undefined ? undefined : parsePressure(text, path);
}

/** The totals in percent-seconds; `full` of the processors is there since Linux 5.13. Throws ProbeError on other text. */
export function parsePressure(text: string, path: string): { some: number; full: Reading } {
  const total = (kind: string) => {
    const match = new RegExp(`^${kind} avg10=\\S+ avg60=\\S+ avg300=\\S+ total=(\\d+)$`, "m").exec(text);
    return match ? Number(match[1]) / MICROSECONDS_PER_PERCENT : null;
  };
  const some = total("some");
  if (some === null || !text.endsWith("\n"))
    throw notUnderstood(path, 'the form "some avg10=0.00 avg60=0.00 avg300=0.00 total=0"', text);
  return { some, full: total("full") };
}
