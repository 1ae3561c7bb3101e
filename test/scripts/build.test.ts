// What scripts/build.ts makes of each target: a binary for that machine, its sha256 beside it, and both said.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { skipping } from "../skips.ts";

setDefaultTimeout(60_000);

const ROOT = join(import.meta.dir, "../..");
const OUT = mkdtempSync(join(tmpdir(), "dmon-build-"));
afterAll(() => rmSync(OUT, { recursive: true, force: true }));

/** e_machine of elf(5), and where each target's binary lies. */
const TARGETS = [
  { target: "linux-x64", machine: 62, dir: OUT },
  { target: "linux-arm64", machine: 183, dir: join(OUT, "linux-arm64") },
];

function build(...args: string[]) {
  const { success, stdout, stderr } = Bun.spawnSync([process.execPath, "scripts/build.ts", "--outdir", OUT, ...args], {
    cwd: ROOT,
    stdout: "pipe",
    stderr: "pipe",
  });
  return { success, out: stdout.toString(), err: stderr.toString() };
}

for (const { target, machine, dir } of TARGETS) {
  const built = build("--target", target);
  // The runtime of another machine comes from the registry, once.
  const isMissing = !built.success && /Failed to download/.test(built.err);

  describe.skipIf(skipping(isMissing, `the runtime for ${target} cannot be had: ${built.err.trim()}`))(target, () => {
    const file = join(dir, "dmon");

    test("is a binary for that machine", () => {
      expect(built.err).toBe("");
      expect(built.success).toBe(true);
      const head = readFileSync(file).subarray(0, 64);
      expect(head.subarray(0, 6)).toEqual(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])); // 64 bits, little-endian
      expect(head.readUInt16LE(18)).toBe(machine);
      expect(statSync(file).mode & 0o111).toBe(0o111);
      expect(readdirSync(dir).filter((name) => name.startsWith("."))).toEqual([]);
    });

    test("has its sha256 beside it, as sha256sum -c reads it", () => {
      const text = readFileSync(`${file}.sha256`, "utf8");
      expect(text).toBe(`${new Bun.CryptoHasher("sha256").update(readFileSync(file)).digest("hex")}  dmon\n`);
      expect(Bun.spawnSync(["sha256sum", "-c", "--status", "dmon.sha256"], { cwd: dir }).success).toBe(true);
    });

    test("is told with its version, size and sum", () => {
      const size = (statSync(file).size / 2 ** 20).toFixed(1);
      const sum = readFileSync(`${file}.sha256`, "utf8").slice(0, 64);
      expect(built.out).toMatch(
        new RegExp(`^\\S+/dmon  dmon-${packageJson.version} \\((?:[0-9a-f]{9}\\+?|unknown), ${target}\\)\n`),
      );
      expect(built.out).toEndWith(`\n${size} MiB  sha256 ${sum}\n`);
    });
  });
}

test("what is newer than its sources is not built again; what is older is", () => {
  const file = join(OUT, "dmon");
  expect(build("--if-changed").out).toEndWith("/dmon is up to date\n");
  utimesSync(file, 1, 1);
  expect(build("--if-changed").out).toContain("MiB  sha256 ");
  expect(statSync(file).mtimeMs).toBeGreaterThan(1e12);
});

test("another program is built as dmon is: its own flags are those of the daemon", () => {
  const outdir = mkdtempSync(join(tmpdir(), "dmon-build-"));
  try {
    const entry = join(outdir, "program.ts");
    writeFileSync(entry, "console.log(process.execArgv.join(), DMON_TARGET);\n");
    expect(build("--entry", entry, "--outdir", outdir).err).toBe("");
    expect(Bun.spawnSync([join(outdir, "dmon")]).stdout.toString()).toBe("--smol linux-x64\n");
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

test("an unknown target is refused with those that there are", () => {
  expect(build("--target", "linux-riscv")).toEqual({
    success: false,
    out: "",
    err: "[error] build: unknown target linux-riscv; there is linux-x64, linux-arm64\n",
  });
});
