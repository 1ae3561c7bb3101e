// argv -> command, options, words. node:util's parseArgs does the work; here it gets dmon's options and better errors.

import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../core/diagnostic.ts";
import type { LogLevel } from "../core/loglevel.ts";
import { type CliCommand, type CliOption, type GlobalOptions, UsageError } from "./command.ts";

/** The options that come before or behind every command. */
export const GLOBAL_OPTIONS: Readonly<Record<string, CliOption>> = {
  silent: { short: "s", doc: "be silent" },
  quiet: { short: "q", doc: "be quiet; only errors" },
  verbose: { short: "v", doc: "be verbose; show all actions" },
  debug: { short: "d", doc: "show debug info (implies -v)" },
  trace: { short: "T", doc: "show all debug info (implies -d)" },
  help: { short: "h", doc: "show help and exit" },
  "test-config": { short: "t", doc: "test config and work and exit; with -v show what they say" },
  interactive: { short: "i", doc: "stay in the foreground" },
  config: { short: "c", value: "FILE", doc: "use this config; default ./dmon.conf, /etc/dmon/conf" },
  version: { doc: "show the version and exit" },
  test: { doc: "use ports 23007 and 23008, to run beside the real dmon" },
};

/** The first word that is no option, with what is left of argv; `-c FILE` has a word of its own. */
export function splitCommand(argv: readonly string[]): { name?: string; rest: string[] } {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (takesWord(word)) i++;
    else if (!word.startsWith("-")) return { name: word, rest: [...argv.slice(0, i), ...argv.slice(i + 1)] };
  }
  return { rest: [...argv] };
}

/** `-c FILE`, also as the last of several letters: `-vc FILE`. */
function takesWord(word: string | undefined): boolean {
  return word !== undefined && (word === "--config" || /^-[A-Za-z]*c$/.test(word));
}

export interface Parsed {
  global: GlobalOptions;
  help: boolean;
  version: boolean;
  options: Record<string, string | boolean | undefined>;
  args: string[];
}

/** Parses argv without the command's own name. Throws UsageError. */
export function parseCommandLine(argv: readonly string[], command: CliCommand | undefined): Parsed {
  const declared: Record<string, CliOption> = { ...GLOBAL_OPTIONS, ...command?.options };
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { short, value }] of Object.entries(declared)) {
    options[name] = { type: value ? "string" : "boolean", ...(short ? { short } : {}) };
  }
  if (!command?.verbatim) {
    for (const word of argv) refuseDash(word);
    refuseShort(argv, declared);
  }
  const given = command?.verbatim ? protect(argv, options) : argv;
  const { values, positionals, tokens } = parse(given, options, declared, command?.notOptions ?? {});
  const flag = (name: string) => values[name] === true;
  const own = Object.fromEntries(
    Object.keys(command?.options ?? {}).map((name) => [name, values[name] as string | boolean | undefined]),
  );
  const verbosity = verbosityOf(flag);
  return {
    global: {
      ...(verbosity ? { verbosity } : {}),
      testConfig: flag("test-config"),
      interactive: flag("interactive"),
      ...(typeof values.config === "string" ? { conf: values.config } : {}),
      test: isSecondInstance(command, tokens),
    },
    help: flag("help"),
    version: flag("version"),
    options: own,
    args: positionals,
  };
}

/** `dmon alert --test` is that command's own option; written twice it is dmon's as well. */
function isSecondInstance(
  command: CliCommand | undefined,
  tokens: readonly { kind: string; name?: string }[],
): boolean {
  const given = tokens.filter(({ kind, name }) => kind === "option" && name === "test").length;
  return given > (Object.hasOwn(command?.options ?? {}, "test") ? 1 : 0);
}

