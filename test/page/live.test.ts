// Pages that are watched: what streams say, and what becomes of a page in a real browser.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { applyDelta, type Delta } from "../../src/core/delta.ts";
import type { PageSource } from "../../src/page/model.ts";
import { type PageServer, servePages } from "../../src/page/serve.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { Changing, serve } from "./changing.ts";

interface Said {
  event: string;
  data: { version?: string; from?: string; to?: string; seq?: string; delta?: Delta };
}

/** The messages of a stream, one after the other. */
async function* messagesOf(response: Response): AsyncGenerator<Said> {
  let rest = "";
  for await (const chunk of response.body ?? []) {
    const parts = (rest + new TextDecoder().decode(chunk)).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
      yield { event, data: JSON.parse(data) };
    }
  }
}

describe("a stream", () => {
  test("says what changed of a page, so that the text of before becomes that of now", async () => {
    const { changing, server } = serve();
    try {
      const stream = await fetch(`${server.url}live?at=hosts`);
      expect(stream.headers.get("X-Accel-Buffering")).toBe("no"); // or nginx would keep it back
      const said = messagesOf(stream);
      const hello = (await said.next()).value as Said;
      expect(hello.event).toBe("hello");
      expect(hello.data.seq).toBe("a.1");
      const before = await fetch(`${server.url}live/text?at=hosts`);
      expect(before.headers.get("ETag")).toBe(`"${hello.data.version}"`);
      const lines = (await before.text()).split("\n");
      changing.set("mars", "cpu_usage", "crit", 99.5);
      const change = (await said.next()).value as Said;
      expect([change.event, change.data.from, change.data.seq]).toEqual(["change", hello.data.version, "a.2"]);
      const after = await (await fetch(`${server.url}live/text?at=hosts`)).text();
      expect(after).toContain("99.5");
      expect(applyDelta(lines, change.data.delta ?? [])?.join("\n")).toBe(after);
      expect(JSON.stringify(change.data.delta).length).toBeLessThan(after.length / 4);
      await said.return(undefined);
    } finally {
      await server.stop();
    }
  });

  test("is silent about what a page does not show, and ends when nobody listens", async () => {
    const { changing, server } = serve();
    try {
      const stop = new AbortController();
      const said = messagesOf(await fetch(`${server.url}live?at=host/venus`, { signal: stop.signal }));
      await said.next();
      changing.set("mars", "cpu_usage", "fine", 12.5); // of another host, and no level changed
      changing.set("venus", "cpu_usage", "fine", 13.5);
      const change = (await said.next()).value as Said;
      expect(JSON.stringify(change.data.delta)).toContain("13.5");
      expect(JSON.stringify(change.data.delta)).not.toContain("12.5");
      expect(changing.listeners.size).toBe(1);
      stop.abort();
      for (let i = 0; i < 100 && changing.listeners.size > 0; i++) await Bun.sleep(10);
      expect(changing.listeners.size).toBe(0);
    } finally {
      await server.stop();
    }
  });

  test("a page of events is not searched for anew because values change", async () => {
    const changing = new Changing();
    let searched = 0;
    const eventLog: PageSource["eventLog"] = () => {
      searched++;
      return Promise.resolve({ events: [] });
    };
    const endpoint = { address: "127.0.0.1", port: 0 };
    const server = servePages({ endpoint, source: { ...changing.source, eventLog }, log: () => {} });
    const stop = new AbortController();
    try {
      const said = messagesOf(
        await fetch(`${server.url}live?at=${encodeURIComponent("events?text=x")}`, { signal: stop.signal }),
      );
      await said.next();
      changing.set("mars", "cpu_usage", "crit", 99.5); // the count of what is wrong is on every page
      expect(((await said.next()).value as Said).event).toBe("change");
      expect(searched).toBe(1);
      for (const listener of changing.listeners) listener({ hosts: new Set(), more: true });
      for (let i = 0; i < 300; i++) {
        if (searched > 1) break;
        await Bun.sleep(10);
      }
      expect(searched).toBe(2);
    } finally {
      stop.abort();
      await server.stop();
    }
  });

  test.each([
    ["live", 400],
    ["live?at=nix", 404],
    ["live?at=//evil/", 404],
    ["live?at=%2f%2fevil", 404],
    ["live?at=host/%00x", 400],
    ["live?at=plot", 404],
    ["live/text?at=act/x.y", 404],
    ["live/text?at=host/nobody", 404],
  ])("%s: %d", async (path, status) => {
    const { server } = serve();
    const response = await fetch(server.url + path);
    expect(response.status).toBe(status);
    await response.text();
    await server.stop();
  });
});

describe.skipIf(lacks("chromium"))("a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function look(server: PageServer, path: string, act: (page: Page) => Promise<void>): Promise<void> {
    await using opened = await openPage(browser, { width: 1000, height: 500 });
    const { page, errors } = opened;
    try {
      await page.goto(server.url + path);
      await act(page);
      expect(errors).toEqual([]);
    } finally {
      await server.stop();
    }
  }

  test("shows a change by itself, and keeps scroll, selection, focus and what is typed", async () => {
    const { changing, server } = serve();
    await look(server, "events", async (page) => {
      await page.locator("input[name=item]").fill("half a wo");
      await page.evaluate("window.marked = document.querySelector('main table'); scrollTo(0, 150)");
      await page.evaluate(
        "getSelection().selectAllChildren(document.querySelectorAll('tbody tr')[3].querySelector('td'))",
      );
      const selected = await page.evaluate("String(getSelection())");
      expect(selected).not.toBe("");
      for (let i = 0; i < 100 && changing.listeners.size === 0; i++) await Bun.sleep(10);
      const [first] = changing.overview.events;
      if (!first) throw new Error("no events");
      const event = { ...first, id: "new", text: "brand new", time: changing.overview.now_s };
      changing.overview = { ...changing.overview, events: [event, ...changing.overview.events], seq: "a.9" };
      for (const listener of changing.listeners) listener({ hosts: new Set(), more: true });
      await page.getByText("brand new").first().waitFor();
      expect(await page.locator("input[name=item]").inputValue()).toBe("half a wo");
      expect(await page.evaluate("[String(getSelection()), window.marked.isConnected, scrollY > 100]")).toEqual([
        selected,
        true,
        true,
      ]);
    });
  }, 20_000);

  test("counts in title and icon what is wrong", async () => {
    const { changing, server } = serve();
    await look(server, "hosts", async (page) => {
      const before = await page.title();
      for (let i = 0; i < 100 && changing.listeners.size === 0; i++) await Bun.sleep(10);
      changing.set("mars", "cpu_usage", "dead", 100);
      for (let i = 0; i < 300 && (await page.title()) === before; i++) await Bun.sleep(10);
      expect(await page.title()).toMatch(/^\d+ dead · Hosts/);
      expect(await page.locator("link[rel=icon]").getAttribute("href")).toBe("icon/dead-2.svg");
    });
  }, 20_000);
});
