// Golden texts: what people see, word by word. UPDATE_GOLDEN=1 writes them anew: then read the diff.

import { expect } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Compares with test/golden/NAME. */
export function expectGolden(name: string, text: string): void {
  const file = `${import.meta.dir}/../golden/${name}`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : `no ${file}`);
}
