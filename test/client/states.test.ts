import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { ReadResult } from "../../src/client/run.ts";
import { States } from "../../src/client/states.ts";
import { type Event, eventShape } from "../../src/core/event.ts";
import { DEFAULT_LEVELS, type Rule } from "../../src/core/fitness.ts";
import type { ProbeValue } from "../../src/core/probe.ts";
import { hostStateShape } from "../../src/core/report.ts";
import type { KeptLevel } from "../../src/store/client-store.ts";
import type { ItemWork } from "../../src/work/works.ts";
import { FakeClock, HOST, item, over, planned, rule, START, workOf } from "./fixture.ts";

const GAUGE: ProbeValue = { item: "uptime", unit: "s", kind: "gauge", doc: "" };
const RATE: ProbeValue = { ...GAUGE, unit: "1/s", kind: "rate" };
const SICK = rule(2, over(90));

/** One item "a" and its minutes. */
class One {
  readonly clock = new FakeClock();
  readonly states: States;
  private ids = 0;
  work: ItemWork;
  levels = [...DEFAULT_LEVELS];

  constructor(
    fit: Rule[] = [SICK],
    remembered: KeptLevel[] = [],
    more: Partial<ItemWork> = {},
    levels = [...DEFAULT_LEVELS],
  ) {
    this.work = item({ fit, ...more });
    this.states = new States(this.clock, () => `event-000${++this.ids}`, remembered);
    this.reload({}, levels);
  }

  /** The next minute: a value, null for no data, text for a failure. */
  minute(value: number | null | string | { value: number; text: string }, declared = GAUGE) {
    this.clock.pass(60);
    const result: ReadResult = typeof value === "string" ? { error: value } : { readings: { uptime: value } };
    return this.states.update(planned("a", this.work), declared, result, this.clock.passed_ms);
  }

  reload(change: Partial<ItemWork>, levels = this.levels): void {
    this.work = { ...this.work, ...change };
    this.levels = levels;
    this.states.setWork(workOf({ a: this.work }, { levels }));
  }

  /** The levels of these minutes, and what was told meanwhile. */
  run(...values: (number | null | string)[]): { levels: (string | undefined)[]; told: string[] } {
    const told: string[] = [];
    const levels = values.map((value) => {
      const { event } = this.minute(value);
      if (event) told.push(`${event.prev}->${event.level}`);
      return this.state?.level;
    });
    return { levels, told };
  }

  get state() {
    return this.states.report()[HOST]?.a;
  }
}

describe("a value", () => {
  test("is stored, and reported with all that a server needs to show it", () => {
    const one = new One([SICK], [], { label: "up time" });
    expect(one.minute(5)).toEqual({ value: 5 });
    expect(one.state).toEqual({
      value: 5,
      level: "fine",
      since: START,
      time: START + 60,
      unit: "s",
      kind: "gauge",
      label: "up time",
    });
    expect(hostStateShape(one.states.report()[HOST], "").a).toEqual(one.state);
  });

  test("that is no data is stored by nobody", () => {
    const one = new One();
    expect(one.minute(null)).toEqual({});
    expect(one.state).toMatchObject({ value: null, level: "fine" });
  });

  test("that is no number is an error", () => {
    const one = new One();
    expect(one.minute(Number.NaN)).toMatchObject({ event: { level: "dead", text: "the probe gave no finite number" } });
    expect(one.state).toMatchObject({ value: null, error: "the probe gave no finite number" });
  });

  test("may have a text, tidied and bounded", () => {
    const one = new One();
    one.minute({ value: 95, text: "sda\n\x1b[31m" });
    expect(one.state?.text).toBe("sda [31m");
    one.minute({ value: 95, text: "x".repeat(5000) });
    expect(one.state?.text).toHaveLength(200);
    one.minute({ value: 95, text: "" });
    expect(one.state).not.toHaveProperty("text");
  });

  test("has the item's unit, where it has one", () => {
    const one = new One([], [], { unit: "furlongs" });
    one.minute(5);
    expect(one.state?.unit).toBe("furlongs");
  });

  test("of an item that left the work meanwhile is nobody's", () => {
    const one = new One();
    one.states.setWork(workOf({}));
    expect(one.minute(95)).toEqual({});
    expect(one.states.report()).toEqual({ [HOST]: {} });
  });
});

