import { beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { endpoints } from "../../src/page/api/index.ts";
import { manual } from "../../src/page/api/manual.ts";
import { handle } from "../../src/page/handle.ts";
import { type Overview, type PageSource, SourceUnavailable } from "../../src/page/model.ts";
import { allFine, cutOff, EVIL, hostile, item, NOW_S, seenTo, starting, telling, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const source = sourceOf(seenTo());

function ask(path: string, init: RequestInit = {}, from: PageSource = source): Promise<Response> {
  return handle(new Request(`http://localhost/api/v1${path}`, init), from, { answer_ms_max: 2000 });
}

// biome-ignore lint/suspicious/noExplicitAny: what an answer is, the document says and the validator checks
async function json(path: string, from: PageSource = source): Promise<any> {
  const response = await ask(path, {}, from);
  expect([path, response.status]).toEqual([path, 200]);
  return response.json();
}

type OpenApi = {
  paths: Record<string, { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>;
  components: object;
};
let openapi: OpenApi;
const judges = new Map<string, ValidateFunction>();

function ajv(): Ajv2020 {
  const made = new Ajv2020({ allowUnionTypes: true, strict: true, allErrors: false });
  return made.addVocabulary(["components"]);
}

/** Fails unless an answer is as the OpenAPI document declares it. */
function judge(path: string, status: number, answer: unknown): void {
  const key = `${path} ${status}`;
  const schema =
    openapi.paths[path.replace(/:(\w+)/g, "{$1}")]?.get.responses[status]?.content["application/json"]?.schema;
  expect([key, schema !== undefined]).toEqual([key, true]);
  const check = judges.get(key) ?? ajv().compile({ ...schema, components: openapi.components });
  judges.set(key, check);
  check(answer);
  expect([key, check.errors ?? []]).toEqual([key, []]);
}

beforeAll(async () => {
  openapi = await json("/openapi.json");
});

describe("the OpenAPI document", () => {
  test("is one", async () => {
    const found = await new Validator().validate(structuredClone(openapi));
    expect(found.errors ?? []).toEqual([]);
    expect(found.valid).toBe(true);
  });

  test("is not sent again to who has it", async () => {
    const tag = (await ask("/openapi.json")).headers.get("ETag") ?? "";
    const again = await ask("/openapi.json", { headers: { "If-None-Match": tag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("names where its addresses are, relative to itself", async () => {
    const [server] = (openapi as unknown as { servers: { url: string }[] }).servers;
    const base = new URL(server?.url ?? "", "https://example.org/dmon/api/v1/openapi.json").href;
    expect(`${base}/status`).toBe("https://example.org/dmon/api/v1/status");
  });
});

const FLEETS: [string, () => Overview][] = [
  ["troubled", troubled],
  ["seen to", seenTo],
  ["all fine", allFine],
  ["starting", starting],
  ["cut off", cutOff],
  ["hostile", hostile],
  ["empty", () => ({ ...allFine(), hosts: [], events: [] })],
];

describe.each(FLEETS)("each answer is as declared: %s", (_, make) => {
  const overview = make();
  const from = sourceOf(overview);
  const [first] = overview.hosts;
  const known = first && Object.keys(first.state)[0];
  const paths = endpoints.flatMap(({ path, query }) => {
    if (path.includes(":") && !first) return [];
    const filled = path
      .replace(":tag", encodeURIComponent(first?.tag ?? ""))
      .replace(":item", encodeURIComponent(known ?? "cpu_load"));
    if (path === "/history") {
      const names = new URLSearchParams({ host: first?.tag ?? "", item: known ?? "" });
      return first && known ? [[path, `${filled}?${names.toString()}&points=20`] as const] : [];
    }
    const all = "item" in query ? [[path, `${filled}?item=*`] as const] : [];
    return [[path, filled] as const, ...all];
  });
  test.each(paths)("%s at %s", async (path, address) => {
    const response = await ask(address, {}, from);
    expect(response.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
    judge(path, response.status, await response.json());
    const isThere = address.includes("%00") || (path === "/items/:item" && known === undefined) ? 404 : 200;
    expect([200, isThere]).toContain(response.status);
  });
});

test("api/v1 itself lists what there is", async () => {
  const { endpoints: listed, openapi: document } = await json("");
  expect(document).toBe("api/v1/openapi.json");
  expect(listed).toContainEqual({ path: "api/v1/status", summary: "All in one small answer" });
  expect(listed).toHaveLength(endpoints.length);
});

test("hostile names come through as they are", async () => {
  const { hosts } = await json("/hosts?item=*", sourceOf(hostile()));
  const names = hosts.map(({ host }: { host: string }) => host);
  expect(names.toSorted()).toEqual(EVIL.toSorted());
  const [{ values }] = hosts;
  for (const evil of EVIL) expect(values.map((each: { item: string }) => each.item)).toContain(evil);
});

describe("what is wrong is said, with what would be right", () => {
  const rows: [string, number, string, string?][] = [
    ["/nix", 404, "api/v1 lists what there is"],
    ["/itms", 404, "nothing at this address", "api/v1/items"],
    ["/hosts/", 404, "nothing at this address", "api/v1/hosts"],
    ["/hosts/marss", 404, "no host “marss”", "mars"],
    ["/items/cpu_lod", 404, "No host has an item “cpu_lod”", "cpu_load"],
    ["/status?x=1", 400, "no parameter “x”; there is none here"],
    ["/alerts?levle=sick", 400, "did you mean “level”?"],
    ["/alerts?level=sick&level=sik", 400, "level: “sik” is no level; levels are fine, soso, sick, crit, dead."],
    ["/alerts?care=acknowleged", 400, "did you mean “acknowledged”?"],
    ["/alerts?at_least=sick&at_least=crit", 400, "at_least is given 2 times; give it once."],
    ["/alerts?host=marss", 404, "no host “marss”", "mars"],
    ["/alerts?host=*,!marss", 404, "no host “marss”", "mars"],
    ["/events?host=marss", 404, "no host “marss”", "mars"],
    ["/events?host=mars&item=cpu_lod", 404, "No host has an item “cpu_lod”", "cpu_load"],
    ["/events?count=0", 400, "count: “0” is no whole number from 1 to 2000."],
    ["/events?count=1e3", 400, "is no whole number"],
    ["/events?from=yesteryear", 400, "from: “yesteryear” is no time; a time is now, today"],
    ["/events?after=nix", 400, "after: “nix” is no place that an answer named"],
    ["/events?before=nix", 400, "or ask by from and to"],
    ["/events?before=1~a&after=1~b", 400, "before or after, not both"],
    ["/history", 400, "host is missing; for example history?host="],
    ["/history?host=mars", 400, "item is missing"],
    ["/history?host=marss&item=cpu_load", 404, "no host “marss”", "mars"],
    ["/history?host=mars&item=cpu_lod", 404, "The host mars has no item “cpu_lod”", "cpu_load"],
    ["/history?host=*&item=*", 400, "at most 64 are answered at once"],
    ["/history?host=mars&item=cpu_load&ival=x", 400, "ival=x is no range"],
    ["/history?host=mars&item=cpu_load&points=601", 400, "from 1 to 600"],
    ["/history?host=backup&item=cpu_load", 503, "did not accept a connection"],
    [`/hosts/${"a".repeat(300)}`, 404, `no host “${"a".repeat(100)}…”`],
  ];
  const whole = rows.map(([path, status, text, near = ""]) => [path, status, text, near] as const);
  test.each(whole)("%s", async (path, status, text, near) => {
    const response = await ask(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
    const answer = (await response.json()) as { error: string; status: number; near?: string };
    judge("/status", status, answer);
    expect(answer.error).toContain(text);
    expect([answer.status, answer.near ?? ""]).toEqual([status, near]);
  });

  test("it can only be read", async () => {
    const response = await ask("/status", { method: "POST", body: "{}" });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    expect(await response.json()).toMatchObject({ status: 405, error: expect.stringContaining("GET and HEAD") });
  });

  test("a server that cannot be asked", async () => {
    const down = { ...source, fleet: () => Promise.reject(new SourceUnavailable("mars refused")) };
    const response = await ask("/status", {}, down);
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "10"]);
    expect(await response.json()).toMatchObject({ status: 503, error: expect.stringContaining("mars refused") });
  });

  test("another site's page gets nothing", async () => {
    const { headers } = await ask("/status", { headers: { Origin: "https://evil.example" } });
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect((await ask("/status", { headers: { Host: "evil.com" } })).status).toBe(421);
  });
});

describe("status", () => {
  test("says what is wrong in one look", async () => {
    expect(await json("/status")).toMatchObject({
      ok: false,
      worst: "dead",
      worst_open: "dead",
      hosts: { all: 12, up: 9, silent: 2, never: 1 },
      silent_hosts: [{ tag: "backup", dead: true }],
    });
  });
  test("all fine", async () => {
    const calm = await json("/status", sourceOf(allFine()));
    expect(calm).toMatchObject({ ok: true, worst: "fine", worst_open: "fine", silent_hosts: [] });
    expect(calm.fine_since_s).toBe(NOW_S - 3 * 86_400 - 4 * 3600);
  });
  test("what somebody sees to is not open", async () => {
    const cared = allFine();
    const [first] = cared.hosts;
    if (!first) throw new Error("no host");
    const { host, state } = first;
    state.cpu_load = item(9, "tasks", { level: "sick" });
    const ack = { host, item: "cpu_load", user: "ann", at_s: NOW_S, level: "sick", text: "" };
    expect(await json("/status", sourceOf({ ...cared, acks: [ack] }))).toMatchObject({
      ok: true,
      worst: "sick",
      worst_open: "fine",
    });
    expect(await json("/status", sourceOf(cared))).toMatchObject({ ok: false, worst: "sick", worst_open: "sick" });
  });
});

test("while the server is not heard, each answer says that it is of then, and nothing is ok", async () => {
  const old = sourceOf({ ...allFine(), stale_since_s: NOW_S - 300 });
  for (const path of ["/status", "/alerts", "/hosts?item=*", "/system"])
    expect(await json(path, old)).toMatchObject({ stale_since_s: NOW_S - 300 });
  expect(await json("/status", old)).toMatchObject({ ok: false, worst: "fine" });
  expect(await json("/status", sourceOf(allFine()))).not.toHaveProperty("stale_since_s");
});

const subjects = (rows: { tag: string; item: string }[]) => rows.map(({ tag, item: name }) => `${tag} ${name}`);

describe("filters", () => {
  test("alerts by level, care, host and item", async () => {
    const { alerts } = await json("/alerts?level=crit&level=dead");
    expect(subjects(alerts)).toEqual(["backup dmon", "mars root_usage", "web10 http_shop"]);
    expect(subjects((await json("/alerts?at_least=sick&care=acknowledged")).alerts).toSorted()).toEqual([
      "mars root_usage",
      "web1 shop_cert",
    ]);
    expect(subjects((await json("/alerts?host=web*&item=http*&care=planned")).alerts)).toEqual(["web10 http_shop"]);
    expect((await json("/alerts?host=mars.example.org")).alerts).toHaveLength(2);
  });

  test("an alert says who sees to it", async () => {
    const [alert] = (await json("/alerts?host=mars&item=root_usage")).alerts;
    expect(alert).toMatchObject({ care: "acknowledged", ack: { user: "ann", at_s: NOW_S - 7200 }, stale: false });
  });

  test("an alert says who was told", async () => {
    const known = troubled();
    const told = [{ user: "ann", channel: "mail", level: "crit", at_s: NOW_S - 60 }];
    const hosts = known.hosts.map((view) => (view.tag === "mars" ? { ...view, told: { root_usage: told } } : view));
    const from = sourceOf({ ...known, hosts });
    expect((await json("/alerts?host=mars&item=root_usage", from)).alerts[0].told).toEqual(told);
    judge("/alerts", 200, await json("/alerts?host=mars", from));
  });

  test("hosts by level and state, with chosen items", async () => {
    const { hosts } = await json("/hosts?at_least=crit&item=cpu_load&item=*_inodes");
    expect(hosts.map(({ tag }: { tag: string }) => tag)).toEqual(["backup", "mars", "web10"]);
    expect(hosts[1].values.map((each: { item: string }) => each.item)).toEqual(["cpu_load", "root_inodes"]);
    const never = (await json("/hosts?state=never")).hosts;
    expect(never).toEqual([expect.objectContaining({ tag: "new1", state: "never", items: 0 })]);
    expect(never[0]).not.toHaveProperty("values");
  });

  test("a group stands for what is in it, one without hosts for none", async () => {
    const tags = async (query: string) => (await json(`/hosts?${query}`)).hosts.map(({ tag }: { tag: string }) => tag);
    expect(await tags("host=web&host=db*")).toEqual(["db1", "db2", "web1", "web2", "web10"]);
    expect(await tags("host=all")).toEqual([]);
    expect(subjects((await json("/alerts?item=basics")).alerts)).toEqual(
      ["mars root_usage", "db1 mem_usage"].toReversed(),
    );
    const { series } = await json("/history?host=storage&item=disks&ival=hour");
    expect(subjects(series)).toEqual(["backup root_usage", "mars root_usage"]);
    expect((await json("/events?host=databases")).events).toHaveLength(3);
  });

  test("! leaves out, and commas list, of names and groups alike", async () => {
    const tags = async (query: string) => (await json(`/hosts?${query}`)).hosts.map(({ tag }: { tag: string }) => tag);
    expect(await tags("host=web,!web2")).toEqual(["web1", "web10"]);
    expect(await tags("host=web,db*&host=!databases&host=!web1.example.org")).toEqual(["db2", "web2", "web10"]);
    expect((await tags("host=!web")).filter((tag: string) => tag.startsWith("web"))).toEqual([]);
    expect(await tags("host=!web")).toHaveLength(9);
    const alerts = async (query: string) => subjects((await json(`/alerts?${query}`)).alerts);
    expect(await alerts("host=mars&item=*,!root_*")).toEqual(["mars cpu_load"]);
    expect(await alerts("host=mars&item=!disks")).toEqual(["mars cpu_load"]);
  });

  test("groups roll up", async () => {
    const { groups } = await json("/groups");
    expect(groups).toMatchObject([
      { group: "all", hosts: [], level: "fine", counts: {}, silent: 0 },
      { group: "databases", level: "sick", counts: { sick: 1 } },
      { group: "storage", level: "crit", counts: { crit: 1 }, silent: 1 },
      { group: "web", hosts: ["web1", "web2", "web10"], level: "dead", counts: { sick: 1, fine: 1, dead: 1 } },
    ]);
  });

  test("acks that hold no more are told as such", async () => {
    const { acks } = await json("/acks");
    expect(acks.map((each: { tag: string; in_force: boolean }) => [each.tag, each.in_force])).toEqual([
      ["mars", true],
      ["web1", true],
      ["db1", false],
      ["mail", false],
    ]);
  });

  test("acks of hosts that did not change since are in force too, though told anew", async () => {
    const fleet = await sourceOf(seenTo()).fleet();
    const again = { ...fleet.overview, acks: fleet.overview.acks.map((ack) => ({ ...ack })) };
    const acks = (await json("/acks", { ...source, fleet: async () => ({ ...fleet, overview: again }) })).acks;
    expect(acks.map((each: { in_force: boolean }) => each.in_force)).toEqual([true, true, false, false]);
  });

  test("downtimes of a host", async () => {
    expect((await json("/downtimes?host=db2")).downtimes).toEqual([expect.objectContaining({ where: "work.conf:88" })]);
  });

  test("system: a client counts what it reports", async () => {
    const { clients } = await json("/system?host=backup");
    expect(clients).toEqual([
      expect.objectContaining({ tag: "backup", reports: 2, clock_ahead_s: expect.any(Number) }),
    ]);
  });
});

test("system has what the server and its clients tell of themselves", async () => {
  const answer = await json("/system", sourceOf(telling()));
  judge("/system", 200, answer);
  expect(answer.figures).toEqual(telling().figures);
  expect(answer.clients[0]).toMatchObject({ cycle_s: 0.25, queue: 3 });
});

describe("events", () => {
  test("page by page they are all of them, each once", async () => {
    const all = (await json("/events")).events.map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    for (let path = "/events?count=3"; ; ) {
      const { events, more, next } = await json(path);
      seen.push(...events.map(({ id }: { id: string }) => id));
      if (!more) break;
      path = `/events?count=3&before=${next}`;
    }
    expect(all).toHaveLength(16);
    expect(seen).toEqual(all);
  });

  test("what is new since, step by step and each once, and then nothing", async () => {
    const { events } = await json("/events");
    const place = `${events[5].time_s}~${events[5].id}`;
    const all = await json(`/events?after=${place}`);
    expect(all).toMatchObject({ events: events.slice(0, 5), more: false });
    expect(all).not.toHaveProperty("next");
    const seen: unknown[] = [];
    let since = await json(`/events?count=2&after=${place}`);
    for (; ; since = await json(`/events?count=2&after=${since.latest}`)) {
      seen.unshift(...since.events);
      if (!since.more) break;
    }
    expect(seen).toEqual(events.slice(0, 5));
    expect(await json(`/events?after=${since.latest}`)).toMatchObject({ events: [], latest: since.latest });
    expect((await json("/events")).latest).toBe(since.latest);
    expect((await json("/events?level=dead&host=mars")).events).toEqual([]);
    expect((await json("/events?level=dead&host=mars")).latest).toBe(since.latest);
  });

  test("by host, item, level and time", async () => {
    expect((await json("/events?host=mars&item=root_usage")).events).toHaveLength(3);
    expect((await json("/events?level=dead")).events).toMatchObject([{ tag: "web10", item: "http_shop" }]);
    const { events } = await json(`/events?from=${NOW_S - 3600}&to=${NOW_S - 600}`);
    expect(subjects(events)).toEqual([
      "ups1 ups_on_battery",
      "mars cpu_load",
      "db1 diskio_await_worst",
      "db1 mem_usage",
    ]);
    const retired = (await json("/events?host=retired.example.org")).events;
    expect(retired).toMatchObject([{ host: "retired.example.org", item: "root_usage" }]);
    expect(retired[0]).not.toHaveProperty("tag");
  });

  test("the server chooses, and how far it looked is said", async () => {
    const asked: unknown[] = [];
    const searching: PageSource = {
      ...source,
      eventLog: async (wish) => {
        asked.push(wish);
        return { events: [], goOn: "17~x", reached_s: 17 };
      },
    };
    const iso = (time_s: number) => new Date(time_s * 1000).toISOString();
    const path = `/events?host=web,!web2&item=*,!disks&level=soso&level=sick&from=${NOW_S - 60}&to=${NOW_S - 30}&count=5&before=9~y`;
    expect(await json(path, searching)).toMatchObject({ events: [], more: true, next: "17~x", reached_s: 17 });
    expect((await json("/events?count=10", searching)).events).toHaveLength(10); // known, and not asked for
    expect(await json(`/events?from=${NOW_S + 60}`, searching)).toMatchObject({ events: [], more: false });
    expect(await json("/events?after=9~y", searching)).toMatchObject({ more: true, latest: "17~x" });
    expect(asked).toEqual([
      {
        hosts: "web,!web2",
        items: "*,!disks",
        levels: "soso,sick",
        ival: `${iso(NOW_S - 60)}..${iso(NOW_S - 30)}`,
        before: "9~y",
        count: 5,
      },
      { after: "9~y", count: 100 },
    ]);
  });
});

describe("history", () => {
  test("several hosts and items; one that cannot be asked costs only its own rows", async () => {
    const { series, from_s, to_s } = await json("/history?host=mars&host=backup&item=cpu_load&item=mem_usage&ival=6h");
    expect(subjects(series)).toEqual(["backup cpu_load", "backup mem_usage", "mars cpu_load", "mars mem_usage"]);
    expect(series[0]).toMatchObject({ rows: [], error: expect.stringContaining("did not accept") });
    expect(series[2]).not.toHaveProperty("error");
    expect(to_s - from_s).toBe(6 * 3600);
    const [row] = series[2].rows;
    expect(row.min).toBeLessThanOrEqual(row.avg);
    expect(row.avg).toBeLessThanOrEqual(row.max);
  });
});

test("a silent host is not waited for, and the others are there", async () => {
  const asked: string[] = [];
  const hanging: PageSource = {
    ...source,
    histories: (host, items, ...more) => {
      asked.push(`${host} ${items.join(" ")}`);
      return host.startsWith("backup") ? new Promise(() => {}) : source.histories(host, items, ...more);
    },
  };
  const { series } = await json("/history?host=mars&host=backup&item=cpu_load&item=mem_usage", hanging);
  expect(subjects(series)).toEqual(["backup cpu_load", "backup mem_usage", "mars cpu_load", "mars mem_usage"]);
  expect(series[1]).toMatchObject({ rows: [], error: expect.stringMatching(/^backup has been silent for 47m/) });
  expect(series[3].rows.length).toBeGreaterThan(0);
  expect(asked).toEqual(["backup.example.org cpu_load mem_usage", "mars.example.org cpu_load mem_usage"]);
});

describe("how it is sent", () => {
  const large = cutOff();
  const from = sourceOf(large);

  test("a long answer comes in pieces, the same packed and whole", async () => {
    const plain = await ask("/hosts?item=*", {}, from);
    expect(plain.headers.get("Content-Length")).toBeNull();
    const text = await plain.text();
    const packed = await ask("/hosts?item=*", { headers: { "Accept-Encoding": "gzip" } }, from);
    expect(packed.headers.get("Content-Encoding")).toBe("gzip");
    expect(packed.headers.get("Vary")).toBe("Accept-Encoding");
    const bytes = new Uint8Array(await packed.arrayBuffer());
    expect(bytes.length).toBeLessThan(text.length / 5);
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(text);
    expect(JSON.parse(text).hosts).toHaveLength(200);
  });

  test("others have their turn while it is made", async () => {
    const reader = (await ask("/hosts?item=*", {}, from)).body?.getReader();
    let turns = 0;
    let pieces = 0;
    const count = setInterval(() => turns++, 0);
    let isOver = false;
    const look = () => {
      turns++;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    while (!(await reader?.read())?.done) pieces++;
    isOver = true;
    clearInterval(count);
    expect(pieces).toBeGreaterThan(10);
    expect(turns).toBeGreaterThanOrEqual(pieces - 2);
  });

  test("who goes away ends it", async () => {
    const reader = (await ask("/hosts?item=*", {}, from)).body?.getReader();
    await reader?.read();
    await reader?.cancel();
  });

  test("HEAD: the headers of GET and no body", async () => {
    for (const path of ["/status", "/hosts?item=*"]) {
      const [head, full] = [await ask(path, { method: "HEAD" }, from), await ask(path, {}, from)];
      expect(await head.text()).toBe("");
      expect(head.status).toBe(200);
      for (const name of ["Content-Type", "Content-Length", "Cache-Control"])
        expect(head.headers.get(name)).toBe(full.headers.get(name));
    }
  });
});

describe("docs/api.md", () => {
  const page = readFileSync(join(import.meta.dir, "../../docs/api.md"), "utf8");
  test("is made of the declarations (npm run docs)", () => expect(page).toBe(manual()));
  test("its links lead to its headings", () => {
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) =>
      text.toLowerCase().replace(/[^a-z0-9_ -]/g, ""),
    );
    for (const [, link] of page.matchAll(/\(#([^)]*)\)/g)) expect(anchors).toContain(link ?? "");
  });
  const examples = [...page.matchAll(/^ {4}curl -s '?http:\/\/localhost:22080\/api\/v1([^' ]*)/gm)];
  test.each(examples.map(([, path = ""]) => path))("its example answers: %s", async (path) => {
    await json(path);
  });
  test("README's too", async () => {
    const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
    const [, path = ""] = /^ {4}curl -s http:\/\/127\.0\.0\.1:22080\/api\/v1(\S+)/m.exec(readme) ?? [];
    expect(await json(path)).toHaveProperty("levels");
  });
  test("each endpoint has one", () => expect(examples.length).toBeGreaterThan(endpoints.length));
});
