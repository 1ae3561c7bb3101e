// The pages of a large fleet as browsers get them from the compiled binary: 1,000 hosts of 60 items, 300 of them not fine, all
// reported over the wire; 500 browsers that watch; and chromium, from the click to the picture.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { ClientStore } from "../../src/store/client-store.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { canonical, TestDmon, until } from "../e2e/harness.ts";
import { dial, speak } from "../e2e/speak.ts";
import { lacks } from "../skips.ts";
import { percentile, type Row, spread } from "./table.ts";

/** The client that tells of them all, which is us. */
const CLIENT = canonical("beta");
const FROM = "127.0.0.9";
const HOSTS = 1000;
const ITEMS = 60;
const BAD = 300;
const OWN = "cpu_load cpu_usage cpu_iowait mem_avail mem_usage root_usage root_avail swap_usage uptime procs";
const RUNS = 15;
const WATCHING = 500;
const CHANGES_A_SECOND = 10;
const WATCHED_S = 20;
const MINUTES = 2 * 1440;
const GROUPS = 20;

export async function browsers(): Promise<Row[]> {
  const conf = { ival_make_state: "1m", ival_send_report: "1d", loglvl: "Quiet" };
  await using dmon = await TestDmon.make({ conf });
  const hosts = Array.from({ length: HOSTS }, (_, i) => `host h${i}.example.org h${i} via=be addr=192.0.2.1\n`).join(
    "",
  );
  const groups = Array.from(
    { length: GROUPS },
    (_, g) => `hosts group${g} ${Array.from({ length: HOSTS / GROUPS }, (__, i) => `h${i * GROUPS + g}`).join(" ")}\n`,
  ).join("");
  dmon.writeWork(dmon.workText(`host ${CLIENT} be addr=${FROM} port=1\n${hosts}${groups}get al ${OWN} dmon`));
  const made = await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
  if (made.code !== 0) throw new Error(made.out + made.err);
  fillDays(dmon);
  await dmon.start();
  await until("a report", async () => (await dmon.clients(dmon.name)).cdmp[dmon.name]?.cpu_load);
  for (let from = 0; from < HOSTS; from += 50) await report(dmon, from, 50, 0);
  await until("the mirror", async () => (await dmon.page("/hosts?q=h999")).includes("h999"));
  return [...(await overHttp(dmon)), ...(await watched(dmon)), ...(await inChromium(dmon))];
}

/** Two days of the host's own items, from before the start. */
function fillDays(dmon: TestDmon): void {
  const store = new ClientStore(dmon.path("var/data.lite"), [
    { bucket_s: 60, keep_s: 2 * 86_400 },
    { bucket_s: 600, keep_s: 14 * 86_400 },
    { bucket_s: 3600, keep_s: 70 * 86_400 },
  ]);
  const now_s = Math.floor(Date.now() / 60_000) * 60;
  const names = OWN.split(" ");
  for (let day = 0; day < MINUTES; day += 480) {
    const ticks = Array.from({ length: 480 }, (_, i) => ({
      host: dmon.name,
      time_s: now_s - (MINUTES - day - i) * 60,
      values: new Map(
        names.map((name, n) => [name, 40 + 30 * Math.sin((day + i) / (50 + n * 7)) + ((i * 7919) % 97) / 20]),
      ),
      events: [],
    }));
    store.tick(ticks, now_s);
  }
  store.close();
}

