import { describe, expect, test } from "bun:test";
import { type Batch, Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import type { Event } from "../../src/core/event.ts";
import type { Rule } from "../../src/core/fitness.ts";
import type { FileSystemSize, Host } from "../../src/core/host.ts";
import { FakeClock, HOST, item, rule, START, workOf, world } from "./fixture.ts";

const MOUNTS = "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /srv ext4 rw 0 0\n";
const disk = (mount: string) => item({ probe: "disk", value: "usage", args: [mount] });
const SIZE: FileSystemSize = { size: 100, free: 40, avail: 40, files: 10, filesFree: 5 };

/** What ends the readings that hang. */
const failures: ((error: Error) => void)[] = [];

/** A client whose file systems answer when the test lets them. */
function setUp(more: Partial<Host> = {}) {
  const clock = new FakeClock();
  const states = new States(clock, () => Bun.randomUUIDv7(), []);
  const open: ((size: FileSystemSize) => void)[] = [];
  let reads = 0;
  const host: Host = {
    ...world,
    read: (path) => {
      reads++;
      return path === "/proc/self/mounts" ? MOUNTS : world.read(path);
    },
    statfs: () => new Promise((resolve) => open.push(resolve)),
    ...more,
  };
  const stored: [string, Record<string, number>][] = [];
  const events: Event[] = [];
  const said: string[] = [];
  const store = (batches: Batch[]) => {
    for (const { host: name, values } of batches) stored.push([name, Object.fromEntries(values)]);
    events.push(...batches.flatMap((batch) => batch.events));
  };
  const minute = new Minute(states, host, clock, store, (text) => void said.push(text));
  return { clock, states, minute, stored, events, said, open, reads: () => reads };
}

describe("a round", () => {
  test("reads once what several items share, and stores it together", async () => {
    const { minute, stored, reads } = setUp();
    minute.setWork(workOf({ a: item(), b: item(), load: item({ probe: "load", value: "load1" }) }));
    await minute.round();
    expect(stored).toEqual([[HOST, { a: 1000, b: 1000, load: 0.5 }]]);
    expect(reads()).toBe(2);
  });

  test("a slow probe does not delay the fast ones, and is stored when it comes", async () => {
    const { minute, stored, open, clock } = setUp();
    minute.setWork(workOf({ a: item(), root: disk("/") }));
    const round = minute.round();
    await Bun.sleep(310); // what is read within the first 300 ms is stored together
    expect(stored).toEqual([[HOST, { a: 1000 }]]);
    clock.pass(1);
    open[0]?.(SIZE);
    await round;
    expect(stored).toEqual([
      [HOST, { a: 1000 }],
      [HOST, { root: 60 }],
    ]);
  });

  test("what ends because we stop is no failure: nothing of it is stored, and no level changes", async () => {
    const { minute, stored, states } = setUp({ statfs: () => new Promise((_, fail) => failures.push(fail)) });
    minute.setWork(workOf({ a: item(), root: disk("/") }));
    const round = minute.round();
    minute.stop();
    for (const fail of failures) fail(new Error("ended by SIGKILL"));
    await round;
    expect(stored).toEqual([[HOST, { a: 1000 }]]);
    expect(states.report()[HOST]?.root).toBeUndefined();
  });

  test("one that is quick enough is stored with the others", async () => {
    const { minute, stored, open } = setUp();
    minute.setWork(workOf({ a: item(), root: disk("/") }));
    const round = minute.round();
    open[0]?.(SIZE);
    await round;
    expect(stored).toEqual([[HOST, { a: 1000, root: 60 }]]);
  });

  test("one that hangs is not read again meanwhile, and the others are", async () => {
    const { minute, stored, open, clock } = setUp();
    minute.setWork(workOf({ a: item(), root: disk("/") }));
    const first = minute.round();
    clock.pass(60);
    const second = minute.round();
    await second;
    expect(stored).toEqual([[HOST, { a: 1000 }]]);
    expect(open).toHaveLength(1);
    open[0]?.(SIZE);
    await first;
    clock.pass(60);
    const third = minute.round();
    expect(open).toHaveLength(2);
    open[1]?.(SIZE);
    await third;
  });

  test("one that was given up fails again each minute that it hangs: a `for` passes", async () => {
    const { minute, states, open, clock } = setUp();
    const fit = [rule(3, { op: "fail" }, { for_s: 120 })];
    minute.setWork(workOf({ root: { ...disk("/"), timeout_s: 0.005, fit } }));
    const levels: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      await minute.round();
      levels.push(states.report()[HOST]?.root?.level);
      clock.pass(60);
    }
    expect(levels).toEqual(["fine", "fine", "crit", "crit"]);
    expect(open).toHaveLength(1);
    open[0]?.(SIZE);
    await Bun.sleep(1);
    const last = minute.round();
    expect(open).toHaveLength(2);
    open[1]?.(SIZE);
    await last;
    expect(states.report()[HOST]?.root).toMatchObject({ level: "fine", value: 60 });
  });

  test("its deadline is its own", async () => {
    const { minute, states, stored } = setUp();
    minute.setWork(workOf({ a: item(), root: { ...disk("/"), timeout_s: 0.005 } }));
    await minute.round();
    expect(stored).toEqual([[HOST, { a: 1000 }]]);
    expect(states.report()[HOST]?.root).toMatchObject({ level: "dead", error: "no value within 0.005 s" });
  });

  test("one that fails is an error of its items alone", async () => {
    const { minute, states } = setUp({ read: () => JSON.parse("{") });
    minute.setWork(workOf({ a: item(), b: item({ probe: "quantum" }) }));
    await minute.round();
    expect(states.report()[HOST]?.a?.error).toMatch(/^the probe is broken: /);
    expect(states.report()[HOST]?.b?.error).toMatch(/^this version has no probe "quantum"/);
  });

  test("nothing to do is nothing to store", async () => {
    const { minute, stored } = setUp();
    await minute.round();
    minute.setWork(workOf({}));
    await minute.round();
    expect(stored).toEqual([]);
  });
});

