// The links of mails, from the mail to the server and back: a real server, its port, and pages that ask it.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { ACK_TEXT_CHARS_MAX, FORM_BYTES_MAX, TICKET_LASTS_S } from "../../src/core/limits.ts";
import { handle } from "../../src/page/handle.ts";
import type { PageSource } from "../../src/page/model.ts";
import { servePages } from "../../src/page/serve.ts";
import { type WireSource, wireSource } from "../../src/page/wire-source.ts";
import { type Listener, listen } from "../../src/wire/listen.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { serverPort } from "../commands/fixture.ts";
import { AlertsWorld, MARS, NOON } from "../server/alerts-world.ts";
import { lacks } from "../skips.ts";
import { EVIL } from "./fixture.ts";
import { seen } from "./source.ts";

const VENUS = "venus.example.org";
const WORK = `host ${MARS} mars
host ${VENUS} venus
user ann ann@example.org
get * root_usage
get * cpu_load
alert ann * * >=sick
`;
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

let world: AlertsWorld;
let listener: Listener;
let source: PageSource;
let live: WireSource;
let logged: string[];
/** The links of the mail, without where the pages are. */
let links: { ack: string; downtime: string };

beforeEach(async () => {
  world = new AlertsWorld(WORK);
  logged = [];
  const clock = {
    get wall_s() {
      return world.now_s;
    },
  };
  listener = listen({
    addresses: ["127.0.0.1"],
    port: 0,
    identify: (address) => ({ address, who: ["localhost", "client", "pagemaker"], hosts: [] }),
    switchboard: serverPort({ server: world.server, clock }),
    log: { quiet: (line) => logged.push(line), debug: (line) => logged.push(line) },
  });
  const target = { host: "127.0.0.1", port: listener.port };
  live = wireSource({
    target: () => target,
    server: () => MARS,
    version: "1",
    groups: () => ({ hosts: {}, items: {} }),
    levels: () => DEFAULT_LEVELS,
  });
  live.link.start();
  source = live;
  for (const host of [MARS, VENUS]) world.report(host, { root_usage: "fine", cpu_load: "fine" });
  world.level(VENUS, "root_usage", "sick");
  await world.pass(31);
  const { ack = "", downtime = "" } = world.messages[0]?.notices[0]?.links ?? {};
  const path = (url: string) => url.replace("https://dmon.example.org", "");
  links = { ack: path(ack), downtime: path(downtime) };
});
afterEach(async () => {
  live.link.stop();
  await listener.stop();
  world[Symbol.dispose]();
});

