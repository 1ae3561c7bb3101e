import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { handle } from "../../src/page/handle.ts";
import { type EventLogAsked, FilterRefused, type Overview, type PageSource } from "../../src/page/model.ts";
import { NOW_S, troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

async function open(
  query: string,
  source: PageSource = sourceOf(troubled()),
): Promise<{ status: number; page: string; text: string }> {
  const problems: string[] = [];
  const response = await handle(new Request(`http://localhost/events${query}`), source, {
    log: (line) => problems.push(line),
  });
  const page = await response.text();
  expect(problems).toEqual([]);
  const main = /<main.*<\/main>/s.exec(page)?.[0] ?? "";
  const text = main
    .replaceAll("<wbr>", "")
    .replace(/<(?:svg|option|datalist).*?<\/(?:svg|option|datalist)>/gs, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replace(/\s+/g, " ");
  return { status: response.status, page, text };
}

/** What the page of an address asks the server for. */
async function askedBy(query: string): Promise<EventLogAsked | undefined> {
  let asked: EventLogAsked | undefined;
  await open(query, {
    ...sourceOf(troubled()),
    eventLog: (wish) => {
      asked = wish;
      return Promise.resolve({ events: [] });
    },
  });
  return asked;
}

/** So many events, newest first, a minute apart. */
function many(count: number): Overview {
  const overview = troubled();
  const [host] = overview.hosts;
  const events = Array.from({ length: count }, (_, i): Event => {
    const id = `event-${String(count - i).padStart(6, "0")}`;
    return {
      id,
      time: NOW_S - 60 * i,
      host: host?.host ?? "",
      item: "cpu_load",
      level: "soso",
      prev: "fine",
      value: count - i,
    };
  });
  return { ...overview, events };
}

const shownIn = (page: string) => [...page.matchAll(/<tr data-key="event-0*(\d+)"/g)].map(([, n]) => Number(n));
const linkTo = (page: string, text: string) =>
  new RegExp(`<a [^>]*href="events([^"]*)">${text}</a>`).exec(page)?.[1]?.replaceAll("&amp;", "&");

describe("what is asked for", () => {
  test.each<[string, object]>([
    ["?host=mars", { hosts: "mars" }],
    ["?host=web*,+!web3&item=root_*+!root_avail", { hosts: "web*,!web3", items: "root_*,!root_avail" }],
    ["?level=%3E%3Dsick&recoveries=1", { levels: ">=sick", recoveries: true }],
    ["?flapping=1&text=nfs", { flapping: true, text: "nfs" }],
    ["?ival=3h", { ival: "2026-11-22T14:41:14.000Z.." }],
    ["?ival=day", { ival: "2026-11-21T17:41:14.000Z.." }],
    ["?ival=yesterday", { ival: "2026-11-21T00:00:00.000Z..2026-11-22T00:00:00.000Z" }],
    ["?ival=yesterday+14:00", { ival: "2026-11-21T14:00:00.000Z.." }],
    ["?ival=2026-11-20+14:00..16:00", { ival: "2026-11-20T14:00:00.000Z..2026-11-20T16:00:00.000Z" }],
    ["?host=mars&before=1795369274.5~0123-abc", { hosts: "mars", before: "1795369274.5~0123-abc" }],
  ])("%s", async (query, asked) => {
    process.env.TZ = "UTC";
    expect(await askedBy(query)).toEqual({ ...asked, count: 100 });
  });

  test("nothing, where nothing is left out: the newest are known", async () => {
    for (const query of ["", "?host=&item=&level=&ival=&text=", "?recoveries=1"])
      expect(await askedBy(query)).toBeUndefined();
  });
});

describe("what is wrong is told beside its field, and what was typed stays", () => {
  test.each([
    ["?host=marss&item=x", "host", 'no host is called "marss"', "x"],
    ["?group=wbe&host=mars", "group", "there is no such group of hosts; did you mean web?", "mars"],
    ["?level=sik&text=nfs", "level", 'there is no level "sik"; did you mean "sick"?', "nfs"],
    ["?ival=yesteday&item=y", "ival", 'that is no time; did you mean "yesterday"?', "y"],
    ["?ival=tomorrow&item=y", "ival", "that is still to come", "y"],
    [
      "?ival=banana",
      "ival",
      "that is no time; write 3h, yesterday, monday 8:00 (since then), 2026-11-22, or 2026-11-22 14:00..16:00",
      "banana",
    ],
    ["?ival=now..-1h", "ival", "the range now..-1h ends before it begins", "now..-1h"],
    ["?text=a%00b&item=z", "text", "there are characters in it that nobody sees; type it anew", "z"],
    [`?item=${"x".repeat(201)}&text=t`, "item", "at most 200 characters", "t"],
  ])("%s", async (query, field, message, kept) => {
    const { status, page, text } = await open(query);
    expect(status).toBe(400);
    expect(text).toContain(message);
    expect(page).toMatch(new RegExp(`name="${field}"[^>]* aria-invalid="true" aria-describedby="fault"`));
    expect(page).toMatch(new RegExp(`value="${kept.replaceAll(/[.]/g, "\\.")}"`));
    expect(shownIn(page)).toEqual([]);
  });

  test("what the server refuses too", async () => {
    const eventLog = () => Promise.reject(new FilterRefused("items", 'no host has an item "x"'));
    const { status, page } = await open("?item=x", { ...sourceOf(troubled()), eventLog });
    expect(status).toBe(400);
    expect(page).toContain('<span class="fault" id="fault">no host has an item &quot;x&quot;</span>');
  });

  test("a place that no link names", async () => {
    const { status, text } = await open("?before=now");
    expect(status).toBe(400);
    expect(text).toContain("before= is a place that the links “older” and “newer” name");
  });
});

describe("the page", () => {
  test("at midnight the days that were there stay the same ones", async () => {
    const now = troubled();
    const keysOf = async (overview: Overview) =>
      [...(await open("", sourceOf(overview))).page.matchAll(/<tbody data-key="([^"]+)"/g)].map(([, key]) => key);
    const before = await keysOf(now);
    expect(before.length).toBeGreaterThan(1);
    const [last] = now.events;
    if (!last) throw new Error("no event");
    const later = {
      ...now,
      now_s: NOW_S + 86_400,
      events: [{ ...last, id: "next", time: NOW_S + 86_400 }, ...now.events],
    };
    expect((await keysOf(later)).slice(1)).toEqual(before);
    const odd = [...now.events.slice(0, 1), { ...last, id: "odd", time: NOW_S - 40 * 86_400 }, ...now.events.slice(1)];
    const keys = await keysOf({ ...now, events: odd }); // a day that comes twice
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([
    ["", "Events 16 events Host"],
    ["?host=mars&item=root_usage", "3 events of mars, item root_usage"],
    ["?group=web&level=%3E%3Dsick&ival=yesterday+14:00", "of web (group), sick or worse, since yesterday 14:00"],
    [
      "?level=dead&recoveries=1&ival=3h&text=x",
      "No event, dead, and recoveries from that, of the last 3h, that say “x”",
    ],
    ["?flapping=1&ival=yesterday", "of flapping alone, of yesterday"],
    ["?ival=2026-11-20+14:00..16:00&item=a*", "of items a*, from 2026-11-20 14:00 to 16:00"],
  ])("%s says what it shows: %s", async (query, words) => {
    expect((await open(query)).text.replaceAll(" ,", ",")).toContain(words);
  });

  test("by day, to the second, from what to what, with a link to the graph around it", async () => {
    const { page, text } = await open("?host=mars");
    expect(text).toMatch(/Today, Sun 22 Nov 2026 .*14:05:14 mars root_usage sick → critical 97\.1 %/);
    const link = /<a href="(graph\/mars\/root_usage\?[^"]*)"/.exec(page)?.[1];
    expect(link).toBe("graph/mars/root_usage?ival=2026-11-22T11:05Z..2026-11-22T15:06Z&amp;at=1795356314");
    const graph = await handle(new Request(`http://localhost/${link?.replaceAll("&amp;", "&")}`), sourceOf(troubled()));
    expect(graph.status).toBe(200);
  });

  test("a graph never ends in the future, nor where a clock is ahead", async () => {
    const overview = many(2);
    for (const event of overview.events) event.time = NOW_S + 5000;
    const { page } = await open("", sourceOf(overview));
    expect(page).toContain("?ival=2026-11-22T14:41Z..2026-11-22T17:41Z&amp;at=1795369274");
  });

  test("nothing found: which filter could be left out", async () => {
    const { status, page, text } = await open("?host=mars&text=nowhere&flapping=1");
    expect(status).toBe(200);
    expect(text).toContain("No such event is kept. Look for those of all hosts , whatever they say or of all kinds .");
    expect(linkTo(page, "whatever they say")).toBe("?host=mars&flapping=1");
  });

  test("page by page there and back again", async () => {
    for (const query of ["", "?host=mars&level=soso"]) {
      const source = sourceOf(many(250));
      const first = await open(query, source);
      expect(first.text).toContain("The newest 100 events");
      expect(shownIn(first.page)).toEqual(Array.from({ length: 100 }, (_, i) => 250 - i));
      expect(linkTo(first.page, "newer")).toBeUndefined();
      const second = await open(linkTo(first.page, "older") ?? "", source);
      expect(shownIn(second.page)).toEqual(Array.from({ length: 100 }, (_, i) => 150 - i));
      const third = await open(linkTo(second.page, "older") ?? "", source);
      expect(shownIn(third.page)).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
      expect(linkTo(third.page, "older")).toBeUndefined();
      const back = await open(linkTo(third.page, "newer") ?? "", source);
      expect(shownIn(back.page)).toEqual(shownIn(second.page));
      expect(linkTo(back.page, "newest")).toBe(query);
    }
  });

  test("a search that was given up says how far it came, and goes on from there", async () => {
    const eventLog = () => Promise.resolve({ events: [], goOn: "1795000000~abcdefgh", reached_s: 1_795_000_000 });
    const { page, text } = await open("?text=x", { ...sourceOf(troubled()), eventLog });
    expect(text).toContain(
      "Looked through 100,000 events, back to Wed 12:06:40 18 Nov; there may be more.".slice(0, 38),
    );
    expect(linkTo(page, "Look further back")).toBe("?text=x&before=1795000000%7Eabcdefgh");
  });

  test("more than fifty hosts are typed, fewer are chosen, and a selector is typed in any case", async () => {
    const select = /<select name="host"/;
    expect((await open("")).page).toMatch(select);
    expect((await open("?host=web*")).page).not.toMatch(select);
    const hosts = Array.from({ length: 60 }, (_, i) => ({ host: `h${i}.example.org`, tag: `h${i}`, state: {} }));
    const { page } = await open("", sourceOf({ ...troubled(), hosts }));
    expect(page).not.toMatch(select);
    expect(page).toContain('<datalist id="host-names"><option value="h0">');
  });

  test("any words make a page that says what is so, and none of them is markup", async () => {
    const word = fc.oneof(
      fc.constantFrom(
        "mars",
        "web",
        ">=sick",
        "<script>alert(1)</script>",
        '"><img src=x>',
        "..",
        "-1h",
        "__proto__",
        "%",
        "\0",
        "\ud800",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    const names = fc.constantFrom("host", "group", "item", "level", "ival", "text", "recoveries", "flapping");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, word), { maxLength: 4 }), async (pairs) => {
        const { status, page } = await open(
          `?${new URLSearchParams(pairs.map(([name, text]): [string, string] => [name, text.toWellFormed()])).toString()}`,
        );
        expect([200, 400]).toContain(status);
        expect(page).not.toMatch(/<script>|<img|undefined|NaN|\[object/);
        expect(page).toContain("</html>");
      }),
      { numRuns: 60 },
    );
  });
});
