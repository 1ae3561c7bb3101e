// What stands beside what is not well: its last hours, who was told; and dmon's own page.

import { describe, expect, test } from "bun:test";
import { body, words } from "./answers.ts";
import { away, hostile, seenTo, starting, troubled } from "./fixture.ts";

/** The strip of an item on a page: its words, and its bars as [x, height, look]. */
function stripOf(page: string, item: string, tag: string) {
  const svg = new RegExp(
    `<svg class="strip"[^>]*aria-label="${item} on ${tag}, last 12 hours: ([^"]*)">(.*?)</svg>`,
  ).exec(page);
  const bars = [
    ...(svg?.[2] ?? "").matchAll(/<rect class="k-(\w+)" x="([\d.]+)" y="[\d.]+" width="[\d.]+" height="([\d.]+)"/g),
  ];
  return { words: svg?.[1], bars: bars.map(([, look, x, height]) => [look, Number(x), Number(height)]) };
}

describe("the last hours", () => {
  test("each level as long as it held, the worse the higher", async () => {
    const { words: text, bars } = stripOf(await body(troubled(), "/"), "root_usage", "mars");
    expect(text).toBe("soso 2h 59m, sick 5h 24m, critical 3h 36m");
    expect(bars.map(([look]) => look)).toEqual(["soso", "sick", "crit"]);
    const [[, x1 = 0, h1 = 0] = [], [, x2 = 0, h2 = 0] = [], [, x3 = 0, h3 = 0] = []] = bars;
    expect([x1 < x2, x2 < x3, h1 < h2, h2 < h3]).toEqual([true, true, true, true]);
    expect(Number(x2)).toBeCloseTo((3 / 12) * 96, 0);
  });

  test("nothing is told of before there was anybody to see it", async () => {
    const fleet = troubled();
    const hosts = fleet.hosts.map((view) => {
      if (view.tag !== "web10" || !view.about) return view;
      return { ...view, about: { ...view.about, started: fleet.now_s - 600 } };
    });
    expect(stripOf(await body({ ...fleet, hosts }, "/"), "http_shop", "web10").words).toMatch(/^fine 6m, dead 4m/);
  });

  test("what is silent ends where it was last heard; what changed just now is still to be seen", async () => {
    expect(stripOf(await body(seenTo(), "/"), "ups_charge", "ups1").words).toMatch(/^fine .*, sick \d+m/);
    const { bars } = stripOf(await body(troubled(), "/"), "http_shop", "web10");
    expect(bars.at(-1)?.[0]).toBe("dead");
    expect(Number(bars.at(-1)?.[1])).toBeLessThanOrEqual(94.5);
  });
});

test("who was told, and by what; of many the number", async () => {
  const text = words(await body(seenTo(), "/"));
  expect(text).toContain("told: ann 14:06 , ops by chat 14:06");
  expect(text).toMatch(/told: ann 17:37 , bert 17:37 , carla 17:37 , dirk 17:37 and 2 more/);
  expect(words(await body(seenTo(), "/host/mars"))).toContain("told: ann 14:06");
});

describe("system", () => {
  test("the server's own figures, and each client's", async () => {
    const text = words(await body(troubled(), "/system"));
    expect(text).toContain("Memory 58.6 MiB Database 7 MiB Reports 41472 2.4 a minute");
    expect(text).toContain("Hosts heard of 11 of 12");
    expect(text).toContain("1.0.0 9 clients 0.9.8 1 client");
    expect(text).toMatch(/db2 1m 28s ago 1\.0\.0 linux-x64 right 0\.042 s 0 12d/);
    expect(text).toMatch(/pluto-build-runner-arm64-frankfurt-07 3m 27s ago 0\.9\.8 linux-arm64 1m 52s ahead/);
    expect(text).toContain("new1 never");
    expect(text).not.toContain("ups1"); // it runs no client
  });

  test("of an older server, and before the first report", async () => {
    const { figures: _, ...older } = troubled();
    expect(words(await body(older, "/system"))).toContain(
      "The server is of an older version and tells nothing of itself.",
    );
    const unheard = starting().hosts.map(({ host, tag }) => ({ host, tag, state: {} }));
    expect(words(await body({ ...starting(), hosts: unheard }, "/system"))).toContain("No client has reported yet.");
    expect(await body(hostile(), "/system")).not.toMatch(/<script(?! src="(?:script|graphs)-)|<img/);
  });
});

test("every page says that the server is not heard, and since when", async () => {
  for (const path of ["/", "/hosts", "/host/mars", "/system", "/graph/mars/root_usage"]) {
    expect(words(await body(away(), path))).toContain(
      "The server mars.example.org is not heard for 7m , since 17:34 : this is what was known then.",
    );
    expect(await body(troubled(), path)).not.toContain("is not heard");
  }
});
