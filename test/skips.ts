// What a machine lacks for a test is said once, and the test is skipped; it never passes.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const isRoot = process.getuid?.() === 0;

/** Programs that tests need, by name or file, and Debian's packages of them: what scripts/setup.sh installs. */
const PACKAGES = new Map(
  readFileSync(join(import.meta.dir, "packages.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]),
);
/** Daemons are not in the way of everybody. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const said = new Set<string>();

/** For test.skipIf: whether a program, by name or file, is missing; says so once. */
export function lacks(program: string): boolean {
  return skipping(
    !Bun.which(program, { PATH }),
    `there is no ${program} (Debian: ${PACKAGES.get(program) ?? program})`,
  );
}

/** For test.skipIf: whether this is not run as root; says so once. */
export function lacksRoot(forWhat: string): boolean {
  return skipping(!isRoot, `not run as root, which ${forWhat} needs`);
}

/** For test.skipIf: says once why something is skipped. */
export function skipping(skipped: boolean, why: string): boolean {
  if (skipped && !said.has(why)) console.warn(`tests are skipped: ${why}`);
  if (skipped) said.add(why);
  return skipped;
}
