// The compiled binary under test: a directory, a config and ports of its own for each daemon, and whatever a test
// starts is ended by its pid when the test is over, also when it failed.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { qualify, systemNames } from "../../src/config/hostname.ts";
import { speak } from "./speak.ts";

const ROOT = join(import.meta.dir, "../..");
export const BINARY = join(ROOT, "dist/dmon");
export const OUT = join(ROOT, "test/out");
export const FIXTURES = join(ROOT, "test/fixtures/roots");

const built = Bun.spawnSync([process.execPath, "scripts/build.ts", "--if-changed"], { cwd: ROOT, stderr: "pipe" });
if (!built.success) throw new Error(`dist/dmon cannot be built: ${built.stderr.toString()}`);

/** For a whole test: Bun's 5 s are too few where two slow cores run ten daemons. What has a bound is measured by its test. */
export const TEST_MS_MAX = 30_000;

export const isRoot = process.getuid?.() === 0;

/** Debian's packages of the programs that tests need. */
const PACKAGES: Record<string, string> = {
  "nc.openbsd": "netcat-openbsd",
  "nc.traditional": "netcat-traditional",
  ncat: "ncat",
  chromium: "chromium",
  strace: "strace",
  setpriv: "util-linux",
  pgrep: "procps",
};
const said = new Set<string>();

/** For test.skipIf: whether a program is missing; says so once. */
export function lacks(program: string): boolean {
  return skipping(!Bun.which(program), `there is no ${program} (Debian: ${PACKAGES[program] ?? program})`);
}

/** For test.skipIf: whether this is not run as root; says so once. */
export function lacksRoot(forWhat: string): boolean {
  return skipping(!isRoot, `not run as root, which ${forWhat} needs`);
}

/** For test.skipIf: says once why something is skipped. */
export function skipping(skipped: boolean, why: string): boolean {
  if (skipped && !said.has(why)) console.warn(`e2e: tests are skipped: ${why}`);
  if (skipped) said.add(why);
  return skipped;
}

/** What a config calls a host `name` on this machine: with a search list in resolv.conf a bare name is completed. */
export function canonical(name: string): string {
  return qualify(name, undefined, systemNames().resolvConf);
}

/** Below the ports that the kernel gives to outgoing connections; another stretch for each test process. */
let nextPort = 10_000 + ((process.pid * 37) % 20_000);

/** `count` ports in a row that nobody has. */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const first = nextPort;
    nextPort = nextPort + count > 31_000 ? 10_000 : nextPort + count;
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)));
    if (free.every(Boolean)) return first;
  }
  throw new Error("no free ports");
}

/** Whether nobody listens on a port, on any address. */
export async function isFree(port: number, host = "::"): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** What a command ended with. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  argv0?: string;
  binary?: string;
  timeout_ms?: number;
}

/** Runs a program to its end. */
export async function run(argv: readonly string[], options: RunOptions & { stdin?: string } = {}): Promise<Ended> {
  const child = Bun.spawn([...argv], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env.PATH ?? "", ...options.env },
    stdin: options.stdin === undefined ? "ignore" : Buffer.from(options.stdin),
    stdout: "pipe",
    stderr: "pipe",
    ...(options.argv0 ? { argv0: options.argv0 } : {}),
  });
  const timer = setTimeout(() => child.kill(9), options.timeout_ms ?? 30_000);
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(timer);
  return { code: child.signalCode ? null : code, out, err };
}

/** Asks again and again until `look` gives something true; fails with what was wanted and what was seen last. */
export async function until<T>(
  wanted: string,
  look: () => T | Promise<T>,
  timeout_ms = 10_000,
): Promise<Exclude<T, false | undefined | null | "">> {
  const deadline = performance.now() + timeout_ms;
  let last: unknown;
  for (;;) {
    try {
      last = await look();
      if (last) return last as Exclude<T, false | undefined | null | "">;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`${wanted}: not within ${timeout_ms} ms, but ${String(last)}`);
    await Bun.sleep(25);
  }
}

