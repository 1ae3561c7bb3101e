// mk-work as people use it, and killed at moments of chance.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { WORK_KINDS } from "../../src/core/work-kind.ts";
import { readWorkText } from "../../src/daemon/work-source.ts";
import { finishInstall } from "../../src/work/install.ts";
import { parseWorkFile } from "../../src/work/works.ts";
import { BINARY, endAll, TEST_MS_MAX, TestDmon } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const mkWork = (dmon: TestDmon, ...args: string[]) => dmon.dmon("mk-work", "-w", dmon.path("work.conf"), ...args);

describe("killed", () => {
  const KILLS = 80;
  const HOSTS = 30;

  /** Two works that differ in every file; the second also lacks hosts, and has others. */
  const conf = (dmon: TestDmon, which: "old" | "new") => {
    const names = Array.from({ length: HOSTS }, (_, i) => `${which === "old" || i > 3 ? "h" : "n"}${i}`);
    const rules =
      which === "old"
        ? "get * cpu_load uptime root_usage"
        : "fit_level beyond\nget * cpu_load procs root_usage\nfit root_usage soso >70 beyond >99";
    return dmon.workText(`${names.map((name) => `host ${name}.example.org ${name}\n`).join("")}${rules}\n`);
  };

  /** A number for all work of each host, as a reader sees it. */
  function seen(dmon: TestDmon): Record<string, string> {
    const vardir = dmon.path("var");
    finishInstall(vardir); // who lists files is a reader too
    const hosts = new Set(
      WORK_KINDS.flatMap((kind) => readdirSync(`${vardir}/works/${kind}`)).map((file) => file.replace(/\.txt$/, "")),
    );
    const work = (host: string) => WORK_KINDS.map((kind) => readWorkText(vardir, kind, host)?.text).join("\n--\n");
    return Object.fromEntries([...hosts].sort().map((host) => [host, Bun.hash(work(host)).toString(36)]));
  }

  test(
    `at ${KILLS} moments: each host has the old work or the new, never some of both`,
    async () => {
      await using dmon = await TestDmon.make({ workConf: null });
      const wanted: Record<string, Record<string, string>> = {};
      let whole_ms = 0;
      for (const which of ["new", "old"] as const) {
        dmon.writeWork(conf(dmon, which));
        const begin = performance.now();
        expect(await mkWork(dmon, "-f", "-q")).toMatchObject({ code: 0, err: "" });
        whole_ms = performance.now() - begin;
        wanted[which] = seen(dmon);
      }
      const ends = { before: 0, staging: 0, journal: 0, done: 0 };
      // Most of its time it starts and reads; what it writes is in the second half, wherever that is on a busy machine.
      let aim_ms = whole_ms * 0.75;
      let which: "old" | "new" = "old";
      for (let i = 0; i < KILLS; i++) {
        const before = seen(dmon);
        which = which === "old" ? "new" : "old";
        dmon.writeWork(conf(dmon, which));
        const child = Bun.spawn([BINARY, "-c", dmon.confFile, "mk-work", "-f", "-q", "-w", dmon.path("work.conf")], {
          stdout: "ignore",
          stderr: "ignore",
        });
        await Bun.sleep(aim_ms * (0.7 + 0.6 * Math.random()));
        child.kill(9);
        await child.exited;
        const half = existsSync(dmon.path("var/works.tmp"));
        const ready =
          half &&
          readdirSync(dmon.path("var/works.tmp")).some((name) => existsSync(dmon.path("var/works.tmp", name, "ready")));
        const after = seen(dmon);
        const now = wanted[which] ?? {};
        const hosts = new Set([...Object.keys(before), ...Object.keys(now)]);
        expect([...hosts].filter((host) => after[host] !== before[host] && after[host] !== now[host])).toEqual([]);
        // All hosts together, too.
        expect([JSON.stringify(before), JSON.stringify(now)]).toContain(JSON.stringify(after));
        const isSame = JSON.stringify(after) === JSON.stringify(before);
        const end = ready ? "journal" : half ? "staging" : isSame ? "before" : "done";
        ends[end]++;
        if (end === "done") aim_ms *= 0.9;
        if (end === "before") aim_ms *= 1.1;
      }
      expect(ends.staging + ends.journal, JSON.stringify(ends)).toBeGreaterThan(KILLS / 20);
      expect(await mkWork(dmon, "-f", "-q")).toMatchObject({ code: 0, err: "" });
      expect(seen(dmon)).toEqual(wanted[which] ?? {});
      expect(existsSync(dmon.path("var/works.tmp"))).toBe(false);
    },
    4 * TEST_MS_MAX,
  );
});

