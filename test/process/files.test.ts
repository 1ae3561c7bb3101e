import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { writeFileAtomic } from "../../src/process/files.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-files-`);
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("writeFileAtomic", () => {
  test.each(["", "a\n", "größe 主机 🙂\n", "x".repeat(3_000_000)])("writes, and leaves nothing beside", (text) => {
    writeFileAtomic(`${dir}/f`, "old");
    writeFileAtomic(`${dir}/f`, text);
    expect(readFileSync(`${dir}/f`, "utf8") === text).toBe(true);
    expect(readdirSync(dir)).toEqual(["f"]);
  });

  test("with its mode, whatever the old file's was", () => {
    writeFileSync(`${dir}/f`, "old", { mode: 0o666 });
    writeFileAtomic(`${dir}/f`, "new", 0o600);
    expect(statSync(`${dir}/f`).mode & 0o777).toBe(0o600);
  });

  test("what a process of our pid left behind lends neither its mode nor its target", () => {
    writeFileSync(`${dir}/victim`, "precious");
    symlinkSync(`${dir}/victim`, `${dir}/f.${process.pid}.new`);
    writeFileAtomic(`${dir}/f`, "secret", 0o600);
    expect(readFileSync(`${dir}/victim`, "utf8")).toBe("precious");
    writeFileSync(`${dir}/g.${process.pid}.new`, "", { mode: 0o666 });
    writeFileAtomic(`${dir}/g`, "secret", 0o600);
    expect(statSync(`${dir}/g`).mode & 0o777).toBe(0o600);
  });

  test("an error changes nothing, and leaves nothing behind", () => {
    mkdirSync(`${dir}/d`);
    writeFileSync(`${dir}/d/inside`, "");
    expect(() => writeFileAtomic(`${dir}/d`, "x")).toThrow();
    expect(readdirSync(dir)).toEqual(["d"]);
    expect(() => writeFileAtomic(`${dir}/none/f`, "x")).toThrow("ENOENT");
    expect(existsSync(`${dir}/none`)).toBe(false);
  });

  test("a disk that is full keeps the old file", () => {
    expect(() => writeFileAtomic("/dev/full/f", "x")).toThrow();
    // A write that is cut off by a limit on the size of files is the same error on the same path.
    const script = `
      import { writeFileAtomic } from "${import.meta.dir}/../../src/process/files.ts";
      process.on("SIGXFSZ", () => {});
      try { writeFileAtomic("${dir}/f", "x".repeat(100_000)); } catch (error) { console.log(error.code); }`;
    writeFileSync(`${dir}/f`, "old");
    const shell = Bun.spawnSync(["sh", "-c", `trap '' XFSZ; ulimit -f 40; exec "${process.execPath}" -e '${script}'`]);
    expect(shell.stdout.toString().trim()).toBe("EFBIG");
    expect(readFileSync(`${dir}/f`, "utf8")).toBe("old");
    expect(readdirSync(dir)).toEqual(["f"]);
  });
});
