import { describe, expect, test } from "bun:test";
import { GRAPH_SUBJECTS_MAX } from "../../src/core/limits.ts";
import { cell, csvOf, fileNameOf } from "../../src/page/csv.ts";
import { loadDrawing } from "../../src/page/drawing.ts";
import { judge } from "../../src/page/fleet.ts";
import { handle } from "../../src/page/handle.ts";
import { RANGES } from "../../src/page/lookup.ts";
import { type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { servePages } from "../../src/page/serve.ts";
import type { GraphData } from "../../src/plot/graph-data.ts";
import { EVIL, NOW_S, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const source = sourceOf(troubled());
const get = (path: string, from: PageSource = source) => handle(new Request(`http://localhost/${path}`), from);
const page = async (path: string, from?: PageSource) => (await get(path, from)).text();
const words = (html: string) =>
  html
    .replace(/<(title|style)[^>]*>.*?<\/\1>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");
const count = (text: string, part: RegExp) => text.match(part)?.length ?? 0;

describe("several items on one page", () => {
  const path = "graph/mars/root_usage?with=venus/root_usage&with=cpu_load";

  test("those of one unit share a graph, others have their own", async () => {
    const html = await page(path);
    expect(count(html, /<figure /g)).toBe(2);
    expect(html).toContain('aria-label="root_usage of mars, venus, last day"');
    expect(html).toContain('aria-label="mars cpu_load, last day"');
    expect(count(html, /<svg class="plot" /g)).toBe(6);
    expect(count(html, /class="p-line p-hue1 p-dash1"/g)).toBe(4); // in three sizes, and in the legend
    expect(html).toContain("mars root_usage, venus root_usage, mars cpu_load · dmon");
  });

  test("each can be taken away, the first one too", async () => {
    const html = await page(path);
    expect(html).toContain(
      'href="graph/mars/root_usage?ival=day&amp;with=mars/cpu_load" aria-label="without venus root_usage"',
    );
    expect(html).toContain(
      'href="graph/venus/root_usage?ival=day&amp;with=mars/cpu_load" aria-label="without mars root_usage"',
    );
    expect(await page("graph/mars/root_usage")).not.toContain("without mars");
  });

  test("a form without script adds one, and keeps those that are there and the range", async () => {
    const html = await page(`${path}&ival=week`);
    const form = /<form class="add".*?<\/form>/s.exec(html)?.[0] ?? "";
    expect(form).toContain('action="graph/mars/root_usage" method="get"');
    expect(form).toContain('name="ival" value="week"');
    expect(form).toContain('type="hidden" name="with" value="venus/root_usage"');
    // What would share the graph is offered first, what is there not at all.
    expect(/<datalist id="items"><option value="(\w+)">/.exec(form)?.[1]).toBe("cpu_iowait");
    expect(form).not.toContain('value="cpu_load"');
  });

  test("one that is not there is told of with the nearest one, and the others are drawn", async () => {
    const html = await page("graph/mars/root_usage?with=venus/root_usag&with=vens/cpu_load&with=nix&with=cpu_load");
    expect(words(html)).toContain("The host venus has no item “root_usag”. Did you mean venus/root_usage ?");
    expect(html).toContain("with=mars/cpu_load&amp;with=venus/root_usage");
    expect(words(html)).toContain("There is no host “vens” in the work-config. Did you mean venus/cpu_load ?");
    expect(words(html)).toContain("“ nix ” is not shown.");
    expect(count(html, /<figure /g)).toBe(2);
  });

  test("none comes twice, and they are so many at most", async () => {
    expect(count(await page("graph/mars/root_usage?with=root_usage&with=mars/root_usage&with="), /data-line=/g)).toBe(
      1,
    );
    const all = Object.keys(troubled().hosts[0]?.state ?? {}).filter((item) => item !== "root_usage");
    const html = await page(`graph/mars/root_usage?${all.map((item) => `with=${item}`).join("&")}`);
    expect(count(html, /data-line=/g)).toBe(GRAPH_SUBJECTS_MAX);
    expect(words(html)).toContain(`At most ${GRAPH_SUBJECTS_MAX} items`);
    expect(html).not.toContain('class="add"');
  });

  test("each client is asked once for all its items", async () => {
    const asked: string[] = [];
    const counted: PageSource = {
      ...source,
      histories(host, items, ...more) {
        asked.push(`${host} ${items.join(" ")}`);
        return source.histories(host, items, ...more);
      },
    };
    await page(path, counted);
    expect(asked.sort()).toEqual(["mars.example.org root_usage cpu_load", "venus.example.org root_usage"]);
  });

  test("one whose client is down is told of in its line, and keeps its colour", async () => {
    const html = await page("graph/backup/root_usage?with=mars/root_usage");
    expect(words(html)).toContain("did not accept a connection within 3 s");
    expect(html).not.toContain("No history can be had now");
    expect(count(html, /class="p-line p-hue1 p-dash1"/g)).toBe(4);
    expect(count(html, /class="p-line"/g)).toBe(1); // that of the legend
  });

  test("a client with another time does not squash the others", async () => {
    const odd: PageSource = {
      ...source,
      async histories(host, items, ...more) {
        const found = await source.histories(host, items, ...more);
        if (!host.startsWith("venus")) return found;
        return new Map(
          [...found].map(([item, series]) => {
            const rows = series.rows.map((row) => ({ ...row, time_s: row.time_s + 3e8 }));
            return [item, { ...series, rows, from_s: series.from_s + 3e8, to_s: series.to_s + 3e8 }];
          }),
        );
      },
    };
    expect(words(await page("graph/mars/root_usage?with=venus/root_usage", odd))).toContain(
      "the clock of venus is 3472d 5h ahead",
    );
  });
});

test("a host that is silent holds up no page", async () => {
  let given: AbortSignal | undefined;
  const mute: PageSource = {
    ...source,
    histories: (_host, _items, _past, _points, signal) => {
      given = signal;
      return new Promise(() => {});
    },
  };
  const html = await page("graph/backup/root_usage", mute);
  expect(words(html)).toContain("No history can be had now. backup has been silent for 47m");
  expect(given?.aborted).toBe(true);
});

test("earlier and later are links, but not into the future", async () => {
  const html = await page("graph/mars/root_usage?ival=hour");
  expect(html).toContain(`ival=${NOW_S - 5400}..${NOW_S - 1800}" aria-label="earlier"`);
  expect(html).not.toContain('aria-label="later"');
  const before = await page(`graph/mars/root_usage?ival=${NOW_S - 9000}..${NOW_S - 5400}`);
  expect(before).toContain(`ival=${NOW_S - 7200}..${NOW_S - 3600}" aria-label="later"`);
  expect(words(before)).toContain("15:11 to 16:11");
});

describe("data", () => {
  test("as JSON: the same as is drawn, times once for all items of a client", async () => {
    const response = await get("graph-data/mars/root_usage?with=cpu_load&with=venus/root_usage&ival=day");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const data = (await response.json()) as GraphData;
    expect(data.graphs.map(({ unit, lines }) => [unit, lines.map(({ key }) => key)])).toEqual([
      ["%", ["mars/root_usage", "venus/root_usage"]],
      ["tasks", ["mars/cpu_load"]],
    ]);
    expect(data.times).toHaveLength(1);
    expect([data.isLive, data.to_s - data.from_s]).toEqual([true, 86_400]);
    expect(data.graphs[0]?.lines[0]?.avg).toHaveLength(288);
    expect(data.graphs[0]?.lines[0]?.marks.map(({ text }) => text)).toContain(
      "mars: sick → critical (>97% (work.conf:41))",
    );
  });

  test("a page has them within, and nobody who reads it as text sees them", async () => {
    const html = await page("graph/mars/root_usage");
    const json = /data-graphs="([^"]*)"/.exec(html)?.[1]?.replaceAll("&quot;", '"').replaceAll("&gt;", ">") ?? "";
    expect(JSON.parse(json)).toEqual(await (await get("graph-data/mars/root_usage")).json());
  });

  const wrong: [string, number, string][] = [
    ["graph-data/mars/nix", 404, "no item"],
    ["graph-data/mars/root_usage?ival=x", 400, "no range"],
    ["graph-data/mars/root_usage?fmt=xls", 400, "none of json, csv"],
    ["graph-data/backup/root_usage?fmt=csv", 503, "did not accept"],
  ];
  test.each(wrong)("what is wrong is JSON too: %s", async (path, status, text) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(text);
  });

  test("as CSV, by a name that is one", async () => {
    const response = await get("graph-data/mars/root_usage?with=cpu_load&ival=hour&fmt=csv");
    expect(response.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("Content-Disposition")).toBe(
      'attachment; filename="mars-root_usage-and-1-more-hour.csv"',
    );
    const [head, first] = (await response.text()).split("\r\n");
    expect(head).toBe(
      "time,epoch_s,mars root_usage avg (%),mars root_usage min (%),mars root_usage max (%),mars root_usage count,mars cpu_load avg (tasks),mars cpu_load min (tasks),mars cpu_load max (tasks),mars cpu_load count",
    );
    expect(first).toMatch(/^2026-11-22T16:42:00Z,1795365720,[\d.]+,[\d.]+,[\d.]+,1,[\d.]+,/);
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+a", "'+a"],
    ["-a", "'-a"],
    ["@a", "'@a"],
    [" =a", "' =a"],
    ['a,"b', '"a,""b"'],
    ["a\nb", "a b"],
    ["root_usage avg (%)", "root_usage avg (%)"],
  ])("a name is no formula: %j", (text, shown) => expect(cell(text)).toBe(shown));

  test("hostile names harm neither table nor file name", async () => {
    for (const name of EVIL) {
      const fleet = judge(troubled());
      const host = fleet.find("mars");
      const [row] = host?.rows ?? [];
      const [range] = RANGES;
      if (!host || !row || !range) throw new Error("the fixture has no mars");
      const subject = { host: { ...host, view: { ...host.view, tag: name } }, item: name, state: row.state };
      const odd: PageSource = { ...source, histories: async () => new Map() };
      const drawing = await loadDrawing([subject], range, odd, { now_s: NOW_S, scale: fleet.scale });
      expect(csvOf(drawing).split("\r\n")[0]).not.toMatch(/(^|,)[=+\-@]/);
      expect(fileNameOf(drawing)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/);
    }
  });
});

