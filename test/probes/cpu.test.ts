import { describe, expect, test } from "bun:test";
import cpu, { busiest, parseCores, parseEvents, parseStat } from "../../probes/cpu.ts";
import { rate } from "../../src/core/rate.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

/** /proc/stat of so many cpus, with these columns in the line of all. */
function stat(cpus: number, ...columns: number[]): string {
  const lines = Array.from({ length: cpus }, (_, i) => `cpu${i} 1 1 1 1\n`).join("");
  return `cpu  ${columns.join(" ")}\n${lines}intr 1\nprocesses 1\n`;
}

/** What the rates of two readings of one host come to, ten seconds apart. */
async function percentages(...texts: string[]) {
  let text = "";
  let at_ms = 0;
  const host = fakeHost({}, { read: () => text, mono_ms: () => at_ms });
  const readings = [];
  for (text of texts) {
    readings.push(await cpu.read(host, given()));
    at_ms += 10_000;
  }
  const [before = {}, after = {}] = readings.slice(-2);
  const of = (name: "usage" | "user" | "system" | "iowait" | "irq" | "steal") =>
    rate({ value: Number(before[name]), at_ms: 0 }, { value: Number(after[name]), at_ms: 10_000 });
  return {
    usage: of("usage"),
    user: of("user"),
    system: of("system"),
    iowait: of("iowait"),
    irq: of("irq"),
    steal: of("steal"),
  };
}

describe("cpu", () => {
  test("100 jiffies a second of every cpu are 100 %", async () => {
    // Four cpus for ten seconds have 4000 jiffies: user 1000, nice 200, system 300, idle 2000, iowait 100, irq 40, softirq 60, steal 300.
    expect(await percentages(stat(4, 0, 0, 0, 0, 0, 0, 0, 0), stat(4, 1000, 200, 300, 2000, 100, 40, 60, 300))).toEqual(
      {
        usage: 47.5,
        user: 30,
        system: 10,
        iowait: 2.5,
        irq: 2.5,
        steal: 7.5,
      },
    );
  });

  test("guest time is not counted twice", () => {
    expect(parseStat(stat(1, 500, 100, 0, 0, 0, 0, 0, 0, 400, 50))).toMatchObject({ user: 600, usage: 600 });
  });

  test("has no data in columns that an old kernel does not have", async () => {
    expect(await cpu.read(fakeHost({ "/proc/stat": stat(2, 400, 100, 300, 9000) }), given())).toEqual({
      usage: 400,
      user: 250,
      system: 150,
      iowait: null,
      irq: null,
      steal: null,
      core_max: null,
      switches: null,
      interrupts: 1,
    });
    expect(parseStat(stat(2, 4, 1, 3, 90, 7, 5, 6))).toMatchObject({ usage: 19, iowait: 7, steal: undefined });
  });

  test.each([
    [2, 4],
    [4, 2],
    [128, 127],
  ])("from %p cpus to %p the rates do not leap", async (before, after) => {
    const old = 1_000_000_000;
    const between = after * 500; // half of what there is now, in ten seconds
    expect(await percentages(stat(before, old, 0, 0, 0), stat(after, old + between, 0, 0, 0))).toMatchObject({
      usage: expect.closeTo(50, 3),
    });
  });

  test("names the busiest processor, whose share is never beyond 100 %", () => {
    const row = (name: string, busy: number, idle: number) => `${name} ${busy} 0 0 ${idle} 0 0 0 0 0 0\n`;
    const share = (before: string, now: string) =>
      busiest(parseCores(now), { seen: parseCores(before), result: null, elapsed_ms: 10_000 });
    const before = row("cpu0", 0, 0) + row("cpu1", 1000, 1000) + row("cpu17", 5, 5);
    expect(share(before, row("cpu0", 250, 750) + row("cpu1", 1900, 1100))).toEqual({ value: 90, text: "cpu1" });
    expect(share(before, row("cpu1", 1500, 500))).toBeNull(); // it was off meanwhile, and its clock goes back
    expect(share(before, row("cpu2", 1500, 500))).toBeNull(); // it is new
    expect(share(before, row("cpu1", 900, 2000))).toBeNull();
    expect(share(before, row("cpu17", 1005, 3))).toEqual({ value: 100, text: "cpu17" });
    expect(busiest(parseCores(before), undefined)).toBeNull();
  });

  test("reads again within half a second what it read before", async () => {
    let [text, at_ms] = ["", 0];
    const host = fakeHost({}, { read: () => text, mono_ms: () => at_ms });
    const core = async (line: string, at: number) => {
      [text, at_ms] = [`cpu  1 1 1 1\n${line}`, at];
      return (await cpu.read(host, given())).core_max;
    };
    expect(await core("cpu0 0 0 0 0\n", 0)).toBeNull();
    expect(await core("cpu0 50 0 0 50\n", 1000)).toEqual({ value: 50, text: "cpu0" });
    expect(await core("cpu0 51 0 0 50\n", 1010)).toEqual({ value: 50, text: "cpu0" });
    expect(await core("cpu0 51 0 0 149\n", 2000)).toEqual({ value: 1, text: "cpu0" });
  });

  test("counts switches and interrupts", () => {
    expect(parseEvents("intr 912 0 9\nctxt 171\n")).toEqual({ switches: 171, interrupts: 912 });
    expect(parseEvents("")).toEqual({ switches: null, interrupts: null });
  });

  test("iowait that goes back (proc_stat(5)) is no rate", async () => {
    const [before, after] = [stat(1, 0, 0, 0, 0, 500, 0, 0, 0), stat(1, 0, 0, 0, 0, 490, 0, 0, 0)];
    expect((await percentages(before, after)).iowait).toBeNull();
  });

  test.each([
    ...GARBAGE,
    "cpu  1 2 3",
    "cpu  1 2 3 4",
    "cpu  1 2 3 4\n",
    "cpu  1 2 3 -4\ncpu0 1 2 3 4\n",
    "cpu0 1 2 3 4\n",
  ])("refuses %p", async (text) => {
    expect(await probeErrorOf(() => parseStat(text))).toContain("/proc/stat: expected");
  });
});
