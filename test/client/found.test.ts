// Items that a probe finds when it is read: they come, are graded by the rules for them, and go.

import { describe, expect, test } from "bun:test";
import { finderOf, nameFound } from "../../src/client/found.ts";
import { States } from "../../src/client/states.ts";
import type { Rule } from "../../src/core/fitness.ts";
import { FOUND_GONE_S, FOUND_KEY_CHARS_MAX, ITEMS_PER_HOST_MAX } from "../../src/core/limits.ts";
import type { Found } from "../../src/core/probe.ts";
import type { ItemWork } from "../../src/work/works.ts";
import { FakeClock, HOST, item, over, planned, rule, workOf } from "./fixture.ts";

const SICK: Rule = rule(2, over(90));
const port = (key: string, reading: number | null, more: Partial<Found> = {}): Found => ({
  key,
  reading,
  unit: "%",
  kind: "gauge",
  ...more,
});

class Switch {
  readonly clock = new FakeClock();
  readonly states: States;
  work: ItemWork;

  constructor(more: Partial<ItemWork> = {}, remembered: ConstructorParameters<typeof States>[2] = []) {
    this.work = item({ probe: "exec", value: "status", args: ["x"], ...more });
    this.states = new States(this.clock, () => "id", remembered);
    this.states.setWork(workOf({ ports: this.work }));
  }

  minute(found: readonly Found[] | "fails", pass_s = 60) {
    this.clock.pass(pass_s);
    const result = found === "fails" ? { error: "broken" } : { readings: { status: 0 }, found };
    return this.states.updateFound(planned("ports", this.work), result, this.clock.passed_ms);
  }

  reload(more: Partial<ItemWork>): void {
    this.work = { ...this.work, ...more };
    this.states.setWork(workOf({ ports: this.work }));
  }

  get all() {
    return this.states.report()[HOST] ?? {};
  }
}

