import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { handle } from "../../src/page/handle.ts";
import { exposition, type Family, formatFor } from "../../src/page/metrics/exposition.ts";
import type { Overview } from "../../src/page/model.ts";
import { lacks } from "../skips.ts";
import { allFine, EVIL, hostile, item, NOW_S, seenTo, starting, telling, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const PROMETHEUS =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

function get(query = "", headers: Record<string, string> = {}, overview: Overview = seenTo()): Promise<Response> {
  return handle(new Request(`http://localhost/metrics${query}`, { headers }), sourceOf(overview));
}
const lines = async (query = "", overview?: Overview) => (await (await get(query, {}, overview)).text()).split("\n");

describe("which format", () => {
  const rows: [string, string][] = [
    ["", TEXT],
    ["*/*", TEXT],
    ["text/html,application/xhtml+xml,*/*;q=0.8", TEXT],
    [PROMETHEUS, OPEN],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      OPEN,
    ],
    ["application/openmetrics-text", OPEN],
    ['Application/OpenMetrics-Text; Version="1.0.0"', OPEN],
    ["application/openmetrics-text;version=0.0.1", TEXT],
    ["application/openmetrics-text;version=1.0.0;q=0", TEXT],
    ["application/openmetrics-text;version=1.0.0;q=0.1,text/plain;version=0.0.4", TEXT],
    ["application/openmetrics-text;version=2.0.0", TEXT],
    ["application/openmetrics-text;q=x", TEXT],
  ];
  test.each(rows)("%s", async (accept, type) => {
    expect(formatFor(accept).type).toBe(type);
    const response = await get("?item=nix", { Accept: accept });
    expect(response.headers.get("Content-Type")).toBe(type);
    expect((await response.text()).endsWith("\n# EOF\n")).toBe(type === OPEN);
  });
});

describe("how a family is written", () => {
  const families: Family<undefined>[] = [
    { name: "a_seconds", type: "counter", unit: "seconds", help: "A.", samples: () => [[{}, 1.5]] },
    { name: "b", type: "info", help: "B.", samples: () => [[{ v: 'x"\\\n\u0000\u{1f600}\ud800' }, 1]] },
    { name: "c", type: "gauge", help: "C.", samples: () => [] },
    {
      name: "d",
      type: "gauge",
      help: "D.",
      samples: () => [NaN, Infinity, -Infinity, 1e300, -0.5].map((v) => [{}, v]),
    },
  ];
  const write = (accept: string) => [...exposition(families, undefined, formatFor(accept))].join("");
  const escaped = 'x\\"\\\\\\n\ufffd\u{1f600}\ufffd';

  test("OpenMetrics", () => {
    expect(write(PROMETHEUS)).toBe(`# TYPE a_seconds counter
# UNIT a_seconds seconds
# HELP a_seconds A.
a_seconds_total 1.5
# TYPE b info
# HELP b B.
b_info{v="${escaped}"} 1
# TYPE d gauge
# HELP d D.
d NaN
d +Inf
d -Inf
d 1e+300
d -0.5
# EOF
`);
  });

  test("the classic format", () => {
    expect(write("")).toStartWith(`# HELP a_seconds_total A.
# TYPE a_seconds_total counter
a_seconds_total 1.5
# HELP b_info B.
# TYPE b_info gauge
b_info{v="${escaped}"} 1
# HELP d D.
`);
  });
});

