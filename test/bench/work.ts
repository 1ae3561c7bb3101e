// mk-work of large fleets by the compiled binary: 60 items a host, from 300 lines beside those that name the hosts.

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue } from "../../src/work/catalogue.ts";
import { BINARY, run } from "../e2e/harness.ts";
import { type Row, spread } from "./table.ts";

const RUNS = 7;
const RULES = 300;
const KINDS_OF_HOST = 20;

export async function work(): Promise<Row[]> {
  return [...(await fleet(1000, "≤ 0.5 s", "-")), ...(await fleet(10_000, "≤ 2 s", "≤ 3 s"))];
}

async function fleet(hosts: number, askedDry: string, askedForce: string): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "dmon-bench-"));
  try {
    const files = join(dir, "var/works");
    writeFileSync(
      join(dir, "dmon.conf"),
      `server h0.example.org\nhostname h0.example.org\nvardir ${dir}/var\nrundir ${dir}/run\nlogdir ${dir}/log\n`,
    );
    const mkWork = async (text: string, ...args: string[]): Promise<number> => {
      writeFileSync(join(dir, "work.conf"), text);
      const begin = performance.now();
      const argv = [BINARY, "-c", join(dir, "dmon.conf"), "mk-work", "-w", join(dir, "work.conf"), ...args];
      const { code, err } = await run(argv, { timeout_ms: 120_000 });
      if (code !== 0) throw new Error(err.slice(0, 500));
      return (performance.now() - begin) / 1000;
    };
    const base = workConf(hosts);
    const samples: Record<"first" | "same" | "one" | "all" | "force", number[]> = {
      first: [await mkWork(base)],
      same: [],
      one: [],
      all: [],
      force: [],
    };
    const whole_s = await mkWork(base, "-f");
    const written: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      samples.same.push(await mkWork(base));
      // At the end, where it moves no line of another rule; with another host each time.
      samples.one.push(await mkWork(`${base}get tag7-${27 + i * KINDS_OF_HOST} lo_rx\n`));
      samples.all.push(await mkWork(`\n${base}`)); // every rule has another line
      const before = stamps(files);
      samples.force.push(await mkWork(`${base}get tag7-${27 + i * KINDS_OF_HOST} lo_rx\n`, "-f"));
      written.push([...stamps(files)].filter(([file, stamp]) => before.get(file) !== stamp).length);
      await mkWork(base, "-f");
    }
    const of = `${hosts.toLocaleString("en")} hosts`;
    return [
      { what: `${of}: dry run, nothing changes`, asked: askedDry, measured: spread(samples.same, "s") },
      { what: `${of}: dry run, one host changes`, asked: askedDry, measured: spread(samples.one, "s") },
      { what: `${of}: dry run, every file changes`, asked: askedDry, measured: spread(samples.all, "s") },
      { what: `${of}: dry run, the first time`, asked: askedDry, measured: spread(samples.first, "s") },
      { what: `${of}: -f, one host changes`, asked: askedForce, measured: spread(samples.force, "s") },
      { what: `${of}: files that it writes`, asked: "1", measured: [...new Set(written)].join(", ") },
      { what: `${of}: -f, the first time, all files`, asked: "-", measured: `${whole_s.toFixed(2)} s` },
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** What tells whether a file was written anew: its inode and its time. */
function stamps(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const { ino, mtimeMs } = statSync(join(parentPath, name));
      return [join(parentPath, name), `${ino} ${mtimeMs}`];
    }),
  );
}

/** Hosts of several kinds, each with 42 items that all have and 18 of its kind; fits for items, and for kinds of hosts. */
function workConf(hosts: number): string {
  const lines = Array.from({ length: hosts }, (_, i) => `host h${i}.example.org tag${i % KINDS_OF_HOST}-${i}`);
  const builtIn = catalogue.map(({ name }) => name).filter((name) => !name.includes("{"));
  const instances = ["root", "home", "var", "srv"].flatMap((mount) =>
    ["usage", "avail", "inodes"].map((value) => `${mount}_${value}`),
  );
  const common = [...builtIn, ...instances, "eth0_rx", "eth0_tx", "eth1_rx", "eth1_tx", "eth0_errors"].slice(0, 42);
  const rules = [`get * ${common.join(" ")}`];
  const own = Array.from({ length: 180 }, (_, i) => `own${i}`);
  for (const [i, name] of own.entries())
    rules.push(`item ${name} disk.${["usage", "inodes"][i % 2]} /srv/data${i} every=5m label="room for data ${i}"`);
  for (let kind = 0; kind < KINDS_OF_HOST; kind++)
    rules.push(
      `get tag${kind}-* ${Array.from({ length: 60 - common.length }, (_, i) => own[(kind * 9 + i) % own.length]).join(" ")}`,
    );
  for (let i = 0; rules.length < RULES; i++) {
    if (i % 2 === 0) rules.push(`fit own${i} soso >80% sick >90% for 5m until <85% crit >97%`);
    else rules.push(`fit ${common[i % common.length]} on tag${i % KINDS_OF_HOST}-*,!tag*-${i} soso stale sick fail`);
  }
  return [...lines, ...rules, ""].join("\n");
}
