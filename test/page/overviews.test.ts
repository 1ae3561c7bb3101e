// Hosts by items, items by hosts: what is chosen, in which order, and what is said of what there is not.

import { describe, expect, test } from "bun:test";
import { body, words } from "./answers.ts";
import { hostile, starting, troubled } from "./fixture.ts";

/** Tags of the rows, as they stand. */
const rowsOf = (page: string) =>
  [
    ...page.matchAll(/<tr data-key="[^"]*"[^>]*><th[^>]*><a class="(?:tag|item)(?: long)?" href="[a-z]*\/([^"]*)"/g),
  ].map(([, name]) => name);

describe("hosts", () => {
  test.each([
    ["?group=web", "web1 web2 web10"],
    ["?q=WEB", "web1 web2 web10"],
    ["?q=db*", "db1 db2"],
    ["?q=web*,!web2", "web1 web10"],
    ["?q=storage,db*,!databases", "backup db2 mars"],
    ["?q=mars.example.org web,!web2.example.org", "mars web1 web10"],
    ["?q=*,!web,!db*,!storage&group=storage", ""],
    ["?q=.example.org&group=storage", "backup mars"],
    ["?q=nix", ""],
    ["?group=all", ""],
    ["?group=web&sort=level", "web10 web1 web2"],
    ["?group=web&sort=CPU", "web2 web10 web1"],
    ["?group=web&items=cpu_usage&sort=cpu_usage", "web2 web10 web1"],
    ["?group=web&sort=report", "web10 web2 web1"],
    ["?group=web&sort=nix", "web1 web2 web10"],
  ])("%s: %s", async (query, tags) => {
    expect(rowsOf(await body(troubled(), `/hosts${query}`)).join(" ")).toBe(tags);
  });

  test("a group that there is not: what is near", async () => {
    const page = words(await body(troubled(), "/hosts?group=wed", 400));
    expect(page).toContain("There is no group of hosts “wed” in the work-config. Did you mean “web”?");
    expect(words(await body(troubled(), "/hosts?group=__proto__", 400))).toContain("There is no group");
  });

  test("any items are columns, groups of them too, and no more than fit", async () => {
    const heads = (page: string) =>
      [...page.matchAll(/class="num" aria-sort="none"><a [^>]*>([^<]*)/g)].map(([, head]) => head);
    expect(heads(await body(troubled(), "/hosts?items=cpu_*+!cpu_load,disks"))).toEqual([
      "cpu_iowait",
      "cpu_usage",
      "root_usage",
      "Report",
    ]);
    const many = await body(troubled(), "/hosts?items=*");
    expect(heads(many)).toHaveLength(13);
    expect(words(many)).toMatch(/The first 12 items are shown; \d+ more/);
    expect(words(await body(troubled(), "/hosts?items=nix"))).toContain("No host has an item “nix”.");
  });

  test("groups at a glance, worst first; what is chosen stays chosen", async () => {
    const page = await body(troubled(), "/hosts?group=web&q=web&sort=level");
    const groups = /<ul class="rollup".*?<\/ul>/s.exec(page)?.[0] ?? "";
    expect(words(`<main>${groups}</main>`).trim()).toBe(
      "web 3 hosts, dead 1 dead 1 sick storage 2 hosts, silent 1 critical 1 stale databases 1 hosts, sick 1 sick",
    );
    expect(groups).toContain('href="hosts?q=web&amp;sort=level" aria-current="true"');
    expect(groups).toContain('href="hosts?group=storage&amp;q=web&amp;sort=level"');
    expect(page).toContain('<option value="web" selected>');
  });

  test("more than a page", async () => {
    const fleet = troubled();
    const hosts = Array.from({ length: 1500 }, (_, i) => ({ host: `h${i}`, tag: `h${i}`, state: {} }));
    const second = await body({ ...fleet, hosts, events: [] }, "/hosts?page=2");
    expect([rowsOf(second).length, rowsOf(second)[0]]).toEqual([500, "h1000"]);
    expect(second).toContain('<a href="hosts">previous</a> <span>page 2 of 2</span>');
    expect(rowsOf(await body({ ...fleet, hosts, events: [] }, "/hosts?page=99"))).toHaveLength(500);
    expect(rowsOf(await body({ ...fleet, hosts, events: [] }, "/hosts?page=-1"))).toHaveLength(1000);
  });
});

describe("items", () => {
  test("each with its hosts by level, and the worst of them", async () => {
    const page = await body(troubled(), "/items?q=usage");
    expect(rowsOf(page)).toContain("root_usage");
    expect(rowsOf(page)).not.toContain("cpu_load");
    expect(words(page)).toContain("root_usage 1 critical 8 fine 1 stale 10 critical mars 97.8 %");
    expect(words(page)).toContain("cpu_usage 9 fine 1 stale 10 mem_usage");
    expect(words(await body(troubled(), "/items?q=nix"))).toContain("No item has a name like that.");
    expect(words(await body(starting(), "/items"))).toContain("Items");
  });

  test.each([
    ["", "mars db2 web1"],
    ["?sort=value", "mars db2 web1"],
    ["?sort=name", "backup db1 db2"],
    ["?group=web", "web1 web2 web10"],
    ["?group=web&sort=nix", "web1 web2 web10"],
  ])("one item on all hosts%s: %s", async (query, tags) => {
    const page = await body(troubled(), `/item/root_usage${query}`);
    expect(rowsOf(page).slice(0, 3).join(" ")).toBe(tags);
    expect(page).toContain(
      'src="plot?host=mars&amp;item=root_usage&amp;ival=day&amp;w=240&amp;h=44&amp;small=1"'.replace(
        /mars/,
        rowsOf(page)[0] ?? "",
      ),
    );
  });

  test("some of them in one graph", async () => {
    const page = await body(troubled(), "/item/root_usage?group=storage&ival=week");
    expect(page).toContain('href="graph/mars/root_usage?ival=week&amp;with=backup%2Froot_usage">all 2 in one graph');
  });

  test("one that nobody has: what is near", async () => {
    const page = await body(troubled(), "/item/root_usag", 404);
    expect(page).toContain('Did you mean <a href="item/root_usage">');
  });

  test("hostile names are text", async () => {
    for (const path of [
      "/hosts?q=<img>&items=<img>",
      "/items?q=<img>",
      "/item/constructor",
      "/hosts?sort=<img>&page=<img>",
    ]) {
      const response = await body(hostile(), path);
      expect(response).not.toMatch(/<script(?! src="(?:script|graphs)-)|<img(?! class="small" src="plot)/);
    }
  });
});