/** An answer in its parts; fails on one that is not whole. */
export function parts(answer: string): { name: string; body: string } {
  const match = /^COMMAND (\S+)\n([\s\S]*)COMMAND DONE\n$/.exec(answer);
  if (!match) throw new Error(`no whole answer: ${JSON.stringify(answer.slice(0, 300))}`);
  return { name: match[1] ?? "", body: match[2] ?? "" };
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie waits for its parent only.
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** JSON of CLIENTS, as far as tests look at it. */
export interface Clients {
  resp: string;
  now: number;
  cdmp: Record<string, Record<string, ItemSeen>>;
  clients: Record<string, { tag: string; about?: { time: number }; received?: number }>;
  events: EventSeen[];
}
export interface ItemSeen {
  value: number | null;
  level: string;
  since: number;
  time: number;
  text?: string;
  error?: string;
  rule?: string;
}
export interface EventSeen {
  id: string;
  time: number;
  host: string;
  item: string;
  level: string;
  prev: string;
  value: number | null;
}
export interface Hist {
  resp: string;
  data: { cols: string[]; rows: (number | null)[][] };
}

export interface TestDmonOptions {
  /** The host's own name; default alpha. */
  name?: string;
  /** Keys of dmon.conf beside or instead of the usual ones; undefined leaves one out. */
  conf?: Record<string, string | undefined>;
  /** The work.conf behind the usual `host`, `pmaker` and `fit_level` lines; default gets the usual items. */
  work?: string;
  /** The whole of work.conf; null: none is made. */
  workConf?: string | null;
  /** The first of the two ports; default free ones. */
  port?: number;
  /** The loopback address that all three ports are bound to; default 127.0.0.1. */
  address?: string;
}

const ITEMS = "get * cpu_load mem_avail root_usage uptime dmon";
const alive = new Set<TestDmon>();

/** Ends what a test left behind: for afterAll, because the tests that run into their time are not unwound, and bun test tells nobody of its exit. */
export function endAll(): void {
  for (const dmon of alive) dmon.abandon();
}
process.on("exit", endAll);

/** One dmon with everything of its own. `await using` ends it. */
export class TestDmon {
  readonly dir: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly http: number;
  readonly confFile: string;
  private readonly mounts: string[] = [];

  private constructor(dir: string, name: string, address: string, port: number, http: number) {
    this.address = address;
    this.dir = dir;
    this.name = name;
    this.port = port;
    this.http = http;
    this.confFile = join(dir, "dmon.conf");
  }

  /** Makes the directory, the configs and the work-files; starts nothing. */
  static async make(options: TestDmonOptions = {}): Promise<TestDmon> {
    const dir = mkdtempSync(join(tmpdir(), "dmon-e2e-"));
    const port = options.port ?? (await freePorts(2));
    const address = options.address ?? "127.0.0.1";
    const dmon = new TestDmon(dir, canonical(options.name ?? "alpha"), address, port, await freePorts(1));
    alive.add(dmon);
    dmon.writeConf(options.conf);
    if (options.workConf !== null) {
      dmon.writeWork(options.workConf ?? dmon.workText(options.work));
      const made = await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
      if (made.code !== 0) throw new Error(`mk-work: ${made.out}${made.err}`);
    }
    return dmon;
  }

  static async started(options: TestDmonOptions = {}): Promise<TestDmon> {
    const dmon = await TestDmon.make(options);
    try {
      await dmon.start();
    } catch (error) {
      await dmon[Symbol.asyncDispose]();
      throw error;
    }
    return dmon;
  }

  path(...names: string[]): string {
    return join(this.dir, ...names);
  }

  writeConf(changes: Record<string, string | undefined> = {}): void {
    const keys: Record<string, string | undefined> = {
      server: this.name,
      hostname: this.name,
      listen: this.address,
      PORT: String(this.port),
      http_listen: `${this.address}:${this.http}`,
      vardir: this.path("var"),
      logdir: this.path("log"),
      rundir: this.path("run"),
      lckdir: this.path("lck"),
      loglvl: "Debug",
      ival_make_state: "1s",
      ival_send_report: "1s",
      ival_check_work: "1s",
      ...changes,
    };
    const lines = Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}\n`]));
    writeFileSync(this.confFile, lines.join(""));
  }

  workText(more = ITEMS): string {
    const levels = ["fine", "soso", "sick", "crit critical", "dead"].map((level) => `fit_level ${level}\n`).join("");
    return `host ${this.name} al\npmaker al\n${levels}${more}\n`;
  }

  writeWork(text: string): void {
    writeFileSync(this.path("work.conf"), text);
  }

  /** Runs dmon with this config to its end; the name of the command comes first. */
  dmon(...args: string[]): Promise<Ended> {
    return this.run(args);
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return run([options.binary ?? BINARY, "-c", this.confFile, ...args], { cwd: this.dir, ...options });
  }

  /** Starts the daemon in the background; returns its pid. */
  async start(...flags: string[]): Promise<number> {
    const { code, out, err } = await this.dmon("start", ...flags);
    if (code !== 0) throw new Error(`start: ${code} ${out}${err}${this.log()}`);
    return this.pid();
  }

  async stop(): Promise<void> {
    const { code, out, err } = await this.dmon("stop");
    if (code !== 0) throw new Error(`stop: ${code} ${out}${err}`);
  }

  /** The daemon's pid; throws when none is written. */
  pid(): number {
    return Number(readFileSync(this.path("run/dmon.pid"), "utf8"));
  }

  log(): string {
    try {
      return readFileSync(this.path("log/dmon.log"), "utf8");
    } catch {
      return "";
    }
  }

  /** Asks the client's port. */
  async client(line: string): Promise<string> {
    return parts(await speak({ host: this.address, port: this.port + 1 }, `${line}\n`)).body;
  }

  /** Asks the server's port. */
  async server(line: string): Promise<string> {
    return parts(await speak({ host: this.address, port: this.port }, `${line}\n`)).body;
  }

  async clients(args = ""): Promise<Clients> {
    return JSON.parse(await this.server(`CLIENTS ${args}`.trim()));
  }

  async hist(args = ""): Promise<Hist> {
    return JSON.parse(await this.client(`HIST ${args}`.trim()));
  }

  /** The state of one of this host's items, fresh from the client; undefined until it was read. */
  async item(name: string): Promise<ItemSeen | undefined> {
    const report = JSON.parse(await this.client("REPORT")) as Record<string, Record<string, ItemSeen>>;
    return report[this.name]?.[name];
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://${this.address}:${this.http}${path}`, { redirect: "manual", ...init });
  }

  /** A page's HTML; where names may break is left out. */
  async page(path: string): Promise<string> {
    const response = await this.fetch(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.text()).replaceAll("<wbr>", "");
  }

  /** Mounts a small RAM disk below the directory. Root only. */
  mount(name: string, options: string): string {
    const at = this.path(name);
    mkdirSync(at, { recursive: true });
    const done = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "tmpfs", at]);
    if (!done.success) throw new Error(`mount ${at}: ${done.stderr.toString()}`);
    this.mounts.push(at);
    return at;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGTERM");
    const deadline = performance.now() + 5000;
    while (this.ours().length > 0 && performance.now() < deadline) await Bun.sleep(10);
    this.abandon();
  }

  /** The end without waiting. */
  abandon(): void {
    this.signal("SIGKILL");
    for (const at of this.mounts) Bun.spawnSync(["umount", "-l", at]);
    rmSync(this.dir, { recursive: true, force: true });
    alive.delete(this);
  }

  private signal(signal: "SIGTERM" | "SIGKILL"): void {
    for (const pid of this.ours()) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // The last programs of a daemon end by themselves between the look and the signal.
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
      }
    }
  }

  /** Our processes: those whose command line names our directory, whatever a pid file says. */
  private ours(): number[] {
    return processesWith(this.dir);
  }
}

