// Hosts for tests: one made of texts, and the fake roots under test/fixtures/roots.

import { readdirSync, readFileSync } from "node:fs";
import { localHost } from "../../src/client/host.ts";
import type { FileSystemSize, Host, KernelClock, SelfStats } from "../../src/core/host.ts";
import type { Given } from "../../src/core/probe.ts";
import { ProbeError } from "../../src/core/reading.ts";

const ROOTS = `${import.meta.dir}/../fixtures/roots`;
export const roots = readdirSync(ROOTS).sort();

const SELF: SelfStats = { version: "1.0.0", cycle_ms: 41.5, cpu_s: 12.25, rss_bytes: 61_865_984, outbox: 3 };

/** What a reading of an item of this host is given. */
export function given(...args: string[]): Given {
  return { args, options: {}, target: { host: "mars.example.org" }, timeout_s: 30 };
}

/** A host that has these files, path to text, and nothing else. */
export function fakeHost(files: Record<string, string>, more: Partial<Host> = {}): Host {
  const paths = Object.keys(files);
  return {
    readIfAny: (path) => files[path],
    readBytes: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
    readPart: (path, offset, length) => Buffer.from(files[path] ?? "").subarray(offset, offset + length),
    stat: (path) => {
      const text = files[path];
      const isDirectory = text === undefined && paths.some((name) => name.startsWith(`${path}/`));
      if (text === undefined && !isDirectory) return undefined;
      const [kind, size] = isDirectory
        ? (["directory", 0] as const)
        : (["file", Buffer.byteLength(text ?? "")] as const);
      return { kind, size, changed_s: 1_700_000_000, id: path };
    },
    real: (path) => path,
    run: () => Promise.reject(new ProbeError("no programs here")),
    read: (path) => {
      const text = files[path];
      if (text === undefined) throw new ProbeError(`${path} is missing`);
      return text;
    },
    list: (path) => {
      const below = paths.filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1));
      return [...new Set(below.map((name) => name.split("/")[0] ?? ""))];
    },
    statfs: () => Promise.reject(new ProbeError("no file systems here")),
    now: () => 1_700_000_000,
    mono_ms: () => 1_000_000,
    pageBytes: () => 4096,
    kernelClock: () => ({ offset_s: 0, maxError_s: 0 }),
    self: () => SELF,
    past: () => ({ unit: "", rows: [] }),
    ...more,
  };
}

/** A past of an item that is at 70 now, and rises by 1 an hour. */
function rising(now_s: number): Host["past"] {
  return ({ from_s, to_s, bucket_s }) => {
    const starts = Array.from({ length: Math.ceil((to_s - from_s) / bucket_s) }, (_, i) => from_s + i * bucket_s);
    const rows = starts.map((time_s) => {
      const value = 70 + (time_s + bucket_s / 2 - now_s) / 3600;
      return { time_s, avg: value, min: value, max: value, count: bucket_s / 60 };
    });
    return { unit: "%", rows };
  };
}

/** One of the fake roots, read as a real host is, with the sizes in its statfs.json and what its kernel says. */
export function fixtureHost(root: string): Host {
  const sizes: Record<string, FileSystemSize> = JSON.parse(readFileSync(`${ROOTS}/${root}/statfs.json`, "utf8"));
  const kernel: { pageBytes: number; clock: KernelClock } = JSON.parse(
    readFileSync(`${ROOTS}/${root}/kernel.json`, "utf8"),
  );
  const now_s = () => 1_700_000_000;
  const host = localHost({ root: `${ROOTS}/${root}`, self: () => SELF, now_s, mono_ms: () => 1_000_000 });
  return {
    ...host,
    past: rising(now_s()),
    pageBytes: () => kernel.pageBytes,
    kernelClock: () => kernel.clock,
    statfs: async (path) => {
      const size = sizes[path];
      if (!size) throw new ProbeError(`${path} is not in statfs.json of ${root}`);
      return size;
    },
  };
}

/** Runs it and gives the message of the ProbeError that it must throw; any other end is a failure of the test. */
export async function probeErrorOf(run: () => unknown): Promise<string> {
  try {
    const result = await run();
    throw new Error(`no error, but ${JSON.stringify(result)}`);
  } catch (error) {
    if (error instanceof ProbeError) return error.message;
    throw error;
  }
}

/** Texts that no /proc file has: they must end in a ProbeError, never in a number. */
export const GARBAGE = [
  "",
  "\n",
  " ",
  "garbage",
  "NaN NaN NaN",
  "-1 -2 -3 -4",
  "1e999 Infinity",
  "\ufffd\u0001",
  "x".repeat(60),
];
