// From a reading to a mailbox: the compiled binary, a real mail server, and what both outlive.

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Exim, lacksExim } from "../notify/exim.ts";
import { receiver } from "../notify/receiver.ts";
import { endAll, FIXTURES, freePorts, isAlive, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const WORK = `user anna anna@example.org
alert anna * cpu_load >=sick
get * cpu_load mem_avail uptime
fit cpu_load sick >5
`;

async function world(conf: Record<string, string>, work = WORK): Promise<TestDmon> {
  const dmon = await TestDmon.make({ work });
  cpSync(join(FIXTURES, "vm"), dmon.path("root"), { recursive: true });
  dmon.writeConf({ root: dmon.path("root"), ival_digest: "0s", ...conf });
  load(dmon, 0.5);
  await dmon.start();
  await until("the first report", async () => (await dmon.clients()).cdmp[dmon.name]?.cpu_load);
  return dmon;
}

function load(dmon: TestDmon, tasks: number): void {
  const three = Array.from({ length: 3 }, () => tasks.toFixed(2)).join(" ");
  writeFileSync(dmon.path("root/proc/loadavg"), `${three} 2/345 6789\n`);
}

async function told(dmon: TestDmon) {
  const answer = JSON.parse(await dmon.server("ALERTS")) as {
    told: { user: string; kind: string; at_s: number; level: string; sent?: { answer: string } }[];
    queue: { user: string; attempts: number; answer?: string }[];
  };
  return answer;
}

describe.skipIf(lacksExim)("a mail", () => {
  test("says what is wrong, with a picture and links; the recovery comes in its thread", async () => {
    await using exim = await Exim.start();
    const smtp = `smtp://127.0.0.1:${exim.port}`;
    await using dmon = await world({ smtp, mail_from: "dmon@example.org", page_sec: "https://dmon.example.org/" });
    load(dmon, 7.25);
    const [mail] = await exim.mails("anna", 1);
    expect(mail?.subject).toBe("[dmon] sick al cpu_load 7.25 tasks");
    expect(mail?.from?.address).toBe("dmon@example.org");
    expect(mail?.text).toContain(">5");
    expect(mail?.text).toContain("https://dmon.example.org/graph/al/cpu_load");
    expect(mail?.attachments).toMatchObject([{ mimeType: "image/png", disposition: "inline" }]);
    const [, ticket = ""] = /\/act\/(\S+)/.exec(mail?.text ?? "") ?? [];
    expect(JSON.parse(await dmon.server(`TICKET ${ticket}`))).toMatchObject({ action: "ack", tag: "al", over: false });
    expect(await dmon.server(`ACK ${JSON.stringify({ ticket, text: "I see" })}`)).toContain('"user":"anna"');
    expect((await dmon.server("CLIENTS")).match(/"acks":\[\{[^\]]*"text":"I see"/)).toBeTruthy();
    load(dmon, 0.5);
    const [, recovery] = await exim.mails("anna", 2);
    expect(recovery?.subject).toBe("[dmon] fine al cpu_load 0.5 tasks");
    expect(recovery?.references).toContain(mail?.messageId?.slice(1, -1).split("@")[1] ?? "no id");
    expect(await dmon.server("CLIENTS")).toContain('"acks":[]'); // it ended with the problem
  });

  test("waits while the mail server is down and dmon is killed, and comes once", async () => {
    const port = await freePorts(1);
    await using dmon = await world({ smtp: `smtp://127.0.0.1:${port}` });
    load(dmon, 9);
    await until("an attempt", async () => (await told(dmon)).queue[0]?.answer?.includes("refused"));
    const pid = dmon.pid();
    process.kill(pid, "SIGKILL");
    await until("it is dead", () => !isAlive(pid));
    await using exim = await Exim.start();
    dmon.writeConf({ root: dmon.path("root"), ival_digest: "0s", smtp: `smtp://127.0.0.1:${exim.port}` });
    await dmon.start();
    expect(dmon.log()).toContain("waits: 127.0.0.1");
    await until("it is taken", async () => (await told(dmon)).queue.length === 0);
    const mails = await exim.mails("anna", 1);
    expect(mails.map(({ subject }) => subject)).toEqual(["[dmon] sick al cpu_load 9 tasks"]);
  });
});

test.skipIf(lacksExim)("one of three who is refused holds up nobody, and is said", async () => {
  await using exim = await Exim.start();
  const users = ["anna", "ghost", "bob"].map((name) => `user ${name} ${name}@example.org\n`).join("");
  const work = `${users}users ops anna,ghost,bob\nalert ops * cpu_load >=sick\nget * cpu_load\nfit cpu_load sick >5\n`;
  await using dmon = await world({ smtp: `smtp://127.0.0.1:${exim.port}` }, work);
  load(dmon, 8);
  for (const name of ["anna", "bob"])
    expect((await exim.mails(name, 1)).map(({ to }) => to?.[0]?.address)).toEqual([`${name}@example.org`]);
  const { queue, told: all } = await until("an answer", async () => {
    const answer = await told(dmon);
    return answer.queue[0]?.answer && answer;
  });
  expect(queue).toMatchObject([{ user: "ghost", attempts: 1, answer: expect.stringContaining("550 no such user") }]);
  expect(all.map(({ user, sent }) => `${user} ${sent ? "taken" : "not taken"}`).toSorted()).toEqual([
    "anna taken",
    "bob taken",
    "ghost not taken",
  ]);
  const { out } = await dmon.dmon("alerts");
  expect(out).toMatch(/Messages that were not taken yet\n.*ghost by mail .*550 no such user/);
});

test("without a mail server the ways of the work are used: a webhook is told within a second of the reading", async () => {
  using web = await receiver({ status: 200, body: "ok" });
  const work = WORK.replace(">=sick\n", ">=sick via hook\n");
  await using dmon = await world({}, `channel hook webhook ${web.url("/h/s3cret")}\n${work}`);
  load(dmon, 6);
  await until("it is told", () => web.received[0]);
  const body = JSON.parse(web.received[0]?.body ?? "{}");
  expect(body).toMatchObject({
    schema: "dmon.message",
    notices: [{ host: dmon.name, item: "cpu_load", level: "sick" }],
  });
  expect(body.made_s - body.notices[0].time_s).toBeLessThan(1);
});

test("a heartbeat is called while all is well, from the reload on that brings it", async () => {
  using web = await receiver({ status: 200, body: "OK" });
  await using dmon = await world({});
  dmon.writeConf({ root: dmon.path("root"), ival_digest: "0s", heartbeat: `${web.url("/ping/x")} 10s` });
  expect(await dmon.dmon("reload")).toMatchObject({ code: 0 });
  await until("it is called", () => web.received.some(({ path }) => path === "/ping/x"), 15_000);
  expect(await dmon.server("STATE")).not.toContain("heartbeat");
});
