// dmon mk-work: from the work-config to each host's work-file [seed].

import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { readText } from "../config/load.ts";
import { formatAll, SourceError } from "../core/diagnostic.ts";
import { firstSentence } from "../core/text.ts";
import { rewriteFileAtomic, writeFileAtomic } from "../process/files.ts";
import { lockDirectory } from "../process/libc.ts";
import { stamp } from "../process/localtime.ts";
import { catalogue } from "../work/catalogue.ts";
import { compileWork, type Resolved, resolveWork } from "../work/compile.ts";
import { completions } from "../work/complete.ts";
import { WorkDiff } from "../work/diff.ts";
import { ExplainError, explain } from "../work/explain.ts";
import { formatWorkConf } from "../work/format.ts";
import { includedFiles } from "../work/include.ts";
import { finishInstall, InstallError, installChanges, notInstalled, planChanges } from "../work/install.ts";
import type { Site } from "../work/site.ts";
import { usage } from "../work/statement.ts";
import { statements } from "../work/statements/index.ts";
import { timeIn } from "../work/zones.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { looksLikeConf } from "./file-kind.ts";
import { table } from "./help.ts";
import { label } from "./main.ts";
import { reasonOf } from "./reason.ts";

/** Where a work-config is looked for [seed]. */
const WORK_FILES = ["work.conf", "/etc/dmon/work"] as const;

export default defineCli({
  name: "mk-work",
  args: "",
  count: [0, 1], // --complete takes a word or none
  doc: "Make each host's work-file from the work-config. Without -f it only shows what would change, host by host.",
  more: `An error in the work-config changes nothing. What changes is told in words: + and - items that come and go, ~ items that
change; hosts that change alike are told together. -v tells all, and which hosts do not change; -q only errors.
Invoked as mk-dmon-work, dmon is mk-work.

Statements of the work-config (\`dmon -h work\` tells all of them):
${table(statements.map((statement) => [usage(statement), firstSentence(statement.doc)]))}`,
  notOptions: { n: "without -f nothing is written", "dry-run": "without -f nothing is written" },
  options: {
    force: { short: "f", doc: "make the work-files; with --fmt: rewrite the work-config" },
    list: { short: "l", doc: "list item names; -v with kind, unit, probe and what it is; -d as JSON" },
    work: { short: "w", value: "WORK", doc: `the work-config; default the first of ${WORK_FILES.join(", ")}` },
    explain: { value: "HOST[:ITEM]", doc: "show which lines decide an item's probe, arguments and fitness" },
    fmt: { doc: "show the work-config well laid out, its meaning unchanged" },
    complete: { doc: "list statements, options and items that begin with the word behind it, and their usage" },
  },
  async run(context) {
    const { options, args, out, err } = context;
    checkModes(options);
    if (options.complete) return complete(context);
    if (args[0] !== undefined) throw tooMuch(args[0], options);
    if (options.list) return listItems(context);
    if (options.fmt) return format(context);
    const { conf, hostname, server, file: confFile } = await context.settings();
    if (!confFile) throw new UsageError("there is no dmon.conf; `dmon init` makes one");
    const file = workFileOf(options);
    const resolved = resolve(file, server, {
      localTime: (zone) => wallClock(zone, Date.now() / 1000),
      ival_make_state_s: conf.ival_make_state,
      ...(hostname === server ? { exists: existsSync } : {}),
    });
    if (typeof options.explain !== "string") {
      const elsewhere = options.force ? notTheServer(hostname, server) : undefined;
      if (elsewhere && !isQuiet(context)) err(`[warning] dmon: ${elsewhere}\n`);
      return make(context, { file, vardir: conf.vardir }, resolved);
    }
    try {
      out(explain(resolved, options.explain));
      return 0;
    } catch (error) {
      if (error instanceof ExplainError) throw new UsageError(error.message);
      throw error;
    }
  },
});

function resolve(file: string, server: string, site: Site): Resolved {
  const text = readText(file);
  try {
    return resolveWork(file, text, server, includedFiles(readText), site);
  } catch (error) {
    if (!(error instanceof SourceError) || !looksLikeConf(text)) throw error;
    throw isConf(file);
  }
}

function isConf(file: string): UsageError {
  return new UsageError(`${file} is a dmon.conf; -c names that, -w the work-config`);
}

/** What mk-work does instead of making work-files; two at once cannot be meant. */
const MODES = ["list", "fmt", "explain", "complete"] as const;

function checkModes(options: CliContext["options"]): void {
  const [mode, other] = MODES.filter((each) => options[each]);
  if (mode && other) throw new UsageError(`--${mode} and --${other}: one at a time`);
  if (mode && mode !== "fmt" && options.force) throw new UsageError(`--force and --${mode}: one at a time`);
}

/** What to write for a word behind the options. */
function tooMuch(word: string, { explain: host, list }: CliContext["options"]): UsageError {
  const isItem = typeof host === "string" && host !== "" && !host.includes(":") && word !== "";
  const right = isItem
    ? `write --explain ${host}:${word}`
    : word !== "" && existsSync(word)
      ? `a work-config is named by -w: dmon mk-work -w ${word}`
      : list
        ? "-l lists all items"
        : "dmon -h mk-work shows what there is";
  return new UsageError(`"${word}" is too much; ${right}`);
}