describe("events", () => {
  test("come with a change of level, and only then", () => {
    const one = new One();
    expect(one.minute(5).event).toBeUndefined();
    const { event } = one.minute(95);
    expect(event).toEqual({
      id: "event-0001",
      time: START + 120,
      host: HOST,
      item: "a",
      level: "sick",
      prev: "fine",
      value: 95,
      reason: "test (work.conf:1)",
    });
    expect(one.minute(96).event).toBeUndefined();
    expect(one.state).toMatchObject({
      level: "sick",
      since: START + 120,
      time: START + 180,
      rule: "test (work.conf:1)",
    });
    expect(one.minute(5).event).toMatchObject({ id: "event-0002", level: "fine", prev: "sick" });
    expect(one.state).not.toHaveProperty("rule");
    expect(eventShape(event, "")).toEqual(event as never);
  });

  test("carry the text beside the value, or the error", () => {
    const one = new One();
    expect(one.minute({ value: 95, text: "sda" }).event).toMatchObject({ text: "sda" });
    expect(one.minute("it broke").event).toMatchObject({ level: "dead", prev: "sick", value: null, text: "it broke" });
  });
});

describe("rates", () => {
  test("are per second, between two readings", () => {
    const one = new One([]);
    expect(one.minute(1000, RATE)).toEqual({});
    expect(one.state?.value).toBeNull();
    expect(one.minute(7000, RATE)).toEqual({ value: 100 });
    expect(one.minute(7000, RATE)).toEqual({ value: 0 });
    expect(one.minute(10, RATE)).toEqual({}); // a reset
    expect(one.minute(610, RATE)).toEqual({ value: 10 });
  });

  test("a clock that is set makes no spike", () => {
    const one = new One([]);
    one.minute(1000, RATE);
    one.clock.wall_s += 1e6;
    expect(one.minute(7000, RATE)).toEqual({ value: 100 });
  });

  test("of 32 bits go on over a wrap, and 64 bits that are reset there make no spike", () => {
    const one = new One([]);
    one.minute(2 ** 32 - 1200, RATE);
    expect(one.minute(2 ** 32 - 600, RATE)).toEqual({ value: 10 });
    expect(one.minute(0, RATE)).toEqual({ value: 10 });
    one.minute(2 ** 32 - 600, RATE);
    one.minute(2 ** 32 - 500, RATE);
    expect(one.minute(1e8, RATE)).toEqual({});
  });

  test("over a failure between go on from the last sample", () => {
    const one = new One([]);
    one.minute(0, RATE);
    one.minute("broken", RATE);
    expect(one.minute(1200, RATE)).toMatchObject({ value: 10 });
  });
});

describe("a restart", () => {
  const remembered = (level: string): KeptLevel[] => [{ host: HOST, item: "a", level, since: START - 5000 }];

  test("keeps the level and since when", () => {
    const one = new One([SICK], remembered("sick"));
    expect(one.minute(95)).toEqual({ value: 95 });
    expect(one.state).toMatchObject({ level: "sick", since: START - 5000 });
  });

  test("is no recovery of what must hold for a while, nor of what has a way back", () => {
    const slow = new One([rule(2, over(90), { for_s: 600 })], remembered("sick"));
    expect(slow.minute(95).event).toBeUndefined();
    const sticky = new One([rule(2, over(90), { until: { op: "<", value: 85 } })], remembered("sick"));
    expect(sticky.minute(87).event).toBeUndefined();
    expect(sticky.minute(84).event).toMatchObject({ level: "fine", prev: "sick" });
  });

  test("tells a recovery that came while dmon was away", () => {
    expect(new One([SICK], remembered("sick")).minute(5).event).toMatchObject({ level: "fine", prev: "sick" });
  });

  test("with no data at first keeps the level", () => {
    const one = new One([SICK], remembered("dead"));
    expect(one.minute(null).event).toBeUndefined();
    expect(one.state?.level).toBe("dead");
    expect(one.minute(5).event).toMatchObject({ level: "fine", prev: "dead" });
  });

  test("tells that a level is over which the work does not have any more", () => {
    const one = new One([SICK], remembered("awful"));
    expect(one.states.newcomers).toEqual([]); // until the event is stored, the level is
    expect(one.minute(5).event).toMatchObject({ level: "fine", prev: "awful" });
    expect(one.state).toMatchObject({ level: "fine", since: START });
  });

  test("with levels of its own is none for a host that stood alone: what was fine is at the best", () => {
    const levels = [
      { name: "ok", label: "ok" },
      { name: "bad", label: "bad" },
    ];
    const one = new One([], remembered("fine"), {}, levels);
    expect(one.states.newcomers).toMatchObject([{ level: "ok" }]);
    expect(one.run(5)).toEqual({ levels: ["ok"], told: [] });
  });

  test("takes a first reading without data for no stale one, for a counter has no rate yet; the second is", () => {
    for (const level of ["fine", "soso"]) {
      const one = new One([rule(2, { op: "stale" })], remembered(level));
      expect(one.run(null, null)).toEqual({ levels: [level, "sick"], told: [`${level}->sick`] });
      expect(one.run(5)).toEqual({ levels: ["fine"], told: ["sick->fine"] });
    }
  });

  test("what was remembered is for the start alone", () => {
    const one = new One([SICK], remembered("sick"));
    one.minute(5);
    one.states.setWork(workOf({}));
    one.reload({});
    expect(one.minute(5).event).toBeUndefined();
  });
});

