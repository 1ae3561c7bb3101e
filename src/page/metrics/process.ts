// The metric families of this daemon itself; those of its process are called as in every Prometheus client library.

import { readdirSync, readFileSync } from "node:fs";
import { answersByStatus } from "./answers.ts";
import type { Family } from "./exposition.ts";

interface Self {
  version: string;
}

function one(family: Omit<Family<Self>, "samples">, value: () => number | undefined): Family<Self> {
  return {
    ...family,
    samples: () => {
      const found = value();
      return found === undefined ? [] : [[{}, found] as const];
    },
  };
}

export const processFamilies: readonly Family<Self>[] = [
  {
    name: "dmon_build",
    type: "info",
    help: "The version of the dmon that answers.",
    labels: ["version"],
    samples: ({ version }) => [[{ version }, 1] as const],
  },
  {
    name: "dmon_http_answers",
    type: "counter",
    help: "Answers of the pages, the API and this one, by HTTP status.",
    labels: ["code"],
    *samples() {
      for (const [code, count] of answersByStatus()) yield [{ code: String(code) }, count];
    },
  },
  one(
    { name: "process_cpu_seconds", type: "counter", unit: "seconds", help: "User and system CPU time of the daemon." },
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  ),
  one(
    { name: "process_start_time_seconds", type: "gauge", unit: "seconds", help: "When the daemon started." },
    () => performance.timeOrigin / 1000,
  ),
  one(
    { name: "process_resident_memory_bytes", type: "gauge", unit: "bytes", help: "Resident memory of the daemon." },
    () => kibOf("/proc/self/status", /^VmRSS:\s+(\d+) kB/m),
  ),
  one(
    { name: "process_virtual_memory_bytes", type: "gauge", unit: "bytes", help: "Virtual memory of the daemon." },
    () => kibOf("/proc/self/status", /^VmSize:\s+(\d+) kB/m),
  ),
  one({ name: "process_open_fds", type: "gauge", help: "Open file descriptors of the daemon." }, () =>
    // One of them is that of the directory itself.
    attempt(() => readdirSync("/proc/self/fd").length - 1),
  ),
  one({ name: "process_max_fds", type: "gauge", help: "How many it may open." }, () =>
    numberIn("/proc/self/limits", /^Max open files\s+(\d+)/m),
  ),
];

function kibOf(file: string, pattern: RegExp): number | undefined {
  const kib = numberIn(file, pattern);
  return kib === undefined ? undefined : kib * 1024;
}

function numberIn(file: string, pattern: RegExp): number | undefined {
  return attempt(() => {
    const found = pattern.exec(readFileSync(file, "latin1"))?.[1];
    return found === undefined ? undefined : Number(found);
  });
}

/** Without /proc (a container may hide it) there is no such sample. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
