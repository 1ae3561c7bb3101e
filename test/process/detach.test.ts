import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAside } from "../../src/process/detach.ts";
import { skipping } from "../skips.ts";

const dir = mkdtempSync(join(tmpdir(), "dmon-detach-"));
afterAll(() => rmSync(dir, { recursive: true })); // which ends what waits for a file to be gone

const children = `/proc/self/task/${process.pid}/children`;

test.skipIf(skipping(!existsSync(children), "this kernel tells no children"))(
  "what is started aside is no child of ours, and gets its words as they are",
  async () => {
    const said = join(dir, "said");
    const script = `echo "$$ $1" >${said}.new; mv ${said}.new ${said}; for i in $(seq 500); do [ -e ${said} ] || break; sleep 0.02; done`;
    const before = readFileSync(children, "utf8");
    await startAside({ file: "/bin/sh", argv: ["-c", script, "sh", "a  $b"] });
    for (let i = 0; i < 1000 && !existsSync(said); i++) await Bun.sleep(10);
    const [, pid, words] = /^(\d+) (.*)\n$/.exec(readFileSync(said, "utf8")) ?? [];
    expect(words).toBe("a  $b");
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    expect(readFileSync(children, "utf8")).toBe(before);
  },
);

test("who starts something aside goes on, also when nothing else keeps it alive", async () => {
  const file = JSON.stringify(join(import.meta.dir, "../../src/process/detach.ts"));
  const words = `{ file: "/bin/sh", argv: ["-c", ":"] }`;
  const script = `import(${file}).then((it) => it.startAside(${words})).then(() => console.log("goes on"));`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  expect(await child.stdout.text()).toBe("goes on\n");
});
