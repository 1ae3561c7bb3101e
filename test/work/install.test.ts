import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { diffLines, InstallError, installChanges, planChanges, workFile } from "../../src/work/install.ts";
import { HOSTS, works } from "./fixture.ts";

let vardir = "";
beforeEach(() => {
  vardir = mkdtempSync(`${tmpdir()}/dmon-install-`);
});
afterEach(() => rmSync(vardir, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
const BEFORE = `${HOSTS}get * uptime root_usage\n`;
const AFTER = `${HOSTS.replace(/host www2.*\n/, "")}host db.example.org db\nget mars,ups,db uptime root_usage\nget www1 uptime\n`;

function install(text: string): string[] {
  const changes = planChanges(works(text), vardir);
  installChanges(changes, vardir, write);
  return changes.map(
    ({ kind, host, before, after }) =>
      `${kind} ${host} ${before === undefined ? "new" : after === undefined ? "removed" : "changed"}`,
  );
}

/** All files below vardir with their contents. */
function tree(): Record<string, string> {
  const files = readdirSync(vardir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => [
      `${entry.parentPath}/${entry.name}`,
      readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"),
    ]),
  );
}

describe("installChanges", () => {
  test("the first time: one file a client, one for the server, one for the pagemaker", () => {
    expect(install(BEFORE)).toEqual([
      "client mars.example.org new",
      "client www1.example.org new",
      "client www2.example.org new",
      "server mars.example.org new",
      "pmaker mars.example.org new",
    ]);
    expect(Object.keys(tree()).sort()).toEqual([
      workFile(vardir, "client", "mars.example.org"),
      workFile(vardir, "client", "www1.example.org"),
      workFile(vardir, "client", "www2.example.org"),
      workFile(vardir, "pmaker", "mars.example.org"),
      workFile(vardir, "server", "mars.example.org"),
    ]);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
  });

  test("a plan alone changes nothing", () => {
    planChanges(works(BEFORE), vardir);
    expect(readdirSync(vardir)).toEqual([]);
  });

  test("a second time there is nothing to do, and what did not change keeps its time", () => {
    install(BEFORE);
    const old = new Date(1_600_000_000_000);
    for (const file of Object.keys(tree())) utimesSync(file, old, old);
    expect(install(BEFORE)).toEqual([]);
    expect(install(AFTER)).toEqual([
      "client www1.example.org changed",
      "client db.example.org new",
      "server mars.example.org changed",
      "pmaker mars.example.org changed",
      "client www2.example.org removed",
    ]);
    expect(statSync(workFile(vardir, "client", "mars.example.org")).mtimeMs).toBe(old.getTime());
    expect(statSync(workFile(vardir, "client", "www1.example.org")).mtimeMs).toBeGreaterThan(old.getTime());
    expect(existsSync(workFile(vardir, "client", "www2.example.org"))).toBe(false);
  });

  test("the server moves: the old one's file goes", () => {
    install(BEFORE);
    const changes = planChanges(works(BEFORE, "www1.example.org"), vardir);
    installChanges(changes, vardir, write);
    expect(readdirSync(`${vardir}/works/server`)).toEqual(["www1.example.org.txt"]);
  });

  test.each([1, 2, 3, 4])("a disk that is full at file %p changes nothing, and leaves nothing behind", (nth) => {
    install(BEFORE);
    const before = tree();
    let written = 0;
    const full = (path: string, text: string) => {
      if (++written === nth) {
        writeFileSync(path, text.slice(0, 10));
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      }
      write(path, text);
    };
    expect(() => installChanges(planChanges(works(AFTER), vardir), vardir, full)).toThrow(
      new InstallError(`nothing is changed, for ${vardir} (vardir) cannot be written: no space left on device`),
    );
    expect(tree()).toEqual(before);
    expect(install(AFTER)).toHaveLength(5);
  });

  test("half way it says how much is changed, and the next time does the rest", () => {
    install(BEFORE);
    const changes = planChanges(works(AFTER), vardir);
    const inTheWay = workFile(vardir, "server", "mars.example.org");
    rmSync(inTheWay);
    mkdirSync(`${inTheWay}/full`, { recursive: true }); // a rename of a file over it fails
    expect(() => installChanges(changes, vardir, write)).toThrow(
      /^only 2 of 5 work-files are changed, for \S+ \(vardir\) cannot be written: .*(EISDIR|directory)/,
    );
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
    rmSync(inTheWay, { recursive: true });
    expect(install(AFTER)).toEqual([
      "server mars.example.org new",
      "pmaker mars.example.org changed",
      "client www2.example.org removed",
    ]);
  });

  test("what a mk-work that was killed left in works.tmp is no obstacle", () => {
    install(BEFORE);
    Bun.spawnSync(["mkdir", "-p", `${vardir}/works.tmp/client`]);
    writeFileSync(`${vardir}/works.tmp/client/stray.example.org.txt`, "{");
    install(AFTER);
    expect(existsSync(`${vardir}/works.tmp`)).toBe(false);
    expect(Object.keys(tree()).some((file) => file.includes("stray"))).toBe(false);
  });

  test("only the owner reads what may hold a community", () => {
    install(BEFORE);
    expect(statSync(`${vardir}/works/client`).mode & 0o777).toBe(0o700);
  });
});

test.each<[string, string, string[]]>([
  ["a\nb\n", "a\nb\n", []],
  ["a\nb\n", "a\nc\n", ["- b", "+ c"]],
  ['  "a": 1\n', '  "a": 1,\n  "b": 2\n', ['+ "b": 2']], // a comma is no change
  ["", "a\n", ["+ a"]],
])("diffLines of %j and %j", (before, after, wanted) => {
  expect(diffLines({ kind: "client", host: "a", before, after })).toEqual(wanted);
});