test("what was remembered of an item whose name begins like a finder's is used up, too", () => {
  const clock = new FakeClock();
  const states = new States(clock, () => "id", [{ host: HOST, item: "ex.c", level: "sick", since: 1 }]);
  const ex = item({ probe: "exec", value: "status", args: ["x"] });
  const direct = item({ fit: [SICK] });
  const read = () => states.update(planned("ex.c", direct), GAUGE, { readings: { uptime: 5 } }, clock.passed_ms);
  states.setWork(workOf({ ex, "ex.c": direct }));
  expect(read().event).toMatchObject({ level: "fine", prev: "sick" });
  states.setWork(workOf({ ex }));
  expect(states.isKept(HOST, "ex.c")).toBe(false);
  states.setWork(workOf({ ex, "ex.c": direct }));
  expect(read().event).toBeUndefined();
});

describe("a reload", () => {
  test("keeps level, sample, and what the rules remember", () => {
    const one = new One([rule(2, over(90), { until: { op: "<", value: 85 } })]);
    one.minute(95);
    one.reload({ label: "new" });
    expect(one.minute(87).event).toBeUndefined();
    expect(one.state).toMatchObject({ level: "sick", label: "new", since: START + 60 });

    const rates = new One([]);
    rates.minute(1000, RATE);
    rates.reload({ label: "new" });
    expect(rates.minute(7000, RATE)).toEqual({ value: 100 });
  });

  test("the report has the last value at once", () => {
    const one = new One();
    one.minute(5);
    one.reload({ label: "new" });
    expect(one.state?.value).toBe(5);
  });

  test("with other rules grades anew", () => {
    const one = new One();
    one.minute(95);
    one.reload({ fit: [rule(3, over(80))] });
    expect(one.minute(95).event).toMatchObject({ level: "crit", prev: "sick" });
  });

  test("with rules of other lines changes nothing but the line", () => {
    const at = (where: string) => [
      rule(1, over(80), { for_s: 180, where }),
      rule(2, over(90), { until: { op: "<", value: 70 }, where }),
    ];
    const one = new One(at("work.conf:1"));
    one.run(95, 85);
    one.reload({ fit: at("work.conf:2") });
    expect(one.run(null, 75, 69, 85)).toEqual({ levels: ["sick", "sick", "fine", "fine"], told: ["sick->fine"] });
    one.run(85, 85);
    one.reload({ fit: at("work.conf:3") });
    expect(one.run(85).levels).toEqual(["soso"]);
    expect(one.state?.rule).toBe("test (work.conf:3)");
  });

  test("with another limit, which holds as well, is no recovery", () => {
    const one = new One([rule(2, over(90), { for_s: 180 })]);
    one.run(95, 95, 95, 95);
    one.reload({ fit: [rule(2, over(91), { for_s: 180 })] });
    expect(one.run(null, 95, 50)).toEqual({ levels: ["sick", "sick", "fine"], told: ["sick->fine"] });
  });

  test("with another source begins anew: no rate between two counters, and no value of the old one", () => {
    const one = new One([]);
    one.minute(1000, RATE);
    one.reload({ args: ["other"] });
    expect(one.state).toBeUndefined();
    expect(one.minute(1e6, RATE)).toEqual({});
  });

  test("with another source goes on with what was told", () => {
    const one = new One();
    one.minute(95);
    one.states.newcomers.length = 0;
    one.reload({ args: ["other"] });
    expect(one.states.newcomers).toEqual([]);
    expect(one.run(null, 95)).toEqual({ levels: ["sick", "sick"], told: [] });
    one.reload({ args: ["a third"] });
    expect(one.run(5)).toEqual({ levels: ["fine"], told: ["sick->fine"] });
  });
});

