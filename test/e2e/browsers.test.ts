// Browsers that look at the compiled binary at the same time: each sees what the other does, what happens, and that the daemon is
// away; and one without a mouse.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { BINARY, endAll, run, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(2 * TEST_MS_MAX);

const LAPTOP = { width: 1366, height: 768 };
const PASSWORD = "correct horse battery";

let dmon: TestDmon;
let browser: Browser;
let root: string;
describe.skipIf(lacks("chromium"))("browsers", () => {
  beforeAll(async () => {
    dmon = await TestDmon.make();
    dmon.writeWork(
      dmon.workText("user ann ann@example.org\nget al cpu_load root_usage uptime\nfit root_usage sick >=0"),
    );
    expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
    expect(await run([BINARY, "-c", dmon.confFile, "passwd", "ann"], { stdin: `${PASSWORD}\n` })).toMatchObject({
      code: 0,
    });
    await dmon.start();
    await until("an alert", async () => (await dmon.clients()).cdmp[dmon.name]?.root_usage?.level === "sick");
    browser = await launchChromium();
    root = `http://${dmon.address}:${dmon.http}/`;
  });
  afterAll(async () => {
    await browser?.close();
    await dmon?.[Symbol.asyncDispose]();
    endAll();
  });

  const errorsOf = (errors: readonly string[]) =>
    errors.filter(
      (text) =>
        !text.includes("ERR_CONNECTION_REFUSED") && !text.includes("ERR_INCOMPLETE") && !text.includes("ERR_EMPTY"),
    );

  test("two see each other's acknowledgement, as it is made", async () => {
    await using other = await openPage(browser, LAPTOP);
    await other.page.goto(root);
    await other.page.evaluate("window.marked = document.querySelector('.card')");
    await using own = await openPage(browser, LAPTOP);
    await own.page.goto(`${root}login`);
    await own.page.locator("input[name=user]").fill("ann");
    await own.page.locator("input[name=password]").fill(PASSWORD);
    await own.page.keyboard.press("Enter");
    await own.page.waitForURL(root);
    await own.page
      .getByRole("link", { name: /acknowledge/i })
      .first()
      .click();
    await own.page.locator("input[name=text]").fill("I see to it");
    await own.page.locator("main form button").first().click();
    await own.page.getByText("I see to it").first().waitFor();
    await other.page.getByText("I see to it").first().waitFor({ timeout: 5000 });
    expect(await other.page.evaluate("window.marked.isConnected")).toBe(true); // it was made new, not loaded anew
    expect(await other.page.title()).not.toMatch(/^1 sick/);
    expect([errorsOf(own.errors), errorsOf(other.errors)]).toEqual([[], []]);
  });

  test("keys go to pages, to the search, through the lines, and tell what they do", async () => {
    await using open = await openPage(browser, LAPTOP);
    const { page, errors } = open;
    await page.goto(root);
    const at = async (path: string) => expect(new URL(page.url()).pathname).toBe(path);
    for (const [key, path] of [
      ["h", "/hosts"],
      ["i", "/items"],
      ["e", "/events"],
      ["s", "/system"],
      ["a", "/"],
    ] as const) {
      await Promise.all([page.waitForURL(`**${path}`), page.keyboard.press(key)]);
      await at(path);
    }
    await Promise.all([page.waitForURL("**/hosts#search"), page.keyboard.press("/")]); // Alerts has nothing to search
    await page.locator("#search:focus").waitFor();
    await Promise.all([page.waitForURL("**/"), page.locator(".brand").click()]);
    await Promise.all([page.waitForURL("**/hosts"), page.keyboard.press("h")]);
    await page.keyboard.press("/");
    await page.keyboard.type("ah?"); // text, now
    expect(await page.locator("input[name=q]").inputValue()).toBe("ah?");
    await page.locator("h1").click();
    await page.keyboard.press("j");
    expect(await focused(page)).toContain("host/al");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    expect(await page.getByRole("dialog").textContent()).toContain("the next line");
    await page.keyboard.press("h"); // not while the dialog is open
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await at("/hosts");
    await page.keyboard.press("?");
    await page.getByRole("checkbox").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await at("/hosts");
    expect(errorsOf(errors)).toEqual([]);
  });

  test("Tab reaches the content first, then the pages; all that has the focus shows it", async () => {
    await using open = await openPage(browser, LAPTOP);
    const { page } = open;
    await page.goto(`${root}host/al`);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toContain("#main");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id + location.pathname")).toBe("main/host/al");
    const outlines = new Set<string>();
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press("Tab");
      outlines.add(
        await page.evaluate<string>(
          "document.activeElement !== document.body && getComputedStyle(document.activeElement).outlineStyle === 'none' ? document.activeElement.outerHTML.slice(0, 100) : 'seen'",
        ),
      );
    }
    expect([...outlines]).toEqual(["seen"]);
  });

  test("a daemon that is away is told of, and the page comes back by itself", async () => {
    await using open = await openPage(browser, LAPTOP);
    const { page, errors } = open;
    await page.goto(root);
    await page.evaluate("window.marked = document.querySelector('h1')");
    await dmon.stop();
    await page.getByText("No connection for").waitFor({ timeout: 20_000 });
    await dmon.start();
    await page.getByText("No connection for").waitFor({ state: "detached", timeout: 40_000 });
    expect(await page.evaluate("window.marked.isConnected")).toBe(true);
    expect(errorsOf(errors)).toEqual([]);
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate<string>("document.activeElement.href || document.activeElement.tagName");
}
