// The daemon's life in its process: lock, log, signals, reload, re-exec, stop.

import { accessSync, constants, existsSync, mkdirSync, readFileSync } from "node:fs";
import { loadSettings, namesFile, type Settings } from "../config/load.ts";
import { formatOneLine } from "../core/diagnostic.ts";
import type { LogLevel } from "../core/loglevel.ts";
import { writeFileAtomic } from "../process/files.ts";
import { leaveLock, takeLock } from "../process/lock.ts";
import { Log } from "../process/log.ts";
import { releaseMemory } from "../process/memory.ts";
import { reExecute, type Self } from "../process/reexec.ts";
import { COMMIT, TARGET, VERSION } from "../version.ts";
import { Daemon } from "./daemon.ts";
import { paths } from "./paths.ts";
import { StartError } from "./start-error.ts";

export interface RunOptions {
  settings: Settings;
  self: Self;
  test: boolean;
  /** Given on the command line, it outlives a reload. */
  verbosity?: LogLevel;
  /** The foreground: every line of the log goes here too. */
  echo?: (line: string) => void;
  /** Called once the daemon serves. */
  onReady(pagesUrl: string | undefined): void;
}

/** Runs until it is stopped; returns the exit code. Throws StartError when it cannot begin. */
export async function runDaemon(options: RunOptions): Promise<number> {
  const { settings, self, test } = options;
  const { conf } = settings;
  const { run } = paths(conf, test);
  const life = new Life(); // it listens for signals before anybody can know our pid
  if (!lockOrFail(run, conf.rundir)) throw new StartError(`another dmon runs already (lock ${run.lock})`);
  const log = openLog(options);
  log.terse(`dmon-${VERSION} (${COMMIT}, ${TARGET}) starts on ${settings.hostname}, pid ${process.pid}`);
  log.terse(settings.file ? `config ${settings.file}` : "no config: standing alone");
  await sayWarnings(settings, log);
  keepNames(settings, log);
  const clock = { now_s: () => Date.now() / 1000, mono_ms: () => performance.now() };
  const daemon = new Daemon({
    settings,
    test,
    log,
    clock,
    onStop: (why) => life.end("stop", why),
    onReload: async () => {
      const again = await reload(daemon, options, log);
      if (!again) return "reloaded";
      setTimeout(() => life.end("again", "reload"), ANSWER_FIRST_MS);
      return "reloaded; executing anew, for what changed can only be opened at a start";
    },
    onIdle: releaser(),
  });
  // One bad promise must not end the watch over a host; the log has its stack.
  process.on("unhandledRejection", (error) =>
    log.quiet(`a promise failed: ${(error as Error | undefined)?.stack ?? String(error)}`),
  );
  process.on("uncaughtException", (error) => log.quiet(`an error was not caught: ${error.stack ?? error}`));

  try {
    await daemon.start();
  } catch (error) {
    log.quiet(`cannot start: ${(error as Error).message}`);
    await daemon.stop("it could not start");
    throw error;
  }
  const unlessRefused = (wish: Promise<boolean>, why: string) =>
    wish.then(
      (again) => again && life.end("again", why),
      () => undefined, // the log has it
    );
  life.listen({
    SIGHUP: () => void unlessRefused(reload(daemon, options, log), "reload"),
    SIGUSR1: () => void unlessRefused(mayBecomeAnew(daemon, options, log), "SIGUSR1: executes itself anew"),
  });
  options.onReady(daemon.pagesUrl);
  await life.ended;
  await daemon.stop(life.why, life.next === "again");
  // Whoever asked us to stop meanwhile has the last word.
  if (life.next === "again") {
    await reExecute(self, () => life.next === "stop");
    if (life.next === "again") log.quiet("the system would not execute dmon anew");
  }
  leaveLock(run);
  return life.next === "again" ? 1 : 0;
}

/** A start while no resolver answers goes by what the last one said. */
function keepNames({ conf, names }: Settings, log: Log): void {
  if (!names || (names.own === names.hostname && names.wanted === names.server)) return;
  const file = namesFile(conf);
  const text = JSON.stringify(names);
  try {
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
    mkdirSync(conf.vardir, { recursive: true });
    writeFileAtomic(file, text);
  } catch (error) {
    log.quiet(`${file}: ${(error as Error).message}`);
  }
}

type Wish = "SIGHUP" | "SIGUSR1";

