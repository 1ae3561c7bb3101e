// What mk-work says of where it is and what it reads and writes.

import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliCommands } from "../../src/cli/index.ts";
import { main } from "../../src/cli/main.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "dmon-mk-work-"));
  writeFileSync(join(dir, "work.conf"), "host mars.localhost mars\nget mars uptime\ndowntime * * 2020-01-01+1d\n");
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs mk-work on a host of this name; the server is mars. */
async function mkWork(hostname: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const conf = join(dir, "dmon.conf");
  const vardir = join(dir, hostname);
  writeFileSync(conf, `server mars.localhost\nhostname ${hostname}\nvardir ${vardir}\nrundir ${dir}\nlogdir ${dir}\n`);
  const said = { out: "", err: "" };
  const spies = (["out", "err"] as const).map((name) =>
    spyOn(name === "out" ? process.stdout : process.stderr, "write").mockImplementation((text: unknown) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    const code = await main(["-c", conf, "mk-work", "-w", join(dir, "work.conf"), ...args], cliCommands);
    return { code, ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const way = (hostname: string) => `${join(dir, "work.conf")} -> ${join(dir, hostname, "works")}`;

test("its last line says what was read and where work-files are", async () => {
  const last = async (...args: string[]) => (await mkWork("mars.localhost", ...args)).out.split("\n").at(-2);
  const to = way("mars.localhost");
  expect(await last()).toBe(`1 client, ${to} (new); 3 work-files would change (-f makes them)`);
  expect(await last("-f")).toStartWith(`1 client, ${to} (new); 3 work-files made; `);
  expect(await last("-f")).toBe(`1 client, ${to}; nothing changes`);
  expect(await last("-v")).toBe(`1 client, ${to}; nothing changes`);
});

test("made on a host that is not the server: nobody fetches them", async () => {
  mkdirSync(join(dir, "db1.localhost/works"), { recursive: true });
  const warning =
    "[warning] dmon: this host is db1.localhost, the server is mars.localhost (dmon.conf): nobody fetches work-files from here; run this there\n";
  expect((await mkWork("db1.localhost")).err).not.toContain("nobody fetches");
  expect((await mkWork("db1.localhost", "-q", "-f")).err).toBe("");
  expect((await mkWork("db1.localhost", "-f")).err).toStartWith(warning);
  expect((await mkWork("mars.localhost", "-f")).err).not.toContain("nobody fetches");
});

test("a downtime that is over by this host's clock", async () => {
  const { err } = await mkWork("mars.localhost");
  expect(err).toContain("work.conf:3:1: this downtime is over since 2020-01-02 00:00; remove it\n");
});
