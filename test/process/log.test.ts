import { afterEach, beforeEach, describe, expect, setSystemTime, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { LOG_LEVELS } from "../../src/core/loglevel.ts";
import { Log, type LogOptions } from "../../src/process/log.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-log-`);
});
afterEach(() => {
  setSystemTime();
  rmSync(dir, { recursive: true, force: true });
});

const open = (more: Partial<LogOptions> = {}) => new Log({ dir, level: "Terse", keep: 3, ival_s: 86_400, ...more });
const text = (n = 0) => readFileSync(n === 0 ? `${dir}/dmon.log` : `${dir}/dmon.log.${n}`, "utf8");
/** Lines without their times. */
const lines = (n = 0) =>
  text(n)
    .split("\n")
    .slice(0, -1)
    .map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, ""));
const later = (days: number) => setSystemTime(new Date(Date.now() + days * 86_400_000));

describe("lines", () => {
  test("have a time, and end", () => {
    open().quiet("hello");
    expect(text()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d hello\n$/);
  });

  test.each(LOG_LEVELS.map((level, i) => [level, i] as const))(
    "at level %s those of it and before it",
    (level, index) => {
      const log = open({ level });
      for (const each of LOG_LEVELS) if (each !== "Silent") log.write(each, each);
      expect(existsSync(log.file) ? lines() : []).toEqual(LOG_LEVELS.slice(1, index + 1));
    },
  );

  test.each<[string, string, string[]]>([
    ["a newline begins no entry", "bad\n2026-01-01 00:00:00 forged", ["bad", "    2026-01-01 00:00:00 forged"]],
    ["a carriage return", "bad\r2026-01-01 00:00:00 forged", ["bad?2026-01-01 00:00:00 forged"]],
    ["what a terminal obeys", "\x1b[2J\x07\x9b31m\x7f", ["?[2J??31m?"]],
    ["NUL", "a\0b", ["a?b"]],
    ["tabs", "a\tb", ["a b"]],
    ["any script", "größe 主机 🙂", ["größe 主机 🙂"]],
  ])("%s", (_, said, wanted) => {
    open().quiet(said);
    const [first = "", ...rest] = text().split("\n");
    expect([first.slice(20), ...rest.slice(0, -1)]).toEqual(wanted);
  });

  test("are shown in the foreground too", () => {
    const echoed: string[] = [];
    const log = open({ echo: (line) => echoed.push(line) });
    log.quiet("a");
    log.debug("not asked for");
    expect(echoed.join("")).toBe(text());
  });

  test("the level may change while it runs", () => {
    const log = open();
    log.verbose("a");
    log.configure({ level: "Verbose", keep: 3, ival_s: 86_400 });
    log.verbose("b");
    expect(log.level).toBe("Verbose");
    expect(lines()).toEqual(["b"]);
  });
});

test("what only Trace shows is made only for Trace", () => {
  let made = 0;
  for (const level of ["Debug", "Trace"] as const) open({ level }).trace(() => `made ${++made}`);
  expect(lines()).toEqual(["made 1"]);
});

describe("rotation", () => {
  test("by age, keeping so many", () => {
    const log = open();
    for (const day of ["a", "b", "c", "d", "e", "f"]) {
      log.quiet(day);
      later(1.1);
    }
    expect([lines(), lines(1), lines(2), lines(3)]).toEqual([["f"], ["e"], ["d"], ["c"]]);
    expect(readdirSync(dir)).toHaveLength(4);
  });

  test("not before its time, nor at a restart", () => {
    open().quiet("a");
    later(0.9);
    open().quiet("b");
    expect(lines()).toEqual(["a", "b"]);
  });

  test("by size", () => {
    open().quiet("a");
    truncateSync(`${dir}/dmon.log`, 17 * 2 ** 20);
    open().quiet("b");
    expect(lines()).toEqual(["b"]);
    expect(readdirSync(dir).sort()).toEqual(["dmon.log", "dmon.log.1"]);
  });

  test("keeping none, the old one goes", () => {
    const log = open({ keep: 0 });
    log.quiet("a");
    later(1.1);
    log.quiet("b");
    expect(lines()).toEqual(["b"]);
    expect(readdirSync(dir)).toEqual(["dmon.log"]);
  });

  test("keeping fewer than before, the others go", () => {
    for (let n = 1; n <= 6; n++) writeFileSync(`${dir}/dmon.log.${n}`, `${n}\n`);
    const log = open({ keep: 2 });
    log.quiet("a");
    later(1.1);
    log.quiet("b");
    expect(readdirSync(dir).sort()).toEqual(["dmon.log", "dmon.log.1", "dmon.log.2"]);
  });

  test("an empty log is not put aside", () => {
    writeFileSync(`${dir}/dmon.log`, "");
    later(5);
    open().quiet("a");
    expect(readdirSync(dir)).toEqual(["dmon.log"]);
  });

  test("a clock that goes back rotates nothing", () => {
    const log = open();
    log.quiet("a");
    later(-400);
    log.quiet("b");
    expect(readdirSync(dir)).toEqual(["dmon.log"]);
  });
});

describe("a log that cannot be written", () => {
  test("on a full disk says nothing", () => {
    symlinkSync("/dev/full", `${dir}/dmon.log`);
    const log = open();
    for (let i = 0; i < 3; i++) log.quiet("a");
  });

  test("goes on when there is room again", () => {
    symlinkSync("/dev/full", `${dir}/dmon.log`);
    const log = open();
    log.quiet("a");
    rmSync(`${dir}/dmon.log`);
    log.quiet("b");
    expect(lines()).toEqual(["b"]);
  });

  test("whose directory went away stops nobody", () => {
    const log = open();
    rmSync(dir, { recursive: true });
    log.quiet("a");
    mkdirSync(dir);
    log.quiet("b");
    expect(lines()).toEqual(["b"]);
  });

  test("at the start is an error", () => {
    writeFileSync(`${dir}/f`, "");
    expect(() => open({ dir: `${dir}/f` })).toThrow();
  });
});
