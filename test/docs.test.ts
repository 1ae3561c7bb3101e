// The guide works: each block of work.conf is taken without an error or a warning, each mistake is answered as it says.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatAll, SourceError } from "../src/core/diagnostic.ts";
import { makeWorks } from "../src/work/compile.ts";
import { includedFiles } from "../src/work/include.ts";
import { NOT_YET } from "./work/fixture.ts";

const guide = readFileSync(join(import.meta.dir, "../docs/guide.md"), "utf8");
const blocks = (kind: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, "gms"))].map(([, text = ""]) => text);
const make = (text: string) =>
  makeWorks("work.conf", text, "mars.example.org", () => [{ file: "work.d/a.conf", text: "" }]);

test.each(blocks("work").map((text, i) => [i + 1, text] as const))("block %d of the guide works", (_, text) => {
  const warnings = make(text).warnings.map(({ message }) => message);
  expect(warnings.filter((message) => !NOT_YET.test(message))).toEqual([]);
});

test("the guide leads to 20 hosts and three users", () => {
  const works = blocks("work").map(make);
  expect(Math.max(...works.map(({ clients }) => clients.size))).toBe(20);
  expect(Math.max(...works.map(({ server }) => Object.keys(server.users).length))).toBe(3);
});

test("mistakes are answered as it says", () => {
  const [answers, mistakes] = [blocks("answer"), blocks("mistake")];
  expect(mistakes.length).toBeGreaterThan(0);
  for (const [i, text] of mistakes.entries()) {
    try {
      make(text);
      throw new Error("no mistake");
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      expect(`${formatAll(error.diagnostics, () => "")}\n`).toBe(answers[i] ?? "");
    }
  }
});

test("the whole site at its end is the one that is tested", () => {
  const file = join(import.meta.dir, "fixtures/department/work.conf");
  const read = (path: string) => readFileSync(path, "utf8");
  const shown = blocks("department");
  expect(shown.length).toBeGreaterThan(0);
  for (const text of shown) expect(read(file)).toContain(text);
  const { server } = makeWorks(file, read(file), "argon.chem.example.edu", includedFiles(read));
  const hosts = Object.values(server.hosts);
  const [all, dumb, users] = [hosts.length, hosts.filter(({ via }) => via).length, Object.keys(server.users).length];
  expect(guide).toContain("`test/fixtures/department`");
  expect(guide.replaceAll("\n", " ")).toContain(`${all} hosts by room, ${dumb} of them dumb, and ${users} users`);
});
