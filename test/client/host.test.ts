import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { localHost } from "../../src/client/host.ts";
import type { SelfStats } from "../../src/core/host.ts";
import { PROC_FILE_BYTES_MAX } from "../../src/core/limits.ts";
import { probeErrorOf } from "../probes/fake-host.ts";

const self = () => ({ version: "1.0.0", cycle_ms: 1, cpu_s: 2, rss_bytes: 3, outbox: 4 });
let root = "";
const inRoot = () => localHost({ root, self, now_s: () => 1_700_000_000 });

beforeAll(() => {
  root = mkdtempSync(`${tmpdir()}/dmon-host-`);
  mkdirSync(`${root}/proc/7`, { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

describe("localHost", () => {
  test("hands on the clock and what dmon knows of itself", () => {
    expect(inRoot().now()).toBe(1_700_000_000);
    expect(inRoot().self()).toEqual(self());
    expect(Math.abs(localHost({ root: "", self }).now() - Date.now() / 1000)).toBeLessThan(1);
  });

  test.each([0, 1, 65_535, 65_536, 65_537, 300_000, PROC_FILE_BYTES_MAX])("reads %p bytes whole", (size) => {
    const text = "0123456789\u00e9".repeat(Math.ceil(size / 12)).slice(0, Math.floor((size / 12) * 11));
    writeFileSync(`${root}/proc/text`, text);
    expect(inRoot().read("/proc/text") === text).toBe(true);
  });

  test("reads files of /proc, whose size is said to be 0", () => {
    const host = localHost({ root: "", self });
    expect(host.read("/proc/version")).toBe(readFileSync("/proc/version", "utf8"));
    expect(host.read("/proc/self/mounts")).toBe(readFileSync("/proc/self/mounts", "utf8"));
  });

  test("reads bytes of /proc too, whose size is said to be 0", () => {
    const host = localHost({ root: "", self });
    expect(Buffer.from(host.readBytes("/proc/self/cmdline") ?? []).toString()).toBe(
      readFileSync("/proc/self/cmdline", "utf8"),
    );
    writeFileSync(`${root}/proc/empty`, "");
    expect(inRoot().readBytes("/proc/empty")).toEqual(new Uint8Array());
    expect(inRoot().readBytes("/proc/none")).toBeUndefined();
  });

  test("has a clock that nobody sets, and the kernel's", () => {
    const host = localHost({ root: "", self });
    expect(Math.abs(host.mono_ms() - performance.now())).toBeLessThan(1000);
    expect(localHost({ root: "", self, mono_ms: () => 7 }).mono_ms()).toBe(7);
    expect([4096, 16_384, 65_536]).toContain(host.pageBytes());
    expect(host.kernelClock().maxError_s).toBeLessThanOrEqual(16);
  });

  test("a file over the bound is an error", async () => {
    writeFileSync(`${root}/proc/large`, "x".repeat(PROC_FILE_BYTES_MAX + 1));
    expect(await probeErrorOf(() => inRoot().read("/proc/large"))).toBe(
      "/proc/large is larger than 4194304 bytes: more than a probe reads",
    );
    // So is one without an end.
    expect(await probeErrorOf(() => localHost({ root: "", self }).read("/dev/zero"))).toContain("is larger than");
  });

  test("a file that is not there is an error, or undefined for those who expect it", async () => {
    expect(await probeErrorOf(() => inRoot().read("/proc/none"))).toBe(
      "/proc/none is missing: is /proc mounted, and does this kernel have it?",
    );
    expect(await probeErrorOf(() => inRoot().read("/etc/none"))).toBe("/etc/none is missing");
    expect(inRoot().readIfAny("/proc/none")).toBeUndefined();
    writeFileSync(`${root}/proc/file`, "");
    expect(inRoot().readIfAny("/proc/file/below")).toBeUndefined();
  });

  test("a directory, NUL bytes and a FIFO are no text, and hold nobody up", async () => {
    expect(await probeErrorOf(() => inRoot().read("/proc/7"))).toBe("cannot read /proc/7: it is a directory");
    writeFileSync(`${root}/proc/binary`, "a\0b");
    expect(await probeErrorOf(() => inRoot().read("/proc/binary"))).toBe("/proc/binary is not text: it has NUL bytes");
    execFileSync("mkfifo", [`${root}/proc/fifo`]);
    expect(inRoot().read("/proc/fifo")).toBe("");
  });

  test("a file that may not be read says what to do", async () => {
    const message = await probeErrorOf(() => localHost({ root: "", self }).read("/proc/sys/vm/compact_memory"));
    expect(message).toContain("dmon must run as root"); // nobody may read it, which is seen as root, too
  });

  test("invalid UTF-8 is read with marks in its place, as names of files and processes may be anything", () => {
    writeFileSync(`${root}/proc/latin1`, Buffer.from([0x2f, 0xe9, 0x0a]));
    expect(inRoot().read("/proc/latin1")).toBe("/\ufffd\n");
  });

  test("leaves no file open, whatever becomes of the reading", async () => {
    const host = localHost({ root: "", self });
    const before = host.list("/proc/self/fd").length;
    for (let i = 0; i < 20; i++) {
      host.read("/proc/version");
      await probeErrorOf(() => host.read("/proc/self/cmdline"));
      await probeErrorOf(() => host.read("/proc"));
    }
    expect(host.list("/proc/self/fd").length).toBeLessThan(before + 20);
  });

  test("lists a directory, and none where there is none", () => {
    writeFileSync(`${root}/proc/7/stat`, "");
    expect(inRoot().list("/proc/7")).toEqual(["stat"]);
    expect(inRoot().list("/proc/8")).toEqual([]);
    expect(inRoot().list("/proc/7/stat")).toEqual([]);
  });

  test.each([false, true])("statfs gives bytes, whether remote (%p) or not", async (remote) => {
    const { blocks, frsize, files } = statfsSync(root);
    const size = await inRoot().statfs("/proc", remote);
    expect(size).toMatchObject({ size: blocks * frsize, files });
    expect(size.avail).toBeLessThanOrEqual(size.free);
    expect(await probeErrorOf(() => inRoot().statfs("/none", remote))).toBe("/none is missing: was it unmounted?");
  });
});

test("when it is closed its programs end, and none is started any more", async () => {
  const host = localHost({ root: "", self: () => ({}) as SelfStats });
  const seconds = `1000.${process.pid}0`; // a number that no other test has
  const running = host.run({ argv: ["sleep", seconds], timeout_s: 100 });
  const sleeps = () => Bun.spawnSync(["pgrep", "-f", `sleep ${seconds}$`]).success;
  for (let i = 0; i < 500 && !sleeps(); i++) await Bun.sleep(5);
  host.close();
  expect(await running).toMatchObject({ code: null, signal: "SIGKILL" });
  expect(await probeErrorOf(() => host.run({ argv: ["true"], timeout_s: 5 }))).toBe("dmon stops");
});
