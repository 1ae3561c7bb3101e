// A real ext4 that becomes read-only by an error, made through the kernel's own switch for it. Needs root and loop devices.

import { afterAll, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import disk from "../../probes/disk.ts";
import disks from "../../probes/disks.ts";
import { localHost } from "../../src/client/host.ts";
import { skipping } from "../skips.ts";
import { given } from "./fake-host.ts";

const SWITCHES = "/sys/fs/ext4";
const dir = mkdtempSync(`${tmpdir()}/dmon-ext4-`);
const mount = `${dir}/mount`;
const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: "ignore" });

/** Makes it and mounts it; false where that cannot be had: not root, no mkfs, no loop devices. */
function mounted(): boolean {
  try {
    writeFileSync(`${dir}/image`, "");
    truncateSync(`${dir}/image`, 8 * 1024 * 1024);
    mkdirSync(mount);
    run("mkfs.ext4", "-q", `${dir}/image`);
    run("mount", "-o", "loop,errors=remount-ro", `${dir}/image`, mount);
    return true;
  } catch {
    return false;
  }
}
/** loop0. */
function device(): string {
  const line = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .find((each) => each.includes(` ${mount} `));
  return line?.split(" ")[0]?.replace("/dev/", "") ?? "";
}
const isThere = mounted();
const canBreak =
  isThere && readdirSync(SWITCHES).includes(device()) && existsSync(`${SWITCHES}/${device()}/trigger_fs_error`);

afterAll(() => {
  if (isThere) run("umount", mount);
  rmSync(dir, { recursive: true });
});

test.skipIf(skipping(!canBreak, "no ext4 on a loop device can be made and broken here"))(
  "an ext4 that the kernel made read-only is told from one that is written",
  async () => {
    const self = () => ({ version: "", cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 });
    const look = () => localHost({ root: "", self });
    expect(await disk.read(look(), given(mount))).toMatchObject({ readonly: 0 });
    writeFileSync(`${SWITCHES}/${device()}/trigger_fs_error`, "1");
    expect(await disk.read(look(), given(mount))).toMatchObject({ readonly: { value: 1 } });
    expect(await disks.read(look(), given())).toMatchObject({ readonly: { text: expect.stringContaining(mount) } });
  },
);
