// The pages of the login as a browser shows them: pictures to look at in test/out, no sideways scrolling, and what axe-core finds.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { PageSource } from "../../src/page/model.ts";
import { servePages } from "../../src/page/serve.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { NOW_S, seenTo } from "./fixture.ts";
import { passwordOf, TestDoor } from "./session/door.ts";
import { sourceOf } from "./source.ts";

const AXE = Bun.resolveSync("axe-core/axe.min.js", import.meta.dir);
const OUT = join(import.meta.dir, "../out");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const line = (where: string, text: string, hosts: number, now = true) => ({
  where,
  text,
  via: ["mail", "chat"],
  now,
  hosts,
  tags: ["db1", "db2", "mars", "web1", "web2", "web10", "pluto-build-runner-arm64-frankfurt-07"].slice(0, hosts),
  items: 3,
  names: ["cpu_load", "dmon", "root_usage"],
});
const telling = (item: string, kind: string, level: string, why: string) => ({
  at_s: NOW_S - 3000,
  channel: "mail",
  host: "mars.example.org",
  tag: "mars",
  item,
  prev: "fine",
  level,
  kind,
  why,
  sent: { at_s: NOW_S - 2990 },
});

function source(): PageSource {
  return {
    ...sourceOf(seenTo()),
    person: () =>
      Promise.resolve({
        mail: "anna@example.org",
        lines: [
          line("work.conf:41", "alert anna * * >=sick after 2m every 4h via mail,chat", 7),
          line(
            "work.d/web.conf:7",
            "alert anna web http_* fine->* hours mon-fri 8-18 no-recovery via mail,chat",
            2,
            false,
          ),
        ],
        told: [
          telling("root_usage", "problem", "crit", "work.conf:41"),
          telling("cpu_load", "unsaid", "soso", "it was over before it could be told"),
          telling("cpu_load", "recovery", "fine", "work.conf:41"),
        ],
      }),
    sendTest: () =>
      Promise.resolve([
        { channel: "mail", outcome: "taken", answer: "250 2.0.0 Ok: queued as 4XyZ" },
        {
          channel: "chat",
          outcome: "refused",
          answer: "403 invalid_token; the URL of channel chat is in work.conf:12",
        },
      ]),
  };
}

describe.skipIf(lacks("chromium"))("the pages of the login", () => {
  let browser: Browser;
  let axe: string;
  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true });
    browser = await launchChromium();
    axe = await Bun.file(AXE).text();
  }, 60_000);
  afterAll(() => browser.close());

  for (const [name, width, height, colorScheme] of [
    ["phone", 390, 844, "light"],
    ["laptop", 1366, 768, "dark"],
  ] as const) {
    test(`on a ${name}, ${colorScheme}`, async () => {
      using at = new TestDoor();
      const endpoint = { address: "127.0.0.1", port: 0 };
      const server = servePages({ endpoint, source: source(), log: () => {}, door: at.door });
      const found: string[] = [];
      try {
        await using open = await openPage(browser, { width, height, colorScheme });
        const { page } = open;
        const look = async (picture: string) => {
          await page.screenshot({ path: join(OUT, `${picture}-${name}.png`), fullPage: true });
          const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
          if (wide > 0) found.push(`${picture}: ${wide} px too wide`);
          await page.evaluate(axe);
          const run = `axe.run(document, { resultTypes: ["violations"], runOnly: ${JSON.stringify(RULES)} })`;
          const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(run);
          for (const { id, nodes } of violations) found.push(`${picture}: ${id}: ${nodes[0]?.html.slice(0, 200)}`);
        };
        await page.goto(`${server.url}login?to=user`);
        await page.fill('input[name="user"]', "anna");
        await page.fill('input[name="password"]', "wrong");
        await page.keyboard.press("Enter");
        await page.waitForSelector("[role=alert]");
        await look("login");
        await page.fill('input[name="password"]', passwordOf("anna"));
        await page.keyboard.press("Enter");
        await page.waitForURL(`${server.url}user`);
        await look("user");
        await page.click('button:has-text("Send me a test message")');
        await page.waitForSelector(".tried");
        await look("user-tested");
        for (const [path, picture] of [
          ["", "alerts-acting"],
          ["host/mars", "host-acting"],
          ["graph/mars/root_usage", "graph-acting"],
          ["do/ack?host=mars&item=root_usage", "do-ack"],
          ["do/downtime?host=mars", "do-downtime"],
          ["logout", "logout"],
        ] as const) {
          const answer = await page.goto(server.url + path);
          if (answer?.status() !== 200) found.push(`${path}: ${answer?.status()}`);
          await look(picture);
        }
      } finally {
        await server.stop();
      }
      expect(found).toEqual([]);
    }, 120_000);
  }
});