/** The reports of some hosts behind the client; `turn` makes their values new. */
async function report(dmon: TestDmon, from: number, count: number, turn: number): Promise<void> {
  const time = Date.now() / 1000;
  const about = { host: CLIENT, version: "1.0.0", target: "linux-x64", time, started: time - 1e6, ival: 3600 };
  const hosts = Object.fromEntries(
    Array.from({ length: count }, (_, n) => {
      const i = (from + n) % HOSTS;
      const items = Array.from({ length: ITEMS }, (__, k) => {
        const isBad = k === 0 && i < BAD;
        const state = {
          value: Math.round((i * 37 + k * 11 + turn * 13) % 1000) / 10,
          level: isBad ? (i % 3 === 0 ? "crit" : "sick") : "fine",
          since: time - i * 60,
          time,
          unit: "%",
          kind: "gauge",
          ...(isBad ? { rule: ">90% for 5m (work.conf:12)", text: `/srv/data/${i}` } : {}),
        };
        return [k === 0 ? "root_usage" : k === 1 ? "cpu_usage" : `item${k}_usage`, state];
      });
      return [`h${i}.example.org`, Object.fromEntries(items)];
    }),
  );
  const line = `REPORT ${JSON.stringify({ "-client": about, ...hosts })}\n`;
  const answer = await speak({ host: dmon.address, port: dmon.port, from: FROM }, line);
  if (!answer.includes("ok report")) throw new Error(answer.slice(0, 300));
}

async function overHttp(dmon: TestDmon): Promise<Row[]> {
  const asked: [string, string, string][] = [
    ["Alerts, to the last byte, compressed", "/", "≤ 30 ms, 60 KB"],
    ["Hosts, all of them", "/hosts", "≤ 100 ms"],
    ["a host's page, with graphs from its client", "/host/al", "≤ 15 ms"],
    ["Items", "/items", "-"],
    ["one item on all hosts", "/item/root_usage", "-"],
    ["System", "/system", "-"],
    ["api/v1/alerts", "/api/v1/alerts", "-"],
    ["/metrics", "/metrics", "-"],
  ];
  const rows: Row[] = [];
  for (const [what, path, limit] of asked) {
    const samples: number[] = [];
    let bytes = 0;
    for (let run = 0; run < RUNS; run++) {
      await report(dmon, run * 31, 1, run); // something is new each time
      await Bun.sleep(400);
      const begun_ms = performance.now();
      const response = await fetch(`http://${dmon.address}:${dmon.http}${path}`, {
        headers: { "Accept-Encoding": "gzip" },
        decompress: false,
      });
      bytes = (await response.arrayBuffer()).byteLength;
      samples.push(performance.now() - begun_ms);
      if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    }
    rows.push({ what, asked: limit, measured: `${spread(samples, "ms", 1)}, ${(bytes / 1000).toFixed(1)} KB` });
  }
  return rows;
}

/** The daemon's CPU seconds so far. */
function cpu_s(dmon: TestDmon): number {
  const [, fields = ""] = readFileSync(`/proc/${dmon.pid()}/stat`, "utf8").split(/\) /);
  const words = fields.split(" ");
  return (Number(words[11]) + Number(words[12])) / 100;
}

/** Changes for some seconds; the share of a CPU that the daemon takes meanwhile, in percent. */
async function changing(dmon: TestDmon, turn: number): Promise<number> {
  const before = cpu_s(dmon);
  const begun_ms = performance.now();
  for (let i = 0; i < WATCHED_S * CHANGES_A_SECOND; i++) {
    await report(dmon, i * 7, 1, turn + i);
    await Bun.sleep(Math.max(0, begun_ms + ((i + 1) * 1000) / CHANGES_A_SECOND - performance.now()));
  }
  return ((cpu_s(dmon) - before) / ((performance.now() - begun_ms) / 1000)) * 100;
}

