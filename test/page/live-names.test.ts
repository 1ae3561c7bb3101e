// Which addresses are the same watched page: a page is made once for all who are shown the same.

import { describe, expect, test } from "bun:test";
import { judge } from "../../src/page/fleet.ts";
import { handle } from "../../src/page/handle.ts";
import { watched } from "../../src/page/live/watched.ts";
import { troubled } from "./fixture.ts";
import { sourceOf } from "./source.ts";

const overview = troubled();
const source = sourceOf(overview);

function at(address: string) {
  const url = new URL(`http://localhost/live?at=${encodeURIComponent(address)}`);
  const visit = { params: {}, query: url.searchParams, url, overview, fleet: judge(overview) };
  return watched({ ...visit, request: new Request(url.href) }, source);
}

describe("the name of a watched page", () => {
  test.each([
    ["hosts?x=1", "hosts"],
    ["hosts?x=1&q=web&utm_source=mail", "hosts?q=web"],
    ["hosts?sort=name&group=web", "hosts?group=web&sort=name"],
    ["hosts?q=w%65b", "hosts?q=web"],
    ["hosts#main", "hosts"],
    ["host/m%61rs", "host/mars"],
    ["system?items=*", "system"],
    ["?group=web", ""],
  ])("%s is %s", (address, same) => expect(at(address).name).toBe(at(same).name));

  test.each([
    ["hosts?q=web", "hosts"],
    ["events?text=x", "events?text=y"],
    ["graph/mars/cpu_usage?ival=week", "graph/mars/cpu_usage"],
    ["graph/mars/cpu_usage?with=load1&with=root_usage", "graph/mars/cpu_usage?with=load1"],
    ["host/mars%2fx", "host/mars/x"],
    ["host/mars", "host/venus"],
  ])("%s is not %s", (address, other) => {
    const names = [address, other].map((each) => {
      try {
        return at(each).name;
      } catch {
        return `none: ${each}`;
      }
    });
    expect(names[0]).not.toBe(names[1]);
  });

  test("nothing that only one of them has in the address is in the text of all; the rest as it was written", async () => {
    const made = await at("graph/mars/cpu_usage?ival=2026-11-22T08:00Z..&evil=%3Cx&at=5").draw(undefined);
    const text = made()?.text;
    expect(text).toContain('href="./graph/mars/cpu_usage?ival=2026-11-22T08:00Z..&amp;at=5#main"');
    expect(text).not.toContain("evil");
  });
});

test("a view is given no more of the query than it declares", async () => {
  const answer = await handle(new Request("http://localhost/hosts?sort=name&x=1"), source);
  const text = await answer.text();
  expect(text).toMatch(/href="hosts\?[^"]*sort=/);
  expect(text).not.toMatch(/<a(?! class="(?:skip|account)")[^>]*x=1/);
});
