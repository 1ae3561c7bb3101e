// New work on its way to running daemons: by the wire to a client, from the file to the server's own; what does not read is
// refused, and nobody forgets what he knew.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { canonical, endAll, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

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

async function make(alpha: TestDmon, work: string): Promise<void> {
  alpha.writeWork(alpha.workText(`host ${BETA} be addr=127.0.0.2\n${work}`));
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
