import { describe, expect, test } from "bun:test";
import { planReaders } from "../../src/client/plan.ts";
import { PROBE_TIMEOUT_S } from "../../src/core/limits.ts";
import { HOST, item, workOf } from "./fixture.ts";

const disk = (mount: string, value: string) => item({ probe: "disk", value, args: [mount] });

describe("planReaders", () => {
  test("one reading for all items of a probe with the same arguments", () => {
    const work = workOf({ a: disk("/", "usage"), b: disk("/", "avail"), c: disk("/var", "usage"), d: item() });
    expect(
      planReaders(work).map(({ probeName, given, items }) => [probeName, ...given.args, items.map(({ name }) => name)]),
    ).toEqual([
      ["disk", "/", ["a", "b"]],
      ["disk", "/var", ["c"]],
      ["uptime", ["d"]],
    ]);
  });

  test("items with an interval or deadline of their own are read apart", () => {
    const work = workOf({
      a: item(),
      b: item({ every_s: 3600 }),
      c: item({ timeout_s: 2 }),
      d: item({ every_s: 3600 }),
    });
    expect(planReaders(work).map(({ every_ms, timeout_ms, items }) => [every_ms, timeout_ms, items.length])).toEqual([
      [0, PROBE_TIMEOUT_S * 1000, 1],
      [3_600_000, PROBE_TIMEOUT_S * 1000, 2],
      [0, 2000, 1],
    ]);
  });

  test("the deadline is what a probe is told, too", () => {
    const [a, b] = planReaders(workOf({ a: item({ timeout_s: 2 }), b: item({ probe: "exec", args: ["x"] }) }));
    expect([a?.given.timeout_s, b?.given.timeout_s]).toEqual([2, 30]);
  });

  test("each host by itself", () => {
    const work = workOf({ a: item() });
    work.hosts["ups.example.org"] = { tag: "ups", items: { a: item() } };
    expect(planReaders(work).map(({ host }) => host)).toEqual([HOST, "ups.example.org"]);
  });

  test("a probe that this version does not have", () => {
    const [reader] = planReaders(workOf({ a: item({ probe: "quantum" }) }));
    expect(reader).toMatchObject({ probe: undefined, probeName: "quantum" });
  });

  test("nothing to do", () => {
    expect(planReaders(workOf({}))).toEqual([]);
  });
});