describe("what is found", () => {
  test("is an item of its own, with all that a server needs to show it", () => {
    const sw = new Switch();
    expect(sw.minute([port("eth 1/0", 5, { label: "to the roof" }), port("b", null)])).toEqual([
      { name: "ports.eth_1_0", value: 5 },
      { name: "ports.b" },
    ]);
    expect(sw.all["ports.eth_1_0"]).toMatchObject({ value: 5, unit: "%", level: "fine", label: "to the roof" });
  });

  test("is graded by the last fit that selects it, else by its own", () => {
    const found = {
      fit: [
        { items: "ports.*", fit: [] },
        { items: "ports.a*,!ports.ab", fit: [SICK] },
      ],
    };
    const sw = new Switch({ found });
    const own = { fit: [{ level: "crit", test: over(50), text: ">50" }] };
    sw.minute([port("a", 95), port("ab", 95, own)]);
    expect([sw.all["ports.a"]?.level, sw.all["ports.ab"]?.level]).toEqual(["sick", "fine"]);
    const plain = new Switch();
    plain.minute([port("a", 95), port("ab", 95, own)]);
    expect([plain.all["ports.a"]?.level, plain.all["ports.ab"]?.level]).toEqual(["fine", "crit"]);
    expect(plain.all["ports.ab"]?.rule).toBe(">50 (its own)");
  });

  test("may be a counter", () => {
    const sw = new Switch();
    sw.minute([port("a", 100, { kind: "rate" })]);
    expect(sw.minute([port("a", 700, { kind: "rate" })])).toEqual([{ name: "ports.a", value: 10 }]);
  });

  test("has no value where it cannot have been measured, of a counter its rate", () => {
    const sw = new Switch();
    const bounds = { min: 0, max: 50 };
    const values = (found: Found[]) => sw.minute(found).map(({ value }) => value);
    const all = (a: number, b: number) => [port("a", a, bounds), port("b", b, { ...bounds, kind: "rate" })];
    expect(values(all(-1, 1000))).toEqual([undefined, undefined]);
    expect(values(all(50, 1600))).toEqual([50, 10]);
    expect(values(all(51, 9000))).toEqual([undefined, undefined]);
    expect(values(all(0, 9000))).toEqual([0, 0]);
  });

  test("has a label and a unit that can be shown", () => {
    const sw = new Switch();
    sw.minute([port("a", 1, { label: `two\nlines${"x".repeat(999)}`, unit: "u".repeat(99) })]);
    expect(sw.all["ports.a"]?.label).toStartWith("two lines");
    expect([sw.all["ports.a"]?.label?.length, sw.all["ports.a"]?.unit.length]).toEqual([200, 20]);
  });

  test("makes an event when it changes, and keeps its level over a reload that changes nothing of it", () => {
    const sw = new Switch({ found: { fit: [{ items: "ports.*", fit: [SICK] }] } });
    sw.minute([port("a", 5)]);
    expect(sw.minute([port("a", 95)])[0]?.event).toMatchObject({ item: "ports.a", level: "sick", prev: "fine" });
    sw.reload({ label: "all ports" });
    expect(sw.all["ports.a"]).toMatchObject({ level: "sick" });
    expect(sw.minute([port("a", 96)])).toEqual([{ name: "ports.a", value: 96 }]);
  });

  test("has no event after a restart in the level that it had", () => {
    const remembered = [{ host: HOST, item: "ports.a", level: "sick", since: 1 }];
    const sw = new Switch({ found: { fit: [{ items: "ports.*", fit: [SICK] }] } }, remembered);
    expect(sw.minute([port("a", 95)])).toEqual([{ name: "ports.a", value: 95 }]);
    expect(sw.all["ports.a"]).toMatchObject({ level: "sick", since: 1 });
  });

  test("that fails has an error of its own", () => {
    const sw = new Switch();
    expect(sw.minute([port("a", 0, { error: "no answer" })])[0]?.event).toMatchObject({ level: "dead" });
  });

  test("that is missing has no data, keeps its level, and is forgotten when it stays away, with a recovery", () => {
    const sw = new Switch({ found: { fit: [{ items: "ports.a", fit: [SICK] }] } });
    sw.minute([port("a", 95), port("b", 1)]);
    expect(sw.minute([port("b", 1)])).toEqual([{ name: "ports.a" }, { name: "ports.b", value: 1 }]);
    expect(sw.all["ports.a"]).toMatchObject({ level: "sick", value: null });
    const [gone] = sw.minute([port("b", 1)], FOUND_GONE_S);
    expect(gone).toMatchObject({ name: "ports.a", gone: true, event: { level: "fine", prev: "sick" } });
    expect(Object.keys(sw.all)).toEqual(["ports.b"]);
  });

  test("is not taken for gone while its item fails", () => {
    const sw = new Switch();
    sw.minute([port("a", 95)]);
    sw.minute("fails", FOUND_GONE_S + 60);
    sw.minute("fails", FOUND_GONE_S + 60);
    expect(sw.all["ports.a"]).toMatchObject({ level: "fine", value: null });
    expect(sw.minute([port("a", 5)])).toEqual([{ name: "ports.a", value: 5 }]);
  });

  test("is bounded by what a report can have", () => {
    const sw = new Switch();
    sw.minute(Array.from({ length: ITEMS_PER_HOST_MAX }, (_, i) => port(String(i), i)));
    expect(Object.keys(sw.all).length).toBe(ITEMS_PER_HOST_MAX - 1); // its item is one, too
    const result = { readings: { status: { value: 0, text: "4 ports down" } } };
    sw.states.update(planned("ports", sw.work), { unit: "", kind: "gauge", doc: "" }, result, sw.clock.passed_ms);
    expect(sw.all.ports?.text).toBe("1 more are left out, for a host has 4000 items at most; 4 ports down");
    sw.minute([port("1", 1)]);
    sw.states.update(planned("ports", sw.work), { unit: "", kind: "gauge", doc: "" }, result, sw.clock.passed_ms);
    expect(sw.all.ports?.text).toBe("4 ports down");
  });

  test("makes way, when it is missing, for what is there: names may change from reading to reading", () => {
    const sw = new Switch({ found: { fit: [{ items: "ports.*", fit: [SICK] }] } });
    const names = (prefix: string) => Array.from({ length: 3000 }, (_, i) => port(`${prefix}${i}`, 95));
    sw.minute(names("a"));
    const updates = sw.minute(names("b"));
    const there = Object.keys(sw.all);
    expect(there.filter((name) => name.startsWith("ports.b"))).toHaveLength(3000);
    expect(there).toHaveLength(ITEMS_PER_HOST_MAX - 1);
    expect(updates.filter(({ gone }) => gone)).toHaveLength(2001);
    expect(updates.find(({ gone }) => gone)?.event).toMatchObject({
      level: "fine",
      prev: "sick",
      text: "ports finds others in its place: taken for gone",
    });
  });

  test("counts beside an error of its item, while which what is missing is not taken for gone", () => {
    const sw = new Switch();
    sw.minute([port("a", 5), port("b", 6)]);
    sw.clock.pass(FOUND_GONE_S * 2);
    const broken = { readings: { status: { error: "line 2 is broken" } }, found: [port("a", 7)] };
    const updates = sw.states.updateFound(planned("ports", sw.work), broken, sw.clock.passed_ms);
    expect(updates).toEqual([{ name: "ports.b" }, { name: "ports.a", value: 7 }]);
  });

  test("leaves with its item", () => {
    const sw = new Switch();
    sw.minute([port("a", 5)]);
    sw.states.setWork(workOf({ other: item() }));
    expect(sw.all).toEqual({});
  });
});

