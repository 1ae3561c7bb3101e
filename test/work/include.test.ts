import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { SourceError } from "../../src/core/diagnostic.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { includedFiles } from "../../src/work/include.ts";
import { itemOf, SERVER } from "./fixture.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-include-`);
  mkdirSync(`${dir}/work.d/deep`, { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(`${dir}/${name}`, text);
const make = (text: string) =>
  makeWorks(
    `${dir}/work.conf`,
    text,
    SERVER,
    includedFiles((file) => readFileSync(file, "utf8")),
  );
function said(text: string): string[] {
  try {
    return make(text).warnings.map(
      ({ place, message }) => `${place.file.slice(dir.length + 1)}:${place.line} ${message}`,
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.diagnostics.map(
      ({ place, message }) => `${place.file.slice(dir.length + 1)}:${place.line} ${message}`,
    );
  }
}
const HOST = `host ${SERVER} mars\n`;

describe("include", () => {
  test("reads files at its place, in the order of their names, from its own directory", () => {
    write("work.d/a.conf", "fit uptime sick >1h\ninclude deep/*.conf\n");
    write("work.d/b.conf", "fit uptime sick >2h\n");
    write("work.d/b.txt", "nonsense\n");
    write("work.d/deep/x.conf", "get mars uptime cpu_load\n");
    const made = make(`${HOST}include work.d/*.conf\n`);
    expect(itemOf(made, "uptime").fit.map(({ text, where }) => [text, where])).toEqual([[">2h", "b.conf:1"]]);
    expect(itemOf(made, "cpu_load").probe).toBe("load");
    const last = make(`${HOST}include work.d/*.conf\nfit uptime sick >3h\n`);
    expect(itemOf(last, "uptime").fit.map(({ text }) => text)).toEqual([">3h"]);
  });

  test("what is wrong is told by file and line, in the order in which it is read", () => {
    write("bad.conf", "get mars uptme\nhots x\n");
    expect(said(`${HOST}hots y\ninclude bad.conf\nget mars nix\n`)).toEqual([
      'work.conf:2 unknown statement "hots"',
      'work.conf:4 unknown item "nix"',
      'bad.conf:1 unknown item "uptme"',
      'bad.conf:2 unknown statement "hots"',
    ]);
  });

  test("a file that is something else is one mistake, at the include", () => {
    write("dmon.conf", "server mars.example.org\nvardir /tmp/var\nlogdir /tmp/log\n");
    write("passwd", 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:"dae\nbin:x:2:2:bin:/bin:/bin/sh\n');
    for (const name of ["dmon.conf", "passwd"])
      expect(said(`${HOST}get mars uptime\ninclude ${name}\n`)).toEqual([
        `work.conf:3 no line of ${dir}/${name} is a statement of a work-config`,
      ]);
    write("typo.conf", "gte mars uptime\n");
    expect(said(`${HOST}include typo.conf\n`)).toEqual(['typo.conf:1 unknown statement "gte"']);
    write("empty.conf", "# nothing\n");
    expect(said(`${HOST}get mars uptime\ninclude empty.conf\n`)).toEqual([]);
  });

  test("circles, doubles, what is not there", () => {
    write("circle.conf", "include other.conf\n");
    write("other.conf", "include circle.conf\n");
    expect(said(`${HOST}include circle.conf\n`)).toEqual([
      expect.stringMatching(/^other\.conf:1 \S+circle\.conf includes itself$/),
    ]);
    write("one.conf", "get mars uptime\n");
    expect(said(`${HOST}include one.conf\ninclude one*.conf\n`)).toEqual([
      expect.stringMatching(/^work\.conf:3 \S+one\.conf is included twice$/),
    ]);
    expect(said(`${HOST}get mars uptime\ninclude none*.conf\n`)).toEqual(['work.conf:3 "none*.conf" names no file']);
    expect(said(`${HOST}include none.conf\n`)[0]).toContain("no such file");
    expect(said(`${HOST}include nowhere/*.conf\n`)[0]).toContain("there is no directory");
    write("file", "");
    expect(said(`${HOST}include file/*.conf\n`)[0]).toContain("is no directory");
    expect(said(`${HOST}include **/x.conf\n`)[0]).toContain("** would look through");
  });

  test("a directory that is missing is made by what stands there, wherever that is typed", () => {
    const here = process.cwd();
    process.chdir(dir);
    try {
      const hint = `make it: mkdir -p ${process.cwd()}/w.d; or write a path from the directory of this file`;
      const read = includedFiles((file) => readFileSync(file, "utf8"));
      const text = `${HOST}include w.d/*.conf\n`;
      expect(() => makeWorks("work.conf", text, SERVER, read)).toThrow(`there is no directory w.d; ${hint}`);
    } finally {
      process.chdir(here);
    }
  });

  test("links are read as what they lead to", () => {
    mkdirSync(`${dir}/elsewhere`, { recursive: true });
    write("elsewhere/hosts.conf", "host linked.example.org linked\nget linked uptime\n");
    mkdirSync(`${dir}/links`, { recursive: true });
    symlinkSync("../elsewhere/hosts.conf", `${dir}/links/a.conf`);
    expect([...make(`${HOST}include links/*.conf\n`).clients.keys()]).toEqual([SERVER, "linked.example.org"]);
    symlinkSync("elsewhere", `${dir}/linked`);
    expect(make(`${HOST}include link*d/hosts.conf\n`).clients.size).toBe(2);
  });

  test("what matches and cannot be read is an error, directories are no files", () => {
    mkdirSync(`${dir}/odd/deep.conf`, { recursive: true });
    expect(said(`${HOST}get mars uptime\ninclude odd/*.conf\n`)).toEqual(['work.conf:3 "odd/*.conf" names no file']);
    symlinkSync("nowhere", `${dir}/odd/gone.conf`);
    expect(said(`${HOST}include odd/*.conf\n`)).toEqual([
      expect.stringMatching(/^work\.conf:2 \S+gone\.conf is a link that leads nowhere$/),
    ]);
    rmSync(`${dir}/odd/gone.conf`);
    symlinkSync("circle.conf", `${dir}/odd/circle.conf`);
    expect(said(`${HOST}include odd/*.conf\n`)).toEqual([
      expect.stringMatching(/^work\.conf:2 \S+circle\.conf is a link that leads nowhere$/),
    ]);
  });

  test("a file is itself, however its path is written", () => {
    const readIncluded = () => [{ file: "work.conf", text: "" }];
    for (const file of ["./work.conf", `${process.cwd()}/work.conf`, "x/../work.conf"])
      expect(() => makeWorks(file, `${HOST}include ./work.conf\n`, SERVER, readIncluded)).toThrow("includes itself");
  });

  test("what is there already is said to be in its file", () => {
    write("first.conf", "pmaker mars\nitem x disk /\nfit_level fine\nfit_level bad\n");
    const hints = (text: string) => {
      try {
        return make(text).warnings.map(({ hint }) => hint);
      } catch (error) {
        return error instanceof SourceError ? error.diagnostics.map(({ hint }) => hint?.replace(`${dir}/`, "")) : [];
      }
    };
    expect(hints(`${HOST}include first.conf\npmaker mars\nitem x disk /\nfit_level bad\n`)).toEqual([
      "mars, in first.conf:1",
      "it is already in first.conf:2",
      "it is already in first.conf:4",
    ]);
  });

  test("nesting has an end", () => {
    for (let i = 0; i < 20; i++) write(`n${i}.conf`, `include n${i + 1}.conf\n`);
    expect(said(`${HOST}include n0.conf\n`)[0]).toContain("includes 8 deep");
  });
});
