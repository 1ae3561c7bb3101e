// A graph page opened while a client cannot be asked: its graph comes when the client is back.

import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { type PageServer, servePages } from "../../src/page/serve.ts";
import { launchChromium } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

setDefaultTimeout(20_000); // a browser on a busy machine

describe.skipIf(lacks("chromium"))("a graph that could not be had", () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  let away: readonly string[];
  let asked: number;

  beforeAll(async () => {
    const known = sourceOf(troubled());
    const source: PageSource = {
      ...known,
      histories(host, ...more) {
        asked++;
        if (away.some((name) => host.startsWith(name))) return Promise.reject(new SourceUnavailable(`${host} is away`));
        return known.histories(host, ...more);
      },
    };
    server = servePages({ endpoint: { address: "127.0.0.1", port: 0 }, source, log: () => {} });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    asked = 0;
    await page?.close();
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    await page.clock.install();
  });

  const open = async (path: string) => {
    await page.goto(server.url + path);
    await page.waitForSelector("#graphs:not([data-graphs])"); // the script has them
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) await Bun.sleep(10);
  };
  const later = (ms: number) => page.clock.fastForward(ms).catch(() => {}); // never done where the page leaves

  test.each([
    ["of the last day", "graph/mars/root_usage", ["mars"]],
    ["of a past range", "graph/mars/root_usage?ival=1795280000..1795340000", ["mars"]],
    ["beside one of another host", "graph/mars/root_usage?with=venus/cpu_load", ["venus"]],
  ])("%s comes when its client is back", async (_, path, hosts) => {
    away = hosts;
    await open(path);
    expect(await page.locator(".nograph").count()).toBe(1);
    const loads: string[] = [];
    page.on("load", () => loads.push(page.url()));
    const before = asked;
    await later(16_000);
    await until(() => asked > before); // it is still away
    await page.waitForSelector("#graphs:not([aria-busy])");
    expect(loads).toEqual([]);
    away = [];
    void later(16_000);
    await page.waitForSelector(".nograph", { state: "detached" });
    await page.waitForSelector(".uplot canvas");
    expect(loads).toEqual([server.url + path]);
  });

  test("of another range is had at once", async () => {
    away = ["mars"];
    await open("graph/mars/root_usage");
    away = [];
    await page.click(".ranges a:has-text('week')");
    await page.waitForSelector(".uplot canvas");
    expect(page.url()).toContain("ival=week");
  });
});