describe("what the last run knew and this one does not find", () => {
  const kept = (level: string, more = {}) => [{ host: HOST, item: "ports.b", level, since: 1, ...more }];
  const after = (remembered: ReturnType<typeof kept>) => {
    const sw = new Switch({}, remembered);
    expect(sw.minute([port("a", 1)])).toEqual([{ name: "ports.a", value: 1 }]);
    expect(sw.states.isKept(HOST, "ports.b")).toBe(true);
    return sw;
  };

  test("is taken for gone when it stays away, with a recovery if its trouble was told", () => {
    const sw = after(kept("sick"));
    expect(sw.minute([port("a", 1)], FOUND_GONE_S)[1]).toMatchObject({
      name: "ports.b",
      gone: true,
      event: { level: "fine", prev: "sick", text: "ports has not had it for 1h: taken for gone" },
    });
    expect(sw.states.isKept(HOST, "ports.b")).toBe(false);
    expect(sw.minute([port("a", 1)], FOUND_GONE_S)).toHaveLength(1);
  });

  test("is forgotten without a word if it was well", () => {
    expect(after(kept("fine")).minute([], FOUND_GONE_S)).toContainEqual({ name: "ports.b", gone: true });
  });

  test("flaps no more", () => {
    const event = { level: "fine", prev: "fine", flapping: "stop" };
    expect(after(kept("fine", { flapping: true })).minute([], FOUND_GONE_S)).toMatchObject([{}, { event }]);
  });

  test("is waited for while its item fails, and goes on as it was when it is found", () => {
    const sw = after(kept("sick"));
    sw.minute("fails", FOUND_GONE_S);
    sw.reload({ found: { fit: [{ items: "ports.b", fit: [SICK] }] } });
    expect(sw.minute([port("b", 95)])[1]).toEqual({ name: "ports.b", value: 95 });
    expect(sw.all["ports.b"]).toMatchObject({ level: "sick", since: 1 });
  });

  test("is of no use when no item can find it any more", () => {
    const sw = after(kept("sick"));
    sw.reload({ probe: "uptime", value: "uptime", args: [] });
    expect(sw.states.isKept(HOST, "ports.b")).toBe(false);
  });
});

