// Runs one reading under its deadline. Whatever a probe does, the outcome is a value, no data, or an error text.

import type { Host } from "../core/host.ts";
import { TEXT_CHARS_MAX } from "../core/limits.ts";
import type { Given, Probe, Supply } from "../core/probe.ts";
import { NoDataNow, ProbeError } from "../core/reading.ts";
import type { Reader } from "./plan.ts";

export type ReadResult = Supply | { error: string };

/**
 * Reads; never throws and never takes longer than the reader's deadline. `settled` is called when the probe itself came to an
 * end, which a hanging one does later or never: until then it must not be started again.
 */
export function run(reader: Reader, host: Host, settled: () => void = () => {}): ReadResult | Promise<ReadResult> {
  const { probe } = reader;
  if (!probe) return { error: `this version has no probe "${reader.probeName}"; upgrade this host's dmon` };
  try {
    const supply = read(probe, host, reader.given);
    if (!(supply instanceof Promise)) return supply;
    supply.then(settled, settled);
    return withDeadline(reader, probe, supply);
  } catch (error) {
    return failure(probe, error);
  }
}

function failure({ values }: Probe, error: unknown): ReadResult {
  if (!(error instanceof NoDataNow)) return { error: explain(error) };
  const none = { value: null, text: explain(error) };
  return { readings: Object.fromEntries(Object.keys(values).map((value) => [value, none])) };
}

/** A probe's readings and what it found. Throws, or rejects, as the probe does. */
export function read(probe: Probe, host: Host, given: Given): Supply | Promise<Supply> {
  if ("find" in probe) return probe.find(host, given);
  const readings = probe.read(host, given);
  return readings instanceof Promise ? readings.then((values) => ({ readings: values })) : { readings };
}

async function withDeadline(reader: Reader, probe: Probe, reading: Promise<Supply>): Promise<ReadResult> {
  const { promise: late, resolve } = Promise.withResolvers<ReadResult>();
  const timer = setTimeout(
    () => resolve({ error: `no value within ${reader.timeout_ms / 1000} s` }),
    reader.timeout_ms,
  );
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    return failure(probe, error);
  } finally {
    clearTimeout(timer);
  }
}

/** An error as a text for people; whatever is no ProbeError is a bug of the probe. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return tidy(error instanceof ProbeError ? message : `the probe is broken: ${message}`);
}

/** A short text as it may be stored and shown: one line, bounded. */
export function tidy(text: string): string {
  return text
    .slice(0, TEXT_CHARS_MAX * 10) // a probe that floods: only its beginning is tidied
    .replace(/[\0-\x1f\x7f-\x9f]+/g, " ")
    .trim()
    .slice(0, TEXT_CHARS_MAX)
    .toWellFormed(); // the cut may be inside a character
}
