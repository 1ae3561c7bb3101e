import { describe, expect, test } from "bun:test";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";
import { compareText } from "../../src/core/text.ts";
import { judge } from "../../src/page/fleet.ts";
import { handle } from "../../src/page/handle.ts";
import { rangeOf } from "../../src/page/lookup.ts";
import { groupRows } from "../../src/page/views/host.ts";
import { views } from "../../src/page/views/index.ts";
import { formatMoment, zone } from "../../src/plot/clock.ts";
import { figuresOf } from "../../src/plot/figures.ts";
import { Scale } from "../../src/plot/scale.ts";
import { body, words } from "./answers.ts";
import { about, allFine, cutOff, EVIL, hostile, item, NOW_S, ordinary, starting, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

/** As text browsers show it: blocks and cells are lines of their own. */
function lines(page: string): string[] {
  const main = /<main.*<\/main>/s.exec(page)?.[0] ?? "";
  return main
    .replace(/\n/g, " ")
    .replace(/<\/?(?:div|p|tr|td|th|h[1-6]|li|dd|dt|section)\b[^>]*>/g, "\n")
    .split("\n")
    .map((line) => words(`<main>${line}</main>`).trim());
}

const row = (avg: number | null, min = avg, max = avg) => ({ time_s: 0, avg, min, max });

const looks = (n: number) => {
  const levels = Array.from({ length: n }, (_, i) => ({ name: `l${i}`, label: "" }));
  return levels.map(({ name }) => new Scale(levels).look(name));
};

const at = (age_s: number) =>
  judge({
    ...allFine(),
    hosts: [
      {
        host: "h",
        tag: "h",
        state: { a: item(1, ""), dmon: item(30_000, "ms", { level: "soso" }) },
        about: about("h"),
        received_s: NOW_S - age_s,
      },
    ],
  }).hosts[0];

describe("alerts", () => {
  test("worst first, with value, rule and since when", async () => {
    const page = await body(troubled(), "/");
    const text = words(page);
    expect(text).toContain("11 problems, 1 silent host");
    expect(text).toContain("critical root_usage space on / 97.8 % >97% (work.conf:41) since 14:05 3h 36m");
    expect(text).toContain("connection refused after 3 s; is the service running?");
    expect(text).toContain("No report for 47m ; one is due every 5m.");
    expect(text).toContain("No report yet.");
    const order = [...page.matchAll(/<h2><a class="tag(?: long)?" href="host\/([^"]*)"/g)].map((match) => match[1]);
    expect(order).toEqual([
      "web10",
      "backup",
      "mars",
      "ups1",
      "db1",
      "web1",
      "mail",
      "pluto-build-runner-arm64-frankfurt-07",
      "new1",
    ]);
    expect(page).toContain("<title>1 dead · Alerts · dmon mars.example.org</title>");
  });

  test("all fine: calm, since when, for how many", async () => {
    const page = await body(allFine(), "/");
    expect(words(page)).toContain("All is fine for 3d 4h , since Thu 13:41 · 12 hosts · 240 items");
    expect(page).toContain("<title>all fine · dmon mars.example.org</title>");
    expect(page).toContain('href="icon/fine.svg"');
  });

  test("no hosts, and hosts that never reported", async () => {
    expect(words(await body({ ...troubled(), hosts: [], events: [] }, "/"))).toContain("No hosts yet");
    const hosts = [{ host: "a.example.org", tag: "a", state: {} }];
    expect(words(await body({ ...troubled(), hosts }, "/"))).toContain("Waiting for the first report");
  });

  test("hosts that never reported share a card, each with its link, and are not named twice", async () => {
    const page = await body(starting(), "/");
    const text = words(page);
    expect(text).toContain("19 hosts without a report of 20 hosts");
    expect(text).toContain("19 hosts have not reported yet The server knows them from its work-config only.");
    expect(page.match(/<section class="card/g)).toHaveLength(1);
    for (const { tag } of starting().hosts) {
      expect([tag, page.match(new RegExp(`<a href="host/${tag}"`, "g"))?.length]).toEqual([tag, 1]);
    }
  });
  test("many silent hosts share a card, where the first of them would stand, with how long each is silent", async () => {
    const page = await body(cutOff(), "/");
    const heads = [...page.matchAll(/<header><h2>(.*?)<\/h2>/g)].map((match) =>
      words(`<main>${match[1]}</main>`).trim(),
    );
    expect(heads).toEqual(["web10", "40 hosts are silent"]);
    expect(words(page)).toContain(
      "No report for 47m to 51m. Their pages show what was last known. cache4 49m cache9 49m",
    );
    expect(words(page)).toContain("web10 dead and 159 more");
  });
  test("as many as a few have their own cards; of very many a hundred are named", async () => {
    const few = starting().hosts.slice(0, 4);
    const page = await body({ ...starting(), hosts: few }, "/");
    expect(page.match(/<b>No report yet\.<\/b>/g)).toHaveLength(3);
    const many = Array.from({ length: 500 }, (_, i) => ({ host: `h${i}.example.org`, tag: `h${i}`, state: {} }));
    const large = await body({ ...starting(), hosts: [...few, ...many] }, "/");
    expect(words(large)).toContain("503 hosts have not reported yet");
    expect(words(large)).toContain("h96 and 403 more");
    expect(large.length).toBeLessThan(30_000);
  });
  test("what a probe says and the rule are two lines where no style is, and in what is copied", async () => {
    const overview = troubled();
    const [mars] = overview.hosts;
    if (!mars) throw new Error("the fixture has no hosts");
    const advice = "make it anew with: dmon mk-work -f";
    mars.state.dmon_work = item(0, "", { level: "sick", rule: "<1 (default)", text: advice, since: NOW_S - 60 });
    const told = {
      id: "1",
      time: NOW_S - 60,
      host: mars.host,
      item: "dmon_work",
      level: "sick",
      prev: "fine",
      value: 0,
    };
    overview.events.unshift({ ...told, text: advice, reason: "<1 (default)" });
    for (const path of ["/", "/host/mars", "/graph/mars/dmon_work", "/events"]) {
      const all = lines(await body(overview, path));
      expect({ path, lines: all.filter((line) => line.includes(advice) && line.includes("<1")) }).toEqual({
        path,
        lines: [],
      });
      expect(all).toContain(advice);
      expect(all).toContain("<1 (default)");
    }
  });

  test("a thousand hosts in well under a second", async () => {
    const hosts = Array.from({ length: 1000 }, (_, i) => ({
      host: `h${i}.example.org`,
      tag: `h${i}`,
      state: { ...ordinary(i), bad: item(1, "", { level: i % 3 ? "fine" : "sick" }) },
      about: about(`h${i}.example.org`),
      received_s: NOW_S,
    }));
    for (const path of ["/", "/hosts", "/host/h7"]) {
      const start = performance.now();
      await body({ ...troubled(), hosts }, path);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});

describe("hosts", () => {
  test("key values, counts, age, version", async () => {
    const text = words(await body(troubled(), "/hosts"));
    expect(text).toContain("mars mars.example.org critical 31.3 %");
    expect(text).toContain("97.8 % soso 6.4 tasks 1 critical 1 soso 18 fine 37s ago 1.0.0");
    expect(text).toContain("ups1 ups1.example.org sick – – – – 1 sick 1 soso 2 fine 3m 10s ago via mars");
    expect(text).toContain("new1 new1.example.org no report");
  });
  test("one without any of the key values is marked, so that a phone does not list what it lacks", async () => {
    const page = await body(troubled(), "/hosts");
    const bare = [
      ...page.matchAll(/<tr data-key="[^"]*" class="[^"]*is-bare"><th[^>]*><a class="tag" href="host\/([^"]*)"/g),
    ];
    expect(bare.map((match) => match[1])).toEqual(["new1", "ups1"]);
  });
  test("in the order of people: web2 before web10", () => {
    expect(["web10", "web2", "db1", "web", "10", "9"].sort(compareText)).toEqual([
      "9",
      "10",
      "db1",
      "web",
      "web2",
      "web10",
    ]);
  });
});

describe("host", () => {
  test("items, what is wrong, events, client", async () => {
    const text = words(await body(troubled(), "/host/mars"));
    expect(text).toContain("CPU AMD EPYC 7763 (128 cores, 256 threads)");
    expect(text).toContain("1.0.0 linux-x64");
    expect(text).toContain("Not fine");
    expect(text).toContain("Processes");
    expect(text).toContain("14:05:14 root_usage sick → critical 97.1 %");
    expect(text).not.toContain("web10");
  });
  test("also by its full name", async () =>
    expect(await body(troubled(), "/host/mars.example.org")).toContain("<h1><bdi>mars</bdi>"));
  test("a silent one says so and shows what was last known", async () => {
    const text = words(await body(troubled(), "/host/backup"));
    expect(text).toContain("No report for 47m");
    expect(text).toContain("20 stale");
    expect(text).not.toContain("cpu_load run queue, 1 minute 1.69 tasks fine");
  });
  test("groups by first word, else by last, else other", () => {
    const overview = troubled();
    const state = Object.fromEntries(
      ["cpu_a", "cpu_b", "home_usage", "opt_usage", "uptime"].map((name) => [name, item(1, "")]),
    );
    const [status] = judge({ ...overview, hosts: [{ host: "h", tag: "h", state }] }).hosts;
    expect(groupRows(status?.rows ?? []).map(([name, rows]) => [name, rows.length])).toEqual([
      ["cpu", 2],
      ["usage", 2],
      ["", 1],
    ]);
  });
  test("what was found stands with what found it", () => {
    const names = ["my_check", "my_check.root", "my_check.var_lib", "my_load", "other.x", "root_usage"];
    const state = Object.fromEntries(names.map((name) => [name, item(1, "")]));
    const [status] = judge({ ...troubled(), hosts: [{ host: "h", tag: "h", state }] }).hosts;
    expect(groupRows(status?.rows ?? []).map(([name, rows]) => [name, rows.map((each) => each.item)])).toEqual([
      ["my_check", ["my_check", "my_check.root", "my_check.var_lib"]],
      ["", ["my_load", "other.x", "root_usage"]],
    ]);
  });
  test("one item alone is no group", () => {
    const names = ["gone_usage", "root_inodes", "root_usage", "uptime"];
    const state = Object.fromEntries(names.map((name) => [name, item(1, "")]));
    const [status] = judge({ ...troubled(), hosts: [{ host: "h", tag: "h", state }] }).hosts;
    expect(groupRows(status?.rows ?? []).map(([name, rows]) => [name, rows.map((each) => each.item)])).toEqual([
      ["root", ["root_inodes", "root_usage"]],
      ["", ["gone_usage", "uptime"]],
    ]);
  });
  test("one without a report says that it has no items yet", async () =>
    expect(words(await body(troubled(), "/host/new1"))).toContain("Items none yet Last report never"));
  test("a clock that is off is named", async () => {
    const overview = allFine();
    const [first] = overview.hosts;
    if (first) first.about = about(first.host, { time: NOW_S + 100 });
    expect(words(await body(overview, "/host/mars"))).toContain("Clock 2m ahead");
  });
});

describe("graph", () => {
  test("graph, ranges, figures, changes", async () => {
    const page = await body(troubled(), "/graph/mars/root_usage?ival=week");
    expect(page.match(/<svg class="plot"/g)).toHaveLength(3);
    expect(page).toContain('href="graph/mars/root_usage?ival=week" aria-current="page"');
    const text = words(page);
    expect(text).toContain("Least");
    expect(text).toContain("sick → critical");
    // The heading has the value of now; a row of history is an average.
    expect(text).not.toContain("Last ");
  });
  test("an item that fails says so where its value would be", async () => {
    const page = await body(troubled(), "/graph/web10/http_shop?ival=hour");
    expect(words(page)).toContain("no value dead for 4m");
    expect(page.match(/class="p-level p-dead"/g)).toHaveLength(3);
  });
  test("an interval of one's own", async () =>
    expect(words(await body(troubled(), "/graph/mars/root_usage?ival=6h"))).toContain("6h"));
  test.each([
    ["2026-10-25", "2026-10-25", 86_400],
    ["yesterday", "yesterday", 86_400],
    ["-36h", "1d12h", 129_600],
    ["2026-10-25T02:00Z..2026-10-25T05:30Z", "2026-10-25T02:00Z..2026-10-25T05:30Z", 12_600],
    ["-3h..-1h", "-3h..-1h", 7200],
  ])("the range %s, as HIST takes it", async (ival, name, span_s) => {
    const range = rangeOf(new URLSearchParams({ ival }), NOW_S);
    expect([range.name, Math.abs(range.span_s - span_s) <= 3600]).toEqual([name, true]); // a day may have 25 hours
    const page = await body(troubled(), `/graph/mars/root_usage?ival=${encodeURIComponent(ival)}`);
    expect(page).toContain(`?ival=${encodeURIComponent(name)}" aria-current="page">${name}</a>`);
    expect(page).toContain(`aria-label="Graph of ${range.to_s === undefined ? "the last " : ""}${name}"`);
  });
  test("a range that is none", async () =>
    expect(words(await body(troubled(), "/graph/mars/root_usage?ival=fortnight", 400))).toContain(
      "hour, day, week, month, year",
    ));
  test("a client that is down: the page says so and shows what is known", async () => {
    const text = words(await body(troubled(), "/graph/backup/root_usage"));
    expect(text).toContain("No history can be had now.");
    expect(text).toContain("did not accept a connection within 3 s");
    expect(text).toContain("54.5 %");
  });
  test("figures", () => {
    const series = { from_s: 0, to_s: 1, bucket_s: 1 };
    expect(figuresOf({ ...series, rows: [row(1, 0, 5), row(null), row(3)] })).toEqual({
      min: 0,
      avg: 2,
      max: 5,
    });
    expect(figuresOf({ ...series, rows: [row(null)] })).toBeUndefined();
  });
});

describe("an item that flaps", () => {
  test("is said beside its level, wherever the item stands", async () => {
    expect(words(await body(troubled(), "/"))).toContain("soso flapping cpu_load");
    expect(words(await body(troubled(), "/host/mars"))).toContain("6.4 tasks soso flapping for 14m");
    expect(words(await body(troubled(), "/graph/mars/cpu_load"))).toContain("cpu_load soso flapping");
    expect(words(await body(troubled(), "/graph/mars/root_usage"))).not.toContain("critical flapping");
  });
  test("while it is fine at this moment, too: it is no calm", async () => {
    const hosts = troubled().hosts.map((view) => {
      const state = Object.fromEntries(
        Object.entries(view.state).map(([name, each]) => [name, { ...each, level: "fine" }]),
      );
      return { ...view, state, received_s: NOW_S - 20 };
    });
    const page = words(await body({ ...troubled(), hosts }, "/"));
    expect(page).toContain("1 flapping item on 1 of");
    expect(page).toContain("fine flapping cpu_load");
    expect(page).not.toContain("All is fine");
    const silent = hosts.map((view) => ({ ...view, received_s: NOW_S - 3600 }));
    expect(words(await body({ ...troubled(), hosts: silent }, "/"))).not.toContain("flapping cpu_load");
  });
  test("not of a silent host: nobody knows", async () => {
    const hosts = troubled().hosts.map((each) => ({ ...each, received_s: NOW_S - 3600 }));
    expect(words(await body({ ...troubled(), hosts }, "/host/mars"))).not.toContain("stale flapping");
  });
  test("began and ceased to in lists of events, also where the level is the same", async () => {
    const events = troubled().events.map((each) => (each.flapping === "stop" ? { ...each, prev: each.level } : each));
    for (const path of ["/", "/events"]) {
      expect(words(await body(troubled(), path))).toContain("cpu_load fine → soso started flapping 4.2 tasks");
      expect(words(await body(troubled(), path))).toContain("cpu_usage soso → fine stopped flapping 41 %");
      expect(words(await body({ ...troubled(), events }, path))).toContain("cpu_usage fine stopped flapping 41 %");
    }
  });
});

describe("times", () => {
  const timesOf = (page: string, text: string) =>
    page.match(/<time [^>]*>[^<]*<\/time>/g)?.filter((each) => each.includes(`>${text}<`));
  test("lists of events have seconds; every time has the whole of it behind", async () => {
    const whole = 'datetime="2026-11-22T14:05:14Z" title="Sun 22 Nov 2026 14:05:14 UTC"';
    for (const path of ["/events", "/host/mars", "/graph/mars/root_usage"]) {
      expect([path, timesOf(await body(troubled(), path), "14:05:14")]).toEqual([
        path,
        [`<time ${whole}>14:05:14</time>`],
      ]);
    }
    expect(timesOf(await body(troubled(), "/"), "14:05")).toContain(`<time ${whole}>14:05</time>`);
  });
});

describe("hostile names and values", () => {
  const overview = hostile();
  const paths = [
    "/",
    "/hosts",
    "/events",
    ...EVIL.flatMap((name) => {
      const host = encodeURIComponent(name.toWellFormed());
      return [`/host/${host}`, `/graph/${host}/${host}`, `/graph/${host}/i3`, `/events?host=${host}&item=${host}`];
    }),
  ];
  test("no page lets them out of their place", async () => {
    for (const path of paths) {
      const response = await handle(new Request(`http://localhost${path}`), sourceOf(overview), {});
      const text = await response.text();
      expect(response.status).not.toBe(500);
      expect(text).not.toMatch(/<script(?! src="(?:script|graphs)-)|<img|[\x00-\x08]|\u202e/);
      expect(/<[a-z]+ [^<>]*\son[a-z]+=/.test(text.replace(/"[^"]*"/g, ""))).toBe(false); // no handler became an attribute
    }
  });
  test("names of JavaScript's own are no hosts and no items", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      await body(troubled(), `/host/${name}`, 404);
      await body(troubled(), `/graph/mars/${name}`, 404);
    }
  });
});

describe("judgement", () => {
  test("looks of other scales than the usual", () => {
    expect(looks(5)).toEqual(DEFAULT_LEVELS.map(({ name }) => new Scale(DEFAULT_LEVELS).look(name)));
    expect(looks(2)).toEqual(["fine", "dead"]);
    expect(looks(3)).toEqual(["fine", "soso", "dead"]);
    expect(looks(1)).toEqual(["fine"]);
    expect(new Scale(DEFAULT_LEVELS).look("nix")).toBe("odd");
  });
  test("silence begins after two intervals; then all is what was last known", () => {
    expect(at(600)?.silent).toBeUndefined();
    expect(at(601)?.silent).toBe("overdue");
    expect(at(601)?.rows.map(({ item: name, stale }) => [name, stale])).toEqual([
      ["a", true],
      ["dmon", true],
    ]);
    expect(at(601)?.counts.size).toBe(0);
  });
  test("moments are as short as they are clear", () => {
    const day = 86_400;
    expect([0, 3 * day, 20 * day, 400 * day, 1e18].map((age) => formatMoment(NOW_S - age, NOW_S))).toEqual([
      "17:41",
      "Thu 17:41",
      "2 Nov 17:41",
      "18 Oct 2025",
      "–",
    ]);
    expect([0, 3 * day, 20 * day, 400 * day, 1e18].map((age) => formatMoment(NOW_S - age, NOW_S, "second"))).toEqual([
      "17:41:14",
      "Thu 17:41:14",
      "2 Nov 17:41:14",
      "18 Oct 2025 17:41:14",
      "–",
    ]);
    expect(zone(NOW_S)).toBe("UTC");
  });
});

test("names of days, of months and of looks stand in one file each", async () => {
  const root = `${import.meta.dir}/../..`;
  const sources = [...new Bun.Glob("src/{core,page,plot,process}/**/*.ts").scanSync(root)];
  const texts = await Promise.all(sources.map((path) => Bun.file(`${root}/${path}`).text()));
  for (const list of ['"Sun", "Mon"', '"Jan", "Feb"', '"fine", "soso"']) {
    expect(texts.filter((text) => text.includes(list))).toHaveLength(1);
  }
});

test("every page is a document with title, landmarks, one heading and a refresh", async () => {
  const params: Record<string, string> = { ":tag": "mars", ":item": "root_usage" };
  for (const { path } of views) {
    const page = await body(
      troubled(),
      path.replace(/:[a-z]+/g, (name) => params[name] ?? name),
    );
    expect(page).toStartWith('<!doctype html>\n<html lang="en">');
    for (const part of [
      "<title>",
      "<header",
      "<nav ",
      '<main id="main"',
      "<footer",
      'http-equiv="refresh" content="60"',
    ])
      expect(page).toContain(part);
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script(?! src="(?:script|graphs)-)| style="|javascript:|https?:\/\//);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const tag of ["div", "section", "table", "tr", "td", "th", "a", "span", "ul", "ol", "li", "dl", "svg", "p"]) {
      const opened = page.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0;
      expect({ path, tag, n: page.match(new RegExp(`</${tag}>`, "g"))?.length ?? 0 }).toEqual({ path, tag, n: opened });
    }
  }
});
