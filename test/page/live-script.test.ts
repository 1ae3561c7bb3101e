// What the script of a watched page does with what its stream says, or does not say: streams and clock are the test's.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page, Route } from "playwright-core";
import { deltaOf } from "../../src/core/delta.ts";
import type { PageServer } from "../../src/page/serve.ts";
import { launchChromium, type OpenPage, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { type Changing, serve } from "./changing.ts";

setDefaultTimeout(20_000); // a browser on a busy machine

/** In place of EventSource: `streams` are all that were opened. And chance always says the middle. */
const STREAMS = `
globalThis.streams = [];
globalThis.EventSource = class extends EventTarget {
  isOpen = true;
  constructor(url) { super(); this.url = url; streams.push(this); }
  close() { this.isOpen = false; }
};
Math.random = () => 0.5;`;

describe.skipIf(lacks("chromium"))("the script of a watched page", () => {
  let browser: Browser;
  let server: PageServer;
  let changing: Changing;
  let opened: OpenPage;
  let page: Page;
  /** How often the text was asked for, and how it is answered. */
  let texts: number;
  let answer: (route: Route) => Promise<void>;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    ({ changing, server } = serve());
    opened = await openPage(browser, { width: 1000, height: 700 });
    page = opened.page;
    texts = 0;
    answer = (route) => route.continue();
    await page.route("**/live/text*", (route) => {
      texts++;
      return answer(route);
    });
    await page.addInitScript(STREAMS);
    await page.clock.install();
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await server.stop();
  });

  const open = async (path = "host/mars") => {
    await page.goto(server.url + path);
    await page.clock.pauseAt(Date.now() + 1000);
    await says("beat", {});
  };
  /** The stream that is open says something. */
  const says = (event: string, data: object) =>
    page.evaluate(
      `streams.at(-1).dispatchEvent(new MessageEvent("${event}", { data: ${JSON.stringify(JSON.stringify(data))} }))`,
    );
  const breaks = () => page.evaluate("streams.at(-1).dispatchEvent(new Event('error'))");
  const streams = () => page.evaluate<boolean[]>("streams.map(({ isOpen }) => isOpen)");
  const seq = () => page.evaluate<string>("document.documentElement.dataset.seq");
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await Bun.sleep(10);
  };
  const shown = (text: string) => page.locator("main").getByText(text).first().waitFor();
  /** Nothing more is asked for, as far as can be seen: what is asked later comes later. */
  const still = async (expected: number) => {
    await Bun.sleep(100);
    expect(texts).toBe(expected);
  };

  test("asks for the text when the stream begins with another state, and only then", async () => {
    await open();
    await says("hello", { seq: "a.1", version: "x" });
    await still(0);
    changing.set("mars", "cpu_usage", "crit", 97.125);
    await says("hello", { seq: "a.2", version: "y" });
    await shown("97.1");
    expect(await seq()).toBe("a.2");
    const version = (await fetch(`${server.url}live/text?at=host/mars`)).headers.get("ETag")?.replaceAll('"', "");
    await says("hello", { seq: "a.5", version }); // other states of the server, the same page
    await still(1);
    await says("hello", { seq: "a.2", version: "z" });
    await until(() => texts === 2);
  });

  test("takes a stream that says nothing for none, opens another, and asks for the text", async () => {
    await open();
    await page.clock.runFor(20_000);
    await says("beat", {});
    await page.clock.runFor(20_000);
    expect(await streams()).toEqual([true]);
    expect(texts).toBe(0);
    changing.set("mars", "cpu_usage", "crit", 97.125);
    await page.clock.runFor(10_000);
    expect((await streams())[0]).toBe(false);
    await shown("97.1");
    await page.clock.runFor(1000);
    expect(await streams()).toEqual([false, true]);
  });

  test("waits longer each time, until a stream says hello", async () => {
    await open();
    const wait = async (seconds: number) => {
      await breaks();
      const before = (await streams()).length;
      await page.clock.runFor(seconds * 1000 - 1);
      expect((await streams()).length).toBe(before);
      await page.clock.runFor(1);
      expect((await streams()).slice(before)).toEqual([true]);
    };
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) await wait(seconds);
    await says("hello", { seq: "a.1", version: "x" });
    await wait(1);
  });

  test("shows what is new although it gets no stream", async () => {
    await open();
    await breaks();
    await until(() => texts === 1);
    await page.clock.runFor(1000);
    changing.set("mars", "cpu_usage", "crit", 97.125);
    await breaks();
    await shown("97.1");
    await page.clock.runFor(5000);
    expect(await page.locator(".connection").count()).toBe(0); // what is shown is of now
  });

  test.each([401, 404])("%d: is loaded again, which says why; soon, but not at once for ever", async (status) => {
    let loads = 0;
    page.on("load", () => loads++);
    answer = (route) => route.fulfill({ status, body: "" });
    await open();
    await breaks();
    await until(() => texts === 1);
    await page.clock.runFor(1000);
    await still(texts);
    expect(loads).toBe(1);
    page.clock.runFor(5000).catch(() => {}); // never done: the page leaves
    await until(() => loads === 2);
  });

  test("what cannot be had now is asked for again a minute later", async () => {
    await open();
    answer = (route) => route.fulfill({ status: 503, body: "" });
    changing.set("mars", "cpu_usage", "crit", 97.125);
    await says("hello", { seq: "a.2", version: "y" });
    await until(() => texts === 1);
    answer = (route) => route.continue();
    for (let i = 0; i < 3; i++) {
      await page.clock.runFor(20_000);
      await says("beat", {});
    }
    await shown("97.1");
    expect(await streams()).toEqual([true]);
    for (let i = 0; i < 3; i++) {
      await page.clock.runFor(20_000);
      await says("beat", {});
    }
    await still(2);
  });

  test("a text that does not come is given up, and the next one comes", async () => {
    await page.addInitScript(
      "{ const of = AbortSignal.timeout; AbortSignal.timeout = (ms) => { globalThis.patience_ms = ms; return of.call(AbortSignal, 50); }; }",
    );
    await open();
    answer = () => Promise.resolve(); // never
    changing.set("mars", "cpu_usage", "crit", 97.125);
    await says("hello", { seq: "a.2", version: "y" });
    await until(() => texts === 1);
    await Bun.sleep(200);
    expect(await page.evaluate("globalThis.patience_ms")).toBe(20_000);
    await page.evaluate("AbortSignal.timeout = () => new AbortController().signal");
    answer = (route) => route.continue();
    await says("hello", { seq: "a.2", version: "y" });
    await shown("97.1");
  });

  describe("while a text is on its way", () => {
    /** Asks for a text that is made now, and comes when that is called for. */
    const held = async () => {
      const gate = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      answer = async (route) => {
        const response = await route.fetch();
        asked.resolve();
        await gate.promise;
        await route.fulfill({ response });
      };
      await says("hello", { seq: "a.2", version: "y" });
      await asked.promise;
      answer = (route) => route.continue();
      return gate.resolve;
    };

    test.each([
      ["what changes is shown when it is there", [91.125], [92.125, 93.125]],
      ["what changed before it was made is in it", [91.125, 92.125, 93.125], [94.125]],
    ])("%s, and nothing more is asked for", async (_, before, after) => {
      await open();
      const told: object[] = [];
      let last: { lines: string[]; version: string } | undefined;
      const become = async (value: number) => {
        changing.set("mars", "cpu_usage", "crit", value);
        const response = await fetch(`${server.url}live/text?at=host/mars`);
        const version = response.headers.get("ETag")?.replaceAll('"', "") ?? "";
        const lines = (await response.text()).split("\n");
        if (last) told.push({ from: last.version, to: version, seq: "a.9", delta: deltaOf(last.lines, lines) });
        last = { lines, version };
      };
      for (const value of before) await become(value);
      const come = await held();
      for (const value of after) await become(value);
      for (const change of told) await says("change", change);
      come();
      await shown(String(after.at(-1)).slice(0, 4));
      await still(1);
    });

    test("another state of a new stream is asked for once more", async () => {
      await open();
      const come = await held();
      changing.set("mars", "cpu_usage", "crit", 97.125);
      await says("hello", { seq: "a.3", version: "z" });
      come();
      await shown("97.1");
      await still(2);
    });

    test("another address makes it another page's: that of this one is asked for", async () => {
      await open();
      const come = await held();
      await page.evaluate(
        "history.pushState(null, '', 'host/venus'); document.dispatchEvent(new Event('dmon:address'))",
      );
      come();
      await until(async () => (await page.title()).includes("venus"));
      await still(2);
    });
  });
});
