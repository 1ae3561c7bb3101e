// The API and the metrics of a running daemon: a real Prometheus scrapes them, as the documentation says.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lacks } from "../skips.ts";
import { canonical, endAll, freePorts, TEST_MS_MAX, TestDmon, until } from "./harness.ts";
import { speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);

const page = readFileSync(join(import.meta.dir, "../../docs/api.md"), "utf8");
const yaml = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => text);
const GUEST = canonical("beta");
const UNIT = `"\\\n{}=#`;

let dmon: TestDmon;
beforeAll(async () => {
  dmon = await TestDmon.make();
  dmon.writeWork(dmon.workText(`host ${GUEST} be addr=127.0.0.5 port=1\nget al cpu_load mem_avail uptime dmon`));
  expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
  await dmon.start();
  await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
  const now = Date.now() / 1000;
  const about = { host: GUEST, version: "1", target: "t", time: now, started: now - 60, ival: 3600 };
  const own = { value: 7, level: "sick", since: now, time: now, unit: UNIT, kind: "gauge" };
  const line = `REPORT ${JSON.stringify({ "-client": about, [GUEST]: { own } })}\n`;
  expect(await speak({ port: dmon.port, from: "127.0.0.5" }, line)).toContain("ok report");
  await until("the guest", async () => (await metrics()).includes('item="own"'));
});
afterAll(async () => {
  await dmon?.[Symbol.asyncDispose]();
  endAll();
});

const metrics = async () => (await dmon.fetch("/metrics")).text();

describe("the API", () => {
  test("tells of this daemon", async () => {
    const status = (await (await dmon.fetch("/api/v1/status")).json()) as { server: string; hosts: object };
    expect(status).toMatchObject({ server: dmon.name, hosts: { all: 2 } });
  });

  test("has the history that the client keeps", async () => {
    await until("a row", async () => {
      const response = await dmon.fetch("/api/v1/history?host=al&item=cpu_load&ival=hour");
      const { series } = (await response.json()) as { series: { rows: { avg: number | null; count: number }[] }[] };
      return series[0]?.rows.some(({ avg, count }) => avg !== null && count > 0);
    });
  });

  test("has the daemon's events, whichever are asked for", async () => {
    for (const query of [
      "",
      "?host=al",
      "?host=al&item=cpu_load",
      "?item=cpu*&from=yesterday",
      "?host=*,!al&item=*,!cpu*&level=soso&level=sick&to=now",
      "?item=cpu_load&after=1~a&from=2000-01-01&count=2000",
    ])
      expect([query, (await dmon.fetch(`/api/v1/events${query}`)).status]).toEqual([query, 200]);
    expect((await dmon.fetch("/api/v1/events?host=nix")).status).toBe(404);
    expect((await dmon.fetch("/api/v1/events?item=nix")).status).toBe(404);
  });
});

test.skipIf(lacks("promtool"))("promtool finds nothing wrong with what the daemon exports", async () => {
  const input = Buffer.from(await metrics());
  const child = Bun.spawn(["promtool", "check", "metrics"], { stdin: input, stdout: "pipe", stderr: "pipe" });
  expect((await child.stdout.text()) + (await child.stderr.text())).toBe("");
  expect(await child.exited).toBe(0);
});

describe.skipIf(lacks("prometheus"))("a real Prometheus", () => {
  let child: Bun.Subprocess<"ignore", "ignore", "pipe">;
  let url = "";
  /** What it says at the level of warnings. */
  let said = "";

  beforeAll(async () => {
    const dir = dmon.path("prometheus");
    mkdirSync(dir);
    const [scrapes = "", rules = ""] = yaml;
    const target = scrapes.replace("localhost:22080", `${dmon.address}:${dmon.http}`).replace("60s", "1s");
    expect(target).not.toContain("22080");
    writeFileSync(`${dir}/rules.yml`, rules.replaceAll("for: 10m", "for: 0s"));
    writeFileSync(`${dir}/prometheus.yml`, `global: { evaluation_interval: 1s }\nrule_files: [rules.yml]\n${target}`);
    const address = `127.0.0.1:${await freePorts(1)}`;
    url = `http://${address}`;
    const flags = [
      `config.file=${dir}/prometheus.yml`,
      `storage.tsdb.path=${dir}/data`,
      `web.listen-address=${address}`,
    ];
    const command = ["prometheus", ...flags.map((flag) => `--${flag}`), "--log.level=warn"];
    child = Bun.spawn(command, { stdio: ["ignore", "ignore", "pipe"], env: { PATH: "/usr/bin:/bin" } });
    void (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of child.stderr) said += decoder.decode(bytes);
    })();
    await until("Prometheus", async () => {
      try {
        return (await fetch(`${url}/-/ready`)).ok;
      } catch {
        return false;
      }
    });
    await until("a scrape", async () => (await query("up")).some(({ value }) => value[1] === "1"));
  });
  afterAll(async () => {
    child?.kill();
    await child?.exited;
  });

  interface Sample {
    metric: Record<string, string>;
    value: [number, string];
  }
  async function query(text: string): Promise<Sample[]> {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(text)}`);
    const answer = (await response.json()) as { status: string; error?: string; data: { result: Sample[] } };
    if (answer.status !== "success") throw new Error(`${text}: ${answer.error}`);
    return answer.data.result;
  }

  test("has the values, with their units as they are", async () => {
    const [own] = await query('dmon_item_value{item="own"}');
    expect(own).toMatchObject({ metric: { host: GUEST, unit: UNIT }, value: [expect.anything(), "7"] });
    expect(await query(`dmon_item_value{host="${dmon.name}",item="cpu_load"}`)).toHaveLength(1);
    expect(await query("dmon_host_up == 1")).toHaveLength(2);
  });

  test("knows types, units and texts", async () => {
    const answer = (await (await fetch(`${url}/api/v1/metadata`)).json()) as { data: Record<string, object[]> };
    expect(answer.data.dmon_item_level_since_timestamp_seconds).toMatchObject([{ type: "gauge", unit: "seconds" }]);
    expect(answer.data.process_cpu_seconds).toMatchObject([{ type: "counter", unit: "seconds" }]);
    expect(answer.data.dmon_host).toMatchObject([{ type: "info" }]);
  });

  test("fires the alert of the documentation for what is sick, with what an alert needs to be of use", async () => {
    const firing = async () => await query('ALERTS{alertname="DmonItem",item="own"}');
    await until("the alert", async () => (await firing()).length > 0);
    expect((await firing())[0]?.metric).toMatchObject({ host: GUEST, item: "own", alertstate: "firing" });
  });

  test("has nothing to complain of", async () => {
    await until("some scrapes", async () => Number((await query("count_over_time(up[1m])"))[0]?.value[1]) >= 3);
    expect(await query("min_over_time(up[1m]) == 0")).toEqual([]);
    expect(said).toBe("");
  });
});
