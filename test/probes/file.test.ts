// The probe file on a real directory, and on hosts where files hang.

import { afterAll, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseMounts } from "../../probes/disk.ts";
import file, { evaluate, expand, mountOf } from "../../probes/file.ts";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

const NOW_S = 1_700_000_000;
const root = mkdtempSync(`${tmpdir()}/dmon-file-`);
afterAll(() => rmSync(root, { recursive: true, force: true }));
const host = localHost({ root, self: () => ({}) as SelfStats, now_s: () => NOW_S });

function put(path: string, bytes: number, age_s: number): void {
  mkdirSync(`${root}${path.replace(/\/[^/]*$/, "")}`, { recursive: true });
  writeFileSync(`${root}${path}`, "x".repeat(bytes));
  utimesSync(`${root}${path}`, NOW_S - age_s, NOW_S - age_s);
}
put("/backup/mon.tar.gz", 100, 7200);
put("/backup/tue.tar.gz", 50, 3600);
put("/backup/.hidden.tar.gz", 9, 5);
put("/backup/note.txt", 7, 60);
put("/backup/{a}", 3, 60);
put("/backup/future", 1, -500);
put("/spool/a/in/1", 1, 10);
put("/spool/b/in/2", 1, 20);
mkdirSync(`${root}/backup/dir.tar.gz`);
symlinkSync("nowhere", `${root}/backup/dead.tar.gz`);

const read = (path: string) => file.read(host, given(path));

describe("files", () => {
  test("newest, oldest, size and number; not directories, dead links and hidden ones", async () => {
    expect(await read("/backup/*.tar.gz")).toEqual({
      age: { value: 3600, text: "/backup/tue.tar.gz" },
      oldest: { value: 7200, text: "/backup/mon.tar.gz" },
      size: 150,
      count: 2,
    });
  });

  test.each([
    ["/backup/note.txt", 1],
    ["/backup/????.txt", 1],
    ["/backup/[mt]*.gz", 2],
    ["/backup/.*.gz", 1],
    ["/backup/{a}", 1],
    ["/backup/{*}", 1],
    ["/spool/*/in/*", 2],
    ["/nowhere/*", 0],
    ["/backup/nosuch", 0],
    ["/backup/note.txt/x", 0],
  ])("%s: %p", async (path, count) => {
    expect(await read(path)).toMatchObject({ count });
  });

  test("no file is no data, and one from the future is new", async () => {
    expect(await read("/backup/*.zip")).toEqual({ age: null, oldest: null, size: 0, count: 0 });
    expect(await read("/backup/future")).toMatchObject({ age: { value: 0 } });
    expect(evaluate([], NOW_S).age).toBeNull();
  });

  test("a pipe and a socket are said to be what they are; among others they do not count", async () => {
    execFileSync("mkfifo", [`${root}/backup/pipe`]);
    const socket = Bun.listen({ unix: `${root}/backup/socket`, socket: { data: () => undefined } });
    expect(await probeErrorOf(() => read("/backup/pipe"))).toStartWith("/backup/pipe is a pipe or a device, which has");
    expect(await probeErrorOf(() => read("/backup/socket"))).toStartWith("/backup/socket is a socket, which has");
    expect(await read("/backup/[ps]*")).toMatchObject({ count: 0 });
    socket.stop(true);
    rmSync(`${root}/backup/pipe`);
  });

  test("a directory, a path without a beginning, and too much", async () => {
    expect(await probeErrorOf(() => read("/backup"))).toBe("/backup is a directory; write /backup/*");
    expect(await probeErrorOf(() => read("backup"))).toBe('"backup" does not begin with /; write the whole path');
    const names = Array.from({ length: 10_001 }, (_, i) => `f${i}`);
    const full = fakeHost({}, { list: () => names });
    expect(await probeErrorOf(() => expand(full, "/x/*"))).toContain("more than 10000 files");
    expect(await probeErrorOf(() => expand(fakeHost({}, { list: () => names.slice(0, 1001) }), "/x/*/*"))).toContain(
      "1000 directories",
    );
  });
});

test("a dead network file system is asked by statfs, which may hang, and not by stat", async () => {
  const mounts = "/dev/sda1 / ext4 rw 0 0\nnas:/x /backup nfs4 rw 0 0\n/dev/sdb1 /backup2 ext4 rw 0 0\n";
  const waiting: string[] = [];
  const dead = fakeHost(
    { "/proc/self/mounts": mounts },
    {
      statfs: (path) => {
        waiting.push(path);
        return new Promise(() => undefined);
      },
      stat: (path) => {
        throw new Error(`stat of ${path}`);
      },
      list: (path) => {
        throw new Error(`list of ${path}`);
      },
    },
  );
  void Promise.resolve(file.read(dead, given("/backup/*/x.gz"))).catch(() => undefined);
  expect(await Promise.race([file.read(dead, given("/backup/x.gz")), Bun.sleep(20).then(() => "hangs")])).toBe("hangs");
  expect(waiting).toEqual(["/backup", "/backup"]);
  const parsed = parseMounts(mounts);
  expect(mountOf(parsed, "/backup2/x")?.type).toBe("ext4");
  expect(mountOf(parsed, "/backups")?.path).toBe("/");
});
