// What people do about alerts, as they type it on the server's host.

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { canonical, endAll, TEST_MS_MAX, TestDmon, until } from "./harness.ts";
import { speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);

const ALPHA = canonical("localhost");

let alpha: TestDmon;
beforeAll(async () => {
  alpha = await TestDmon.make({ name: "localhost" });
  alpha.writeWork(
    alpha.workText(`get al uptime root_usage
fit uptime on al sick >0
user anna anna@example.org
channel heap command ${alpha.path("heap.sh")}
alert anna al uptime >=sick via heap
alert anna al root_usage >=sick after 2m via heap`),
  );
  await Bun.write(alpha.path("heap.sh"), `#!/bin/sh\ncat >> ${alpha.path("heap.txt")}\n`);
  expect(Bun.spawnSync(["chmod", "755", alpha.path("heap.sh")]).success).toBe(true);
  expect(await alpha.dmon("mk-work", "-q", "-f", "-w", alpha.path("work.conf"))).toMatchObject({ code: 0 });
  await alpha.start();
  await until("the event", async () => (await alpha.clients()).events.some(({ item }) => item === "uptime"));
});
afterAll(async () => {
  await alpha?.[Symbol.asyncDispose]();
  endAll();
});

const env = { LANG: "C.UTF-8", USER: "bert" };

async function said(...argv: string[]): Promise<string> {
  const { code, out, err } = await alpha.run(argv, { env });
  expect([code, err]).toEqual([0, ""]);
  return out;
}

test("events, who would be told, acknowledgement, planned work, and what waits", async () => {
  expect(await said("events", "al", "uptime")).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}al {2}uptime {2}fine -> sick {2}.* {2}>0 \(work\.conf:\d+\)\n$/,
  );
  expect(await said("alert", "--test", "al:root_usage", "crit")).toMatch(
    /^al:root_usage fine -> crit, now, .*\n\nWould be told\n {2}anna by heap {2}after 2m, \d\d:\d\d {2}work\.conf:\d+; once, and when it is over\n/,
  );
  expect(await said("ack", "al", "uptime", "it is young")).toMatch(
    /^acknowledged {2}al:uptime {2}sick since .*\nNobody is reminded until it is well again\.\nTo take it back: dmon ack --undo al:uptime\n$/,
  );
  const { acks } = JSON.parse(await said("alerts", "--json"));
  expect(acks).toMatchObject([{ host: ALPHA, item: "uptime", user: "bert", text: "it is young" }]);
  expect(await said("alerts")).toContain("Acknowledged\nal:uptime  sick  by bert ");
  expect(await said("ack", "--undo", "al:uptime")).toBe("acknowledged no more  al:uptime\n");
  expect(await said("downtime", "al", "2h")).toStartWith("planned work 1 on al: ");
  expect(await said("downtime")).toMatch(/^1 +now +al +\S+ +by bert$/m);
  expect(await said("downtime", "--end", "1")).toBe("planned work 1 has ended\n");
});

test("who does not run a daemon is told how to start one", async () => {
  await using off = await TestDmon.make();
  const { code, err } = await off.dmon("ack", "al");
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^\[error\] dmon: dmon does not run .*; start it with: dmon start\n$/),
  ]);
});

test("the pagemaker's host may acknowledge and plan work; another client may not, and is told where", async () => {
  await using dmon = await TestDmon.make({ name: "localhost" });
  const hosts =
    "host pages.example.org pages addr=127.0.0.9 port=1\nhost other.example.org other addr=127.0.0.8 port=1\n";
  const work = dmon
    .workText("get al uptime\nfit uptime on al sick >0")
    .replace("pmaker al\n", `${hosts}pmaker pages\n`);
  dmon.writeWork(work);
  expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
  await dmon.start();
  await until("the event", async () => (await dmon.clients()).events.some(({ item }) => item === "uptime"));
  const ack = `ACK ${JSON.stringify({ user: "anna", hosts: "al", items: "uptime" })}\n`;
  const say = (from: string) => speak({ host: dmon.address, port: dmon.port, from }, ack);
  expect(await say("127.0.0.8")).toContain("error: ACK is for localhost and pagemaker only, not for 127.0.0.8");
  expect((await dmon.server("CLIENTS")).includes('"acks":[]')).toBe(true);
  expect(await say("127.0.0.9")).toContain('"resp":"ok ack 1"');
});
