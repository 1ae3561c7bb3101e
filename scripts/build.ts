// Builds dmon: one binary a target, stamped with version and commit, its sha256 beside it.
//   bun scripts/build.ts [--target linux-x64|linux-arm64]… [--if-changed] [--outdir DIR] [--entry FILE]
// With --entry another program than dmon, built the same way: what it measures of itself then holds for dmon.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const ROOT = dirname(import.meta.dir);
/** Our names of targets, and Bun's. glibc, at least 2.17. */
const TARGETS: Record<string, string> = { "linux-x64": "bun-linux-x64", "linux-arm64": "bun-linux-arm64" };
const DEFAULT_TARGET = "linux-x64";

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true },
    "if-changed": { type: "boolean" },
    outdir: { type: "string", default: join(ROOT, "dist") },
    entry: { type: "string", default: join(ROOT, "src/main.ts") },
  },
});

for (const target of values.target ?? [DEFAULT_TARGET]) {
  const outfile = join(resolve(values.outdir), target === DEFAULT_TARGET ? "." : target, "dmon");
  if (!TARGETS[target]) fail(`unknown target ${target}; there is ${Object.keys(TARGETS).join(", ")}`);
  if (values["if-changed"] && isNewest(outfile)) console.log(`${relative(outfile)} is up to date`);
  else build(target, outfile);
}

function build(target: string, outfile: string): void {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const define = { DMON_VERSION: version, DMON_COMMIT: commit(), DMON_TARGET: target };
  // Built beside and renamed: a dmon that runs from there goes on. The basename is part of the binary, so it stays the same.
  // Two builds at once (two checks in one checkout) have a directory each.
  const beside = join(dirname(outfile), `.new.${process.pid}`, basename(outfile));
  mkdirSync(dirname(beside), { recursive: true });
  run([
    process.execPath,
    "build",
    "--compile",
    "--bytecode",
    "--format=esm",
    "--splitting", // what is loaded later is a file of its own in the binary: a third of a MiB less
    "--minify",
    "--keep-names", // a stack in a log must name its functions
    "--compile-exec-argv=--smol", // a heap that grows slowly: half a MiB less, and no more CPU, for what dmon does
    "--compile-jit-policy=10", // compiled when ten times as hot: a client never is, a busy server soon; 8 MiB less
    "--no-compile-autoload-bunfig",
    "--no-compile-autoload-dotenv",
    `--target=${TARGETS[target]}`,
    ...Object.entries(define).map(([name, value]) => `--define=${name}=${JSON.stringify(value)}`),
    `--outfile=${beside}`,
    resolve(values.entry),
  ]);
  renameSync(beside, outfile);
  rmSync(dirname(beside), { recursive: true });
  const bytes = readFileSync(outfile);
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  writeFileSync(`${outfile}.sha256`, `${hash}  ${basename(outfile)}\n`);
  console.log(`${relative(outfile)}  dmon-${version} (${define.DMON_COMMIT}, ${target})`);
  console.log(`${(bytes.length / 2 ** 20).toFixed(1)} MiB  sha256 ${hash}`);
}

/** Abbreviated commit, with a plus when the tree has changes; "unknown" outside a checkout. */
function commit(): string {
  const head = git("rev-parse", "--short=9", "HEAD");
  if (!head) return "unknown";
  return git("status", "--porcelain") ? `${head}+` : head;
}

function git(...args: string[]): string {
  const result = Bun.spawnSync(["git", "-C", ROOT, ...args], { stderr: "ignore" });
  return result.success ? result.stdout.toString().trim() : "";
}

/** Whether nothing that goes into the binary is newer than it. */
function isNewest(outfile: string): boolean {
  if (!existsSync(outfile)) return false;
  const built = statSync(outfile).mtimeMs;
  const sources = [
    ...new Bun.Glob("{src,probes}/**/*").scanSync(ROOT),
    "package.json",
    "package-lock.json",
    "scripts/build.ts",
  ];
  return sources.every((file) => statSync(join(ROOT, file)).mtimeMs < built);
}

function run(command: string[]): void {
  const result = Bun.spawnSync(command, { cwd: ROOT, stdout: "pipe", stderr: "pipe" });
  if (!result.success) fail(`${result.stdout.toString()}${result.stderr.toString()}`);
}

function relative(file: string): string {
  return file.replace(`${ROOT}/`, "").replace("./", "");
}

function fail(why: string): never {
  console.error(`[error] build: ${why.trim()}`);
  process.exit(1);
}
