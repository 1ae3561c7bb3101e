// Golden texts: what people see, word by word. DMON_GOLDEN=write takes over what is there now; look at the diff.

import { expect } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Compares with test/golden/NAME. */
export function expectGolden(name: string, text: string): void {
  const file = join(import.meta.dir, "golden", name);
  if (process.env.DMON_GOLDEN === "write") writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : `no ${file}`);
}