describe("every=", () => {
  test("is read at its own interval, a little early rather than a round late", async () => {
    const { minute, stored, clock } = setUp();
    minute.setWork(workOf({ a: item(), slow: item({ every_s: 180 }) }));
    for (let i = 0; i < 7; i++) {
      await minute.round();
      clock.pass(i % 2 ? 59.9 : 60.1);
    }
    expect(stored.map(([, values]) => Object.keys(values).length)).toEqual([2, 1, 1, 2, 1, 1, 2]);
  });

  test("a clock that is set changes nothing", async () => {
    const { minute, stored, clock } = setUp();
    minute.setWork(workOf({ slow: item({ every_s: 3600 }) }));
    await minute.round();
    clock.wall_s = START + 1e8;
    clock.passed_ms += 60_000;
    await minute.round();
    clock.wall_s = START - 1e8;
    clock.passed_ms += 60_000;
    await minute.round();
    expect(stored).toHaveLength(1);
  });
});

describe("a reload", () => {
  test("keeps the rhythm of what stays", async () => {
    const { minute, stored, clock } = setUp();
    const work = () => workOf({ slow: item({ every_s: 3600 }) });
    minute.setWork(work());
    await minute.round();
    clock.pass(60);
    minute.setWork(work());
    await minute.round();
    expect(stored).toHaveLength(1);
  });

  test("two intervals of one probe keep theirs apart", async () => {
    const { minute, stored, clock } = setUp();
    const work = () => workOf({ a: item(), slow: item({ every_s: 3600 }) });
    minute.setWork(work());
    await minute.round();
    for (let i = 0; i < 2; i++) {
      clock.pass(60);
      minute.setWork(work());
      await minute.round();
    }
    expect(stored.map(([, values]) => Object.keys(values))).toEqual([["a", "slow"], ["a"], ["a"]]);
  });

  test("while a probe is being read: it goes on being read in the minutes after", async () => {
    const { minute, stored, open, clock } = setUp();
    const work = () => workOf({ root: disk("/") });
    minute.setWork(work());
    const first = minute.round();
    minute.setWork(work());
    open[0]?.(SIZE);
    await first;
    clock.pass(60);
    const second = minute.round();
    open[1]?.(SIZE);
    await second;
    expect(stored).toEqual([
      [HOST, { root: 60 }],
      [HOST, { root: 60 }],
    ]);
  });
});

test("a reading that hangs is not started again before it came to an end, also behind a reload", async () => {
  const { minute, states, open } = setUp();
  const work = workOf({ root: { ...disk("/"), timeout_s: 0.01 } });
  minute.setWork(work);
  await minute.round();
  expect(states.report()[HOST]?.root?.error).toBe("no value within 0.01 s");
  await minute.round();
  minute.setWork(work);
  await minute.round();
  expect(open).toHaveLength(1);
  open[0]?.(SIZE);
  await Bun.sleep(0);
  const round = minute.round();
  expect(open).toHaveLength(2);
  open[1]?.(SIZE);
  await round;
  expect(states.report()[HOST]?.root?.value).toBe(60);
});

describe("what a probe finds", () => {
  const script = (fit: Rule[] = []) => item({ probe: "exec", value: "status", args: ["/x"], fit });
  const printing = (stdout: string): Partial<Host> => ({
    run: async () => ({ code: 0, signal: null, stdout, stderr: "" }),
  });

  test("is found by all items of the same words", async () => {
    const { minute, stored } = setUp(printing("a 1\n"));
    minute.setWork(workOf({ x: script(), y: script([rule(1, { op: ">", value: 5 })]) }));
    await minute.round();
    expect(stored).toEqual([[HOST, { x: 0, y: 0, "x.a": 1, "y.a": 1 }]]);
  });

  test.each(["updateFound", "update"] as const)(
    "and cannot be taken over for a bug (%s) is an error of its item, said once, and costs no other one its value",
    async (method) => {
      const { minute, states, stored, events, said } = setUp(printing("a 1\n"));
      minute.setWork(workOf({ up: item(), x: script() }));
      const real = states[method].bind(states) as (...args: unknown[]) => unknown;
      Object.assign(states, {
        [method]: (...args: unknown[]) => {
          const [{ name }, result] = [args[0] as { name: string }, args.at(method === "update" ? 2 : 1) as object];
          if (name === "x" && !("error" in result)) throw new Error("oops");
          return real(...args);
        },
      });
      for (let i = 0; i < 3; i++) await minute.round();
      const each: Record<string, number> = { up: 1000, ...(method === "update" ? { "x.a": 1 } : {}) };
      expect(stored).toEqual([1, 2, 3].map(() => [HOST, each]));
      expect(states.report()[HOST]?.x).toMatchObject({ level: "dead", error: "the probe is broken: oops" });
      expect(events.map(({ item: name, level }) => `${name} ${level}`)).toEqual(["x dead"]);
      expect(said).toEqual([`${HOST} x: the probe is broken: oops`]);
    },
  );
});

test("how late a round is stored is told from when it was due, and waits for nothing slow", async () => {
  const { minute, open, clock, stored } = setUp();
  minute.setWork(workOf({ a: item(), root: disk("/") }));
  clock.pass(7);
  const round = minute.round(2000);
  await Bun.sleep(310);
  clock.pass(30);
  open[0]?.(SIZE);
  await round;
  expect([stored.length, minute.stored_ms]).toEqual([2, 5000]);
});
