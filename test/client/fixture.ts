// A client's world without a host, a clock or a network.

import type { PlannedItem, Reader } from "../../src/client/plan.ts";
import type { Clock } from "../../src/core/clock.ts";
import { DEFAULT_LEVELS, type Rule, type Test } from "../../src/core/fitness.ts";
import type { Host } from "../../src/core/host.ts";
import type { Probe, ReadingProbe } from "../../src/core/probe.ts";
import type { Kind } from "../../src/core/reading.ts";
import type { ClientWork, ItemWork } from "../../src/work/works.ts";
import { fakeHost } from "../probes/fake-host.ts";

export const HOST = "mars.example.org";
export const START = 1_793_491_200;

/** A clock that stands until it is moved. */
export class FakeClock implements Clock {
  wall_s = START;
  passed_ms = 0;
  now_s = () => this.wall_s;
  mono_ms = () => this.passed_ms;
  /** Time passes, as it does. */
  pass(seconds: number): void {
    this.wall_s += seconds;
    this.passed_ms += seconds * 1000;
  }
}

export const world: Host = fakeHost({
  "/proc/uptime": "1000.00 2000.00\n",
  "/proc/loadavg": "0.50 0.40 0.30 1/100 1234\n",
});

export function rule(level: number, test: Test, more: Partial<Rule> = {}): Rule {
  return { level, test, text: "test", where: "work.conf:1", ...more };
}
export const over = (value: number): Test => ({ op: ">", value });

export function item(more: Partial<ItemWork> = {}): ItemWork {
  return { probe: "uptime", value: "uptime", args: [], fit: [], ...more };
}

export function workOf(items: Record<string, ItemWork>, more: Partial<ClientWork> = {}): ClientWork {
  return {
    host: HOST,
    server: HOST,
    pmaker: true,
    levels: [...DEFAULT_LEVELS],
    hosts: { [HOST]: { tag: "mars", items } },
    ...more,
  };
}

export function planned(name: string, work: ItemWork, host = HOST): PlannedItem {
  return { host, name, work };
}

/** A probe of one value, which does as it is told. */
export function probeOf(read: ReadingProbe["read"], kind: Kind = "gauge"): Probe {
  return { name: "test", doc: "", example: "", values: { value: { item: "value", unit: "x", kind, doc: "" } }, read };
}

export function readerOf(read: ReadingProbe["read"], timeout_ms = 5): Reader {
  const given = { args: [], options: {}, target: { host: HOST }, timeout_s: 10 };
  return { key: "", host: HOST, probe: probeOf(read), probeName: "test", given, timeout_ms, every_ms: 0, items: [] };
}
