// mk-work by its command line: which file, which mode, what it says of where it is and what it
// reads and writes, and what the system refuses. What a work.conf may say is in test/work.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "./said.ts";

const WORK = "host localhost here\nget here uptime\n";

let dir = "";
const { said, forget, run: runCommand } = capture((text) => text.replaceAll(dir, "DIR"));
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "dmon-mk-work-"));
  hostIs("localhost");
  write("work.conf", WORK);
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(dir, name), content);
}

/** The server is localhost. */
function hostIs(hostname: string): void {
  write("dmon.conf", `server localhost\nhostname ${hostname}\nvardir ${dir}/var\n`);
}

const run = (...argv: string[]) => runCommand(["mk-work", ...argv.map((word) => word.replaceAll("DIR", dir))]);
const GIVEN = ["-c", "DIR/dmon.conf", "-w", "DIR/work.conf"];

describe("what is wrong is one line that says what to type", () => {
  test.each<[string[], string]>([
    [["DIR/work.conf"], '"DIR/work.conf" is too much; a work-config is named by -w: dmon mk-work -w DIR/work.conf'],
    [["-l", "cpu"], '"cpu" is too much; -l lists all items'],
    [["--list", "mars"], '"mars" is too much; -l lists all items'],
    [["help"], '"help" is too much; dmon -h mk-work shows what there is'],
    [[""], '"" is too much; dmon -h mk-work shows what there is'],
    [["--explain", "mars", "uptime"], '"uptime" is too much; write --explain mars:uptime'],
    [["--explain", "mars", "--explain", "db1"], "--explain is given twice; one at a time"],
    [["-force"], "unknown option -force; write --force"],
    [["-list"], "unknown option -list; write --list"],
    [["--force=yes"], "--force takes no value; write --force"],
    [["-c", "DIR/dmon.conf", "-w", ""], "-w without its file; write -w FILE, such as -w work.conf"],
    [[...GIVEN, "--explain", "here:"], "ITEM is missing; write --explain here:ITEM, or --explain here"],
    [
      ["a", "b"],
      '"b" is too much; usage: dmon mk-work [-f] [-l] [-w WORK] [--explain HOST[:ITEM]] [--fmt] [--complete]',
    ],
    [["-n"], "unknown option -n; without -f nothing is written"],
    [["--dry-run"], "unknown option --dry-run; without -f nothing is written"],
    [["--froce"], 'unknown option --froce; did you mean "--force"?'],
    [["\u2013f"], '"\u2013f" begins with a dash of print; write -f'],
    [["\u2014force"], '"\u2014force" begins with a dash of print; write --force'],
    [["--fmt", "--explain", "here"], "--fmt and --explain: one at a time"],
    [["-l", "--fmt"], "--list and --fmt: one at a time"],
    [["-f", "--explain", "here"], "--force and --explain: one at a time"],
    [["-c", "DIR/dmon.conf", "-w", "DIR/dmon.conf"], "DIR/dmon.conf is a dmon.conf; -c names that, -w the work-config"],
    [["--fmt", "-w", "DIR/dmon.conf"], "DIR/dmon.conf is a dmon.conf; -c names that, -w the work-config"],
    [["--fmt", "-f", "-w", "DIR/dmon.conf"], "DIR/dmon.conf is a dmon.conf; -c names that, -w the work-config"],
    [
      ["-c", "DIR/work.conf", "-w", "DIR/work.conf"],
      "DIR/work.conf is a work.conf; -c names dmon.conf, -w the work-config",
    ],
    [[...GIVEN, "--explain", ":uptime"], "HOST is missing; write HOST:ITEM, such as --explain mars:uptime"],
  ])("%j", async (argv, message) => {
    expect(await run(...argv)).toBe(2);
    expect(said).toEqual({ out: "", err: `[error] dmon: ${message}\n` });
  });

  test.each<[string, Uint8Array, string]>([
    ["UTF-16", Buffer.from(`\ufeff${WORK}`, "utf16le"), ": is UTF-16; save it as UTF-8"],
    ["UTF-16 without its mark", Buffer.from(WORK, "utf16le"), ": is UTF-16; save it as UTF-8"],
    ["NUL", Buffer.from(`${WORK}get \0x\n`), ":3:5: a NUL byte; a config is a text file"],
  ])("a file of %s", async (_, bytes, message) => {
    write("work.conf", bytes);
    expect(await run(...GIVEN)).toBe(2);
    expect(said.err).toBe(`[error] dmon: DIR/work.conf${message}\n`);
  });

  test("a vardir that is a file", async () => {
    write("var", "");
    const why = "it or a part of it is no directory; give another vardir in dmon.conf";
    expect(await run(...GIVEN)).toBe(1);
    expect(said.err).toBe(`[error] dmon: DIR/var (vardir) cannot be read: ${why}\n`);
    said.err = "";
    expect(await run(...GIVEN, "-f")).toBe(1);
    expect(said.err).toBe(`[error] dmon: nothing is changed, for DIR/var (vardir) cannot be written: ${why}\n`);
  });

  test("dmon init in a file", async () => {
    expect(await runCommand(["init", join(dir, "work.conf")])).toBe(2);
    expect(said.err).toBe("[error] dmon: DIR/work.conf is no directory; give another directory: dmon init DIR\n");
  });
});

