// From an event to the person: what the server takes for events, for the rules that look at them, and for a mail; and what it does with
// a million of stored events.

import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endAll, FIXTURES, TestDmon, until } from "../e2e/harness.ts";
import { Exim } from "../notify/exim.ts";
import type { Done } from "./alerts-server.ts";
import { type Row, spread } from "./table.ts";

const ROOT = join(import.meta.dir, "../..");
const PROGRAM = join(import.meta.dir, "alerts-server.ts");
const STORED = 1_000_000;
const RUNS = 30;
const MAILS = 10;
const AT_ONCE = 2000;

export async function alerts(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "dmon-bench-"));
  try {
    const dmon = compile(join(dir, "compiled"));
    const done = await run([dmon, dir, String(STORED)]);
    const hot = await run([process.execPath, PROGRAM, dir, "0"]);
    return [
      {
        what: `1,000 events, 200 alert lines, 50 users (${done.listeners.toFixed(0)} hear of each)`,
        asked: "≤ 20 ms",
        measured: spread(done.routing_ms, "ms"),
      },
      { what: "  by bun, which compiles what is hot", asked: "-", measured: spread(hot.routing_ms, "ms") },
      {
        what: `forgetting a day of ${STORED.toLocaleString("en")} events: at a stretch`,
        asked: "≤ 50 ms",
        measured: spread(done.clean_ms, "ms"),
      },
      ...(await throughPort(join(dir, "server.lite"))),
      ...(await mailed()),
    ];
  } finally {
    endAll();
    rmSync(dir, { recursive: true });
  }
}

function compile(outdir: string): string {
  const script = join(ROOT, "scripts/build.ts");
  const built = Bun.spawnSync([process.execPath, script, "--entry", PROGRAM, "--outdir", outdir], { stderr: "pipe" });
  if (!built.success) throw new Error(built.stderr.toString());
  return join(outdir, "dmon");
}

async function run(argv: readonly string[]): Promise<Done> {
  const child = Bun.spawn([...argv], { stdout: "pipe", stderr: "inherit" });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")} failed`);
  return JSON.parse(text) as Done;
}

/** The page of events, and who else wants something while none is found. */
async function filtered(dmon: TestDmon): Promise<Row[]> {
  const page = async (query: string, has: string) => {
    const begin = performance.now();
    const text = await dmon.page(`/events?${query}`);
    if (!text.includes(has)) throw new Error(`the page of ${query} has no ${has}`);
    return performance.now() - begin;
  };
  const few = "item=item7,item8&level=%3E%3Dsick";
  const none = "level=%3E%3Dsick&text=nowhere";
  const [found, nothing, pings]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < RUNS; i++) {
    found.push(await page(few, "The newest 100 events"));
    const looking = page(none, "Looked through");
    for (let asked = 0; asked < 3; asked++) pings.push(await timed(dmon, "PING", "PONG"));
    nothing.push(await looking);
  }
  return [
    { what: "  a page of 100 events that a filter leaves", asked: "-", measured: spread(found, "ms") },
    { what: "  a page of none, 100,000 looked through", asked: "-", measured: spread(nothing, "ms") },
    { what: "    PING meanwhile", asked: "≤ 10 ms", measured: spread(pings, "ms") },
  ];
}

/** The compiled daemon on a million events: how long it takes more, and answers for the last. */
async function throughPort(database: string): Promise<Row[]> {
  const work = "user anna anna@example.org\nalert anna * * >=sick\nget * cpu_load\n";
  await using dmon = await TestDmon.make({ work, conf: { ival_make_state: undefined, ival_send_report: undefined } });
  mkdirSync(dmon.path("var"), { recursive: true });
  copyFileSync(database, dmon.path("var/server.lite"));
  await dmon.start("-q");
  const [pings, latest, taken]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < RUNS; i++) {
    pings.push(await timed(dmon, "PING", "PONG"));
    latest.push(await timed(dmon, "CLIENTS 100", '{"resp":"ok clients"'));
  }
  const pages = await filtered(dmon);
  for (let i = 0; i < 10; i++)
    taken.push(await timed(dmon, eventsLine(dmon.name, i), `{"resp":"ok events ${AT_ONCE},`));
  return [
    { what: "PING, request to last byte, for comparison", asked: "-", measured: spread(pings, "ms") },
    { what: "  CLIENTS with the 100 latest of them", asked: "≤ 10 ms", measured: spread(latest, "ms") },
    ...pages,
    {
      what: `  ${AT_ONCE} events in one request, stored and routed`,
      asked: "≤ 100 ms",
      measured: spread(taken, "ms", 1),
    },
  ];
}

function eventsLine(host: string, turn: number): string {
  const time = Math.floor(Date.now() / 1000);
  const events = Array.from({ length: AT_ONCE }, (_, n) => {
    const [prev, level] = turn % 2 === 0 ? ["fine", "sick"] : ["sick", "fine"];
    const id = `bench-${turn}-${String(n).padStart(6, "0")}`;
    return { id, time, host, item: `item${n}`, level, prev, value: n / 7, reason: ">90% for 5m (work.conf:41)" };
  });
  return `EVENTS ${JSON.stringify(events)}`;
}

/** Milliseconds from connecting to the last byte. */
async function timed(dmon: TestDmon, line: string, answering: string): Promise<number> {
  const begin = performance.now();
  const answer = await dmon.server(line);
  const took_ms = performance.now() - begin;
  if (!answer.startsWith(answering)) throw new Error(answer.slice(0, 200));
  return took_ms;
}

/** From the moment of the reading to that at which exim has the mail, picture and all, with no digest. */
async function mailed(): Promise<Row[]> {
  await using exim = await Exim.start();
  const work = "user anna anna@example.org\nalert anna * cpu_load >=sick\nget * cpu_load\nfit cpu_load sick >5\n";
  await using dmon = await TestDmon.make({ work });
  cpSync(join(FIXTURES, "vm"), dmon.path("root"), { recursive: true });
  const load = (one: string) => writeFileSync(dmon.path("root/proc/loadavg"), `${one} ${one} ${one} 2/345 6789\n`);
  dmon.writeConf({ root: dmon.path("root"), ival_digest: "0s", smtp: `smtp://127.0.0.1:${exim.port}` });
  load("1.00");
  await dmon.start("-q");
  await until("the first report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
  const [problems, recoveries]: [number[], number[]] = [[], []];
  let pictures = 0;
  for (let n = 1; n <= MAILS; n++) {
    load(n % 2 ? "9.00" : "1.00");
    const mails = await exim.mails("anna", n);
    const message = mails.at(-1)?.messageId?.replace(/[<>]/g, "") ?? "";
    const line =
      exim
        .log()
        .split("\n")
        .find((each) => each.includes(" <= ") && each.includes(message)) ?? "";
    const accepted_s = Date.parse(line.slice(0, 23).replace(" ", "T")) / 1000;
    const [event] = (await dmon.clients("1")).events;
    (n % 2 ? problems : recoveries).push((accepted_s - (event?.time ?? Number.NaN)) * 1000);
    pictures += mails.at(-1)?.attachments.length ?? 0;
  }
  return [
    {
      what: "from a reading to the mail server's acceptance: problems",
      asked: "≤ 1 s",
      measured: spread(problems, "ms", 0),
    },
    {
      what: `  recoveries; of all ${MAILS} mails ${pictures} had a picture`,
      asked: "≤ 1 s",
      measured: spread(recoveries, "ms", 0),
    },
  ];
}
