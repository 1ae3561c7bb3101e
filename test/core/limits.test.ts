import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SRC = join(import.meta.dir, "../../src");

test("what comes from outside has its bounds in core/limits.ts, and nowhere a number of its own", () => {
  const files = [...new Bun.Glob("{core,work,commands,server,store}/**/*.ts").scanSync(SRC)];
  const literal = files.flatMap((file) => {
    const found = readFileSync(join(SRC, file), "utf8").match(/\b(?:text\(\d+|(?:list|record)\(.*, [\d_]{2,}\)).*/g);
    return (found ?? []).map((line) => `${file}: ${line}`);
  });
  expect(files.length).toBeGreaterThan(50);
  expect(literal).toEqual([]);
});
