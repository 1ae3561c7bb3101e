import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import process, { matcher, parseRest, parseStat, percentSeconds } from "../../probes/process.ts";
import processes from "../../probes/processes.ts";
import { rate } from "../../src/core/rate.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

interface Fake {
  name: string;
  state?: string;
  ticks?: number;
  start?: number;
  cmd?: string[];
  uid?: number;
  files?: number;
}

/** /proc of these processes by pid. */
function proc(all: Record<number, Fake>, uptime_s = 1000): Record<string, string> {
  const files: Record<string, string> = {
    "/proc/uptime": `${uptime_s.toFixed(2)} 1.00\n`,
    "/proc/1/stat": stat(1, { name: "systemd" }),
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\nkafka:x:120:120::/:/bin/false\n",
  };
  for (const [pid, each] of Object.entries(all)) {
    files[`/proc/${pid}/stat`] = stat(Number(pid), each);
    files[`/proc/${pid}/cmdline`] = (each.cmd ?? [each.name]).map((word) => `${word}\0`).join("");
    files[`/proc/${pid}/status`] = `Name:\t${each.name}\nUid:\t0\t${each.uid ?? 0}\t0\t0\n`;
    for (let fd = 0; fd < (each.files ?? 3); fd++) files[`/proc/${pid}/fd/${fd}`] = "";
  }
  return files;
}

function stat(pid: number, { name, state = "S", ticks = 0, start = 100 }: Fake): string {
  return `${pid} (${name}) ${state} 1 1 1 0 -1 4194560 0 0 0 0 ${ticks} 0 0 0 20 0 4 0 ${start} 9 10 18446744073709551615\n`;
}
const asked = (name: string, options: Record<string, string> = {}) => ({ ...given(name), options });
const count = async (all: Record<number, Fake>, name: string, options?: Record<string, string>) => {
  const read = await process.read(fakeHost(proc(all)), asked(name, options));
  return typeof read.count === "object" ? read.count?.value : read.count;
};

