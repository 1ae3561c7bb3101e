// What keys do not do: with others held, held down themselves, or while a dialog is open.

import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import type { PageServer } from "../../src/page/serve.ts";
import { launchChromium } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { serve } from "./changing.ts";

setDefaultTimeout(20_000); // a browser on a busy machine

describe.skipIf(lacks("chromium"))("keys", () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    ({ server } = serve());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  });

  /** Whether the page took a key for its own. */
  const isTaken = (event: object) =>
    page.evaluate<boolean>(
      `!document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...${JSON.stringify(event)} }))`,
    );
  const dialogs = () => page.locator("dialog.keys").count();

  test.each([
    [{ key: "H" }], // Caps Lock
    [{ key: "H", shiftKey: true }],
    [{ key: "h", shiftKey: true }], // both
    [{ key: "h", ctrlKey: true }],
    [{ key: "h", altKey: true }],
    [{ key: "h", metaKey: true }],
    [{ key: "h", isComposing: true }],
    [{ key: "h", repeat: true }],
    [{ key: "?", repeat: true }],
    [{ key: "ArrowLeft", shiftKey: true }],
    [{ key: "Escape", shiftKey: true }],
  ])("%j is nothing to a page", async (event) => {
    await page.goto(`${server.url}graph/mars/cpu_usage`);
    await page.waitForSelector(".uplot canvas");
    expect(await isTaken(event)).toBe(false);
    expect(await dialogs()).toBe(0);
  });

  test("signs that need Shift act with it", async () => {
    await page.goto(`${server.url}hosts`);
    expect(await isTaken({ key: "/", shiftKey: true })).toBe(true);
    expect(await isTaken({ key: "?", shiftKey: true })).toBe(true);
  });

  test("j goes on while it is held", async () => {
    await page.goto(`${server.url}hosts`);
    const at = () => page.evaluate("document.activeElement.textContent");
    await page.keyboard.down("j");
    const first = await at();
    await page.keyboard.down("j");
    expect(await at()).not.toBe(first);
  });

  test("? opens one dialog, and none over another", async () => {
    await page.goto(`${server.url}hosts`);
    for (let i = 0; i < 3; i++) await page.keyboard.press("?");
    expect(await dialogs()).toBe(1);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog.keys", { state: "detached" });
    await page.evaluate(
      "document.body.append(document.createElement('dialog')); document.querySelector('dialog').showModal()",
    );
    await page.keyboard.press("?");
    await page.keyboard.press("h");
    expect(await dialogs()).toBe(0);
  });

  test("a held key moves a graph on when what is asked for is there, and Escape goes back once", async () => {
    await page.addInitScript(`
      globalThis.held = [];
      const own = fetch;
      globalThis.fetch = async (url, more) => {
        if (String(url).startsWith("graph-data/")) await new Promise((resolve) => held.push(resolve));
        return own(url, more);
      };`);
    await page.goto(`${server.url}graph/mars/cpu_usage`);
    await page.waitForSelector(".uplot canvas");
    const ival = () => page.evaluate("new URL(location.href).searchParams.get('ival')");
    const shown = async () => {
      await page.evaluate("held.pop()()");
      await page.waitForSelector("#graphs:not([aria-busy])");
    };
    await page.keyboard.down("ArrowLeft");
    const first = await ival();
    expect(first).not.toBeNull();
    await page.keyboard.down("ArrowLeft");
    expect(await ival()).toBe(first);
    await shown();
    await page.keyboard.down("ArrowLeft");
    expect(await ival()).not.toBe(first);
    await shown();
    expect(await isTaken({ key: "Escape", repeat: true })).toBe(true);
    expect(await ival()).not.toBe(first);
  });
});