test("two at once: each is done whole or says that another is at work", async () => {
  await using dmon = await TestDmon.make();
  const many = (item: string) =>
    `${Array.from({ length: 200 }, (_, i) => `host h${i}.example.org h${i}\n`).join("")}get * ${item}\n`;
  writeFileSync(dmon.path("a.conf"), dmon.workText(many("uptime")));
  writeFileSync(dmon.path("b.conf"), dmon.workText(many("procs")));
  const all = await Promise.all(
    ["a", "b", "a", "b"].map((name) => dmon.dmon("mk-work", "-f", "-q", "-w", dmon.path(`${name}.conf`))),
  );
  for (const { code, err } of all) {
    if (code === 0) expect(err).toBe("");
    else expect(err).toBe("[error] dmon: another mk-work -f is at work; try again when it has ended\n");
  }
  expect(all.some(({ code }) => code === 0)).toBe(true);
  const items = readdirSync(dmon.path("var/works/client")).map((file) => {
    const work = parseWorkFile("client", readFileSync(dmon.path("var/works/client", file), "utf8"));
    return Object.values(work.hosts).map((host) => Object.keys(host.items).join());
  });
  expect(new Set(items.flat()).size).toBe(1);
});

describe("--fmt", () => {
  test("shows, and with -f rewrites in place: mode and link stay", async () => {
    await using dmon = await TestDmon.make();
    const file = dmon.path("real.conf");
    writeFileSync(file, "pmaker   al\n\n\n# c\n");
    chmodSync(file, 0o640);
    symlinkSync(file, dmon.path("link.conf"));
    const fmt = (...args: string[]) => dmon.dmon("mk-work", "--fmt", "-w", dmon.path("link.conf"), ...args);
    expect(await fmt()).toEqual({ code: 0, out: "pmaker al\n\n# c\n", err: "" });
    expect(readFileSync(file, "utf8")).toContain("   ");
    expect(await fmt("-f")).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(file, "utf8")).toBe("pmaker al\n\n# c\n");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect((await fmt("-f")).out).toContain("is well laid out");
    writeFileSync(file, 'pmaker "al\n');
    const broken = await fmt("-f");
    expect(broken).toMatchObject({ code: 2, out: "" });
    expect(broken.err).toMatch(/link\.conf:1:8: a quote that is never closed/);
    expect(readFileSync(file, "utf8")).toBe('pmaker "al\n');
  });
});

test("--explain, --complete, --help", async () => {
  await using dmon = await TestDmon.make();
  const explained = await mkWork(dmon, "--explain", "al:root_usage");
  expect(explained).toMatchObject({ code: 0, err: "" });
  expect(explained.out).toStartWith(`al:root_usage\n  host      ${dmon.path("work.conf")}:1 `);
  const wrong = await mkWork(dmon, "--explain", "al:root_usgae");
  expect(wrong).toEqual({
    code: 2,
    out: "",
    err: '[error] dmon: al has no item "root_usgae"; did you mean "root_usage"?\n',
  });
  expect((await dmon.dmon("mk-work", "--complete", "pm")).out).toBe("pmaker\tpmaker TAG\n");
  expect((await dmon.dmon("mk-work", "--complete")).out).toContain("\nget\t");
  expect((await dmon.dmon("mk-work", "pm")).err).toContain('"pm" is too much');
  expect((await dmon.dmon("mk-work", "--help")).out).toMatch(/^ {2}pmaker TAG +The host that serves the pages$/m);
});