describe("process", () => {
  test("tells of all of a name together", async () => {
    const all = {
      10: { name: "nginx", start: 20_000 },
      11: { name: "nginx", start: 50_000, files: 5 },
      12: { name: "sh" },
    };
    expect(await process.read(fakeHost(proc(all), { pageBytes: () => 16_384 }), asked("nginx"))).toEqual({
      count: 2,
      cpu: 0,
      rss: 2 * 10 * 16_384,
      oldest: 800,
      threads: 8,
      files: 8,
    });
  });

  test("none is 0, and nothing is known of it", async () => {
    expect(await process.read(fakeHost(proc({})), asked("nginx"))).toEqual({ count: 0 });
  });

  const JAVA = {
    10: { name: "java", cmd: ["java", "-cp", "x", "kafka.Kafka", "server.properties"], uid: 120 },
    11: { name: "java", cmd: ["java", "org.elasticsearch.Main"], uid: 121 },
    12: { name: "nginx: worker", state: "Z" },
    13: { name: "systemd-journal", cmd: ["/usr/lib/systemd/systemd-journald"] },
    14: { name: "systemd-journal", cmd: ["/usr/lib/systemd/systemd-journal-remote"] },
  };
  test.each<[string, Record<string, string>, number]>([
    ["java", {}, 2],
    ["java", { cmd: "kafka[.]Kafka" }, 1],
    ["java", { cmd: "^java -cp" }, 1],
    ["java", { cmd: "^java -cp x kafka[.]Kafka server[.]properties$" }, 1],
    ["java", { user: "kafka" }, 1],
    ["java", { user: "121" }, 1],
    ["java", { user: "kafka", cmd: "elastic" }, 0],
    ["ja*", {}, 2],
    ["j?va", {}, 2],
    ["jav", {}, 0],
    ["nginx*", {}, 0], // a zombie
    ["systemd-journal", {}, 2],
    ["systemd-journald", {}, 1],
    ["systemd-journal-remote", {}, 1],
    ["*", {}, 5],
  ])("%s %p: %p", async (name, options, wanted) => expect(await count(JAVA, name, options)).toBe(wanted));

  test("by a pid file is the one that it names, if it has the name", async () => {
    const files = { ...proc(JAVA), "/run/kafka.pid": "10\n" };
    const read = (name: string, pidfile: string) => process.read(fakeHost(files), asked(name, { pidfile }));
    expect(await read("java", "/run/kafka.pid")).toMatchObject({ count: 1 });
    // The number was given to another.
    expect(await read("nginx", "/run/kafka.pid")).toMatchObject({
      count: { value: 0, text: "/run/kafka.pid names 10, which is java" },
    });
  });

  test.each([
    ["10\n", 10],
    ["10\n/var/lib/postgresql\n", 10],
    ["99\n", "names 99, which does not run"],
    ["", "is empty"],
    ["\n", "is empty"],
    ["none\n", "has no process number in it"],
    ["-1\n", "has no process number in it"],
    [undefined, "is missing"],
  ])("by a pid file that holds %p: %p", async (text, wanted) => {
    const files = { ...proc(JAVA), ...(text === undefined ? {} : { "/run/x.pid": text }) };
    const read = await process.read(fakeHost(files), asked("java", { pidfile: "/run/x.pid" }));
    expect(read.count).toEqual(typeof wanted === "number" ? 1 : { value: 0, text: `/run/x.pid ${wanted}` });
  });

  test.each([
    ["user=nobody-here", { user: "nobody-here" }, "there is no user nobody-here"],
    ["cmd=(", { cmd: "(" }, '"(" is no regular expression'],
  ])("%s is an error", async (_, options, message) => {
    expect(await probeErrorOf(() => process.read(fakeHost(proc(JAVA)), asked("java", options)))).toContain(message);
  });

  test("where the kernel hides processes none is an error", async () => {
    const files = proc({});
    delete files["/proc/1/stat"];
    expect(await probeErrorOf(() => process.read(fakeHost(files), asked("nginx")))).toContain("hidepid");
  });

  test("has no data on files that it may not count", async () => {
    const list = (path: string) => {
      if (path.endsWith("/fd")) throw new ProbeError("permission denied");
      return ["1", "10"];
    };
    const host = fakeHost(proc({ 10: { name: "nginx" } }), { list, stat: () => undefined });
    expect(await process.read(host, asked("nginx"))).toMatchObject({ count: 1, files: null });
  });

  test("all items of a round share one walk over /proc", async () => {
    let [reads, at_ms] = [0, 0];
    const files: Record<string, string> = {
      ...proc({ 10: { name: "nginx" } }),
      "/proc/stat": "processes 1\nprocs_running 1\nprocs_blocked 0\n",
    };
    const host = fakeHost(files, { mono_ms: () => at_ms });
    const readIfAny = (path: string) => {
      if (path === "/proc/10/stat") reads++;
      return files[path];
    };
    const counted = { ...host, readIfAny };
    const items = [process.read(counted, asked("nginx")), process.read(counted, asked("sh"))];
    await Promise.all([...items, processes.read(counted, given())]);
    expect(reads).toBe(1);
    at_ms = 60_000;
    await processes.read(counted, given());
    expect(reads).toBe(2);
  });

  describe("processor time", () => {
    const used = (uptime_s: number, all: Record<string, [ticks: number, start: number]>) => ({
      uptime_s,
      ticks: new Map(
        Object.entries(all).map(([id, [ticks, start]]) => [
          id,
          { ...parseRest(parseStat(stat(1, { name: "x" }))), ticks, start },
        ]),
      ),
    });
    const BEFORE = { seen: used(100, { a: [500, 1], b: [300, 1] }), result: 40, elapsed_ms: 60_000 };

    test.each<[string, Record<string, [number, number]>, number]>([
      ["grows by that of each", { a: [600, 1], b: [350, 1] }, 190],
      ["does not go back when one ends", { a: [600, 1] }, 140],
      ["has all of a new one", { a: [500, 1], b: [300, 1], c: [70, 10_500] }, 110],
      ["has nothing of one that was there under another name", { a: [500, 1], c: [90_000, 50] }, 40],
      ["stands when all have ended", {}, 40],
    ])("%s", (_, now, wanted) => expect(percentSeconds(used(160, now), BEFORE)).toBe(wanted));

    test("of processes that come and go is never negative and never more than they used", () => {
      const step = fc.array(fc.tuple(fc.nat(5), fc.nat(6000)), { maxLength: 6 });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
          let [uptime_s, result] = [0, 0];
          let seen = used(0, {});
          const alive = new Map<number, [number, number]>();
          for (const each of steps) {
            uptime_s += 60;
            const now: Record<string, [number, number]> = {};
            let most = 0;
            for (const [id, ticks] of each) {
              const [had, start] = alive.get(id) ?? [0, (uptime_s - 30) * 100];
              alive.set(id, [had + ticks, start]);
              most += ticks;
            }
            // Those that were not named end.
            for (const id of alive.keys()) if (!each.some(([other]) => other === id)) alive.delete(id);
            for (const [id, [ticks, start]] of alive) now[`${id} ${start}`] = [ticks, start];
            const next = used(uptime_s, now);
            const before = result;
            result = percentSeconds(next, { seen, result, elapsed_ms: 60_000 });
            expect(result - before >= 0 && result - before <= most).toBe(true);
            seen = next;
          }
        }),
      );
    });

    test("is a rate in percent of one cpu, over readings of the real probe", async () => {
      let [files, at_ms] = [proc({ 10: { name: "x", ticks: 1000 } }, 1000), 0];
      const host = fakeHost({}, { mono_ms: () => at_ms });
      const live = () => ({ ...fakeHost(files), mono_ms: () => at_ms });
      const at = async (uptime_s: number, all: Record<number, Fake>) => {
        files = proc(all, uptime_s);
        at_ms = uptime_s * 1000;
        Object.assign(host, live());
        return Number((await process.read(host, asked("x"))).cpu);
      };
      const first = await at(1000, { 10: { name: "x", ticks: 1000 } });
      const second = await at(1060, { 10: { name: "x", ticks: 7000 }, 11: { name: "x", ticks: 3000, start: 103_000 } });
      const third = await at(1120, { 11: { name: "x", ticks: 3000, start: 103_000 } });
      expect(rate({ value: first, at_ms: 0 }, { value: second, at_ms: 60_000 })).toBe(150);
      expect(rate({ value: second, at_ms: 0 }, { value: third, at_ms: 60_000 })).toBe(0);
    });
  });

  test.each([
    ["nginx", "nginx", true],
    ["nginx", "nginx2", false],
    ["systemd-journald", "systemd-journal", true],
    ["a.b", "axb", false],
    ["a*", "b", false],
    ["php-fpm?.?", "php-fpm8.2", true],
    ["*(x)*", "a(x)b", true],
  ])("%p matches %p: %p", (name, comm, wanted) => expect(matcher(name)(comm)).toBe(wanted));

  test.each(["71 (a) S 640 1\n", "71 (a) S 640 1 1 0 -1 4194560 1 0 0 0 x 9 5 5 20 0 3 0 2210 2600960 240 1\n"])(
    "refuses the rest of %p",
    async (line) => {
      expect(await probeErrorOf(() => parseRest(parseStat(line)))).toContain("/proc/PID/stat: expected");
    },
  );

  test("reads a line of the kernel", () => {
    const line =
      "71 (a) R (b) S 640 1 1 0 -1 4194560 1200 0 0 0 14 9 5 5 20 0 3 0 2210 2600960 240 18446744073709551615 1\n";
    expect(parseStat(line)).toEqual({ pid: "71", name: "a) R (b", state: "S", line });
    expect(parseRest(parseStat(line))).toEqual({
      pid: "71",
      parent: 640,
      ticks: 23,
      threads: 3,
      start: 2210,
      pages: 240,
    });
  });
});

test("a command line that its user made to hang a monitor costs no more than others", async () => {
  const line = `bash\0-c\0${"kafkaKafka".repeat(12_000)}\0`;
  const host = fakeHost({
    "/proc/1/stat": "1 (init) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 1 1000 100 1",
    "/proc/7/stat": "7 (bash) S 1 7 7 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 1 1000 100 1",
    "/proc/7/cmdline": line,
    "/proc/uptime": "1000.00 2000.00\n",
    "/proc/stat": "btime 1699990000\n",
  });
  const begin_ms = performance.now();
  const reading = await process.read(host, { ...given("bash"), options: { cmd: "kafka.*Kafka.*server" } });
  expect(reading).toMatchObject({ count: 0 });
  expect(performance.now() - begin_ms).toBeLessThan(5000); // a RegExp takes minutes
});