async function visit(path: string, init: RequestInit = {}) {
  await live.link.refresh(); // what the server knows by now
  const request = new Request(`http://localhost${path}`, init);
  const response = await handle(request, source, { log: (line) => logged.push(line) });
  const page = await response.text();
  return { status: response.status, headers: response.headers, page, text: words(page) };
}

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return visit(path, {
    method: "POST",
    headers: { ...FORM, ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

/** Does it, and looks where it leads. */
async function postAndFollow(path: string, fields: Record<string, string>) {
  const { status, headers } = await post(path, fields);
  expect(status).toBe(303);
  const location = headers.get("Location") ?? "";
  expect(location).not.toMatch(/^\/|:/); // relative: below whatever the pages are
  const url = new URL(location, `http://localhost${path}`);
  return visit(url.pathname + url.search);
}

function words(page: string): string {
  const main = /<main.*<\/main>/s.exec(page)?.[0] ?? "";
  return main
    .replaceAll("<wbr>", "")
    .replace(/<svg.*?<\/svg>|<[^>]*>/gs, " ")
    .replace(/\s+/g, " ")
    .replace(/ (?=[,:])/g, "");
}

describe("a link to acknowledge", () => {
  test("shows what it is for, and a form without script; looking does nothing", async () => {
    for (const method of ["GET", "HEAD", "GET"]) {
      const { status, headers, page, text } = await visit(links.ack, { method });
      expect([status, headers.get("Cache-Control"), headers.get("Referrer-Policy")]).toEqual([
        200,
        "no-store",
        "no-referrer",
      ]);
      if (method === "HEAD") continue;
      expect(text).toContain("Acknowledge venus root_usage sick 97 % for 31s, since 12:00");
      expect(text).toContain("Acknowledge as ann");
      expect(page).toContain('<form method="post"');
      expect(page).not.toMatch(/<script(?! src="(?:script|graphs)-)|http-equiv="refresh"/); // what is typed stays
      expect(page).not.toContain(links.ack); // nothing to copy by mistake
    }
    expect(world.server.people.acks()).toEqual([]);
  });

  test("acknowledges until it is well, and shows who did it and where to go on", async () => {
    const { status, page, text } = await postAndFollow(links.ack, { until: "", other: "", text: "  on   it " });
    expect(status).toBe(200);
    expect(text).toContain("Acknowledged by ann venus root_usage sick");
    expect(text).toContain("acknowledged by ann 0s ago, until it is well: on it");
    expect(page).toContain('href="./">Front page</a>');
    expect(world.server.people.acks()).toMatchObject([{ host: VENUS, item: "root_usage", user: "ann", text: "on it" }]);
    expect(world.server.people.acks()[0]).not.toHaveProperty("until_s");
    expect((await visit(links.ack)).text).toContain("acknowledged by ann"); // whoever comes next sees it
    expect((await visit("/")).text).toContain("No open problem, 1 acknowledged");
  });

  test.each([
    [{ until: "2h" }, NOON + 31 + 7200],
    [{ until: "2026-11-24T08:00:00.000Z" }, NOON + 20 * 3600],
    [{ until: "2h", other: "20:00" }, NOON + 8 * 3600], // what is typed counts
    [{ other: "tomorrow 8:00" }, NOON + 20 * 3600],
    [{ other: "11:00" }, NOON + 23 * 3600], // tomorrow's
  ])("until %j", async (fields, until_s) => {
    expect((await postAndFollow(links.ack, fields)).status).toBe(200);
    expect(Math.floor(world.server.people.acks()[0]?.until_s ?? 0)).toBe(until_s);
  });

  test.each([
    [{ other: "laetr" }, 400, "“laetr” is no time; give an interval"],
    [{ other: "2026-11-23T08:00" }, 400, "“2026-11-23T08:00” (08:00) is over already."],
    [{ other: "9".repeat(5000) }, 400, "is no time"],
    [{ text: "x".repeat(ACK_TEXT_CHARS_MAX + 1) }, 400, "has 201 characters"],
    [{ text: "a\u0007b" }, 400, "characters that nobody can see"],
  ])("what is filled in wrongly is said, and stays in the form: %j", async (fields, wanted, message) => {
    const { status, page, text } = await post(links.ack, { text: "my words", ...fields });
    expect(status).toBe(wanted);
    expect(text).toContain("Nothing was done.");
    expect(text).toContain(message);
    if (!("text" in fields)) expect(page).toContain('value="my words"');
    expect(world.server.people.acks()).toEqual([]);
  });

  test("is over with its problem, and so is one of an earlier problem", async () => {
    world.level(VENUS, "root_usage", "fine");
    const over = await visit(links.ack);
    expect([over.status, over.text]).toEqual([410, expect.stringContaining("It is well again")]);
    expect((await post(links.ack, {})).status).toBe(410);
    world.level(VENUS, "root_usage", "crit");
    const { status, text } = await visit(links.ack);
    expect([status, text]).toEqual([410, expect.stringContaining("was well meanwhile, and is critical again")]);
    expect(world.server.people.acks()).toEqual([]);
  });

  test("what ends between the form and its sending is the server's to say", async () => {
    const before = source;
    source = {
      ...before,
      async ticket(text) {
        const found = await before.ticket(text);
        world.level(VENUS, "root_usage", "fine");
        return found;
      },
    };
    const { status, text } = await post(links.ack, {});
    expect([status, text]).toEqual([409, expect.stringContaining("Venus:root_usage is well again.")]);
  });
});

describe("a link to plan work", () => {
  test("plans it on the item, by whom and until when", async () => {
    expect((await visit(links.downtime)).text).toContain("On only root_usage all of venus");
    const { text } = await postAndFollow(links.downtime, { until: "4h", items: "item", text: "new disk" });
    expect(text).toContain("Work planned by ann venus root_usage");
    expect(text).toContain("planned work of ann until 16:01: new disk");
    expect(world.server.people.downtimes()).toMatchObject([
      { hosts: "venus", items: "root_usage", user: "ann", isNow: true },
    ]);
    expect((await visit("/")).text).toContain("planned work of ann until 16:01 on venus (root_usage): new disk");
  });
  test("plans it on the whole host, also when all is well again", async () => {
    world.level(VENUS, "root_usage", "fine");
    const { text } = await postAndFollow(links.downtime, { other: "18:00", items: "host" });
    expect(text).toContain("Work planned by ann venus root_usage fine");
    expect(world.server.people.downtimes()).toMatchObject([{ hosts: "venus", items: "*" }]);
    expect((await visit("/host/venus")).text).toContain("planned work of ann until 18:00");
  });
  test("without a time plans nothing", async () => {
    expect((await post(links.downtime, { items: "host" })).text).toContain("Say how long the work takes.");
    expect(world.server.people.downtimes()).toEqual([]);
  });
});

describe("what is no such link", () => {
  const forged = () => [
    `${links.ack.slice(0, -2)}xx`,
    `${links.ack}x`,
    "/act/x",
    "/act/a.b",
    "/act/a.b%0aSTOP",
    `/act/${"a".repeat(1500)}.b`,
  ];
  test("forged, or not whole: 403, and the server hears nothing that is no ticket", async () => {
    for (const path of forged()) {
      const { status, text } = await visit(path);
      expect([path, status, text]).toEqual([path, 403, expect.stringContaining("This link is not valid")]);
      expect((await post(path, {})).status).toBe(403);
    }
  });
  test("a ticket for one action does no other", async () => {
    const ticket = links.downtime.replace("/act/", "");
    expect(source.use({ action: "ack", ticket, text: "" })).rejects.toThrow("this link is for downtime, not for ack");
  });
  test("expired: 410", async () => {
    world.now_s += TICKET_LASTS_S + 60;
    for (const { status, text } of [await visit(links.ack), await post(links.downtime, { until: "1h" })])
      expect([status, text]).toEqual([410, expect.stringContaining("This link has expired")]);
  });
  test("of a host that left the work: 410", async () => {
    world.setWork(WORK.replace(`host ${VENUS} venus\n`, ""));
    const { status, text } = await visit(links.downtime);
    expect([status, text]).toEqual([410, expect.stringContaining("This host is monitored no more")]);
  });
  test("a server that is down: 503, and nothing done", async () => {
    await listener.stop();
    expect((await post(links.ack, {})).status).toBe(503);
  });
});

describe("what is sent otherwise than by our form does nothing", () => {
  const rows: [string, RequestInit & { headers: Record<string, string> }, number][] = [
    ["another site's page", { headers: { ...FORM, "Sec-Fetch-Site": "cross-site" } }, 403],
    ["a neighbour's page", { headers: { ...FORM, "Sec-Fetch-Site": "same-site" } }, 403],
    ["another origin", { headers: { ...FORM, Origin: "https://evil.example.com" } }, 403],
    ["JSON", { headers: { "Content-Type": "application/json" }, body: "{}" }, 415],
    ["an upload", { headers: { "Content-Type": "multipart/form-data; boundary=x" } }, 415],
    ["nothing said", { headers: { "Content-Type": "" } }, 415],
    ["a large body", { headers: FORM, body: `text=${"x".repeat(FORM_BYTES_MAX)}` }, 413],
  ];
  test.each(rows)("%s", async (_, init, wanted) => {
    const { status, text } = await visit(links.ack, { method: "POST", body: "until=", ...init });
    expect([status, text]).toEqual([wanted, expect.stringContaining("Nothing was done")]);
    expect(world.server.people.acks()).toEqual([]);
  });
  test.each([
    ["Origin", "null"], // pages without a referrer have no origin
    ["Origin", "http://localhost"],
    ["Sec-Fetch-Site", "same-origin"],
    ["Sec-Fetch-Site", "none"],
  ])("but from our own page it does: %s %s", async (name, value) => {
    expect((await post(links.ack, {}, { [name]: value, Host: "localhost" })).status).toBe(303);
  });
  test.each(["PUT", "DELETE", "PATCH"])("%s is not allowed", async (method) => {
    const { status, headers } = await visit(links.ack, { method });
    expect([status, headers.get("Allow")]).toEqual([405, "GET, HEAD, POST"]);
  });
  test("a body without end is not read to its end", async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024).fill(97));
      },
    });
    expect((await visit(links.ack, { method: "POST", headers: FORM, body })).status).toBe(413);
    expect(sent).toBeLessThan(4 * FORM_BYTES_MAX);
  });
});

