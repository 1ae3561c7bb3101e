// The channel alertmanager: what it sends, and what Debian's Alertmanager makes of it.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { ALERTMANAGER_LASTS_S } from "../../src/core/limits.ts";
import alertmanager, { alertsOf } from "../../src/notify/alertmanager.ts";
import { linked, MADE_S, message, notice } from "../core/alert/messages.ts";
import { lacks } from "../skips.ts";
import { delivery, refusal } from "./delivery.ts";
import { type Received, receiver } from "./receiver.ts";

setDefaultTimeout(60_000);

const iso = (time_s: number) => new Date(time_s * 1000).toISOString();

describe("what is sent", () => {
  test("a problem", () => {
    expect(alertsOf(message([linked()]), MADE_S)).toEqual([
      {
        labels: {
          alertname: "root_usage",
          host: "mars.example.org",
          tag: "mars",
          item: "root_usage",
          severity: "crit",
          source: "dmon",
        },
        annotations: {
          summary: "crit mars root_usage 97%",
          description: "was sick, for 12m 5s, >95% (work.conf:41)",
          value: "97 %",
          prev: "sick",
          reason: ">95% (work.conf:41)",
          rule: "work.conf:52",
          server: "server.example.org",
        },
        startsAt: iso(MADE_S - 725),
        endsAt: iso(MADE_S + ALERTMANAGER_LASTS_S),
        generatorURL: "https://dmon.example.org/host/mars",
      },
    ]);
  });

  const told = (fields: Parameters<typeof notice>[0], now_s = MADE_S) =>
    alertsOf(message([notice(fields)]), now_s).map(({ labels, startsAt, endsAt }) => {
      return [
        labels.severity,
        startsAt === undefined ? "" : Date.parse(startsAt) / 1000 - MADE_S,
        Date.parse(endsAt) / 1000 - MADE_S,
      ];
    });
  const LASTS = ALERTMANAGER_LASTS_S;
  test.each<[string, Parameters<typeof notice>[0], (string | number | undefined)[][]]>([
    [
      "a change ends the level before",
      { kind: "change", prev: "sick" },
      [
        ["sick", "", -725],
        ["crit", -725, LASTS],
      ],
    ],
    ["a reminder begins nothing", { kind: "reminder", prev: "crit" }, [["crit", -725, LASTS]]],
    ["a recovery ends it", { kind: "recovery", level: "fine", prev: "crit" }, [["crit", "", -725]]],
    ["a test is over soon", { kind: "test" }, [["crit", 0, 60]]],
    [
      "of a clock that is ahead nothing ends in the future",
      { kind: "recovery", level: "fine", prev: "crit", since_s: MADE_S + 60 },
      [["crit", "", 0]],
    ],
  ])("%s", (_, fields, wanted) => {
    expect(told(fields)).toEqual(wanted);
  });

  test("what comes from a host cannot be more than one line, and empty labels are none", () => {
    const [alert] = alertsOf(
      message([notice({ text: "a\nb\u202ec", value: null, links: { page: "javascript:alert(1)" } })]),
      MADE_S,
    );
    expect(alert?.annotations.description).toContain("a b c");
    expect(alert?.annotations).not.toHaveProperty("value");
    expect(alert).not.toHaveProperty("generatorURL");
  });
});

