// New work on its way to running daemons: by the wire to a client, from the file to the server's own; what does not read is
// refused, and nobody forgets what he knew.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonical, endAll, FIXTURES, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const BETA = canonical("beta");

/** A server and a client at another address, both with the items of `work`. */
async function two(work: string): Promise<[TestDmon, TestDmon]> {
  const alpha = await TestDmon.make({ name: "localhost" });
  await make(alpha, work);
  await alpha.start();
  const beta = await TestDmon.started({
    name: "beta",
    address: "127.0.0.2",
    port: alpha.port,
    workConf: null,
    conf: { server: alpha.name, http_listen: "off" },
  });
  await until("a report", async () => (await alpha.clients()).cdmp[BETA]?.uptime);
  return [alpha, beta];
}

async function make(alpha: TestDmon, work: string, top = ""): Promise<void> {
  alpha.writeWork(top + alpha.workText(`host ${BETA} be addr=127.0.0.2\n${work}`));
  const made = await alpha.dmon("mk-work", "-q", "-f", "-w", alpha.path("work.conf"));
  if (made.code !== 0) throw new Error(made.err);
}

describe.concurrent("new work", () => {
  test("reaches client and server; what stays in it goes on as it was", async () => {
    const pair = await two("get * uptime cpu_usage\nfit uptime sick >1s");
    await using alpha = pair[0];
    await using beta = pair[1];
    await until("a rate", async () => (await beta.item("cpu_usage"))?.value !== null && (await beta.item("cpu_usage")));
    const since = (await beta.item("uptime"))?.since;
    expect((await beta.item("uptime"))?.level).toBe("sick");
    const times = new Map<number, number | null>();
    await make(alpha, "get * uptime cpu_usage mem_usage\nfit uptime sick >1s\nfit cpu_usage soso >200%");
    for (const dmon of [alpha, beta]) {
      await until("the new item", async () => {
        const usage = await dmon.item("cpu_usage");
        if (dmon === beta && usage) times.set(usage.time, usage.value);
        return dmon.item("mem_usage");
      });
    }
    expect([...times.values()]).not.toContain(null); // a counter that began anew would have no rate
    expect(await beta.item("uptime")).toMatchObject({ level: "sick", since: since ?? 0 });
    expect((await alpha.clients("be uptime")).events.map(({ level }) => level)).toEqual(["sick"]);
  });

  test("of other lines is no event: what holds for a while and what has a way back go on", async () => {
    await using alpha = await TestDmon.make({ name: "localhost" });
    cpSync(join(FIXTURES, "vm"), alpha.path("root"), { recursive: true });
    alpha.writeConf({ root: alpha.path("root") });
    const work = "get * cpu_load cpu_load5\nfit cpu_load sick >10 until <5\nfit cpu_load5 sick >10 for 3s";
    await make(alpha, work);
    const setLoad = (load: number, load5: number) =>
      writeFileSync(alpha.path("root/proc/loadavg"), `${load.toFixed(2)} ${load5.toFixed(2)} 0.40 2/345 6789\n`);
    setLoad(12, 12);
    await alpha.start();
    const items = ["cpu_load", "cpu_load5"] as const;
    for (const name of items) await until(`${name} is sick`, async () => (await alpha.item(name))?.level === "sick");
    setLoad(7, 13);
    await until("a value on the way back", async () => (await alpha.item("cpu_load"))?.value === 7);
    const rules = () => Promise.all(items.map(async (name) => (await alpha.item(name))?.rule));
    const old = await rules();
    await make(alpha, work, "# a line more\n");
    await until("the new lines", async () => (await rules()).every((rule, i) => rule && rule !== old[i]));
    const { time = 0 } = (await alpha.item("cpu_load5")) ?? {};
    await until("some rounds", async () => ((await alpha.item("cpu_load5"))?.time ?? 0) > time + 2);
    const told = async (name: string) => (await alpha.clients(`localhost ${name} 9`)).events.map(({ level }) => level);
    for (const name of items) expect([name, await told(name)]).toEqual([name, ["sick"]]);
    setLoad(4, 9);
    for (const name of items) await until("a recovery", async () => (await told(name)).join() === "fine,sick");
  });

  test("that measures another thing goes on with the last event", async () => {
    const item = (dir: string, limit: string) => `item x disk ${dir}\nget * x\nfit x sick ${limit}`;
    await using alpha = await TestDmon.started({ name: "localhost", work: item("/", ">=0%") });
    await until("sick", async () => (await alpha.item("x"))?.level === "sick");
    await make(alpha, item("/dev/shm", ">100%"));
    const told = async () =>
      (await alpha.clients("localhost x 9")).events.map(({ prev, level }) => `${prev}->${level}`);
    await until("a recovery", async () => (await told())[0] === "sick->fine");
    expect(await told()).toEqual(["sick->fine", "fine->sick"]);
  });

  test("that does not read is no reason to be blind after a restart", async () => {
    const pair = await two("get * uptime");
    await using alpha = pair[0];
    await using beta = pair[1];
    const file = alpha.path("var/works/client", `${BETA}.txt`);
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace('"probe"', '"prob"'));
    await beta.stop();
    await beta.start();
    await until("the old work goes on", () => beta.item("uptime"));
    expect(await beta.item("dmon_work")).toMatchObject({
      level: "sick",
      text: expect.stringContaining("does not read"),
    });
    expect(await beta.client("STATE")).toContain("no newer work: the client's work-file does not read");
    writeFileSync(file, good);
    await until("and it is well again", async () => (await beta.item("dmon_work"))?.level === "fine");
  });

  test("of the pages that does not read is refused, and told; they come when it does", async () => {
    await using alpha = await TestDmon.started({ name: "localhost" });
    const file = alpha.path("var/works/pmaker", `${alpha.name}.txt`);
    const good = readFileSync(file, "utf8");
    const work = async (level: string) =>
      until(`dmon_work is ${level}`, async () => (await alpha.item("dmon_work"))?.level === level);
    writeFileSync(file, "{ broken");
    expect(await alpha.dmon("reload")).toMatchObject({ code: 1, err: expect.stringContaining("pmaker's work-file") });
    await work("sick");
    expect((await alpha.fetch("/")).status).toBe(200); // the old work goes on
    await alpha.stop();
    const { code, err } = await alpha.dmon("start");
    expect([code, err]).toEqual([0, expect.stringContaining("no newer work: the pmaker's work-file does not read")]);
    await until("it measures", () => alpha.item("uptime"));
    await work("sick");
    expect(alpha.fetch("/")).rejects.toThrow();
    writeFileSync(file, good);
    await work("fine");
    expect((await alpha.fetch("/")).status).toBe(200);
  });

  test("that does not read is refused with an event, and the old work goes on", async () => {
    const pair = await two("get * uptime");
    await using alpha = pair[0];
    await using beta = pair[1];
    for (const [dmon, host] of [
      [alpha, alpha.name],
      [beta, BETA],
    ] as const) {
      const file = alpha.path("var/works/client", `${host}.txt`);
      const good = readFileSync(file, "utf8");
      const levels = async () => (await alpha.clients(`${host} dmon_work 10`)).events.map(({ level }) => level);
      expect((await dmon.item("dmon_work"))?.level).toBe("fine");
      writeFileSync(file, good.replace('"probe"', '"prob"'));
      await until("an event", async () => (await levels())[0] === "sick");
      const state = (await alpha.clients()).cdmp[host];
      expect(state?.dmon_work?.text).toContain("work-file does not read");
      const { time = 0 } = state?.uptime ?? {};
      await until("the old work goes on", async () => ((await dmon.item("uptime"))?.time ?? 0) > time);
      writeFileSync(file, good);
      await until("and it is well again", async () => (await levels())[0] === "fine");
    }
  });
});