test("no ticket comes into a log, whatever goes wrong and however it is written", async () => {
  await post(links.ack, { text: "on it" });
  expect(logged.map((line) => line.split(" ")[1]).filter((word) => word !== "WATCH")).toEqual(["TICKET", "ACK"]);
  expect(logged.filter((line) => line.includes(links.ack.slice(5, 25)))).toEqual([]);
  source = { ...source, ticket: () => Promise.reject(new TypeError("broken")) };
  for (const path of [links.ack, links.ack.replace("/act", "/%61ct"), `${links.ack}?x=1`])
    expect((await visit(path)).status).toBe(500);
  const pages = logged.filter((line) => line.startsWith("page "));
  expect(pages).toEqual(Array.from({ length: 3 }, () => "page GET http://localhost/act/***: broken"));
});

test("hostile words of people are text, wherever they stand", async () => {
  for (const evil of EVIL) {
    const { overview } = await source.fleet();
    const ack = { host: VENUS, item: "root_usage", user: evil, at_s: NOON, level: "dead", text: evil };
    const planned = [
      { id: 1, user: evil, text: evil, of: { [VENUS]: ["*"], [evil]: ["*"] } },
      { where: evil, text: evil, of: { [VENUS]: ["root_usage", evil] } },
    ];
    const told = { ...overview, acks: [ack], planned };
    const hostile: PageSource = {
      ...source,
      ...seen(told),
      ticket: async (text) => ({ ...(await source.ticket(text)), user: evil, tag: evil, item: evil, ack }),
    };
    const paths = [
      "/",
      "/host/venus",
      "/graph/venus/root_usage",
      "/hosts",
      links.ack,
      links.downtime,
      `${links.ack}?done=ack`,
      `${links.downtime}?done=1`,
    ];
    for (const path of paths) {
      for (const init of path.startsWith("/act")
        ? [{}, { method: "POST", headers: FORM, body: new URLSearchParams({ other: evil, text: evil }).toString() }]
        : [{}]) {
        const response = await handle(new Request(`http://localhost${path}`, init), hostile, {});
        expect([path, response.status === 500]).toEqual([path, false]);
        const page = await response.text();
        expect(page).not.toMatch(/<script(?! src="(?:script|graphs)-)|<img|[\x00-\x08]|\u202e/);
        expect(/<[a-z]+ [^<>]*\son[a-z]+=/.test(page.replace(/"[^"]*"/g, ""))).toBe(false);
      }
    }
  }
});

describe.skipIf(lacks("chromium"))("in a browser without script", () => {
  // By a name without TLS a browser tells nothing of where a form comes from; on this host it does.
  test.each(["mars.example.org", "127.0.0.1"])(
    "called %s, the form does what it says",
    async (name) => {
      const server = servePages({
        endpoint: { address: "127.0.0.1", port: 0 },
        source,
        log: (line) => logged.push(line),
      });
      const browser = await launchChromium(["mars.example.org"]);
      try {
        const { page: tab } = await openPage(browser, { width: 360, height: 740, script: false });
        const from = `http://${name}:${new URL(server.url).port}`;
        await tab.goto(from + links.downtime);
        await tab.getByLabel("4 hours").check();
        await tab.getByLabel("all of venus").check();
        await tab.getByLabel("Comment").fill("new <b>disk</b>");
        await tab.getByRole("button").click();
        expect(await tab.getByRole("heading").textContent()).toBe("Work planned by ann");
        expect(await tab.locator(".care").textContent()).toBe("planned work of ann until 16:01: new <b>disk</b>");
        expect(tab.url()).toBe(`${from}${links.downtime}?done=1`);
        await tab.reload(); // does nothing again
        await tab.getByRole("link", { name: "Front page", exact: true }).click();
        expect(await tab.getByRole("heading", { level: 1 }).textContent()).toBe("No open problem, 1 in planned work");
        await tab.goto(from + links.ack);
        await tab.getByLabel("or until").fill("whenever");
        await tab.getByRole("button").click();
        expect(await tab.getByRole("alert").textContent()).toStartWith("Nothing was done. “whenever” is no time");
        await tab.getByLabel("or until").fill("");
        await tab.getByRole("button").click();
        expect(await tab.getByRole("heading").textContent()).toBe("Acknowledged by ann");
        expect(world.server.people.downtimes()).toHaveLength(1);
        expect(world.server.people.acks()).toHaveLength(1);
      } finally {
        await browser.close();
        await server.stop();
      }
    },
    60_000,
  );
});
