// Chooses the command, catches what went wrong, and says it in one line.

import { FileError, findRundir, loadSettings, readText } from "../config/load.ts";
import { type Diagnostic, didYouMean, formatAll, SourceError } from "../core/diagnostic.ts";
import { COMMIT, TARGET, VERSION } from "../version.ts";
import { type CliCommand, type CliContext, UsageError, usageOf } from "./command.ts";
import { parseCommandLine, refuseDash, splitCommand } from "./parse.ts";

type Commands = Readonly<Record<string, () => Promise<{ default: CliCommand }>>>;

/** What a message on stderr begins with [seed]. */
const PREFIX = "dmon: ";

/** What hands type that know other programs. */
const SYNONYMS: Readonly<Record<string, string>> = {
  acknowledge: "dmon ack",
  help: "dmon -h",
  restart: "dmon stop; dmon start",
  silence: "dmon downtime, or dmon ack",
  status: "dmon state",
  unack: "dmon ack --undo",
  unacknowledge: "dmon ack --undo",
  version: "dmon --version",
};

/** Runs a command line; returns the exit code: 0 done, 1 failed, 2 wrong usage or config. `own` are those that no help shows. */
export async function main(argv: readonly string[], commands: Commands, own: Commands = {}): Promise<number> {
  const out = (text: string) => void process.stdout.write(text);
  const err = (text: string) => void process.stderr.write(text);
  try {
    const [first = ""] = argv;
    return await choose(argv, Object.hasOwn(own, first) ? own : commands, out, err);
  } catch (error) {
    return report(error, err);
  }
}

async function choose(
  argv: readonly string[],
  commands: Commands,
  out: CliContext["out"],
  err: CliContext["err"],
): Promise<number> {
  const { name, rest } = splitCommand(argv);
  if (name !== undefined) refuseDash(name);
  const helpWanted = argv.includes("-h") || argv.includes("--help");
  if (name === undefined || (helpWanted && !Object.hasOwn(commands, name))) {
    const parsed = parseCommandLine(rest, undefined);
    if (parsed.version) {
      out(`dmon-${VERSION} (${COMMIT}, ${TARGET}, bun ${Bun.version})\n`);
      return 0;
    }
    if (parsed.help) return help(name, commands, out);
    // `dmon -i` and `dmon -t` are about the daemon; dmon alone has nothing to do.
    if (parsed.global.interactive || parsed.global.testConfig) return choose(["start", ...argv], commands, out, err);
    throw new UsageError("no command; `dmon start` starts the monitor, `dmon -h` shows all");
  }
  if (Object.hasOwn(SYNONYMS, name)) throw new UsageError(`there is no command "${name}"; use: ${SYNONYMS[name]}`);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    throw new UsageError(
      `unknown command "${name}"; ${didYouMean(name, Object.keys(commands)) ?? "`dmon -h` shows all"}`,
    );
  }
  const command = (await load()).default;
  const parsed = parseCommandLine(rest, command);
  if (parsed.help) {
    const { commandHelp } = await import("./help.ts");
    out(commandHelp(command));
    return 0;
  }
  if (parsed.global.testConfig && name !== "start") {
    throw new UsageError(`-t tests config and work; it goes alone or with start, not with ${name}`);
  }
  const [least, most] = command.count;
  if (parsed.args.length < least || parsed.args.length > most) {
    const problem = parsed.args.length < least ? "too few words" : `"${parsed.args[most]}" is too much`;
    throw new UsageError(`${problem}; usage: ${usageOf(command)}`);
  }
  const { global, options, args } = parsed;
  const where = { ...(global.conf ? { file: global.conf } : {}), test: global.test };
  const settings = async () => {
    const loaded = await loadSettings(where).catch(async (error) => {
      throw await asWrongFile(error);
    });
    if (loaded.warnings.length > 0 && !options.detached) err(`${formatAll(loaded.warnings, label)}\n`);
    return loaded;
  };
  const rundir = async () => {
    const { rundir: found, problem } = await findRundir(where);
    if (problem) err(`${formatAll(problem.diagnostics, label)}\n`);
    return { dir: found, guessed: problem !== undefined };
  };
  const quiet = global.verbosity === "Quiet" || global.verbosity === "Silent";
  const say = quiet ? () => undefined : out;
  return command.run({ global, options, args, out, say, err, settings, rundir });
}

/** For who gives a work.conf to -c: one error that says so, in place of one for each line. */
async function asWrongFile(error: unknown): Promise<unknown> {
  const file = error instanceof SourceError ? error.diagnostics[0]?.place.file : undefined;
  if (file === undefined) return error;
  const { looksLikeWork } = await import("./file-kind.ts");
  if (!looksLikeWork(readText(file))) return error;
  return new UsageError(`${file} is a work.conf; -c names dmon.conf, -w the work-config`);
}

async function help(topic: string | undefined, commands: Commands, out: CliContext["out"]): Promise<number> {
  const { mainHelp } = await import("./help.ts");
  if (topic === undefined) {
    const all = await Promise.all(Object.values(commands).map(async (load) => (await load()).default));
    out(mainHelp(all));
    return 0;
  }
  const { topicHelp } = await import("./topics.ts");
  const text = topicHelp(topic);
  if (text === undefined) {
    throw new UsageError(
      `there is no help on "${topic}"; ${didYouMean(topic, [...Object.keys(commands), "conf", "work"]) ?? "`dmon -h` shows all"}`,
    );
  }
  out(text);
  return 0;
}

function report(error: unknown, err: CliContext["err"]): number {
  if (error instanceof SourceError) {
    err(`${formatAll(error.diagnostics, label)}\n`);
    return 2;
  }
  if (error instanceof UsageError || error instanceof FileError) {
    err(`[error] ${PREFIX}${error.message}\n`);
    return 2;
  }
  err(`[error] ${PREFIX}${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.DMON_STACK) err(`${(error as Error).stack}\n`);
  return 1;
}

/** `[error] dmon: ` or `[warning] dmon: ` */
export function label({ severity }: Diagnostic): string {
  return `[${severity}] ${PREFIX}`;
}
