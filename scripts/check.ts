// All checks of `npm test`, in the order in which they fail fastest. The last line counts them: each check that is no test
// suite counts as one. A test whose program is not installed is skipped and says which, never passed.

import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = dirname(import.meta.dir);
const JUNIT = join(ROOT, "test/out/junit.xml");
const totals = { passed: 0, failed: 0, skipped: 0 };

check("types", ["tsc", "--noEmit"]);
check("types of the pages' script", ["tsc", "--noEmit", "-p", "src/page/script"]);
check("format and lint", ["biome", "check", "."]);
check("lint with types", ["oxlint", "--type-aware"]);
check("nothing unused", ["knip"]);
check("build", [process.execPath, "scripts/build.ts"]);
mkdirSync(dirname(JUNIT), { recursive: true });
tests([process.execPath, "test", "--reporter=junit", `--reporter-outfile=${JUNIT}`]);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);

/** Runs one check; its output is shown when it fails. */
function check(name: string, command: string[]): void {
  const start = performance.now();
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd: ROOT, stdout: "pipe", stderr: "pipe" });
  console.log(`${success ? "ok  " : "FAIL"} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  if (success) totals.passed++;
  else {
    totals.failed++;
    console.log(`${stdout.toString()}${stderr.toString()}`);
  }
}

/** Runs the test suites with their output shown as it comes, and adds up what their report says. */
function tests(command: string[]): void {
  const { success } = Bun.spawnSync(command, { cwd: ROOT, stdout: "inherit", stderr: "inherit" });
  const counts = /<testsuites[^>]*\btests="(\d+)"[^>]*\bfailures="(\d+)"[^>]*\bskipped="(\d+)"/.exec(report());
  if (!counts) {
    console.log("FAIL the tests ended without a report");
    totals.failed++;
    return;
  }
  const [, all = 0, failed = 0, skipped = 0] = counts.map(Number);
  totals.passed += all - failed - skipped;
  totals.failed += failed;
  totals.skipped += skipped;
  // A file that cannot be loaded has no test of its own in the report.
  if (!success && failed === 0) totals.failed++;
}

function report(): string {
  try {
    return readFileSync(JUNIT, "utf8");
  } catch {
    return "";
  }
}