describe("what is exported", () => {
  test("values, levels and since when", async () => {
    const found = await lines("?host=mars&item=root_usage");
    const labels = 'host="mars.example.org",item="root_usage"';
    expect(found).toContain(`dmon_item_value{${labels},unit="%"} 97.8`);
    expect(found).toContain(`dmon_item_level{${labels}} 3`);
    expect(found).toContain(`dmon_item_attended{${labels},care="acknowledged"} 1`);
    expect(found.filter((line) => line.startsWith("dmon_item_"))).toHaveLength(4);
    expect(found.filter((line) => line.startsWith("dmon_host_up"))).toEqual([
      'dmon_host_up{host="mars.example.org"} 1',
    ]);
  });

  test("an item without a value has a level", async () => {
    const found = await lines("?host=web10&item=http_shop");
    expect(found.filter((line) => line.startsWith("dmon_item_value{"))).toEqual([]);
    expect(found).toContain('dmon_item_level{host="web10.example.org",item="http_shop"} 4');
  });

  test("of silent hosts nothing but that they are", async () => {
    for (const tag of ["backup", "ups1", "new1"]) {
      const found = await lines(`?host=${tag}`);
      const items = found.filter((line) => line.startsWith("dmon_item_") && !line.includes('item="dmon"'));
      expect([tag, items]).toEqual([tag, []]);
      expect(found).toContain(`dmon_host_up{host="${tag}.example.org"} 0`);
    }
  });

  test("while the server is not heard, nothing is said of hosts, items and the server but that", async () => {
    const found = await lines("", { ...telling(), stale_since_s: NOW_S - 300 });
    expect(found).toContain("dmon_server_up 0");
    const families = found.filter((line) => /^dmon_(?!level_index|build_info|http_)/.test(line));
    expect(families).toEqual(["dmon_server_up 0"]);
  });

  test("the server and its clients tell of themselves", async () => {
    const found = await lines("?host=mars", telling());
    expect(found).toContain("dmon_server_up 1");
    expect(found).toContain("dmon_server_reports_total 1200");
    expect(found).toContain("dmon_server_cpu_seconds_total 812.5");
    expect(found.filter((line) => line.startsWith("dmon_client_"))).toEqual([
      'dmon_client_cycle_seconds{host="mars.example.org"} 0.25',
      'dmon_client_queued_events{host="mars.example.org"} 3',
    ]);
  });

  test("the scale has names", async () => {
    expect(await lines()).toContain('dmon_level_index{level="crit",label="critical"} 3');
  });

  test("no series is there twice, whatever the names are", async () => {
    for (const make of [seenTo, hostile]) {
      const series = (await lines("", make()))
        .filter((line) => line && !line.startsWith("#"))
        .map((line) => line.replace(/ \S+$/, ""));
      expect(new Set(series).size).toBe(series.length);
    }
  });

  test("answers are counted", async () => {
    const count = async () => Number(/answers_total\{code="404"\} (\d+)/.exec((await lines()).join("\n"))?.[1] ?? 0);
    const before = await count();
    await handle(new Request("http://localhost/nix"), sourceOf(seenTo()));
    expect(await count()).toBe(before + 1);
  });

  test("the process is this one", async () => {
    const found = (await lines()).join("\n");
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(found)?.[1]);
    expect(Math.abs(value("process_start_time_seconds") - (Date.now() / 1000 - process.uptime()))).toBeLessThan(5);
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(10e6);
    expect(value("process_virtual_memory_bytes")).toBeGreaterThan(value("process_resident_memory_bytes"));
    expect(value("process_open_fds")).toBeGreaterThan(2);
    expect(value("process_max_fds")).toBeGreaterThan(value("process_open_fds"));
    expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  });
});

describe("how it is sent", () => {
  test("HEAD, gzip, and no caching", async () => {
    const packed = await get("", { "Accept-Encoding": "gzip", Accept: PROMETHEUS });
    expect(packed.headers.get("Content-Encoding")).toBe("gzip");
    expect(packed.headers.get("Cache-Control")).toBe("no-store");
    const text = new TextDecoder().decode(Bun.gunzipSync(new Uint8Array(await packed.arrayBuffer())));
    expect(text.endsWith("# EOF\n")).toBe(true);
    const head = await handle(new Request("http://localhost/metrics", { method: "HEAD" }), sourceOf(seenTo()));
    expect([head.status, head.headers.get("Content-Type"), await head.text()]).toEqual([200, TEXT, ""]);
  });

  test("a host or item that is no more ends no scrape", async () => {
    const found = await lines("?host=gone&host=mars&item=gone&item=cpu_load");
    expect(found.filter((line) => line.startsWith("dmon_item_value{"))).toHaveLength(1);
  });

  test("what is wrong is said as text", async () => {
    const response = await get("?hots=mars");
    expect([response.status, response.headers.get("Content-Type")]).toEqual([400, "text/plain; charset=utf-8"]);
    expect(await response.text()).toBe("There is no parameter “hots”; did you mean “host”?\n");
  });
});

const FLEETS: [string, () => Overview][] = [
  ["troubled", troubled],
  ["all fine", allFine],
  ["starting", starting],
  ["hostile", hostile],
  ["telling", telling],
  ["empty", () => ({ ...allFine(), hosts: [] })],
  [
    "odd values",
    () => {
      const odd = allFine();
      for (const [i, unit] of EVIL.entries())
        Object.assign(odd.hosts[0]?.state ?? {}, { [`odd${i}`]: item(i * 1e-300, unit) });
      return odd;
    },
  ],
];

describe.skipIf(lacks("promtool"))("promtool finds nothing", () => {
  const promtool = async (input: string, ...args: string[]) => {
    const child = Bun.spawn(["promtool", ...args], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
    const said = (await child.stdout.text()) + (await child.stderr.text());
    return { said, code: await child.exited };
  };

  test.each(FLEETS)("in metrics of a fleet: %s", async (_, make) => {
    expect(await promtool((await lines("", make())).join("\n"), "check", "metrics")).toEqual({ said: "", code: 0 });
  });

  test("in the rules of the documentation", async () => {
    const page = readFileSync(join(import.meta.dir, "../../docs/api.md"), "utf8");
    const rules = /^```yaml\n(groups:.*?)^```/ms.exec(page)?.[1] ?? "";
    const { said, code } = await promtool(rules, "check", "rules", "/dev/stdin");
    expect(said).toContain("2 rules found");
    expect(code).toBe(0);
  });
});
