// Every page in a real browser, phone and laptop, light and dark: nothing overflows, the console stays silent, and
// test/out/ has the pictures for people to look at.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import type { TicketFault, TicketView } from "../../src/page/model.ts";
import { type PageServer, servePages } from "../../src/page/serve.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { lacks } from "../skips.ts";
import { allFine, away, cutOff, hostile, seenTo, starting, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const OUT = `${import.meta.dir}/../out`;
const LONG = "a_rather_long_item_name_that_somebody_generated_from_a_path_var_lib_containers_storage_overlay_usage";

const link = (ticket: string) => `/act/${Buffer.from(ticket).toString("base64url")}.x`;

const FLEETS = {
  troubled: troubled(),
  fine: allFine(),
  hostile: hostile(),
  starting: starting(),
  cutOff: cutOff(),
  seenTo: seenTo(),
  away: away(),
  empty: { ...troubled(), hosts: [], events: [] },
};

const PAGES: { name: string; path: string; fleet: keyof typeof FLEETS }[] = [
  { name: "alerts", path: "/", fleet: "troubled" },
  { name: "alerts-fine", path: "/", fleet: "fine" },
  { name: "alerts-empty", path: "/", fleet: "empty" },
  { name: "alerts-hostile", path: "/", fleet: "hostile" },
  { name: "alerts-starting", path: "/", fleet: "starting" },
  { name: "alerts-silent", path: "/", fleet: "cutOff" },
  { name: "alerts-seen", path: "/", fleet: "seenTo" },
  { name: "hosts-seen", path: "/hosts", fleet: "seenTo" },
  { name: "host-seen", path: "/host/mars", fleet: "seenTo" },
  { name: "host-planned", path: "/host/web10", fleet: "seenTo" },
  { name: "host-behind", path: "/host/ups1", fleet: "seenTo" },
  { name: "host-dead", path: "/host/backup", fleet: "seenTo" },
  { name: "graph-seen", path: "/graph/mars/root_usage", fleet: "seenTo" },
  { name: "act-ack", path: link("ack web10 http_shop"), fleet: "seenTo" },
  { name: "act-ack-again", path: link("ack mars root_usage"), fleet: "seenTo" },
  { name: "act-acked", path: `${link("ack mars root_usage")}?done=ack`, fleet: "seenTo" },
  { name: "act-downtime", path: link(`downtime pluto-build-runner-arm64-frankfurt-07 ${LONG}`), fleet: "seenTo" },
  { name: "act-planned", path: `${link("downtime web10 systemd_failed")}?done=7`, fleet: "seenTo" },
  { name: "missing-act-over", path: link("ack venus cpu_usage"), fleet: "seenTo" },
  { name: "missing-act-expired", path: link("old"), fleet: "seenTo" },
  { name: "hosts", path: "/hosts", fleet: "troubled" },
  { name: "hosts-items", path: "/hosts?items=cpu_*,root_*,mem_usage&sort=level", fleet: "troubled" },
  { name: "hosts-group", path: "/hosts?group=web", fleet: "troubled" },
  { name: "items", path: "/items", fleet: "troubled" },
  { name: "item", path: "/item/root_usage?ival=week&group=web", fleet: "troubled" },
  { name: "items-hostile", path: "/items", fleet: "hostile" },
  { name: "system", path: "/system", fleet: "seenTo" },
  { name: "system-hostile", path: "/system", fleet: "hostile" },
  { name: "alerts-away", path: "/", fleet: "away" },
  { name: "hosts-starting", path: "/hosts", fleet: "starting" },
  { name: "host-hostile", path: "/host/constructor", fleet: "hostile" },
  { name: "host", path: "/host/mars", fleet: "troubled" },
  { name: "host-silent", path: "/host/backup", fleet: "troubled" },
  { name: "host-ups", path: "/host/ups1", fleet: "troubled" },
  { name: "host-long", path: "/host/pluto-build-runner-arm64-frankfurt-07", fleet: "troubled" },
  { name: "graph", path: "/graph/mars/root_usage", fleet: "troubled" },
  { name: "graph-bytes", path: "/graph/mars/mem_dirty?ival=month", fleet: "troubled" },
  { name: "graph-below", path: "/graph/db1/mem_usage?ival=hour", fleet: "troubled" },
  { name: "graph-state", path: "/graph/ups1/ups_on_battery?ival=hour", fleet: "troubled" },
  { name: "graph-long", path: `/graph/pluto-build-runner-arm64-frankfurt-07/${LONG}?ival=year`, fleet: "troubled" },
  { name: "graph-silent", path: "/graph/backup/root_usage", fleet: "troubled" },
  { name: "graph-failing", path: "/graph/web10/http_shop?ival=hour", fleet: "troubled" },
  { name: "plot", path: "/plot?host=mars&item=root_usage&w=340&h=200", fleet: "troubled" },
  { name: "host-new", path: "/host/new1", fleet: "troubled" },
  { name: "events", path: "/events", fleet: "troubled" },
  { name: "events-host", path: "/events?host=mars&item=root_usage", fleet: "troubled" },
  { name: "events-filtered", path: "/events?group=web&level=%3E%3Dsoso&recoveries=1&ival=3d", fleet: "troubled" },
  { name: "events-none", path: "/events?host=mars&item=root_*&text=nowhere&ival=yesterday", fleet: "troubled" },
  { name: "missing-events", path: "/events?host=db*&level=sik&text=nfs", fleet: "troubled" },
  { name: "missing", path: "/host/marss", fleet: "troubled" },
  { name: "missing-plot", path: "/plot?", fleet: "troubled" },
  { name: "missing-item", path: "/graph/mars/zzzzzz", fleet: "troubled" },
];

/** What the links of mails are for: `ack.mars.root_usage`. */
function ticketOf(text: string, now_s: number): TicketView | TicketFault {
  const [what = "", tag = "", item = ""] = Buffer.from(text.split(".")[0] ?? "", "base64url")
    .toString()
    .split(" ");
  if (what !== "ack" && what !== "downtime") return { fault: what === "old" ? "expired" : "forged", why: "" };
  const host = `${tag}.example.org`;
  const view = FLEETS.seenTo.hosts.find((each) => each.host === host)?.state[item];
  const { level = "fine", since: since_s = now_s } = view ?? {};
  const ack = FLEETS.seenTo.acks.find((each) => each.host === host && each.item === item);
  const over = level === "fine";
  return { action: what, host, tag, item, user: "ann", level, since_s, over, ...(ack ? { ack } : {}) };
}

/** What each page of the navigation, and each that these lead to, looks like; of others a phone and a laptop tell enough. */
const MAIN = ["alerts", "alerts-fine", "hosts", "items", "item", "events", "system", "host", "graph"];

/** Pictures of all pages are a run of their own (`npm run screens`): here each is looked at, and the main ones are taken. */
const IS_WHOLE = process.env.SCREENS === "all" || process.env.UPDATE_PICTURES !== undefined;

const SCREENS: readonly Screen[] = [
  { name: "phone", width: 360, height: 740 },
  {
    name: "plain-phone",
    width: 360,
    height: 740,
    script: false,
    schemes: ["light"],
    ...(IS_WHOLE ? {} : { only: MAIN }),
  },
  { name: "laptop", width: 1280, height: 800 },
  { name: "wide", width: 3840, height: 2160, only: IS_WHOLE ? MAIN : ["alerts", "graph"] },
];

interface Screen {
  name: string;
  width: number;
  height: number;
  /** False: as in a browser without script. */
  script?: boolean;
  schemes?: readonly ("light" | "dark")[];
  /** These pages alone. */
  only?: readonly string[];
}
const SCHEMES = ["light", "dark"] as const;

/** What README.md shows: written to docs/ by `npm run pictures`, else only made. */
const PICTURES = [
  { file: "alerts.png", path: "/" },
  { file: "graph.png", path: "/graph/mars/root_usage" },
];
const PICTURES_DIR = process.env.UPDATE_PICTURES ? `${import.meta.dir}/../../docs` : OUT;

/** How much larger all is on a wide screen. */
const EM = "parseFloat(getComputedStyle(document.documentElement).fontSize) / 16";

/** What must hold on every page, by its name; evaluated in the page, where each is a list of those that fail. */
const FLAWS = {
  "too wide":
    "document.documentElement.scrollWidth > document.documentElement.clientWidth ? [document.documentElement.scrollWidth] : []",
  "a short name broken":
    "innerWidth < 1000 ? [] : [...document.querySelectorAll('main :is(.tag, .item):not(.long)')].filter((e) => e.getBoundingClientRect().height > 30 * EM).map((e) => e.textContent)",
  "a badge below its level":
    "innerWidth < 1000 ? [] : [...document.querySelectorAll('table .flapping')].filter((e) => e.parentElement.getBoundingClientRect().height > 40 * EM).map((e) => e.closest('tr').textContent)",
  "a reason narrower than the other columns":
    "innerWidth < 1000 ? [] : [...document.querySelectorAll('.problems tbody tr')].filter((e) => [...e.cells].some((cell) => cell.offsetWidth > e.querySelector('.c-reason').offsetWidth)).map((e) => e.textContent)",
};

describe.skipIf(lacks("chromium"))("pages in a browser", () => {
  let browser: Browser;
  const servers: Record<string, PageServer | undefined> = {};

  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true });
    for (const [name, overview] of Object.entries(FLEETS)) {
      servers[name] = servePages({
        endpoint: { address: "127.0.0.1", port: 0 },
        source: { ...sourceOf(overview), ticket: (text) => Promise.resolve(ticketOf(text, overview.now_s)) },
        log: (line) => console.error(line),
      });
    }
    browser = await launchChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    for (const server of Object.values(servers)) await server?.stop();
  });

  for (const screen of SCREENS) {
    test(screen.name, async () => {
      const wrong: string[] = [];
      const { width, height, script, schemes, only } = screen;
      for (const { name, path, fleet } of PAGES) {
        if (only && !only.includes(name)) continue;
        await using opened = await openPage(browser, {
          width,
          height,
          ...(script === undefined ? {} : { script }),
          ...(name.startsWith("missing") ? { refused: path } : {}),
        });
        const { page, errors } = opened;
        const url = servers[fleet]?.url.slice(0, -1) + path;
        // Pictures are for other pages to show.
        if (path.startsWith("/plot?")) await page.setContent(`<img src="${url}" style="max-width: 100%">`);
        else await page.goto(url, { waitUntil: "load" });
        for (const [flaw, found] of Object.entries(FLAWS)) {
          const those = await page.evaluate<string[]>(found.replaceAll("EM", EM));
          if (those.length > 0 && !(fleet === "hostile" && flaw !== "too wide"))
            wrong.push(`${name}: ${flaw}: ${those.join("; ")}`);
        }
        if (!IS_WHOLE && !MAIN.includes(name)) {
          wrong.push(...errors.map((error) => `${name}: ${error}`));
          continue;
        }
        for (const colorScheme of schemes ?? SCHEMES) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({
            path: `${OUT}/${name}-${screen.name}-${colorScheme}.png`,
            fullPage: fleet !== "hostile",
          });
        }
        wrong.push(...errors.map((error) => `${name}: ${error}`));
      }
      expect(wrong).toEqual([]);
    }, 120_000);
  }

  test("the pictures of README.md", async () => {
    await using opened = await openPage(browser, { width: 1440, height: 900 });
    const { page } = opened;
    for (const { file, path } of PICTURES) {
      await page.goto(servers.troubled?.url.slice(0, -1) + path, { waitUntil: "load" });
      await page.screenshot({ path: `${PICTURES_DIR}/${file}`, fullPage: true });
    }
  }, 60_000);
});
