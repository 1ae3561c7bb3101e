// Every page as axe-core sees it: what people need who see little, hear the page, or have only a keyboard. Light and dark, phone
// and laptop, for contrast and sizes depend on both.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { source as AXE } from "axe-core";
import type { Browser } from "playwright-core";
import type { Overview } from "../../src/page/model.ts";
import { servePages } from "../../src/page/serve.ts";
import { views } from "../../src/page/views/index.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { allFine, hostile, seenTo, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PARAMS: Record<string, string> = { ":tag": "mars", ":item": "root_usage" };
const EVERY = views.map(({ path }) => path.slice(1).replace(/:[a-z]+/g, (name) => PARAMS[name] ?? name));

const FLEETS: { name: string; overview: Overview; paths: string[] }[] = [
  {
    name: "troubled",
    overview: troubled(),
    paths: [...EVERY, "hosts?items=*", "events?host=db*&level=sik", "host/backup", "nix"],
  },
  { name: "seen to", overview: seenTo(), paths: ["", "hosts", "host/mars", "host/web10"] },
  { name: "all fine", overview: allFine(), paths: [""] },
  { name: "hostile", overview: hostile(), paths: ["", "hosts", "items", "events"] },
];

interface Violation {
  id: string;
  nodes: { html: string; any: { message: string }[] }[];
}

describe.skipIf(lacks("chromium"))("nobody is left out", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());

  for (const { name, overview, paths } of FLEETS) {
    for (const [colorScheme, width] of [
      ["light", 390],
      ["dark", 1366],
    ] as const) {
      test(`${name}, ${colorScheme}, ${width} px`, async () => {
        const endpoint = { address: "127.0.0.1", port: 0 };
        const server = servePages({ endpoint, source: sourceOf(overview), log: () => {} });
        const found: string[] = [];
        try {
          await using open = await openPage(browser, { width, height: 800, colorScheme });
          for (const path of paths) {
            await open.page.goto(server.url + path);
            await open.page.evaluate(AXE);
            const run = `axe.run(document, { resultTypes: ["violations"], runOnly: ${JSON.stringify(RULES)} })`;
            const { violations } = await open.page.evaluate<{ violations: Violation[] }>(run);
            for (const { id, nodes } of violations)
              found.push(`${path}: ${id}: ${nodes[0]?.any[0]?.message ?? ""} ${nodes[0]?.html.slice(0, 150)}`);
          }
        } finally {
          await server.stop();
        }
        expect(found).toEqual([]);
      }, 120_000);
    }
  }
});