describe("a reload with other levels", () => {
  const named = (...names: string[]) => names.map((name) => ({ name, label: name }));

  test("goes by their names: what has no data stays", () => {
    const one = new One([]);
    one.minute("broken");
    one.reload({}, named("fine", "so-so", "soso", "sick", "crit", "dead", "deader"));
    expect(one.run(null, "broken")).toEqual({ levels: ["dead", "deader"], told: ["dead->deader"] });
  });

  test("takes the rules' memory along", () => {
    const until = { op: "<", value: 70 } as const;
    const one = new One([rule(2, over(90), { until })]);
    one.minute(95);
    one.reload({ fit: [rule(3, over(90), { until })] }, named("fine", "so-so", "soso", "sick", "crit", "dead"));
    expect(one.run(75, null, 60)).toEqual({ levels: ["sick", "sick", "fine"], told: ["sick->fine"] });
  });

  test("tells the new name of a level that is in force", () => {
    const one = new One();
    one.minute(95);
    one.reload({}, named("fine", "soso", "ill", "crit", "dead"));
    expect(one.state?.level).toBe("ill");
    expect(one.run(null, 95, 5)).toEqual({ levels: ["ill", "ill", "fine"], told: ["sick->ill", "ill->fine"] });
  });

  test("tells that a level is over which is no more", () => {
    const one = new One();
    one.minute(95);
    one.reload({ fit: [] }, named("ok", "bad"));
    expect(one.run(5, 5)).toEqual({ levels: ["ok", "ok"], told: ["sick->ok"] });
  });

  test("tells no new name of the best level: there would be one for each item of each host", () => {
    const one = new One();
    one.reload({}, named("great", "soso", "sick", "crit", "dead"));
    expect(one.run(5)).toEqual({ levels: ["great"], told: [] });
    one.reload({}, named("best", "great", "soso", "sick", "dead"));
    expect(one.state?.level).toBe("best");
    expect(one.run(null, 5)).toEqual({ levels: ["best", "best"], told: [] });
  });
});

describe("a clock that is set", () => {
  for (const [name, jump_s] of [
    ["a year forward", 31_536_000],
    ["an hour back", -3600],
  ] as const) {
    test(`${name} neither ends nor stretches the wait of a rule`, () => {
      const one = new One([rule(2, over(90), { for_s: 180 })]);
      one.minute(95);
      one.minute(95);
      one.clock.wall_s += jump_s;
      expect(one.minute(95)).toEqual({ value: 95 });
      expect(one.minute(95)).toMatchObject({ event: { level: "sick" } });
    });
  }
});