function workFileOf({ work }: CliContext["options"]): string {
  if (work === "") throw new UsageError("-w without its file; write -w FILE, such as -w work.conf");
  const file = typeof work === "string" ? work : WORK_FILES.find((each) => existsSync(each));
  if (file === undefined) throw new UsageError(`there is no work-config (${WORK_FILES.join(", ")}); -w names one`);
  return file;
}

/** What a clock on the wall shows, `2026-11-22T22:00`. */
function wallClock(zone: string | undefined, now_s: number): string {
  return zone === undefined ? stamp(now_s).slice(0, 16).replace(" ", "T") : timeIn(zone, now_s);
}

/** What is wrong when work-files are made on this host; clients ask the server for theirs. */
function notTheServer(hostname: string, server: string): string | undefined {
  if (hostname === server) return undefined;
  return `this host is ${hostname}, the server is ${server} (dmon.conf): nobody fetches work-files from here; run this there`;
}

/** Shows what would change, and with -f changes it. */
function make(context: CliContext, { file, vardir }: { file: string; vardir: string }, resolved: Resolved): number {
  const { options, say, err } = context;
  const quiet = isQuiet(context);
  const dir = join(vardir, "works");
  const way = `${file} -> ${dir}${existsSync(dir) ? "" : " (new)"}`;
  if (resolved.warnings.length > 0 && !quiet) err(`${formatAll(resolved.warnings, label)}\n`);
  const unlock = options.force ? lock(vardir) : undefined;
  finishInstall(vardir);
  const works = compileWork(resolved);
  const diff = new WorkDiff(isVerbose(context));
  const moves = planChanges(works, vardir, quiet ? undefined : (change) => diff.add(change));
  const lines = [...diff.lines()];
  if (isVerbose(context)) {
    const changed = new Set(moves.flatMap(({ kind, host }) => (kind === "client" ? host : [])));
    const unchanged = [...works.clients.values()].filter(({ host }) => !changed.has(host));
    if (unchanged.length > 0)
      lines.push(WorkDiff.unchanged(unchanged.map(({ host, hosts }) => hosts[host]?.tag ?? host)));
  }
  say(lines.map((line) => `${line}\n`).join(""));
  if (options.force) installChanges(moves, vardir, (path, text) => writeFileAtomic(path, text, 0o600));
  unlock?.();
  say(`${summary(works.clients.size, way, moves.length, Boolean(options.force))}\n`);
  return 0;
}

/** Two at once would each install what it saw before the other. The lock dies with its holder. */
function lock(vardir: string): () => void {
  const dir = join(vardir, "works");
  let fd: number;
  try {
    mkdirSync(vardir, { recursive: true }); // plugins of other users must get through it, not into what lies in it
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    fd = openSync(dir, "r");
  } catch (error) {
    throw notInstalled("nothing is changed", vardir, error);
  }
  if (!lockDirectory(fd)) throw new InstallError("another mk-work -f is at work; try again when it has ended");
  return () => closeSync(fd);
}

function isQuiet({ global }: CliContext): boolean {
  return global.verbosity === "Quiet" || global.verbosity === "Silent";
}

function isVerbose({ global }: CliContext): boolean {
  return global.verbosity === "Verbose" || global.verbosity === "Debug" || global.verbosity === "Trace";
}

/** @param way what was read and where work-files are: with a wrong vardir all would be well */
function summary(hosts: number, way: string, changes: number, done: boolean): string {
  const clients = `${hosts} client${hosts === 1 ? "" : "s"}, ${way}`;
  const files = `${changes} work-file${changes === 1 ? "" : "s"}`;
  if (changes === 0) return `${clients}; nothing changes`;
  if (!done) return `${clients}; ${files} would change (-f makes them)`;
  return `${clients}; ${files} made; running dmons take them up at their next check (ival_check_work), or with: dmon reload`;
}

function format({ options, out, say }: CliContext): number {
  const file = workFileOf(options);
  const text = readText(file);
  if (looksLikeConf(text)) throw isConf(file);
  const made = formatWorkConf(file, text);
  if (!options.force) out(made);
  else if (made === text) say(`${file} is well laid out\n`);
  else {
    try {
      rewriteFileAtomic(file, made);
    } catch (error) {
      throw new UsageError(`${file} ${reasonOf(error)}; it and its directory must be yours to write`);
    }
    say(`${file} is laid out\n`);
  }
  return 0;
}

function complete({ args, out }: CliContext): number {
  out(
    completions(args[0] ?? "")
      .map(({ word, usage: how }) => `${word}\t${how}\n`)
      .join(""),
  );
  return 0;
}

function listItems(context: CliContext): number {
  const { global, out } = context;
  if (global.verbosity === "Debug" || global.verbosity === "Trace") {
    const all = catalogue.map(({ name, probe, value, declared }) => ({
      name,
      probe: probe.name,
      value,
      args: (probe.args ?? []).map((arg) => arg.name),
      ...declared,
    }));
    out(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  const rows = catalogue.map(({ name, probe, value, declared }) => [
    name,
    declared.kind,
    declared.unit || "-",
    [`${probe.name}.${value}`, ...(probe.args ?? []).map((arg) => arg.name.toUpperCase())].join(" "),
    firstSentence(declared.doc),
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => cell.padEnd(widths[i] ?? 0));
    out(global.verbosity === "Verbose" ? `${cells.join("  ").trimEnd()}\n` : `${row[0]}\n`);
  }
  return 0;
}
