// The pages of a running daemon over HTTP, and as a browser shows them.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { GraphData } from "../../src/plot/graph-data.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { decodePng } from "../plot/decode-png.ts";
import { lacks } from "../skips.ts";
import { canonical, endAll, OUT, TEST_MS_MAX, TestDmon, until } from "./harness.ts";
import { speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const EVIL = "<script>alert(1)</script>&\"'";
const GUEST = canonical("beta");
const PAGES = ["/", "/hosts", "/host/al", "/graph/al/cpu_load", "/events"];

let dmon: TestDmon;
beforeAll(async () => {
  dmon = await TestDmon.make({ conf: { http_names: "monitor.example.org" } });
  dmon.writeWork(
    dmon.workText(`host ${GUEST} be addr=127.0.0.5 port=1
item evil disk.usage "/nowhere/<img src=x onerror=alert(2)>" label="a <b>bold</b> label"
get al cpu_load mem_avail root_usage uptime procs dmon evil`),
  );
  expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
  fillHour(dmon);
  await dmon.start();
  await until("a report", async () => (await dmon.clients()).cdmp[dmon.name]?.evil);
  await guest();
});
afterAll(async () => {
  await dmon?.[Symbol.asyncDispose]();
});

test("browsers may call the pages by the hosts' names and those of http_names, and by no other", async () => {
  const status = async (name: string) =>
    Number(
      (await speak({ port: dmon.http }, `HEAD / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)).split(" ")[1],
    );
  for (const name of ["monitor.example.org", "Monitor.Example.org:80", dmon.name, GUEST, "localhost", "192.0.2.1"]) {
    expect([name, await status(name)]).toEqual([name, 200]);
  }
  expect(await status("evil.example.org")).toBe(421);
});

test("graphs of several items have the client's own history, and become PNG", async () => {
  const ask = (path: string) => fetch(`http://127.0.0.1:${dmon.http}/${path}`);
  const data = (await (await ask("graph-data/al/cpu_load?with=uptime&ival=6h")).json()) as GraphData;
  const known = data.graphs.map(({ lines }) =>
    lines.map(({ key, avg }) => [key, avg.filter((v) => v !== null).length]),
  );
  expect(known).toMatchObject([[["al/cpu_load", expect.any(Number)]], [["al/uptime", expect.any(Number)]]]);
  expect(data.graphs[0]?.lines[0]?.avg.filter((value) => value !== null).length).toBeGreaterThan(200);
  const picture = await ask("plot?host=al&item=cpu_load&with=uptime&ival=6h&fmt=png&w=500&h=300");
  expect([picture.status, picture.headers.get("Content-Type")]).toEqual([200, "image/png"]);
  const { width, height } = decodePng(await picture.bytes());
  expect([width, height]).toEqual([1000, 600]);
});

/** Some hours of cpu_load from before the start. */
function fillHour(of: TestDmon): void {
  const store = new ClientStore(of.path("var/data.lite"), [
    { bucket_s: 60, keep_s: 2 * 86_400 },
    { bucket_s: 600, keep_s: 14 * 86_400 },
  ]);
  const now_s = Date.now() / 1000;
  const ticks = Array.from({ length: 300 }, (_, i) => ({
    host: of.name,
    time_s: now_s - (300 - i) * 60,
    values: new Map([["cpu_load", 2 + Math.sin(i / 20)]]),
    events: [],
  }));
  store.tick(ticks, now_s);
  store.close();
}

/** A report and an event of another host, whose words are hostile. */
async function guest(): Promise<void> {
  const now = Date.now() / 1000;
  const about = { host: GUEST, version: EVIL, target: EVIL, time: now, started: now - 60, ival: 3600 };
  const own = {
    value: 7,
    level: "sick",
    since: now,
    time: now,
    unit: EVIL.slice(0, 20),
    kind: "gauge",
    label: EVIL,
    text: EVIL,
    rule: EVIL,
  };
  const event = {
    id: Bun.randomUUIDv7(),
    time: now,
    host: GUEST,
    item: "own",
    level: "sick",
    prev: "fine",
    value: 7,
    text: EVIL,
    reason: EVIL,
  };
  const say = (line: string) => speak({ port: dmon.port, from: "127.0.0.5" }, `${line}\n`);
  expect(await say(`REPORT ${JSON.stringify({ "-client": about, [GUEST]: { own } })}`)).toContain("ok report");
  expect(await say(`EVENTS ${JSON.stringify([event])}`)).toContain("ok events 1, refused 0");
}

/** What is wrong with a text as XML; nothing when it is well-formed. */
function xmlError(xml: string): string | undefined {
  const open: string[] = [];
  let at = 0;
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
  while (at < xml.length) {
    const next = xml.indexOf("<", at);
    const text = xml.slice(at, next < 0 ? undefined : next);
    const entity = /&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.exec(text);
    if (entity) return `a bare & in ${JSON.stringify(text.slice(entity.index, entity.index + 20))}`;
    if (next < 0) break;
    token.lastIndex = next;
    const match = token.exec(xml);
    if (!match) return `no tag at ${JSON.stringify(xml.slice(next, next + 60))}`;
    const [whole, close, name = "", attributes = "", self] = match;
    if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(attributes)) return `a bare & in ${whole}`;
    if (close) {
      if (open.pop() !== name) return `${whole} closes nothing`;
    } else if (!self) open.push(name);
    at = next + whole.length;
  }
  return open.length > 0 ? `${open.join(" ")} never closed` : undefined;
}

describe.concurrent("over HTTP", () => {
  for (const path of PAGES) {
    test(path, async () => {
      const response = await dmon.fetch(path);
      const page = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(page).toStartWith("<!doctype html>");
      expect(page).toMatch(/<main[ >]/);
      expect(page).toContain("</html>");
      expect(page.replace(/ data-graphs="[^"]*"/, "")).not.toMatch(/\b(undefined|NaN|null|\[object)\b/);
    });
  }

  test("a host's page has the rules of its client, and graphs of what it measured", async () => {
    const { rules } = JSON.parse(await dmon.client("RULES")) as {
      rules: Record<string, { level: string; rule: string }[]>;
    };
    expect(rules.root_usage?.map(({ level }) => level)).toEqual(["soso", "sick", "crit"]);
    expect(rules.root_usage?.[0]?.rule).toBe(">80% until <78% (default)");
    expect(await dmon.client("RULES nobody")).toContain("does not monitor nobody");
    const page = await dmon.page("/host/al");
    expect(page).toContain("root_usage</bdi></a></th>");
    expect(page).toContain("&gt;80% until &lt;78% (default)");
    expect(page).toContain('aria-label="cpu_load, the last day: from');
  });

  test("each shows what it is for", async () => {
    const item = await dmon.item("cpu_load");
    expect(await dmon.page("/")).toContain("nothing is mounted on");
    expect(await dmon.page("/hosts")).toContain('href="host/al"');
    const host = await dmon.page("/host/al");
    for (const name of ["cpu_load", "mem_avail", "root_usage", "uptime", "procs"]) expect(host).toContain(`>${name}<`);
    expect(await dmon.page("/events")).toContain("own");
    expect(item?.level).toBe("fine");
  });

  test("events are filtered, lead to their graph, and are the same at the command line", async () => {
    const page = await dmon.page("/events?host=be&item=own&level=%3E%3Dsick&ival=3h&text=ALERT");
    expect(page).toContain("1 event");
    const [, link = ""] = /<a href="(graph\/be\/own\?ival=[^"]*)"/.exec(page) ?? [];
    expect((await dmon.fetch(`/${link.replaceAll("&amp;", "&")}`)).status).toBe(200);
    expect(await dmon.page("/events?host=be&level=dead")).toContain("No such event is kept");
    const wrong = await dmon.fetch("/events?item=onw&text=kept");
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("did you mean &quot;own&quot;?")]);
    const filter = ["be", "own", "--level", ">=sick", "--text", "alert", "--since", "3h", "--json"];
    const { out } = await dmon.dmon("events", ...filter);
    expect(JSON.parse(out).events).toMatchObject([{ host: GUEST, tag: "be", item: "own", level: "sick" }]);
  });

  test("the graph of each range has a drawn line", async () => {
    for (const ival of ["hour", "day", "week", "month", "year", "3h", "90m"]) {
      const page = await dmon.page(`/graph/al/cpu_load?ival=${ival}`);
      const line = /class="p-line" d="([^"]+)"/.exec(page)?.[1] ?? "";
      expect(line).toMatch(/^M[\d.]+ [\d.]+/);
      // Five hours are a dot in a year, and a curve in an hour.
      if (["hour", "day", "3h", "90m"].includes(ival)) expect(line.split(/[ML ]/).length).toBeGreaterThan(20);
    }
  });

  test("/plot is a picture of well-formed XML", async () => {
    const paths = ["hour", "day", "week", "month", "year"].map((ival) => `/plot?host=al&item=cpu_load&ival=${ival}`);
    for (const path of [...paths, "/plot?host=be&item=own", "/plot?host=al&item=evil", "/plot?host=<x>&item=%26"]) {
      const response = await dmon.fetch(path);
      expect(response.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
      const svg = await response.text();
      expect(svg).toStartWith("<svg ");
      expect(xmlError(svg.replace(/<style>[^<]*<\/style>/, ""))).toBeUndefined();
    }
    expect(xmlError("<a><b></a>")).toBeString();
    expect(xmlError("<a>R&D</a>")).toBeString();
  });

  test("the style is served, and may be kept", async () => {
    const style = `/${/<link rel="stylesheet" href="([^"]+)"/.exec(await dmon.page("/"))?.[1]}`;
    const response = await dmon.fetch(style);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/css");
    expect(response.headers.get("cache-control")).toContain("max-age");
    expect((await dmon.fetch("/", { headers: { "Accept-Encoding": "gzip" } })).headers.get("content-encoding")).toBe(
      "gzip",
    );
    expect((await dmon.fetch("/", { method: "HEAD" })).status).toBe(200);
  });

  test("what is not there is a 404 that leads on", async () => {
    for (const path of [
      "/nothing",
      "/host/mars",
      "/graph/al/nothing",
      "/graph/mars/cpu_load",
      "/host",
      "/favicon.png",
    ]) {
      const response = await dmon.fetch(path);
      expect(`${path} ${response.status}`).toBe(`${path} 404`);
      expect(await response.text()).toMatch(/<main[ >]/);
    }
    expect(await (await dmon.fetch("/graph/al/cpu_lod")).text()).toContain('href="graph/al/cpu_load"');
    expect((await dmon.fetch("/hosts/")).status).toBe(308);
    expect((await dmon.fetch("/plot?host=mars&item=x")).status).toBe(404);
    expect((await dmon.fetch("/graph/al/cpu_load?ival=soon")).status).toBe(400);
  });

  test("hostile words are escaped everywhere", async () => {
    for (const path of [...PAGES, "/host/be", "/graph/be/own", "/graph/al/evil", "/events?host=be"]) {
      const page = await dmon.page(path);
      expect(page).not.toMatch(/<script(?! src="(?:script|graphs)-)|<img|<b>bold|alert\(1\)<\/script>/i);
    }
    expect(await dmon.page("/")).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;");
    expect(await dmon.page("/host/al")).toContain("a &lt;b&gt;bold&lt;/b&gt; label");
    for (const path of ["/host/%3Cscript%3E", "/graph/al/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/%22%3E%3Cscript%3E"]) {
      const response = await dmon.fetch(path);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toMatch(/<script(?! src="(?:script|graphs)-)/);
    }
  });
});

describe("in a browser", () => {
  test.skipIf(lacks("chromium"))(
    "every page is quiet and fits, and test/out has its picture",
    async () => {
      mkdirSync(OUT, { recursive: true });
      const browser = await launchChromium();
      try {
        const wrong: string[] = [];
        for (const path of [...PAGES, "/host/be", "/graph/al/cpu_load?ival=hour", "/nothing"]) {
          const refused = path === "/nothing" ? { refused: path } : {};
          await using opened = await openPage(browser, { width: 1280, height: 900, ...refused });
          const { page, errors } = opened;
          await page.goto(`http://127.0.0.1:${dmon.http}${path}`, { waitUntil: "load" });
          const excess = await page.evaluate<number>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          if (excess > 0) wrong.push(`${path}: ${excess} px too wide`);
          const name = path
            .replace(/\?.*=/, "-")
            .replace(/[^a-z0-9]+/gi, "-")
            .replace(/^-|-$/g, "");
          await page.screenshot({ path: join(OUT, `e2e-${name || "alerts"}.png`), fullPage: true });
          wrong.push(...errors.map((error) => `${path}: ${error}`));
        }
        expect(wrong).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