function parse(
  argv: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
  declared: Record<string, CliOption>,
  notOptions: Readonly<Record<string, string>>,
) {
  try {
    const parsed = parseArgs({
      args: joinValues(argv, options),
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
    refuseTwice(parsed.tokens);
    return parsed;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const unknown = /Unknown option '(-{0,2})([^']+)'/.exec(message);
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && unknown) {
      const [, dashes = "-", name = ""] = unknown;
      const near = dashes === "--" ? nearest(name, Object.keys(declared)) : undefined;
      const other = Object.hasOwn(notOptions, name) ? notOptions[name] : undefined;
      const hint = other ?? (near ? `did you mean "--${near}"?` : "-h shows all");
      throw new UsageError(`unknown option ${dashes || "-"}${name}; ${hint}`);
    }
    const [, without] = /--([a-z-]+)' does not take an argument/.exec(message) ?? [];
    if (without !== undefined) throw new UsageError(`--${without} takes no value; write --${without}`);
    const valueless = /--([a-z-]+) <value>' argument missing/.exec(message)?.[1];
    if (valueless !== undefined) {
      throw new UsageError(`--${valueless} needs a value: --${valueless} ${declared[valueless]?.value ?? "VALUE"}`);
    }
    throw new UsageError(message.split(/\.?\n|\. /)[0] ?? message);
  }
}

/** `--explain mars --explain db1`: of two values one would be lost. */
function refuseTwice(tokens: readonly { kind: string; name?: string; value?: string | undefined }[]): void {
  const given = new Map<string, string>();
  for (const { kind, name, value } of tokens) {
    if (kind !== "option" || name === undefined || value === undefined) continue;
    if ((given.get(name) ?? value) !== value) throw new UsageError(`--${name} is given twice; one at a time`);
    given.set(name, value);
  }
}

/** Word processors make one long dash of two hyphens, or of one. */
export function refuseDash(word: string): void {
  const [, dash, name = ""] = /^([\u2010-\u2015\u2212])(.*)$/.exec(word) ?? [];
  if (dash === undefined) return;
  const plain = `${name.length > 1 ? "--" : "-"}${name.replace(/^-/, "")}`;
  throw new UsageError(`"${word}" begins with a dash of print; write ${plain}`);
}

/** `-list`, which would be -l, -i, -s and -t. */
function refuseShort(argv: readonly string[], declared: Readonly<Record<string, CliOption>>): void {
  const end = argv.indexOf("--");
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const name = /^-([a-z][a-z-]{2,})$/.exec(word)?.[1] ?? "";
    if (Object.hasOwn(declared, name)) throw new UsageError(`unknown option ${word}; write -${word}`);
  }
}

// `--ival -36h..now`: a value may begin with a dash when a digit follows; parseArgs wants `--ival=-36h..now`.
function joinValues(argv: readonly string[], options: NonNullable<ParseArgsConfig["options"]>): string[] {
  const joined: string[] = [];
  for (const word of argv) {
    const option = joined.at(-1) ?? "";
    const takesValue = option.startsWith("--") && options[option.slice(2)]?.type === "string";
    if (takesValue && /^-\d/.test(word)) joined[joined.length - 1] = `${option}=${word}`;
    else joined.push(word);
  }
  return joined;
}

// Behind the first plain word everything is meant for somebody else: `dmon send mars HIST -36h..now`.
function protect(argv: readonly string[], options: NonNullable<ParseArgsConfig["options"]>): string[] {
  const isValue = (before = "") =>
    takesWord(before) || (before.startsWith("--") && options[before.slice(2)]?.type === "string");
  const first = argv.findIndex((word, i) => !word.startsWith("-") && !isValue(argv[i - 1]));
  return first < 0 || argv.includes("--") ? [...argv] : [...argv.slice(0, first), "--", ...argv.slice(first)];
}

function verbosityOf(flag: (name: string) => boolean): LogLevel | undefined {
  if (flag("trace")) return "Trace";
  if (flag("debug")) return "Debug";
  if (flag("verbose")) return "Verbose";
  if (flag("quiet")) return "Quiet";
  return flag("silent") ? "Silent" : undefined;
}
