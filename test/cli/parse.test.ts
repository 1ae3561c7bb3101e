import { describe, expect, test } from "bun:test";
import { type CliCommand, UsageError } from "../../src/cli/command.ts";
import { parseCommandLine, splitCommand } from "../../src/cli/parse.ts";

const words = (text: string) => (text === "" ? [] : text.split(" "));

test.each<[string, string | undefined, string]>([
  ["", undefined, ""],
  ["start", "start", ""],
  ["-i start", "start", "-i"],
  ["start -i", "start", "-i"],
  ["-c dmon.conf start", "start", "-c dmon.conf"],
  ["-c start start", "start", "-c start"],
  ["--config start stop", "stop", "--config start"],
  ["--config=x stop", "stop", "--config=x"],
  ["-vc dmon.conf start", "start", "-vc dmon.conf"],
  ["-v -q state", "state", "-v -q"],
  ["send mars PING", "send", "mars PING"],
  ["-c", undefined, "-c"],
  ["-h", undefined, "-h"],
  ["mk-work -w work.conf -f", "mk-work", "-w work.conf -f"],
])("splitCommand %j", (argv, name, rest) => {
  expect(splitCommand(words(argv))).toEqual({ ...(name ? { name } : {}), rest: words(rest) });
});

const command = (more: Partial<CliCommand> = {}): CliCommand => ({
  name: "test",
  args: "",
  count: [0, 9],
  doc: "",
  options: {
    force: { short: "f", doc: "" },
    work: { short: "w", value: "WORK", doc: "" },
    points: { value: "N", doc: "" },
  },
  run: () => Promise.resolve(0),
  ...more,
});
const parse = (argv: string, more?: Partial<CliCommand>) => parseCommandLine(words(argv), command(more));

describe("the options of dmon", () => {
  test.each<[string, string | undefined]>([
    ["", undefined],
    ["-s", "Silent"],
    ["-q", "Quiet"],
    ["-v", "Verbose"],
    ["-d", "Debug"],
    ["-T", "Trace"],
    ["-v -d", "Debug"],
    ["-T -q", "Trace"],
    ["-sv", "Verbose"],
    ["--verbose", "Verbose"],
  ])("%j: verbosity %p", (argv, verbosity) => {
    expect(parse(argv).global.verbosity).toBe(verbosity as never);
  });

  test("--test is the second instance, but for a command that has such an option: there it is when written twice", () => {
    const own = { options: { test: { doc: "" } } };
    const isSecond = (argv: string, more = {}) => parse(argv, more).global.test;
    expect([isSecond("--test x"), isSecond("x")]).toEqual([true, false]);
    expect([isSecond("--test x", own), isSecond("--test x --test", own), isSecond("x", own)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(parse("--test x", own).options.test).toBe(true);
  });

  test("before and behind the words", () => {
    for (const argv of ["-t -i -c x.conf --test a b", "a b -t -i -c x.conf --test", "a -ti --config=x.conf b --test"]) {
      const { global, args } = parse(argv);
      expect(global).toEqual({ testConfig: true, interactive: true, conf: "x.conf", test: true });
      expect(args).toEqual(["a", "b"]);
    }
  });

  test("help and version", () => {
    expect(parse("-h")).toMatchObject({ help: true, version: false });
    expect(parse("a --help")).toMatchObject({ help: true, args: ["a"] });
    expect(parse("--version").version).toBe(true);
  });

  test("are there without a command", () => {
    expect(parseCommandLine(["-v", "-t"], undefined)).toMatchObject({
      global: { verbosity: "Verbose", testConfig: true },
      args: [],
    });
  });
});

describe("a command's own options", () => {
  test.each<[string, object]>([
    ["-f", { force: true }],
    ["--force", { force: true }],
    ["-w x -f", { force: true, work: "x" }],
    ["--work=x", { work: "x" }],
    ["--points 20", { points: "20" }],
    ["", { force: undefined, work: undefined, points: undefined }],
  ])("%j", (argv, options) => {
    expect(parse(argv).options).toMatchObject(options);
  });

  test("behind -- everything is a word", () => {
    expect(parse("-f -- -x --force").args).toEqual(["-x", "--force"]);
  });
});

describe("words for somebody else (verbatim)", () => {
  test.each<[string, string[], object]>([
    ["mars PING", ["mars", "PING"], {}],
    ["mars HIST -36h..now", ["mars", "HIST", "-36h..now"], {}],
    ["-v mars HIST -36h..now -v", ["mars", "HIST", "-36h..now", "-v"], { verbosity: "Verbose" }],
    ["-c x.conf mars --help", ["mars", "--help"], { conf: "x.conf" }],
    ["-vc x.conf mars --help", ["mars", "--help"], { conf: "x.conf", verbosity: "Verbose" }],
    ["-- mars -x", ["mars", "-x"], {}],
  ])("%j", (argv, args, global) => {
    const parsed = parse(argv, { verbatim: true });
    expect(parsed.args).toEqual(args);
    expect(parsed.global).toMatchObject(global);
    expect(parsed.help).toBe(false);
  });
});

describe("what is wrong is a UsageError that helps", () => {
  test.each([
    ["--forec", 'unknown option --forec; did you mean "--force"?'],
    ["--verbos", 'unknown option --verbos; did you mean "--verbose"?'],
    ["--nothing-like-it", "unknown option --nothing-like-it; -h shows all"],
    ["-x", "unknown option -x; -h shows all"],
    ["-fx", "unknown option -x; -h shows all"],
    ["-c", "--config needs a value: --config FILE"],
    ["-c -v start", "Option '-c' argument is ambiguous"],
    ["-force", "unknown option -force; write --force"],
    ["--work a --work b", "--work is given twice; one at a time"],
    ["--work", "--work needs a value: --work WORK"],
    ["--force=1", "--force takes no value; write --force"],
  ])("%j", (argv, message) => {
    expect(() => parse(argv)).toThrow(new UsageError(message));
  });
});