describe("an item that flaps", () => {
  /** Ten minutes of ups and downs; what was told of them. */
  const shake = (one: One, minutes = 10) => Array.from({ length: minutes }, (_, i) => one.minute(i % 2 ? 5 : 95).event);
  const quiet = (one: One, value: number, minutes = 30) =>
    Array.from({ length: minutes }, () => one.minute(value).event).filter((event) => event !== undefined);

  test("makes one event when it starts, none while it lasts, and one when it stops", () => {
    const one = new One();
    const told = shake(one).filter((event) => event !== undefined);
    expect(told.map(({ prev, level, flapping }) => [prev, level, flapping])).toEqual([
      ["fine", "sick", undefined],
      ["sick", "fine", undefined],
      ["fine", "sick", undefined],
      ["sick", "fine", undefined],
      ["fine", "sick", undefined],
      ["sick", "fine", "start"],
    ]);
    expect(quiet(one, 95)).toMatchObject([{ prev: "fine", level: "sick", flapping: "stop", value: 95 }]);
    expect(one.minute(5).event).toMatchObject({ prev: "sick", level: "fine" });
  });

  test("shows its real level meanwhile, and since when", () => {
    const one = new One();
    shake(one);
    one.minute(95);
    expect(one.state).toMatchObject({
      level: "sick",
      since: START + 11 * 60,
      flapping: true,
      rule: "test (work.conf:1)",
    });
    expect(hostStateShape(one.states.report()[HOST], "").a).toEqual(one.state);
    quiet(one, 95);
    expect(one.state).not.toHaveProperty("flapping");
    expect(one.state).toMatchObject({ level: "sick", since: START + 11 * 60 });
  });

  test("stops with an event also at the level that was told last", () => {
    const one = new One();
    shake(one);
    const [stop] = quiet(one, 5);
    expect(stop).toMatchObject({ prev: "fine", level: "fine", flapping: "stop" });
    expect(eventShape(stop, "")).toEqual(stop as never);
  });

  test("stops too when its values cease, and when its probe fails for good", () => {
    const blind = new One();
    shake(blind);
    for (let i = 0; i < 30; i++) blind.minute(null);
    expect(blind.state).not.toHaveProperty("flapping");
    const broken = new One();
    shake(broken);
    const told = Array.from({ length: 30 }, () => broken.minute("broken").event).filter(Boolean);
    expect(told).toMatchObject([{ prev: "fine", level: "dead", flapping: "stop" }]);
  });

  test("by its own limits, or never", () => {
    const never = new One([SICK], [], { flap: "off" });
    expect(shake(never).filter(Boolean)).toHaveLength(10);
    const soon = new One([SICK], [], { flap: { high: 6, low: 1 } });
    expect(shake(soon).filter(Boolean)).toMatchObject([{ flapping: "start" }]);
  });

  test("goes on over a reload, with other rules too", () => {
    const one = new One();
    shake(one);
    one.reload({ label: "new", fit: [rule(3, over(90))] });
    expect(shake(one).filter(Boolean)).toEqual([]);
    one.reload({ args: ["other"] });
    expect(one.minute(95).event).toBeUndefined();
    expect(quiet(one, 95)).toMatchObject([{ prev: "fine", level: "crit", flapping: "stop" }]);
  });

  test("stops at once when work says that it never does", () => {
    const one = new One();
    shake(one);
    one.reload({ flap: "off" });
    expect(one.minute(95).event).toMatchObject({ prev: "fine", level: "sick", flapping: "stop" });
    expect(one.minute(5).event).toMatchObject({ prev: "sick", level: "fine" });
  });

  test("goes on over a restart, until it is quiet", () => {
    const kept = { host: HOST, item: "a", level: "fine", since: START - 5000, flapping: true };
    const one = new One([SICK], [kept]);
    expect(shake(one).filter(Boolean)).toEqual([]);
    expect(one.state).toMatchObject({ level: "fine", flapping: true });
    expect(quiet(one, 95)).toMatchObject([{ prev: "fine", level: "sick", flapping: "stop" }]);
    const calm = new One([SICK], [kept]);
    expect(quiet(calm, 5, 16)).toMatchObject([{ prev: "fine", level: "fine", flapping: "stop" }]);
  });

  test("over a restart with other levels its end is told too", () => {
    const one = new One([SICK], [{ host: HOST, item: "a", level: "awful", since: START, flapping: true }]);
    expect(one.states.newcomers).toEqual([]);
    expect(quiet(one, 5)).toMatchObject([{ prev: "awful", level: "fine", flapping: "stop" }]);
  });
});

