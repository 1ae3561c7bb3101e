// Every probe over every fake root, against test/golden/ROOT.json. UPDATE_GOLDEN=1 writes those anew: then read the diff.

import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { allProbes } from "../../probes/index.ts";
import { read } from "../../src/client/run.ts";
import type { Host } from "../../src/core/host.ts";
import type { Probe, Readings } from "../../src/core/probe.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fixtureHost, given, roots } from "./fake-host.ts";

async function readAll(host: Host) {
  const readings: Record<string, Readings | { error: string }> = {};
  for (const probe of allProbes()) {
    for (const args of argumentLists(probe, host)) {
      const reading = await readOne(probe, host, args);
      // What a machine has nothing of is left out, that goldens can be read.
      if (Object.keys(reading).length > 0) readings[[probe.name, ...args].join(" ")] = reading;
    }
  }
  return readings;
}

/** What reads this host without being told more: not what asks others, nor what needs arguments that nobody knows. */
function argumentLists(probe: Probe, host: Host): string[][] {
  if (probe.remote || probe.lane === "program") return [];
  if (!probe.args?.some(({ optional }) => !optional)) return [[]];
  return (probe.instances?.(host) ?? []).map((instance) => [instance]);
}

async function readOne(probe: Probe, host: Host, args: string[]) {
  try {
    const { readings, found = [] } = await read(probe, host, given(...args));
    return { ...readings, ...Object.fromEntries(found.map((each) => [`.${each.key}`, each.reading])) };
  } catch (error) {
    if (error instanceof ProbeError) return { error: error.message };
    throw error;
  }
}

describe("golden", () => {
  for (const root of roots) {
    test(root, async () => {
      const text = `${JSON.stringify(await readAll(fixtureHost(root)), null, 1)}\n`;
      const file = `${import.meta.dir}/../golden/${root}.json`;
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
      expect(text).toBe(readFileSync(file, "utf8"));
    });
  }

  test.each([0, 1, 60_000])(
    "no reading, nor one %p ms later, is anything but a finite number or no data",
    async (later_ms) => {
      for (const root of roots) {
        let mono_ms = 0;
        const host = { ...fixtureHost(root), mono_ms: () => mono_ms };
        await readAll(host);
        mono_ms = later_ms;
        for (const values of Object.values(await readAll(host))) {
          for (const reading of Object.values(values)) {
            const value = typeof reading === "object" ? reading?.value : reading;
            expect(reading === null || Number.isFinite(value)).toBe(true);
          }
        }
      }
    },
  );

  test("what is made of two readings has a value a minute later", async () => {
    let mono_ms = 0;
    const host = { ...fixtureHost("server128"), mono_ms: () => mono_ms };
    await readAll(host);
    mono_ms = 60_000;
    expect(await readAll(host)).toMatchObject({
      "diskio sda": { await: 0, util: 0 },
      disksio: { await_worst: { value: expect.any(Number) }, util_worst: { value: 0 } },
      network: { errors: 0 },
      sockets: { retrans: 0 },
      cpu: { core_max: null }, // no jiffy has passed
    });
  });
});
