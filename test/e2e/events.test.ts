// Events on their way from a client to its server, while both are killed.

import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonical, type EventSeen, endAll, FIXTURES, isAlive, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

async function killed(dmon: TestDmon): Promise<void> {
  const pid = dmon.pid();
  process.kill(pid, "SIGKILL");
  await until("it is dead", () => !isAlive(pid));
}

test("server and client are killed while levels change: the server has each event once, and of each item in order", async () => {
  const [server, beta] = [canonical("localhost"), canonical("beta")];
  const items = ["cpu_load", "cpu_load5"] as const;
  await using alpha = await TestDmon.make({ name: "localhost" });
  const fits = items.map((item) => `fit ${item} soso >10 sick >20\n`).join("");
  alpha.writeWork(
    alpha.workText(`host ${beta} be addr=127.0.0.2\nget al uptime\nget be ${items.join(" ")}\n${fits}flap * off`),
  );
  expect(await alpha.dmon("mk-work", "-q", "-f", "-w", alpha.path("work.conf"))).toMatchObject({ code: 0 });
  await using client = await TestDmon.make({
    name: "beta",
    address: "127.0.0.2",
    port: alpha.port,
    workConf: null,
    conf: { server, http_listen: "off" },
  });
  cpSync(join(FIXTURES, "vm"), client.path("root"), { recursive: true });
  client.writeConf({ server, http_listen: "off", root: client.path("root") });

  const made: Record<string, string[]> = { cpu_load: ["fine"], cpu_load5: ["fine"] };
  const write = (one: number, five: number) =>
    writeFileSync(client.path("root/proc/loadavg"), `${one}.00 ${five}.00 0.40 2/345 6789\n`);
  const levelOf = (load: number) => (load > 20 ? "sick" : load > 10 ? "soso" : "fine");
  /** Both items change, and were seen to. */
  const change = async (one: number, five: number) => {
    write(one, five);
    for (const [item, load] of [
      ["cpu_load", one],
      ["cpu_load5", five],
    ] as const) {
      await until(`${item} is ${levelOf(load)}`, async () => (await client.item(item))?.level === levelOf(load));
      if (made[item]?.at(-1) !== levelOf(load)) made[item]?.push(levelOf(load));
    }
  };
  /** Oldest first, and without those that the server makes of a silent host itself. */
  const stored = async (): Promise<EventSeen[]> =>
    (await alpha.clients("be")).events.filter(({ item }) => Object.hasOwn(made, item)).toReversed();

  write(1, 1);
  await alpha.start();
  await client.start();
  await until("a report", async () => (await alpha.clients()).cdmp[beta]?.cpu_load);
  await change(15, 1);
  await change(25, 15);
  await killed(alpha); // perhaps before it has answered
  await change(1, 25);
  await change(15, 1);
  await killed(client);
  write(25, 15);
  await client.start(); // without its server
  await change(25, 15);
  await change(1, 1);
  await killed(client);
  await alpha.start();
  await client.start();
  await change(15, 25);
  await until("some of what waited", async () => (await stored()).length > 4);
  await killed(alpha);
  await change(25, 1);
  await alpha.start();
  const count = () => Object.values(made).reduce((sum, levels) => sum + levels.length - 1, 0);
  await until("all events", async () => (await stored()).length >= count(), 15_000);
  await until("none waits", async () => (await stored()).length === count());

  const events = await stored();
  expect(new Set(events.map(({ id }) => id)).size).toBe(count());
  for (const item of items) {
    const chain = events.filter((event) => event.item === item);
    expect(["fine", ...chain.map(({ level }) => level)]).toEqual(made[item] ?? []);
    expect(chain.map(({ prev }) => prev)).toEqual(made[item]?.slice(0, -1) ?? []);
  }
  await until("the server's view is that of now", async () => {
    const state = (await alpha.clients()).cdmp[beta];
    return state?.cpu_load?.level === "sick" && state.cpu_load5?.level === "fine";
  });
});
