// Files of the fake roots cut off anywhere: each reading is then a finite number, no data, or a ProbeError.

import { expect, test } from "bun:test";
import { allProbes } from "../../probes/index.ts";
import { read } from "../../src/client/run.ts";
import type { Host } from "../../src/core/host.ts";
import type { Probe } from "../../src/core/probe.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fixtureHost, given } from "./fake-host.ts";

const CUTS = 40;

/** Reads one instance of a probe: how often it failed as it should, and all its values. */
async function readOnce(probe: Probe, host: Host, args: string[]) {
  try {
    return Object.values((await read(probe, host, given(...args))).readings);
  } catch (error) {
    if (error instanceof ProbeError) return error;
    throw error;
  }
}

for (const probe of allProbes().filter(
  ({ name, remote, madeOf, lane, values }) =>
    !["dmon", "time"].includes(name) &&
    !remote &&
    !madeOf &&
    lane !== "program" &&
    Object.values(values).some(({ item }) => item),
)) {
  test(`${probe.name} with its files cut off`, async () => {
    let errors = 0;
    let everywhere = true;
    for (const root of ["armboard", "container", "vm"]) {
      const whole = fixtureHost(root);
      const args = probe.instances?.(whole).slice(-1) ?? [];
      const uncut = await readOnce(probe, whole, args);
      everywhere &&= !(uncut instanceof ProbeError) && uncut.some((reading) => (reading ?? null) !== null);
      for (let cut = 0; cut < CUTS; cut++) {
        const short = (text: string) => text.slice(0, Math.floor((text.length * cut) / CUTS));
        const host: Host = {
          ...whole,
          read: (path) => short(whole.read(path)),
          readIfAny: (path) => {
            const text = whole.readIfAny(path);
            return text === undefined ? text : short(text);
          },
          readBytes: (path) => {
            const bytes = whole.readBytes(path);
            return bytes?.subarray(0, Math.floor((bytes.length * cut) / CUTS));
          },
        };
        const readings = await readOnce(probe, host, args);
        if (readings instanceof ProbeError) {
          errors++;
          expect(readings.message).toMatch(
            /expected .*, found |^nothing is mounted on|^there is no (interface|disk)|is no name of a disk/,
          );
          continue;
        }
        for (const reading of readings) {
          const value = typeof reading === "object" ? reading?.value : reading;
          expect(value === undefined || Number.isFinite(value)).toBe(true);
        }
      }
    }
    if (everywhere) expect(errors).toBeGreaterThan(2); // the empty file of each root at least
  });
}
