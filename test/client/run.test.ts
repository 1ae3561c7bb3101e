import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { run, tidy } from "../../src/client/run.ts";
import { TEXT_CHARS_MAX } from "../../src/core/limits.ts";
import { NoDataNow, ProbeError } from "../../src/core/reading.ts";
import { given } from "../probes/fake-host.ts";
import { readerOf, world } from "./fixture.ts";

const never = () => new Promise<never>(() => {});
const fail = (error: unknown) => () => {
  throw error;
};

describe("run", () => {
  test("a reading that is ready at once is given at once", () => {
    expect(
      run(
        readerOf(() => ({ value: 5 })),
        world,
      ),
    ).toEqual({ readings: { value: 5 } });
  });

  test("hands on host and arguments", () => {
    const reader = {
      ...readerOf((host, { args }) => ({ value: { value: host.now(), text: args.join() } })),
      given: given("a", "b"),
    };
    expect(run(reader, world)).toEqual({ readings: { value: { value: 1_700_000_000, text: "a,b" } } });
  });

  test("what cannot be read now is no data of each value, and no failure", async () => {
    const none = { readings: { value: { value: null, text: "later" } } };
    const read = fail(new NoDataNow("later"));
    expect(run(readerOf(read), world)).toEqual(none);
    expect(
      await run(
        readerOf(() => Promise.resolve().then(read)),
        world,
      ),
    ).toEqual(none);
  });

  test.each<[string, () => never, string]>([
    ["a ProbeError is its text", fail(new ProbeError("/proc/x is missing")), "/proc/x is missing"],
    ["a bug says that it is one", fail(new TypeError("x is undefined")), "the probe is broken: x is undefined"],
    ["what is no error", fail("text"), "the probe is broken: text"],
    ["undefined", fail(undefined), "the probe is broken: undefined"],
    ["a text of many lines", fail(new ProbeError("a\n\tb\x1b[31m")), "a b [31m"],
    ["a text without end", fail(new ProbeError("x".repeat(1e7))), "x".repeat(TEXT_CHARS_MAX)],
  ])("%s", async (_, read, error) => {
    expect(run(readerOf(read), world)).toEqual({ error });
    expect(
      await run(
        readerOf(async () => read()),
        world,
      ),
    ).toEqual({ error });
  });

  test("one that comes in time", async () => {
    const read = async () => {
      await Bun.sleep(1);
      return { value: 5 };
    };
    expect(await run(readerOf(read, 1000), world)).toEqual({ readings: { value: 5 } });
  });

  test("one that hangs ends at its deadline", async () => {
    expect(await run(readerOf(never, 5), world)).toEqual({ error: "no value within 0.005 s" });
  });

  test("one that fails after its deadline harms nobody", async () => {
    const read = async () => {
      await Bun.sleep(6);
      throw new Error("late");
    };
    expect(await run(readerOf(read, 2), world)).toEqual({ error: "no value within 0.002 s" });
    await Bun.sleep(8);
  });

  test("a probe that this version does not have", () => {
    const { probe: _, ...rest } = readerOf(never);
    expect(run({ ...rest, probe: undefined, probeName: "quantum" }, world)).toEqual({
      error: 'this version has no probe "quantum"; upgrade this host\'s dmon',
    });
  });
});

describe("tidy", () => {
  test.each([
    ["  a  ", "a"],
    ["a\r\nb\0c\x7fd\x9be", "a b c d e"],
    ["größe 🙂", "größe 🙂"],
    ["\n", ""],
  ])("%j is %j", (text, wanted) => {
    expect(tidy(text)).toBe(wanted);
  });

  test("is one line, bounded, and whole characters, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
        const tidied = tidy(text);
        expect(tidied.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
        expect(tidied).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
        expect(tidied.isWellFormed()).toBe(true);
      }),
    );
  });
});
