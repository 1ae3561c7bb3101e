import { describe, expect, test } from "bun:test";
import { parseStat as parsePidStat } from "../../probes/process.ts";
import processes, { describe as describeZombie, parseStat, parseThreads } from "../../probes/processes.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const STAT = "cpu  1 2 3 4\nctxt 9\nprocesses 4016\nprocs_running 2\nprocs_blocked 1\n";
const process = (pid: number, name: string, state: string) =>
  `${pid} (${name}) ${state} 640 1 1 0 -1 4194560 1 0 0 0 14 9 0 0 20 0 1 0 2210 2600960 240 18446744073709551615\n`;

const hidden = (): string => {
  throw new ProbeError("permission denied");
};

describe("processes", () => {
  test("counts processes, and names one zombie and its parent", async () => {
    const host = fakeHost({
      "/proc/stat": STAT,
      "/proc/1/stat": process(1, "init", "S"),
      "/proc/71/stat": process(71, "sh", "Z"),
      "/proc/72/stat": process(72, "cron", "Z"),
      "/proc/meminfo": "",
    });
    expect(await processes.read(host, given())).toEqual({
      count: 3,
      usage: null,
      running: 2,
      blocked: 1,
      forks: 4016,
      zombie: { value: 2, text: "sh (71), child of 640" },
    });
  });

  test("passes over a process that ends meanwhile", async () => {
    const host = fakeHost({ "/proc/stat": STAT, "/proc/1/stat": process(1, "init", "S") }, { list: () => ["1", "2"] });
    expect(await processes.read(host, given())).toMatchObject({ count: 2, zombie: 0 });
  });

  test("has no data on zombies where the kernel hides processes", async () => {
    const host = fakeHost(
      { "/proc/stat": STAT },
      { list: () => ["1", "2"], readIfAny: (path) => (path.endsWith("/stat") ? hidden() : undefined) },
    );
    expect(await processes.read(host, given())).toMatchObject({ count: 2, running: 2, zombie: null });
  });

  test("lets others have their turn between thousands", async () => {
    const host = fakeHost(
      { "/proc/stat": STAT },
      {
        list: () => Array.from({ length: 3000 }, (_, i) => `${i + 1}`),
        readIfAny: (path) => (path.endsWith("/stat") ? process(1, "sh", "S") : undefined),
      },
    );
    let turns = 0;
    const interval = setInterval(() => turns++, 0);
    await Promise.all([processes.read(host, given()), new Promise((resolve) => setTimeout(resolve, 20))]);
    clearInterval(interval);
    expect(turns).toBeGreaterThan(0);
  });

  test("threads count against whichever limit is less", async () => {
    const files = {
      "/proc/stat": STAT,
      "/proc/loadavg": "0.08 0.07 0.04 2/800 4016\n",
      "/proc/sys/kernel/pid_max": "32768\n",
      "/proc/sys/kernel/threads-max": "1000\n",
    };
    expect(await processes.read(fakeHost(files), given())).toMatchObject({ usage: 80 });
    expect(await probeErrorOf(() => parseThreads("0.08 0.07 0.04 2/8"))).toContain("/proc/loadavg: expected");
  });

  test.each([
    ["sh", undefined, "S"],
    ["odd) Z (name", undefined, "R"],
    ["odd) R 1 (name", "odd) R 1 (name (7), child of 640", "Z"],
    ["tmux: server", "tmux: server (7), child of 640", "Z"],
    ["two\nlines\u001b", "two?lines? (7), child of 640", "Z"],
    ["", " (7), child of 640", "Z"],
  ])("a process named %p is %p", (name, zombie, state) => {
    const parsed = parsePidStat(process(7, name, state));
    expect(parsed).toMatchObject({ pid: "7", name, state });
    expect(state === "Z" ? describeZombie(parsed) : undefined).toBe(zombie);
  });

  test.each([...GARBAGE, "7 (sh)", "7 (sh) ", "7 (sh", "7 (sh) Z", "x (sh) Z 640 1"])("refuses %p", async (text) => {
    expect(await probeErrorOf(() => parsePidStat(text))).toContain("/proc/PID/stat: expected");
  });

  test.each([...GARBAGE, "processes 4016\nprocs_running 2\n", STAT.replace("4016", "-4"), STAT.replace("4016", "4e9")])(
    "refuses %p as /proc/stat",
    async (text) => {
      expect(await probeErrorOf(() => parseStat(text))).toContain("/proc/stat: expected a line");
    },
  );
});