/** How the daemon ends: at the first wish, but a stop beats a re-exec, whenever it comes. */
class Life {
  next: "stop" | "again" = "again";
  why = "";
  readonly ended: Promise<void>;
  private readonly resolve: () => void;
  private wishes: Record<Wish, () => void> | undefined;
  private readonly early = new Set<Wish>();

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolve = resolve;
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => this.end("stop", signal));
    for (const wish of ["SIGHUP", "SIGUSR1"] as const) {
      process.on(wish, () => {
        if (this.wishes) this.wishes[wish]();
        else this.early.add(wish);
      });
    }
  }

  end(next: "stop" | "again", why: string): void {
    if (this.why === "" || next === "stop") this.why = why;
    if (next === "stop") this.next = "stop";
    this.resolve();
  }

  /** What HUP and USR1 do, once the daemon serves; those that came before do it now. */
  listen(wishes: Record<Wish, () => void>): void {
    this.wishes = wishes;
    for (const wish of this.early) wishes[wish]();
  }
}

/** The answer to a RELOAD goes out before the daemon becomes another. */
const ANSWER_FIRST_MS = 100;

/**
 * The start touches far more of the program than a minute does; so does a person who looks at pages, and so do all paths that are
 * rare, one after the other. After the third round, which is the last that is reported early, after the fifth, and then after
 * every fifth: each costs 30 ms of CPU in what has to be mapped again.
 */
const RELEASE_FIRST = 3;
const RELEASE_ROUNDS = 5;
const RELEASE_IVAL_MS_MIN = 100_000;
/** Later than the answers to what a round sent. */
const RELEASE_AFTER_MS = 2_000;

/** Gives back what the last minutes needed and the next minute does not. Returns what to call when a round is over. */
function releaser(): () => void {
  let released_ms = Number.NEGATIVE_INFINITY;
  let rounds = 0;
  return () => {
    rounds++;
    const due = rounds === RELEASE_FIRST || rounds % RELEASE_ROUNDS === 0;
    if (!due || performance.now() - released_ms < RELEASE_IVAL_MS_MIN) return;
    released_ms = performance.now();
    setTimeout(releaseMemory, RELEASE_AFTER_MS);
  };
}

function lockOrFail(run: ReturnType<typeof paths>["run"], rundir: string): boolean {
  try {
    return takeLock(run);
  } catch (error) {
    throw new StartError(`rundir ${rundir} cannot be used: ${(error as Error).message}`);
  }
}

function openLog({ settings: { conf }, verbosity, echo }: RunOptions): Log {
  try {
    return new Log({
      dir: conf.logdir,
      level: verbosity ?? conf.loglvl,
      keep: conf.rotate.keep,
      ival_s: conf.rotate.ival_s,
      ...(echo ? { echo } : {}),
    });
  } catch (error) {
    throw new StartError(`logdir ${conf.logdir} cannot be used: ${(error as Error).message}`);
  }
}

async function readSettings({ settings: { file }, test, verbosity }: RunOptions, log: Log): Promise<Settings> {
  const settings = await loadSettings({ ...(file ? { file } : {}), test });
  await sayWarnings(settings, log);
  if (verbosity) settings.conf.loglvl = verbosity;
  return settings;
}

/** What of the config has no effect, or cannot work. */
async function sayWarnings(settings: Settings, log: Log): Promise<void> {
  for (const warning of settings.warnings) log.quiet(`warning: ${formatOneLine(warning)}`);
  const { heartbeat } = settings.conf;
  if (settings.hostname !== settings.server && !heartbeat) return; // it sends nothing, and need not load what would
  const { settingsDoubts } = await import("../notify/doubts.ts");
  for (const { text } of settingsDoubts(settings)) log.quiet(`warning: ${text}`);
}

/** Takes the config in anew. True when only a re-exec can do it; a bad one is logged and thrown, and the old one stays. */
async function reload(daemon: Daemon, options: RunOptions, log: Log): Promise<boolean> {
  log.terse("reload");
  try {
    if (await daemon.reload(await readSettings(options, log))) {
      log.terse("reload ok");
      return false;
    }
    mustBeExecutable(options.self);
    log.terse("the new config needs a new start");
    return true;
  } catch (error) {
    log.quiet(`reload bad, the old config stays: ${(error as Error).message}`);
    throw error;
  }
}

/** True when a new start would not fail; what is in its way is logged and thrown, and the daemon goes on. */
async function mayBecomeAnew(daemon: Daemon, options: RunOptions, log: Log): Promise<boolean> {
  try {
    await daemon.rehearse(await readSettings(options, log));
    mustBeExecutable(options.self);
    return true;
  } catch (error) {
    log.quiet(`SIGUSR1: a new start would fail, so this one goes on: ${(error as Error).message}`);
    throw error;
  }
}

function mustBeExecutable({ file }: Self): void {
  accessSync(file, constants.X_OK);
}
