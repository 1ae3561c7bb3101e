import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { defaultDirectories } from "../../src/config/directories.ts";
import type { Conf } from "../../src/config/keys.ts";
import { parseConf, rundirIn } from "../../src/config/parse.ts";
import { formatAll, SourceError } from "../../src/core/diagnostic.ts";
import { expectGolden } from "./golden.ts";

const DIRS = defaultDirectories(0, {});
const parse = (text: string): Conf => parseConf("dmon.conf", text, DIRS);

function errorsOf(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.diagnostics.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
  }
}

test("the least config: the rest is the original's defaults", () => {
  expect(parse("server dmon.example.org\n")).toMatchObject({
    server: "dmon.example.org",
    hostname: undefined,
    PORT: 22_007,
    ival_make_state: 60,
    ival_send_report: 300,
    ival_check_work: 600,
    ival_keep_events: 4 * 7 * 86_400,
    loglvl: "Terse",
    rotate: { keep: 8, ival_s: 86_400 },
    bindir: "/usr/sbin",
    logdir: "/var/log/dmon",
    vardir: "/var/dmon",
    rundir: "/var/run/dmon",
    lckdir: "/var/lock/subsys",
    http_listen: { address: "127.0.0.1", port: 22_080 },
    page_login: false,
  });
});

test("comments, blank lines, tabs, CRLF and glued lines", () => {
  const text = "# c\r\n\r\nserver\r\n\tdmon.example.org\r\n# c\r\nrotate 3\r\n  2d\r\nhistory 1m 2d,\r\n 10m 2w\r\n";
  expect(parse(text)).toMatchObject({
    server: "dmon.example.org",
    rotate: { keep: 3, ival_s: 172_800 },
    history: [
      { bucket_s: 60, keep_s: 172_800 },
      { bucket_s: 600, keep_s: 1_209_600 },
    ],
  });
});

describe("where the daemon is, in a config that is wrong", () => {
  test.each<[string, string | undefined]>([
    ["sever mars\nrundir /run/x\n", "/run/x"],
    ["sever mars\nPORT x\n", "/var/run/dmon"],
    ["server mars\nrundri /run/x\n", undefined],
    ["server mars\nrdir /run/x\n", undefined],
    ["server mars\nrundir run/x\n", undefined],
    ["server mars\nrundir\n", undefined],
    ["server mars\nrundir /a\nrundir /b\n", undefined],
    ['server mars\nrundir "/run/x\n', undefined],
    [" rundir /run/x\n", undefined],
  ])("%j", (text, wanted) => expect(rundirIn("dmon.conf", text, DIRS)).toBe(wanted));
});

describe("errors", () => {
  test("all are listed, each with its place and what would be right", () => {
    const bad = [
      "sever dmon.example.org",
      "PORT 99999",
      "loglvl Chatty",
      "ival_make_state",
      "logdir",
      "  var/log",
      "rotate 8 1d",
      "rotate 9 1d",
      "http_listen example.org:80",
      'plot_url "/plot',
      "history 1m 2d, 7m 2w, 10m 4w",
      "\tpage_login maybe # why not",
      "listen 10.0.0.1 10.0.0.256",
      "ival_send_report 5w",
    ].join("\n");
    expect.assertions(2);
    try {
      parse(bad);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      expect(error.diagnostics.length).toBeGreaterThanOrEqual(12);
      expectGolden("conf-errors.txt", `${formatAll(error.diagnostics, () => "[error] dmon: ")}\n`);
    }
  });

  test.each([
    ["history 1m 2d, 7m 2w, 10m 4w", "10m 4w"],
    ["history 1m 2w,10m 2d, 1h 5w", "10m 2d"],
    ["history 1m 2d,", "1m 2d,"], // the pair that is missing has no place
    ["history 1m 2d, 10m", "10m"],
    ["history 1m 2d,\n  10m 2w, 1h 1w", "1h 1w"],
    ["history 1m  2d, 10m   2w 3w", "10m   2w 3w"],
  ])("of %j only the pair is marked that is wrong", (line, marked) => {
    try {
      parse(`server dmon.example.org\n${line}`);
      throw new Error("it was taken");
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const [place] = error.diagnostics.map((diagnostic) => diagnostic.place);
      expect(place?.text.slice(place.column - 1, place.column - 1 + place.length)).toBe(marked);
    }
  });

  test.each<[string, string, string[]]>([
    ["no server", "PORT 22007", ["1:1 the key server is missing"]],
    ["nothing at all", "", ["1:1 the key server is missing"]],
    ["no server, and more", "PORT 0", ["1:1 the key server is missing", '1:6 PORT: "0" is no such port']],
    ["a mistyped server is said once", "sever x", ['1:1 unknown key "sever"']],
    ["a bad server is said once", "server a_b-", ['1:8 server: "a_b-" is no host name']],
    ["given twice", "server a\nserver b", ["2:1 server is given twice"]],
    ["no value", "server", ["1:1 server has no value"]],
    ["too many words", "server a b", ['1:8 server: "a b" is no host name']],
    ["what every object has is no key", "server a\nconstructor 5", ['2:1 unknown key "constructor"']],
    ["nor is that", "server a\n__proto__ 5", ['2:1 unknown key "__proto__"']],
    ["the wrong case", "server a\nport 5", ['2:1 unknown key "port"']],
  ])("%s", (_, text, wanted) => {
    expect(errorsOf(text)).toEqual(wanted);
  });

  test("an unknown key names the nearest", () => {
    expect(() => parse("server a\nloglevel Terse")).toThrow('did you mean "loglvl"?');
    expect(() => parse("server a\nport 5")).toThrow('did you mean "PORT"?');
    expect(() => parse("server a\nquite_else 5")).toThrow("lists all keys");
  });

  test("the caret of a value of many words is below all of them", () => {
    try {
      parse("server a\nrotate  many years");
    } catch (error) {
      const [first] = (error as SourceError).diagnostics;
      expect([first?.place.column, first?.place.length]).toEqual([9, 10]);
    }
    expect.assertions(1);
  });

  test("no text throws anything else", () => {
    const word = fc.constantFrom(
      "server",
      "a.b",
      "PORT",
      "5",
      "history",
      "1m",
      "2d,",
      '"',
      "\n",
      "\n  ",
      "#",
      "rotate",
      "0",
      "\0",
      "-",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(word, { maxLength: 30 }).map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(text, (each) => {
        try {
          parse(each);
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
