// Graphs in a real browser: zoomed by a drag and by keys, back by each way, one cursor over all, colours at run time, nothing refused.

import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { type PageServer, servePages } from "../../src/page/serve.ts";
import { lacks } from "../skips.ts";
import { NOW_S, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const OUT = `${import.meta.dir}/../out`;
const PATIENCE_MS = 60_000;
setDefaultTimeout(PATIENCE_MS); // a browser on a busy machine

describe.skipIf(lacks("chromium"))("graphs in a browser", () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  let wrong: string[];
  /** What was asked for, and how histories are answered. */
  let asked: { span_s: number; to_s: number | undefined }[];
  let down = false;

  beforeAll(async () => {
    const known = sourceOf(troubled());
    const source: PageSource = {
      ...known,
      histories(host, items, past, points, signal) {
        asked.push({ span_s: past.span_s, to_s: past.to_s });
        if (down) return Promise.reject(new SourceUnavailable("mars is away"));
        return known.histories(host, items, past, points, signal);
      },
    };
    server = servePages({ endpoint: { address: "127.0.0.1", port: 0 }, source, log: (line) => wrong.push(line) });
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  }, PATIENCE_MS);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    [wrong, asked, down] = [[], [], false];
    await page?.close();
    page = await browser.newPage({ viewport: { width: 1366, height: 900 } });
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  });

  const open = async (path = "graph/mars/root_usage?with=cpu_load") => {
    await page.goto(server.url + path, { waitUntil: "load" });
    await page.waitForSelector(".uplot canvas");
  };
  const ival = () => new URL(page.url()).searchParams.get("ival");
  /** Waits until the range that the address has is on the screen. */
  const settled = () => page.waitForSelector("#graphs:not([aria-busy])");
  /** Waits for what a script of the page says; the page itself must not evaluate texts. */
  const until = async (condition: string) => {
    while (!(await page.evaluate<boolean>(condition))) await Bun.sleep(20);
  };
  const text = async (selector: string) => (await page.textContent(selector)) ?? "";
  /** From one part of the first graph to another one, with the mouse. */
  const drag = async (from: number, to: number) => {
    const box = await page.locator(".u-over").first().boundingBox();
    if (!box) throw new Error("no graph");
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + from * box.width, y);
    await page.mouse.down();
    await page.mouse.move(box.x + ((from + to) / 2) * box.width, y);
    await page.mouse.move(box.x + to * box.width, y);
    await page.mouse.up();
    await settled();
  };
  const span = (name: string | null) => (name ?? "").split("..").map(Number);

  test("the canvas takes the place of the picture, and nothing moves", async () => {
    await page.addInitScript(
      "globalThis.shifted = 0; new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shifted += value; }).observe({ type: 'layout-shift', buffered: true });",
    );
    await open();
    expect(await page.locator(".place > .uplot").count()).toBe(2);
    expect(await page.locator(".place svg").count()).toBe(0);
    expect(await page.evaluate("globalThis.shifted")).toBeLessThan(0.01);
    expect(wrong).toEqual([]);
  });

  test("a drag zooms, the address has the range, Back and a reload show what they should", async () => {
    await open();
    await drag(0.25, 0.5);
    const [from_s = 0, to_s = 0] = span(ival());
    expect(to_s - from_s).toBeWithin(5.5 * 3600, 6.5 * 3600);
    expect(asked.at(-1)).toEqual({ span_s: to_s - from_s, to_s });
    expect(await text('.ranges [aria-current="page"]')).toContain("to");
    expect(await text("figcaption b")).toBe("1m"); // finer rows
    await page.reload();
    await page.waitForSelector(".uplot canvas");
    expect(span(ival())).toEqual([from_s, to_s]);
    await page.goBack();
    await settled();
    expect(ival()).toBeNull();
    await until('document.querySelector(".ranges [aria-current=page]").textContent === "day"');
    expect(wrong).toEqual([]);
  });

  test.each([
    ["a double click", () => page.locator(".u-over").first().dblclick()],
    ["Escape", () => page.keyboard.press("Escape")],
  ])("%s leads back", async (_, back) => {
    await open();
    await drag(0.2, 0.6);
    await drag(0.2, 0.6);
    const zoomed = ival();
    await back();
    await until(`!location.search.includes(${JSON.stringify(zoomed)})`);
    await settled();
    await back();
    await until('!location.search.includes("ival")');
  });

  test.each([
    ["ArrowLeft", -0.5, -0.5],
    ["-", -1, 0],
    ["+", 0.5, 0],
  ])("the key %s", async (key, begin, end) => {
    await open();
    await page.keyboard.press(key);
    await settled();
    const { to_s = NOW_S, span_s = 0 } = asked.at(-1) ?? {};
    const day_s = 86_400;
    expect((to_s - span_s - (NOW_S - day_s)) / day_s).toBeCloseTo(begin, 1);
    expect((to_s - NOW_S) / day_s).toBeCloseTo(end, 1);
    expect(wrong).toEqual([]);
  });

  test("up and down move the page, until a graph is in focus", async () => {
    await open();
    await page.keyboard.press("ArrowUp");
    expect(ival()).toBeNull();
    await page.focus("#graphs");
    await page.keyboard.press("ArrowUp");
    expect(ival()).toBe("43200s");
  });

  test("what is typed into a field is no key of the graph", async () => {
    await open();
    await page.focus(".add input[name=with]:not([type=hidden])");
    await page.keyboard.type("+-");
    await page.keyboard.press("ArrowLeft");
    expect(ival()).toBeNull();
  });

  test("the future is not gone to", async () => {
    await open();
    await page.keyboard.press("ArrowRight");
    expect(ival()).toBeNull();
  });

  test("one cursor over all graphs, with the values of its moment", async () => {
    await open();
    await page.locator(".u-over").first().hover();
    const times = await page.locator(".cursor").allTextContents();
    expect(times[0]).toMatch(/^Sun \d\d:\d\d$/);
    expect(times[1]).toBe(times[0]);
    const values = await page.locator("td.at").allTextContents();
    expect(values[0]).toMatch(/^[\d.]+ % \([\d.]+ % to [\d.]+ %\)$/);
    expect(values[1]).toContain("tasks");
    await page.mouse.move(5, 5);
    expect(await page.locator(".cursor").allTextContents()).toEqual(["", ""]);
  });

  test("what happened is told where its mark is pointed at or in focus", async () => {
    await open("graph/mars/root_usage");
    const mark = page.locator(".event").last();
    await mark.focus();
    expect(await text(".tip")).toContain("Sun 14:05 root_usage: sick → critical (>97% (work.conf:41))");
    expect(await mark.getAttribute("aria-label")).toContain("critical");
    await page.focus("#graphs");
    expect(await page.locator(".tip").isHidden()).toBe(true);
  });

  test("light and dark while it is open, and on paper always light", async () => {
    const ground = () =>
      page.evaluate<number>(
        "(() => { const c = document.querySelector('.uplot canvas'); return c.getContext('2d').getImageData(2, 2, 1, 1).data[0]; })()",
      );
    await page.emulateMedia({ colorScheme: "light" });
    await open();
    expect(await ground()).toBe(255);
    await page.emulateMedia({ colorScheme: "dark" });
    await until("document.querySelector('.uplot canvas').getContext('2d').getImageData(2, 2, 1, 1).data[0] < 50");
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await ground()).toBe(255);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await ground()).toBeLessThan(50);
  });

  test("another width", async () => {
    await open();
    await page.setViewportSize({ width: 390, height: 844 });
    await until("document.querySelector('.uplot canvas').clientWidth < 390");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  });

  test("links and downloads follow what is seen", async () => {
    await open();
    await drag(0.25, 0.5);
    const wished = ival() ?? "";
    for (const selector of [".downloads a", ".legend a"]) {
      const ivals = await page
        .locator(selector)
        .evaluateAll((links) =>
          links.map((link) => new URL((link as unknown as { href: string }).href).searchParams.get("ival")),
        );
      expect(new Set(ivals)).toEqual(new Set([wished]));
    }
    expect(await page.inputValue(".add input[name=ival]")).toBe(wished);
  });

  test("while a client is away, what was there stays, and that is said", async () => {
    await open();
    down = true;
    await drag(0.25, 0.5);
    await page.waitForSelector(".graph-trouble:not(:empty)");
    expect(await text(".graph-trouble")).toContain("mars is away");
    down = false;
    await page.keyboard.press("ArrowLeft");
    await until("document.querySelector('.graph-trouble').textContent === ''");
  });

  test("pictures for people", async () => {
    const many = "graph/mars/root_usage?with=venus/root_usage&with=db1/root_usage&with=cpu_load&with=venus/cpu_load";
    for (const [name, width, height] of [
      ["phone", 390, 844],
      ["laptop", 1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      await open(many);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(".u-over").first().hover();
        await page.screenshot({ path: `${OUT}/graph-many-${name}-${colorScheme}.png`, fullPage: true });
      }
    }
    expect(wrong).toEqual([]);
  });
});
