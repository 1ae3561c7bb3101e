import { expect, test } from "bun:test";
import { Lookback } from "../../src/core/lookback.ts";
import { fakeHost } from "../probes/fake-host.ts";

test("what is made of the reading before, by host and instance", () => {
  let at_ms = 0;
  const [mars, venus] = [fakeHost({}, { mono_ms: () => at_ms }), fakeHost({}, { mono_ms: () => at_ms })];
  const lookback = new Lookback<number, string>();
  const look = (host: typeof mars, instance: string, at: number, seen: number) => {
    at_ms = at;
    return lookback.compare(host, instance, seen, (now, before) =>
      before ? `${now - before.seen} in ${before.elapsed_ms} after ${before.result}` : "first",
    );
  };
  expect(look(mars, "sda", 0, 10)).toBe("first");
  expect(look(mars, "sdb", 0, 20)).toBe("first");
  expect(look(venus, "sda", 0, 30)).toBe("first");
  expect(look(mars, "sda", 60_000, 15)).toBe("5 in 60000 after first");
  // Another item of the same instance in the same round: the same, and the next difference is not cut short.
  expect(look(mars, "sda", 60_499, 16)).toBe("5 in 60000 after first");
  expect(look(mars, "sda", 61_000, 17)).toBe("2 in 1000 after 5 in 60000 after first");
});