describe("/plot", () => {
  test("PNG by who draws them, kept for a minute", async () => {
    const drawn: [string, number][] = [];
    const drawing: PageSource = {
      ...source,
      drawPng: async (svg, density) => {
        drawn.push([svg, density]);
        return new Uint8Array([137, 80]);
      },
    };
    const response = await get("plot?host=mars&item=root_usage&fmt=png&w=600&h=200&with=cpu_load", drawing);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "image/png"]);
    expect(response.headers.get("Cache-Control")).toBe("private, max-age=60");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([137, 80]));
    const [svg, density] = drawn[0] ?? ["", 0];
    expect(density).toBe(2);
    expect(svg).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200"');
    expect(svg).not.toContain("var(");
    expect(svg).not.toContain('p-hit"');
  });

  test("who draws PNG is told when nobody waits for it any more", async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: told, resolve: tell } = Promise.withResolvers<string>();
    const drawing: PageSource = {
      ...source,
      drawPng: (_svg, _density, signal) => {
        const { promise, reject } = Promise.withResolvers<Uint8Array>();
        signal?.addEventListener("abort", () => {
          tell("gone");
          reject(new Error("gone"));
        });
        begin();
        return promise;
      },
    };
    const server = servePages({ endpoint: { address: "127.0.0.1", port: 0 }, source: drawing, log: () => {} });
    try {
      const away = new AbortController();
      const asked = fetch(`${server.url}plot?host=mars&item=root_usage&fmt=png`, { signal: away.signal }).catch(
        () => {},
      );
      await begun;
      away.abort();
      expect(await told).toBe("gone");
      await asked;
    } finally {
      await server.stop();
    }
  });

  test("no PNG is said as text, with the right status", async () => {
    const failing: PageSource = {
      ...source,
      drawPng: () => Promise.reject(new Error("no picture: 16 others are waiting")),
    };
    for (const [from, path, status, text] of [
      [source, "plot?host=mars&item=root_usage&fmt=png", 503, "fmt=svg can be had"],
      [failing, "plot?host=mars&item=root_usage&fmt=png", 503, "16 others are waiting"],
      [failing, "plot?host=mars&item=nix&fmt=png", 404, "no item"],
      [failing, "plot?host=backup&item=root_usage&fmt=png", 503, "did not accept"],
      [failing, "plot?host=mars&item=root_usage&fmt=gif", 400, "none of svg, png"],
    ] as const) {
      const response = await get(path, from);
      expect([path, response.status]).toEqual([path, status]);
      expect(await response.text()).toContain(text);
    }
  });

  test("a picture of several units has them one below the other", async () => {
    const svg = await page("plot?host=mars&item=root_usage&with=cpu_load&w=600&h=500");
    expect(svg).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="500"');
    expect([...svg.matchAll(/<svg y="(\d+)"/g)].map(([, y]) => y)).toEqual(["0", "250"]);
    const lefts = [...svg.matchAll(/class="p-grid" d="M([\d.]+) /g)].map(([, x]) => x);
    expect(new Set(lefts).size).toBe(1); // times below times
  });

  test("a small one for lists, as small as a line of text", async () => {
    const response = await get("plot?host=mars&item=root_usage&small=1");
    expect(response.headers.get("Cache-Control")).toBe("private, max-age=60");
    const svg = await response.text();
    expect(svg).toContain('width="120" height="28"');
    expect(svg.length).toBeLessThan(8000);
    expect(svg).not.toContain("<text");
    expect(svg).toContain('class="p-crit"');
    const style = /<style>(.*)<\/style>/s.exec(svg)?.[1] ?? "";
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    expect(response.headers.get("Content-Security-Policy")).toContain(`'sha256-${hash}'`);
    expect((await get("plot?host=backup&item=root_usage&small=1&w=80&h=20")).status).toBe(503);
  });

  test("the data of a failed client are no data", async () => {
    const down: PageSource = { ...source, histories: () => Promise.reject(new SourceUnavailable("away")) };
    expect((await get("plot?host=mars&item=root_usage", down)).status).toBe(503);
  });
});
