import { describe, expect, test } from "bun:test";
import pressure, { parsePressure } from "../../probes/pressure.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

const line = (kind: string, total: number) => `${kind} avg10=0.00 avg60=1.25 avg300=0.50 total=${total}\n`;

describe("pressure", () => {
  test("a second of waiting is a hundred percent-seconds", async () => {
    const files = {
      "/proc/pressure/cpu": line("some", 1_000_000),
      "/proc/pressure/memory": line("some", 2_000_000) + line("full", 500_000),
      "/proc/pressure/io": line("some", 3_000_000) + line("full", 2_500_000),
    };
    const wanted = { cpu: 100, mem: 200, mem_full: 50, io: 300, io_full: 250 };
    expect(await pressure.read(fakeHost(files), given())).toEqual(wanted);
  });

  test("in a container is that of its own group, not of its host", async () => {
    const files = {
      "/.dockerenv": "",
      "/proc/pressure/memory": line("some", 9e9) + line("full", 9e9),
      "/sys/fs/cgroup/memory.pressure": line("some", 20_000) + line("full", 10_000),
    };
    const wanted = { cpu: null, mem: 2, mem_full: 1, io: null, io_full: null };
    expect(await pressure.read(fakeHost(files), given())).toEqual(wanted);
  });

  test.each([
    ["does not measure it", () => undefined],
    [
      "has it switched off (EOPNOTSUPP)",
      () => {
        throw new ProbeError("cannot read it");
      },
    ],
  ])("has no data where the kernel %s", async (_, readIfAny) => {
    const none = { cpu: null, mem: null, mem_full: null, io: null, io_full: null };
    expect(await pressure.read(fakeHost({}, { readIfAny }), given())).toEqual(none);
  });

  test.each([...GARBAGE, line("some", 12).slice(0, -2), line("full", 1), line("some", -5)])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parsePressure(text, "/proc/pressure/io"))).toContain(
        "/proc/pressure/io: expected",
      );
    },
  );
});
