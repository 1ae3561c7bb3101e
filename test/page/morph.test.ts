// What people hold on a page stays while the lines around it come, leave and change places.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";

setDefaultTimeout(20_000); // a browser on a busy machine

const list = (keys: string) =>
  keys
    .split("")
    .map((key) => line(key))
    .join("\n");
const line = (key: string) =>
  /[A-Z]/.test(key)
    ? `<li data-key="${key}"><a href="#${key}">${key}</a> <span>text of ${key}</span></li>`
    : `<${key}>${key}</${key}>`;

describe.skipIf(lacks("chromium"))("a page that becomes another", () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchChromium();
    const entry = `${import.meta.dir}/../../src/page/script/morph.ts`;
    const { success, outputs } = await Bun.build({ entrypoints: [entry], target: "browser", format: "esm" });
    if (!success) throw new Error("morph.ts cannot be built");
    script = (await outputs[0]?.text()) ?? "";
  });
  afterAll(() => browser?.close());

  /** Makes a list of `before`, holds what is told, and makes it as `after`. */
  async function become(before: string, after: string, hold: string, act: (page: Page) => Promise<void>) {
    await using opened = await openPage(browser, { width: 500, height: 500 });
    const { page } = opened;
    await page.setContent(`<ul>\n${before}\n</ul>`);
    await page.evaluate(`window.ul = document.querySelector("ul"); ${hold}`);
    await page.addScriptTag({ type: "module", content: `${script}; window.morph = morph;` });
    await page.waitForFunction("window.morph");
    await page.evaluate(
      `morph(ul, new DOMParser().parseFromString(${JSON.stringify(`<ul>\n${after}\n</ul>`)}, "text/html").querySelector("ul"))`,
    );
    expect(await page.evaluate("ul.innerHTML.replace(/\\n+/g, '\\n')")).toBe(`\n${after}\n`);
    await act(page);
  }

  test("is that other one, whatever it was before", async () => {
    await using opened = await openPage(browser, { width: 500, height: 500 });
    const { page } = opened;
    await page.addScriptTag({ type: "module", content: `${script}; window.morph = morph;` });
    await page.waitForFunction("window.morph");
    const of = fc
      .uniqueArray(fc.constantFrom("A", "B", "C", "D", "E", "F"), { maxLength: 6 })
      .chain((keys) => fc.array(fc.constantFrom("p", "b", "i"), { maxLength: 4 }).map((plain) => [...keys, ...plain]))
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
      .map((all) => list(all.join("")));
    const pairs = fc.sample(fc.tuple(of, of), 500);
    const wrong = await page.evaluate(`${JSON.stringify(pairs)}.filter(([before, after]) => {
      const [old, made] = [before, after].map((html) => Object.assign(document.createElement("ul"), { innerHTML: html }));
      document.body.replaceChildren(old);
      morph(old, made);
      return old.innerHTML !== after;
    })`);
    expect(wrong).toEqual([]);
  });

  const OLD = "delete Element.prototype.moveBefore; delete Node.prototype.moveBefore;";
  const rows = [
    ["the one before leaves", "ABC", "BC"],
    ["all others leave", "ABCD", "B"],
    ["it goes up", "AB", "BA"],
    ["it goes down", "BA", "AB"],
    ["all turn round", "ABCD", "DCBA"],
    ["others come and leave", "ABCD", "XDBY"],
  ] as const;
  const browsers = [
    ["a browser", ""],
    ["one without moveBefore", OLD],
  ] as const;

  describe.each(browsers)("%s", (_, prepared) => {
    test.each(rows)("keeps focus and selection where %s", async (__, before, after) => {
      const hold = `${prepared} document.querySelector("[data-key=B] a").focus();
        getSelection().selectAllChildren(document.querySelector("[data-key=B] span"));`;
      await become(list(before), list(after), hold, async (page) => {
        expect(await page.evaluate("[document.activeElement.textContent, String(getSelection())]")).toEqual([
          "B",
          "text of B",
        ]);
      });
    });
  });

  test("what is in another line than the focus keeps its place too", async () => {
    const hold = `document.querySelector("[data-key=A] a").focus(); window.lost = 0;
      document.querySelector("[data-key=A] a").addEventListener("blur", () => lost++);
      getSelection().selectAllChildren(document.querySelector("[data-key=B] span"));`;
    await become(list("AB"), list("BA"), hold, async (page) => {
      expect(await page.evaluate("[document.activeElement.textContent, String(getSelection()), lost]")).toEqual([
        "A",
        "text of B",
        0,
      ]);
    });
  });

  test("of what has no name, what is gone leaves and the rest stays", async () => {
    const hold = `window.kept = document.querySelector("table"); getSelection().selectAllChildren(document.querySelector("em"));`;
    const table = "<table><tbody><tr><td><em>held</em></td></tr></tbody></table>";
    await become(`<p>a note</p>\n<div>more</div>\n${table}`, table, hold, async (page) => {
      expect(await page.evaluate("[kept.isConnected, String(getSelection())]")).toEqual([true, "held"]);
    });
  });
});
