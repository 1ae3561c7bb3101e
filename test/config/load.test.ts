import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { FileError, findRundir, loadSettings, readText } from "../../src/config/load.ts";
import { SourceError } from "../../src/core/diagnostic.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-load-`);
});
afterAll(() => rmSync(dir, { recursive: true }));

function conf(text: string): string {
  writeFileSync(`${dir}/dmon.conf`, text);
  return `${dir}/dmon.conf`;
}

// Names under .invalid are never there (RFC 6761), so that no resolver is asked for long.
const LEAST = "server mars.invalid\nhostname mars.invalid\n";

describe("loadSettings", () => {
  test("names, file and directories", async () => {
    const file = conf(`${LEAST}rundir /run/x\nlogdir /log/x\nPORT 1234\n`);
    const settings = await loadSettings({ file });
    expect(settings).toMatchObject({ file, hostname: "mars.invalid", server: "mars.invalid" });
    expect(settings.conf).toMatchObject({ PORT: 1234, rundir: "/run/x", logdir: "/log/x" });
  });

  test("names as they were written, for who calls us by them", async () => {
    const text = "server dmon.invalid\nhostname mars\ndomain invalid\nhttp_names Monitor.Example.Org wiki\n";
    const { aliases } = await loadSettings({ file: conf(text) });
    expect(aliases).toEqual(["mars.invalid", "dmon.invalid", "monitor.example.org", "wiki"]);
  });

  test("--test has ports and directories of its own", async () => {
    const { conf: each } = await loadSettings({
      file: conf(`${LEAST}rundir /run/x\nlogdir /log/x\nPORT 1234\n`),
      test: true,
    });
    expect(each).toMatchObject({ PORT: 23_007, rundir: "/run/x/test", logdir: "/log/x/test" });
    expect(each.http_listen?.port).toBe(23_080);
  });

  test("a file that is not there says so", () => {
    expect(loadSettings({ file: `${dir}/none` })).rejects.toThrow(new FileError(`${dir}/none: no such file`));
  });

  test("a bad config throws all that is wrong", () => {
    expect(loadSettings({ file: conf("sever a\nPORT x\n") })).rejects.toBeInstanceOf(SourceError);
  });
});

describe("findRundir", () => {
  test("of a config that is right", async () =>
    expect(await findRundir({ file: conf(`${LEAST}rundir /run/x\n`) })).toEqual({
      rundir: "/run/x",
      file: `${dir}/dmon.conf`,
    }));
  test("of one that is wrong elsewhere, with what is wrong", async () =>
    expect(await findRundir({ file: conf("rundir /run/x\nPORT x\n"), test: true })).toMatchObject({
      rundir: "/run/x/test",
      problem: expect.any(SourceError),
    }));
  test("another daemon is never taken for the one that is meant", () =>
    expect(findRundir({ file: conf(`${LEAST}rundri /run/x\n`) })).rejects.toBeInstanceOf(SourceError));
});

test("readText names the reason", () => {
  expect(() => readText(dir)).toThrow(new FileError(`${dir}: is a directory`));
  expect(readText(conf("ä"))).toBe("ä");
});