describe("names", () => {
  const nothing: Parameters<typeof nameFound>[3] = () => false;
  const names = (keys: string[], known: Parameters<typeof nameFound>[2] = new Map(), remembers = nothing) => [
    ...nameFound(
      "d",
      keys.map((key) => port(key, 1)),
      known,
      remembers,
    ).keys(),
  ];
  const knownAs = (name: string, key: string, by = "d") => new Map([[name, { found: { by, as: port(key, 1) } }]]);

  test.each([
    [["/"], ["d.root"]],
    [["/var/lib"], ["d.var_lib"]],
    [
      ["1/0.5", "1/05"],
      ["d.1_0.5", "d.1_05"],
    ],
    [
      ["..a_", "___"],
      ["d.a", "d.u5fu5fu5f"],
    ],
    [
      ["äöü", "a-ö.b", "/", "日本", "日木", "–"],
      ["d.aeoeue", "d.a-oe.b", "d.root", "d.u65e5u672c", "d.u65e5u6728", "d.u2013"],
    ],
    [["x".repeat(500)], [`d.${"x".repeat(98)}`]],
    [
      ["a", "a", "a"],
      ["d.a", "d.a_2", "d.a_3"],
    ],
    [
      ["C: Label", "C_Label"],
      ["d.C_Label", "d.C_Label_a74aff5e"],
    ],
    [
      ["a_2", "a", "a"],
      ["d.a_2", "d.a", "d.a_779f9d80"],
    ],
  ])("%p -> %p", (keys, expected) => {
    expect(names(keys)).toEqual(expected);
  });

  test("stay with their keys while they are known, whatever becomes of others", () => {
    const [first = "", second = ""] = names(["C: Label", "C_Label"]);
    expect(names(["C_Label"], knownAs(second, "C_Label"))).toEqual([second]);
    expect(names(["C_Label"], new Map(), (name) => name === second)).toEqual([second]);
    expect(names(["C_Label"], knownAs(first, "C: Label"))).toEqual([second]);
    expect(names(["C: Label"], knownAs(first, "C: Label"))).toEqual([first]);
    expect(names(["b.c"], knownAs("d.b.c", "c", "d.b"))).not.toEqual(["d.b.c"]);
  });

  test("of 4000 equal keys, or of keys that differ only where a name is cut, are as many", () => {
    expect(new Set(names(Array.from({ length: 4000 }, () => "same key"))).size).toBe(4000);
    const long = Array.from({ length: 4000 }, (_, i) => `${"k".repeat(600)}${i}`);
    expect(new Set(names(long)).size).toBe(4000);
  });

  // The work that they take, without a clock: of equal keys each name is looked up a few times, not as often as there are keys.
  test("are made in a time that grows with their number alone", () => {
    let looks = 0;
    const known = new (class extends Map<string, { found?: { by: string; as: Found } }> {
      override get(key: string) {
        looks++;
        return super.get(key);
      }
      override has(key: string) {
        looks++;
        return super.has(key);
      }
    })();
    names(
      Array.from({ length: 1000 }, () => "same key"),
      known,
    );
    expect(looks).toBeLessThanOrEqual(2000);
  });

  test("a found value comes in with nothing longer than it may be", () => {
    const flood = "_".repeat(200_000);
    const fit = Array.from({ length: 500 }, () => ({ level: "sick", test: over(1), text: flood }));
    const big: Found = {
      ...port(`${flood}\ud800`, null, { label: `l${flood}`, error: `e${flood}`, unit: `u${flood}`, fit }),
      reading: { value: 1, text: `t${flood}` },
    };
    const all = [...nameFound("d", [big, { ...big, key: `${flood}2` }], new Map(), nothing)];
    expect(all.map(([name]) => name.length)).toEqual([10, 10]);
    for (const [, each] of all) expect(JSON.stringify(each).length).toBeLessThan(FOUND_KEY_CHARS_MAX + 100 * 300);
    expect(all[0]?.[1].key).not.toBe(all[1]?.[1].key ?? "");
  });

  test("tell by which item they may have been found: the nearest whose probe finds anything", () => {
    const finder = item({ probe: "exec", value: "status", args: ["x"] });
    expect(finderOf("a.b.c", { a: finder, "a.b": finder })).toBe("a.b");
    expect(finderOf("a.b.c", { a: finder, "a.b": item() })).toBe("a");
    expect(finderOf("a.b.c", { "a.b": item(), "a.b.c": finder })).toBeUndefined();
    expect(finderOf("constructor.b", {})).toBeUndefined();
  });
});