describe("laws of what is told", () => {
  const inScale = (fit: Rule[], levels: number) =>
    fit.map((each) => ({ ...each, level: Math.min(each.level, levels - 1) }));
  const reading = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(5, 85, 91, 95) },
    { weight: 1, arbitrary: fc.constantFrom(null, "broken") },
  );
  const step = fc.oneof(
    { weight: 30, arbitrary: reading.map((value) => ({ value })) },
    { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom<Partial<ItemWork>>(
          { flap: { high: 10, low: 0 } },
          { flap: "off" },
          { label: "new" },
          { fit: [SICK] },
          { fit: [rule(2, over(84), { for_s: 120, until: { op: "<", value: 6 } })] },
          { args: ["other"] },
        )
        .map((reload) => ({ reload })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(["soso", "sick", "dead"], ["slow", "soso", "sick", "dead"], ["soso", "ill", "dead"], ["sick"])
        .map((names) => ({ levels: ["fine", ...names].map((name) => ({ name, label: name })) })),
    },
  );
  const seconds = fc.constantFrom(0, 60, 180);
  const fits = fc.tuple(seconds, fc.option(fc.constantFrom(80, 90)), seconds).map(([for_s, back, until_for_s]) => [
    rule(1, over(80), { for_s }),
    rule(2, over(90), {
      for_s,
      ...(back === null ? {} : { until: { op: "<=" as const, value: back }, until_for_s }),
    }),
  ]);

  test("who knows the last event knows the level, once it is quiet; and nothing is told twice in a row", () => {
    fc.assert(
      fc.property(fits, fc.array(step, { maxLength: 120 }), reading, (fit, steps, last) => {
        let one = new One(fit);
        const told: Event[] = [];
        const stored = new Map<string, KeptLevel>(); // as store/client-store keeps it
        const minute = (value: number | null | string) => {
          const { event } = one.minute(value);
          for (const born of one.states.newcomers.splice(0)) stored.set(born.item, born);
          if (!event) return;
          told.push(event);
          const { host, item: name, level, time: since } = event;
          stored.set(name, {
            host,
            item: name,
            level,
            since,
            ...(event.flapping === "start" ? { flapping: true } : {}),
          });
        };
        for (const each of steps) {
          if ("value" in each) minute(each.value);
          else if ("reload" in each) one.reload(each.reload);
          // Rules count in the scale that they came with: mk-work makes both.
          else if ("levels" in each) one.reload({ fit: inScale(one.work.fit, each.levels.length) }, each.levels);
          else one = new One(one.work.fit, [...stored.values()], one.work, one.levels);
        }
        for (let i = 0; i < 30; i++) minute(last); // longer than any `for` and than flapping lasts

        expect(one.state).not.toHaveProperty("flapping");
        expect(one.state?.level).toBe(told.at(-1)?.level ?? "fine");
        let before: Partial<Event> = { level: "fine" };
        let flapping = false;
        for (const event of told) {
          expect(event.prev).toBe(before.level as string);
          expect([event.prev, event.level, event.flapping]).not.toEqual([before.prev, before.level, before.flapping]);
          if (event.flapping === undefined) expect(event.level).not.toBe(event.prev);
          if (event.flapping !== undefined) expect(flapping).toBe(event.flapping === "stop");
          if (flapping) expect(event.flapping).toBe("stop");
          flapping = event.flapping === "start";
          before = event;
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("what is kept beside the values", () => {
  const changes = (one: One, ...values: Parameters<One["minute"]>[0][]) =>
    values.map((value) => {
      const { change } = one.minute(value);
      return change && [change.isLevel ? "level" : "text", change.level, change.text];
    });

  test("each change of level, and each text that is another one", () => {
    const busy = (value: number, text: string) => ({ value, text });
    expect(
      changes(new One(), 5, 5, busy(5, "sda"), busy(6, "sda"), busy(95, "sda"), busy(95, "sdb"), "no answer", 5, 5),
    ).toEqual([
      undefined,
      undefined,
      ["text", "fine", "sda"],
      undefined,
      ["level", "sick", "sda"],
      ["text", "sick", "sdb"],
      ["level", "dead", "no answer"],
      ["level", "fine", undefined],
      undefined,
    ]);
  });

  test("changes that are not told because it flaps, too", () => {
    const one = new One();
    const values = Array.from({ length: 40 }, (_, i) => (i % 2 ? 95 : 5));
    const kept = changes(one, ...values).filter((change) => change?.[0] === "level");
    expect(kept).toHaveLength(39);
    expect(new One().run(...values).told.length).toBeLessThan(20);
  });
});

describe("what a new database is to know", () => {
  test("the level of each item as its last event told it, and what a last run knew that is not found yet", () => {
    const one = new One([SICK], [{ host: HOST, item: "a.gone", level: "soso", since: 5 }], {
      probe: "exec",
      found: {},
    });
    one.run(95);
    const begun = one.clock.now_s();
    expect(one.states.kept()).toEqual([
      { host: HOST, item: "a.gone", level: "soso", since: 5 },
      { host: HOST, item: "a", level: "sick", since: begun },
    ]);
    one.run(...Array.from({ length: 12 }, (_, i) => (i % 2 ? 95 : 1)));
    const [, flapping] = one.states.kept();
    expect(flapping).toMatchObject({ item: "a", flapping: true });
    // Whoever begins with it knows what the other knew: no event is told twice.
    const next = new One([SICK], one.states.kept());
    expect(next.states.kept()).toMatchObject([{ item: "a", level: flapping?.level, flapping: true }]);
  });
});