const isMissing = lacks("prometheus-alertmanager");
describe.skipIf(isMissing)("Debian's Alertmanager", () => {
  let directory = "";
  let url = "";
  let child: Bun.Subprocess | undefined;
  let people: Awaited<ReturnType<typeof receiver>>;

  beforeAll(async () => {
    if (isMissing) return;
    directory = mkdtempSync(`${tmpdir()}/dmon-alertmanager-`);
    people = await receiver({ status: 200 });
    writeFileSync(`${directory}/config.yml`, config(people.url("/people")));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    child = Bun.spawn(
      [
        "prometheus-alertmanager",
        `--config.file=${directory}/config.yml`,
        `--storage.path=${directory}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
      { stdio: ["ignore", "ignore", "ignore"], env: { PATH: "/usr/bin:/bin" } },
    );
    await until(async () => (await fetch(`${url}/-/ready`)).ok);
  });
  afterAll(async () => {
    child?.kill();
    await child?.exited;
    people?.[Symbol.dispose]();
    if (directory) rmSync(directory, { recursive: true });
  });

  // The clock is the real one, for Alertmanager has no other.
  const now_s = () => Math.floor(Date.now() / 1000);
  const send = (...notices: Parameters<typeof notice>[0][]) =>
    alertmanager.send(
      message(notices.map((fields) => notice({ since_s: now_s() - 60, ...fields }))),
      delivery(`${url}/`, { now_ms: Date.now }),
    );
  const levels = async (tag: string) => {
    const found = await json<{ labels: Record<string, string>; status: { state: string } }[]>(
      `${url}/api/v2/alerts?filter=tag%3D${tag}`,
    );
    return found.map(({ labels, status }) => `${labels.item} ${labels.severity} ${status.state}`).sort();
  };

  test("an alert appears, changes its level, and resolves", async () => {
    expect(await send({ tag: "venus", level: "sick" })).toStartWith("200 OK");
    await until(async () => (await levels("venus")).join() === "root_usage sick active");
    await send({ tag: "venus", kind: "change", level: "crit", prev: "sick", since_s: now_s() - 20 });
    await until(async () => (await levels("venus")).join() === "root_usage crit active");
    await send({ tag: "venus", kind: "reminder", level: "crit", prev: "crit" }); // the same alert
    expect(await levels("venus")).toEqual(["root_usage crit active"]);
    await send({ tag: "venus", kind: "recovery", level: "fine", prev: "crit", since_s: now_s() });
    await until(async () => (await levels("venus")).length === 0);
  });

  test("people are told by its routes, by labels, of the end too", async () => {
    await send(
      { tag: "earth", host: "earth.example.org", item: "load1" },
      { tag: "earth", host: "earth.example.org", item: "swap" },
    );
    const groups = await json<{ labels: { host: string }; alerts: unknown[] }[]>(`${url}/api/v2/alerts/groups`);
    const wanted = expect.objectContaining({
      labels: { host: "earth.example.org" },
      alerts: [expect.anything(), expect.anything()],
    });
    expect(groups).toContainEqual(wanted);
    const told = (status: string) => tellings(people.received).filter((each) => each === `${status} earth.example.org`);
    await until(async () => told("firing").length > 0);
    const ended = {
      tag: "earth",
      host: "earth.example.org",
      kind: "recovery",
      level: "fine",
      prev: "crit",
      since_s: now_s(),
    } as const;
    await send({ ...ended, item: "load1" }, { ...ended, item: "swap" });
    await until(async () => told("resolved").length > 0);
    expect(told("firing")).toHaveLength(1);
  });

  test("a recovery of which it never had the problem tells nobody", async () => {
    await send({ tag: "pluto", host: "pluto.example.org", kind: "recovery", level: "fine", prev: "crit" });
    await send({ tag: "uranus", host: "uranus.example.org" }); // what came behind it is told…
    await until(async () => tellings(people.received).includes("firing uranus.example.org"));
    expect(tellings(people.received).filter((each) => each.includes("pluto"))).toEqual([]); // …and it is not
  });

  test("a URL that leads elsewhere in it is an error, for good", async () => {
    const error = await refusal(alertmanager.send(message(), delivery(`${url}/prometheus`)));
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+: 404 Not Found/);
    expect(error.isPermanent).toBe(true);
  });
});

function config(hook: string): string {
  return `
route:
  receiver: people
  group_by: [host]
  group_wait: 1s
  group_interval: 1s
receivers:
  - name: people
    webhook_configs:
      - url: ${hook}
        send_resolved: true
`;
}

/** What it told, by status and host. */
function tellings(received: readonly Received[]): string[] {
  return received.map(({ body }) => {
    const { status, groupLabels } = JSON.parse(body) as { status: string; groupLabels: { host: string } };
    return `${status} ${groupLabels.host}`;
  });
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await Bun.sleep(100);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