async function watched(dmon: TestDmon): Promise<Row[]> {
  const alone = await changing(dmon, 1000);
  let [messages, bytes] = [0, 0];
  // Not by fetch, which opens 256 connections at most.
  const sockets = await Promise.all(
    Array.from({ length: WATCHING }, async () => {
      const socket = await dial({ host: dmon.address, port: dmon.http });
      socket.on("data", (chunk) => {
        messages++;
        bytes += chunk.length;
      });
      socket.write(`GET /live?at= HTTP/1.1\r\nHost: ${dmon.address}\r\n\r\n`);
      return socket;
    }),
  );
  await Bun.sleep(1000);
  [messages, bytes] = [0, 0];
  const together = await changing(dmon, 3000);
  for (const socket of sockets) socket.destroy();
  const each = `${(messages / WATCHING / WATCHED_S).toFixed(2)} messages a second to each, of ${Math.round(bytes / messages)} bytes`;
  return [
    {
      what: `CPU of the daemon, ${CHANGES_A_SECOND} hosts report a second`,
      asked: "-",
      measured: `${alone.toFixed(1)} %`,
    },
    {
      what: `  and ${WATCHING} browsers watch Alerts: what they cost`,
      asked: "≤ 5 %",
      measured: `${(together - alone).toFixed(1)} %  (${each})`,
    },
  ];
}

const LONG_TASKS = `new Promise((done) => {
  const found = [];
  new PerformanceObserver((list) => found.push(...list.getEntries().map((e) => [e.startTime, e.duration]))).observe({ type: "longtask", buffered: true });
  setTimeout(() => done(found), 2500);
})`;

async function inChromium(dmon: TestDmon): Promise<Row[]> {
  const shown = await dmon.page(`/graph/al/${OWN.split(" ")[0]}`);
  const urls = [...shown.matchAll(/<script src="([^"]*)"/g)].map(([, url]) => url ?? "");
  const scripts = await Promise.all(
    urls.map(async (url) => (await dmon.fetch(`/${url.replace(/^(\.\.\/)*/, "")}`)).bytes()),
  );
  const packed = scripts.map((script) => gzipSync(script).length / 1000);
  const rows: Row[] = [
    {
      what: "the script, compressed: of all pages, and of graphs",
      asked: "≤ 40 KB",
      measured: `${packed.map((kb) => kb.toFixed(1)).join(" + ")} KB`,
    },
  ];
  if (lacks("chromium")) return [...rows, { what: "chromium", asked: "-", measured: "is not installed" }];
  const browser = await launchChromium();
  const root = `http://${dmon.address}:${dmon.http}/`;
  const paints: number[] = [];
  const tasks: number[] = [];
  const graphs: number[] = [];
  try {
    for (let run = 0; run < 7; run++) {
      await using open = await openPage(browser, { width: 1366, height: 768 });
      const { page } = open;
      await page.goto(root);
      const found = await page.evaluate<[number, number][]>(LONG_TASKS);
      const loaded = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].loadEventEnd");
      tasks.push(Math.max(0, ...found.flatMap(([at, ms]) => (at > loaded ? ms : []))));
      paints.push(
        await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"),
      );
      graphs.push(await tenItems(page, root));
    }
  } finally {
    await browser.close();
  }
  return [
    ...rows,
    { what: "first paint of Alerts in chromium", asked: "≤ 300 ms", measured: spread(paints, "ms", 0) },
    {
      what: "  longest task after its load, 0: none of more than 50 ms",
      asked: "≤ 50 ms",
      measured: `${percentile(tasks, 0.5)} ms  (greatest ${percentile(tasks, 1)})`,
    },
    { what: "a day of ten items, from the click to the picture", asked: "≤ 100 ms", measured: spread(graphs, "ms", 0) },
  ];
}

/** Milliseconds from a click on "day" until the graph of it is painted, on a page with ten items. */
async function tenItems(page: import("playwright-core").Page, root: string): Promise<number> {
  const [first, ...others] = OWN.split(" ");
  const query = others.map((item) => `with=al/${item}`).join("&");
  await page.goto(`${root}graph/al/${first}?ival=hour&${query}`);
  await page.waitForSelector("canvas");
  return await page.evaluate<number>(`new Promise((done) => {
    const link = [...document.querySelectorAll(".ranges a")].find((a) => a.textContent === "day");
    const begun = performance.now();
    new PerformanceObserver(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))).observe({ entryTypes: ["mark"] });
    link.click();
  })`);
}
