// Dumb hosts behind one client: 500 devices that speak SNMP, ten values of each, 50 of them off. The minute of a client in one
// process, by versions 2c and 3, and the former by the compiled daemon; the devices are a process of their own.

import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localHost } from "../../src/client/host.ts";
import { Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import { KEYS } from "../../src/config/keys.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { TestDmon } from "../e2e/harness.ts";
import { usage } from "./footprint.ts";
import { ACCESS, OIDS, type Version } from "./snmp-devices.ts";
import { type Row, spread } from "./table.ts";

const DEVICES = 500;
const OFF = 50;
const ROUNDS = 4;
/** The daemon's first minute, with 500 hosts that its store has not seen, and time to settle. */
const FIRST_MS = 100_000;
const MINUTES = 2;
/** A device that was silent is asked again in the next minute; this is long enough. */
const SILENT_MS = 21_000;
const USER = "bench";

export async function snmp(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const version of ["v2c", "v3"] as const)
    await withDevices(version, async (text) => {
      rows.push(...(await rounds(version, text)));
      if (version === "v2c") rows.push(...(await daemon(text)));
    });
  return rows;
}

/** Starts those that are on; `run` gets the work.conf that asks them all. */
async function withDevices(version: Version, run: (text: string) => Promise<void>): Promise<void> {
  const port = await freeUdpPort();
  const devices = Array.from({ length: DEVICES }, (_, i) => ({
    address: `127.77.${Math.floor(i / 250)}.${(i % 250) + 1}`,
    on: i % Math.floor(DEVICES / OFF) !== 0,
  }));
  const there = devices.filter(({ on }) => on).map(({ address }) => address);
  const program = join(import.meta.dir, "snmp-devices.ts");
  const child = Bun.spawn([process.execPath, program, version, String(port), ...there], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    await child.stdout.getReader().read(); // "ready"
    const lines = devices.map(
      ({ address }, i) =>
        `host d${i}.example.org d${i} via=${USER} addr=${address} snmp=${version}/${port}:${ACCESS[version]}`,
    );
    const items = OIDS.map((oid, i) => `item v${i} snmp ${oid}`);
    const all = OIDS.map((_, i) => `v${i}`).join(" ");
    await run(`host ${USER}.example.org ${USER}\n${[...lines, ...items].join("\n")}\nget d* ${all}\n`);
  } finally {
    child.kill();
    await child.exited;
  }
}

async function rounds(version: Version, text: string): Promise<Row[]> {
  const work = makeWorks("bench", text, `${USER}.example.org`).clients.get(`${USER}.example.org`);
  if (!work) throw new Error("no work");
  const dir = mkdtempSync(join(tmpdir(), "dmon-bench-"));
  let now_s = 1_800_000_000;
  let values = 0;
  const host = localHost({
    root: "",
    self: () => ({ version: "bench", cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 }),
  });
  const clock = { now_s: () => now_s, mono_ms: () => performance.now() };
  const store = new ClientStore(join(dir, "data.lite"), KEYS.history.fallback({} as never));
  const stored: number[] = [];
  let storing_ms = 0;
  const minute = new Minute(new States(clock, () => Bun.randomUUIDv7(), []), host, clock, (batches) => {
    const begin = process.cpuUsage();
    for (const batch of batches) values += batch.values.size;
    store.tick(batches, now_s);
    storing_ms += cpu_s(begin) * 1000;
  });
  minute.setWork(work);
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const begin_ms = performance.now();
    const begin = process.cpuUsage();
    values = 0;
    storing_ms = 0;
    await minute.round();
    wall.push((performance.now() - begin_ms) / 1000);
    cpu.push(cpu_s(begin));
    stored.push(storing_ms);
    const expected = (DEVICES - OFF) * OIDS.length;
    if (Math.abs(values - expected) > OIDS.length) throw new Error(`${values} values came, not ${expected}`);
    now_s += 60;
    if (i < ROUNDS - 1) await Bun.sleep(SILENT_MS);
  }
  store.close();
  rmSync(dir, { recursive: true });
  const what = `${DEVICES} devices × ${OIDS.length} values, ${OFF} off, ${version}`;
  return [
    { what: `${what}: a cycle, the first`, asked: "≤ 20 s", measured: `${wall[0]?.toFixed(1)} s` },
    { what: `${what}: a cycle`, asked: "≤ 20 s", measured: spread(wall.slice(1), "s", 1) },
    { what: "its CPU, the first", asked: "≤ 1 s", measured: `${cpu[0]?.toFixed(2)} s` },
    { what: "its CPU", asked: "≤ 1 s", measured: spread(cpu.slice(1), "s") },
    { what: "of it the store's", asked: "-", measured: spread(stored.slice(1), "ms", 0) },
  ];
}

/** The compiled client, which stays in the interpreter for longer; from its second minute on. */
async function daemon(text: string): Promise<Row[]> {
  const usual = {
    ival_make_state: undefined,
    ival_send_report: undefined,
    ival_check_work: undefined,
    loglvl: undefined,
  };
  await using dmon = await TestDmon.make({ conf: usual, name: `${USER}.example.org`, workConf: text });
  const pid = await dmon.start();
  await Bun.sleep(FIRST_MS);
  const begin = usage(pid);
  await Bun.sleep(MINUTES * 60_000);
  const cpu_ms = usage(pid).cpu_ms - begin.cpu_ms;
  const { cdmp } = await dmon.clients();
  const read = Object.values(cdmp)
    .flatMap((items) => Object.values(items))
    .filter(({ error }) => error === undefined);
  if (read.length < (DEVICES - OFF) * OIDS.length) throw new Error(`only ${read.length} values came to the server`);
  const what = "the compiled daemon, server too: CPU a minute";
  return [
    { what, asked: "≤ 1 s", measured: `${(cpu_ms / 1000 / MINUTES).toFixed(2)} s` },
    { what: `and in its first ${FIRST_MS / 1000} s`, asked: "-", measured: `${(begin.cpu_ms / 1000).toFixed(2)} s` },
  ];
}

function cpu_s(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.bind(0, resolve);
  await promise;
  const { port } = socket.address();
  socket.close();
  return port;
}
