// What a command of the command line declares. Usage, help and parsing derive from it.

import type { Settings } from "../config/load.ts";
import type { LogLevel } from "../core/loglevel.ts";

/** The options that every command takes [seed]. */
export interface GlobalOptions {
  verbosity?: LogLevel;
  /** -t: test config and work, and exit. */
  testConfig: boolean;
  /** -i: stay in the foreground. */
  interactive: boolean;
  /** -c FILE */
  conf?: string;
  /** --test: the second instance's ports and directories. */
  test: boolean;
}

export interface CliOption {
  /** One letter, if it has one. */
  short?: string;
  /** The name of its value; absent for a switch. */
  value?: string;
  doc: string;
  /** Not shown: for dmon's own use. */
  hidden?: boolean;
}

export interface CliContext {
  global: GlobalOptions;
  options: Readonly<Record<string, string | boolean | undefined>>;
  args: readonly string[];
  /** What was asked for. */
  out: (text: string) => void;
  /** What came of it; -q and -s leave it out, and the exit code tells. */
  say: (text: string) => void;
  err: (text: string) => void;
  /** Reads dmon.conf as the global options say; says its warnings. */
  settings: () => Promise<Settings>;
  /** Only where the running daemon's files are; with a dmon.conf that is wrong, which is said, a good guess. */
  rundir: () => Promise<{ dir: string; guessed: boolean }>;
}

export interface CliCommand {
  name: string;
  /** What stands behind the name, as shown: `HOST[:PORT] COMMAND…`. */
  args: string;
  /** The least and the largest number of words. */
  count: readonly [number, number];
  /** Words from the second on are taken as they are, also when they begin with a dash. */
  verbatim?: boolean;
  doc: string;
  /** Further lines of help: examples, files, exit codes. */
  more?: string;
  options?: Readonly<Record<string, CliOption>>;
  /** What is no option though other programs have it, and what to do. */
  notOptions?: Readonly<Record<string, string>>;
  /** Returns the exit code. */
  run(context: CliContext): Promise<number>;
}

export function defineCli(command: CliCommand): CliCommand {
  return command;
}

/** How a command is written: `dmon mk-work [-f] [-w WORK]`. */
export function usageOf({ name, args, options = {} }: CliCommand): string {
  const shown = Object.entries(options)
    .filter(([, { hidden }]) => !hidden)
    .map(([option, { short, value }]) => `[${short ? `-${short}` : `--${option}`}${value ? ` ${value}` : ""}]`);
  return ["dmon", name, ...shown, args].join(" ").trimEnd();
}

/** The command line itself was wrong: exit 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
