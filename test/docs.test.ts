// The guide works: the file that its blocks make is taken without an error or a warning after each, each mistake is answered as it says.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultDirectories } from "../src/config/directories.ts";
import { parseConf } from "../src/config/parse.ts";
import { formatAll, SourceError } from "../src/core/diagnostic.ts";
import { makeWorks } from "../src/work/compile.ts";
import { formatWorkConf } from "../src/work/format.ts";
import { includedFiles } from "../src/work/include.ts";

const guide = readFileSync(join(import.meta.dir, "../docs/guide.md"), "utf8");
const blocks = (kind: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, "gms"))].map(([, text = ""]) => text);
const make = (text: string) =>
  makeWorks("work.conf", text, "mars.example.org", () => [{ file: "work.d/a.conf", text: "" }]);

/** The file as it is behind each section: each block adds its lines. */
const files = blocks("work").map((_, i, all) => all.slice(0, i + 1).join("\n"));

test.each(files.map((text, i) => [i + 1, text] as const))("the file works as block %d leaves it", (_, text) => {
  const warnings = make(text).warnings.map(({ message }) => message);
  expect(warnings).toEqual([]);
});

test("the guide leads to 20 hosts, a router, and three users", () => {
  const { clients, server } = make(files.at(-1) ?? "");
  expect(clients.size).toBe(20);
  const router = clients.get("mars.example.org")?.hosts["router.example.org"];
  expect(Object.keys(router?.items ?? {})).toEqual(["ping", "ping_loss"]);
  expect(Object.keys(server.users)).toHaveLength(3);
});

test("the whole file is what the sections made", () => {
  expect(blocks("whole")).toEqual([files.at(-1) ?? ""]);
});

test("what it says of dmon.conf is right", () => {
  const [conf = ""] = blocks("conf");
  const dirs = defaultDirectories(0, {});
  expect(parseConf("dmon.conf", conf, dirs).server).toBe("mars.example.org");
  const tried = parseConf("dmon.conf", conf + (blocks("conf-more")[0] ?? ""), dirs);
  for (const key of ["vardir", "logdir", "rundir", "lckdir"] as const) expect(tried[key]).toStartWith("/tmp/try/");
  expect(tried.PORT).not.toBe(parseConf("dmon.conf", conf, dirs).PORT);
  expect(parseConf("dmon.conf", `${conf}http_listen *:22080\n`, dirs).http_listen).toMatchObject({ port: 22080 });
});

test.each([...blocks("work"), ...blocks("whole")].map((text, i) => [i + 1, text] as const))(
  "block %d is laid out as --fmt does it",
  (_, text) => expect(formatWorkConf("work.conf", text)).toBe(text),
);

test("so are the files of the whole site", () => {
  const dir = join(import.meta.dir, "fixtures/department");
  for (const file of [`${dir}/work.conf`, `${dir}/work.d/10-hosts.conf`, `${dir}/work.d/20-people.conf`]) {
    const text = readFileSync(file, "utf8");
    expect(formatWorkConf(file, text)).toBe(text);
  }
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