/** Processes whose command line has this text, without our own. */
export function processesWith(text: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return pid !== process.pid && isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** Watches a daemon from a process of its own, so that what a test does here delays no measurement. */
export class Watcher {
  private readonly child: Bun.Subprocess<"pipe", "pipe", "inherit">;

  constructor(dmon: TestDmon) {
    const words = [dmon.pid(), dmon.port, dmon.port + 1].map(String);
    this.child = Bun.spawn([process.execPath, join(import.meta.dir, "watcher.ts"), ...words], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
  }

  /** Ends it: how many PINGs both ports answered, how long the slowest took, how much memory grew. Fails on a lost one. */
  async stop(): Promise<{ count: number; slowest_ms: number; growth_mib: number }> {
    void this.child.stdin.end();
    const text = await new Response(this.child.stdout).text();
    const seen = text
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ").map(Number));
    const times = seen.map(([ms = Number.NaN]) => ms);
    const memory = seen.map(([, kib = Number.NaN]) => kib / 1024);
    const lost = times.filter(Number.isNaN).length;
    if (lost > 0) throw new Error(`${lost} of ${times.length} pings were not answered`);
    return { count: times.length, slowest_ms: Math.max(...times), growth_mib: Math.max(...memory) - (memory[0] ?? 0) };
  }

  [Symbol.dispose](): void {
    this.child.kill(9);
  }
}
