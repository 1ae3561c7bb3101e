import { expect, test } from "bun:test";
import { Shared } from "../../src/core/shared.ts";
import { fakeHost } from "../probes/fake-host.ts";

test("is made once for a host and a round", () => {
  let at_ms = 0;
  let made = 0;
  const [mars, venus] = [fakeHost({}, { mono_ms: () => at_ms }), fakeHost({}, { mono_ms: () => at_ms })];
  const shared = new Shared<{ number: number }>();
  const number = (host: typeof mars) => shared.get(host, () => ({ number: ++made })).number;
  expect([number(mars), number(mars), number(venus)]).toEqual([1, 1, 2]);
  at_ms = 499;
  expect(number(mars)).toBe(1);
  at_ms = 60_000;
  expect([number(mars), number(mars), number(venus)]).toEqual([3, 3, 4]);
});

test("what cannot be made is tried again", () => {
  const host = fakeHost({});
  const shared = new Shared<object>();
  const fail = () => {
    throw new Error("broken");
  };
  expect(() => shared.get(host, fail)).toThrow("broken");
  expect(shared.get(host, () => [1])).toEqual([1]);
});
