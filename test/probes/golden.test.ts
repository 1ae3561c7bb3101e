// Every probe over every fake root, against test/golden/ROOT.json. UPDATE_GOLDEN=1 writes those anew: then read the diff.

import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { probes } from "../../probes/index.ts";
import { read } from "../../src/client/run.ts";
import type { Host, Probe } from "../../src/core/probe.ts";
import { ProbeError, type Reading } from "../../src/core/reading.ts";
import { fixtureHost, given, roots } from "./fake-host.ts";

async function readAll(host: Host) {
  const readings: Record<string, Partial<Record<string, Reading>> | { error: string }> = {};
  for (const probe of probes) {
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
  if (probe.remote) return [];
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

  test("no reading of any root is anything but a finite number or no data", async () => {
    for (const root of roots) {
      for (const values of Object.values(await readAll(fixtureHost(root)))) {
        for (const reading of Object.values(values)) {
          const value = typeof reading === "object" ? reading?.value : reading;
          expect(reading === null || Number.isFinite(value)).toBe(true);
        }
      }
    }
  });
});