test("dmon init where nothing can be made", async () => {
  expect(await runCommand(["init", "/proc/x"])).toBe(2);
  expect(said.err).toBe(
    "[error] dmon: /proc/x cannot be made: nothing can be made there; give another directory: dmon init DIR\n",
  );
});

describe("a comment of bytes that are no UTF-8", () => {
  const bytes = Buffer.concat([Buffer.from(`${WORK}# M`), Buffer.from([0xfc]), Buffer.from("nchen\n")]);
  test("is taken, and --fmt refuses to lose it", async () => {
    write("work.conf", bytes);
    expect(await run(...GIVEN)).toBe(0);
    expect(said.err).toBe("");
    expect(await run(...GIVEN, "--fmt", "-f")).toBe(2);
    expect(said.err).toStartWith("[error] dmon: DIR/work.conf:3:4: bytes that are no UTF-8; save the file as UTF-8");
    expect(readFileSync(join(dir, "work.conf"))).toEqual(bytes);
  });
});

describe("what it says of where it is", () => {
  /** What a run adds to what was said. */
  const told = async (...argv: string[]) => {
    forget();
    await run(...GIVEN, ...argv);
    return { ...said };
  };

  test("its last line says what was read and where work-files are", async () => {
    const last = async (...argv: string[]) => (await told(...argv)).out.split("\n").at(-2);
    const way = "DIR/work.conf -> DIR/var/works";
    expect(await last()).toBe(`1 client, ${way} (new); 3 work-files would change (-f makes them)`);
    expect(await last("-f")).toStartWith(`1 client, ${way} (new); 3 work-files made; `);
    expect(await last("-f")).toBe(`1 client, ${way}; nothing changes`);
    expect(await last("-v")).toBe(`1 client, ${way}; nothing changes`);
  });

  test("the directory that it makes lets others through, to their plugins' state; what it holds is the owner's", async () => {
    await told("-f");
    const mode = (name: string) => (statSync(join(dir, name)).mode & 0o777).toString(8);
    expect([mode("var"), mode("var/works")]).toEqual([(0o777 & ~process.umask()).toString(8), "700"]);
  });

  test("-v says which hosts do not change, by their tags and folded, as those that do", async () => {
    const hosts = (n: number) =>
      Array.from({ length: n }, (_, i) => `host h${i}.example.org h${i}\nget h${i} uptime\n`);
    write("work.conf", WORK + hosts(2).join(""));
    await told("-f");
    write("work.conf", `${WORK}${hosts(2).join("")}get h1 procs\n`);
    expect((await told("-v")).out).toStartWith("h1: + procs\nhere, h0: unchanged\n");
    write("work.conf", WORK + hosts(9).join(""));
    await told("-f");
    write("work.conf", `${WORK}${hosts(9).join("")}get h8 procs\n`);
    expect((await told("-v")).out).toStartWith("h8: + procs\nhere … h7 (9 hosts): unchanged\n");
    expect((await told()).out).not.toContain("unchanged");
  });

  test("made on a host that is not the server: nobody fetches them", async () => {
    mkdirSync(join(dir, "var/works"), { recursive: true });
    const warning =
      "[warning] dmon: this host is db1.localhost, the server is localhost (dmon.conf): nobody fetches work-files from here; run this there\n";
    hostIs("db1.localhost");
    expect((await told()).err).not.toContain("nobody fetches");
    expect((await told("-q", "-f")).err).toBe("");
    expect((await told("-f")).err).toStartWith(warning);
    hostIs("localhost");
    expect((await told("-f")).err).not.toContain("nobody fetches");
  });

  test("a downtime that is over by this host's clock", async () => {
    write("work.conf", `${WORK}downtime * * 2020-01-01+1d\n`);
    expect((await told()).err).toContain(
      "DIR/work.conf:3:1: this downtime is over since 2020-01-02 00:00; remove it\n",
    );
  });
});
