import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { select } from "../../src/core/selector.ts";

const HOSTS = ["www", "www2", "db1", "db2", "db3", "ns.a", "nsxa", "a+b"];
const GROUPS = new Map([
  ["web", ["www", "www2"]],
  ["dbs", ["db1", "db2", "db3"]],
]);

describe("select", () => {
  test.each<[string, string[]]>([
    ["*", HOSTS],
    ["www", ["www"]],
    ["www,db1", ["www", "db1"]],
    ["db1,www", ["www", "db1"]], // in the order of the names
    ["www,www", ["www"]],
    ["db*", ["db1", "db2", "db3"]],
    ["db?", ["db1", "db2", "db3"]],
    ["www?", ["www2"]],
    ["*2", ["www2", "db2"]],
    ["www,db*,!db3", ["www", "db1", "db2"]],
    ["!db3,db*", ["db1", "db2"]], // wherever the exclusion stands
    ["!db*", ["www", "www2", "ns.a", "nsxa", "a+b"]], // only exclusions: from all
    ["!db*,!n*", ["www", "www2", "a+b"]],
    ["web", ["www", "www2"]],
    ["web,!www", ["www2"]],
    ["!dbs", ["www", "www2", "ns.a", "nsxa", "a+b"]],
    ["*,!*", []],
    ["!*", []],
    // What a regular expression would take for its own.
    ["ns.a", ["ns.a"]],
    ["ns.*", ["ns.a"]],
    ["a+*", ["a+b"]],
    ["ns[x]*", []],
    ["(www|db1)*", []],
    ["^www*", []],
    ["w*$", []],
    ["\\w*", []],
    ["***", HOSTS],
    ["**b**1**", ["db1"]],
  ])("%p", (text, wanted) => {
    expect([...select(text, HOSTS, GROUPS).names]).toEqual(wanted);
  });

  test.each<[string, [string, number][]]>([
    ["www", []],
    ["nope", [["nope", 0]]],
    ["www,nope,db1", [["nope", 4]]],
    ["www,!nope", [["nope", 5]]],
    [
      "x*,y?",
      [
        ["x*", 0],
        ["y?", 3],
      ],
    ],
    ["www,,db1", [["", 4]]],
    ["www,", [["", 4]]],
    ["", [["", 0]]],
    ["!", [["", 1]]],
  ])("%p says what matches nothing, and where", (text, wanted) => {
    expect(select(text, HOSTS, GROUPS).unmatched.map(({ part, offset }) => [part, offset])).toEqual(wanted);
  });

  test("a name of no host in a group is not selected", () => {
    expect([...select("g", ["a"], new Map([["g", ["a", "gone"]]])).names]).toEqual(["a"]);
  });

  test("the longest backtracking is none", () => {
    const start = performance.now();
    const names = Array.from({ length: 50 }, (_, i) => "a".repeat(200 + i));
    expect(select("*a*a*a*a*a*a*a*b", names, new Map()).names.size).toBe(0);
    expect(select(`${"*a?".repeat(60)}b`, names, new Map()).names.size).toBe(0);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe("laws", () => {
  const name = fc.stringMatching(/^[ab.]{1,6}$/);
  const names = fc.uniqueArray(name, { maxLength: 12 });
  const glob = fc.stringMatching(/^[ab.*?]{1,6}$/);

  test("a glob selects what the obvious definition selects", () => {
    // By recursion over the glob: slow, and plainly right.
    const matches = (pattern: string, text: string): boolean => {
      if (pattern === "") return text === "";
      const [head = ""] = pattern;
      const rest = pattern.slice(1);
      if (head === "*") return matches(rest, text) || (text !== "" && matches(pattern, text.slice(1)));
      return text !== "" && (head === "?" || head === text[0]) && matches(rest, text.slice(1));
    };
    fc.assert(
      fc.property(names, glob, (all, pattern) => {
        expect([...select(pattern, all, new Map()).names]).toEqual(all.filter((each) => matches(pattern, each)));
      }),
      { numRuns: 500 },
    );
  });

  test("a selector and its exclusion share the names between them", () => {
    fc.assert(
      fc.property(names, glob, (all, pattern) => {
        const inside = select(pattern, all, new Map()).names;
        const outside = select(`!${pattern}`, all, new Map()).names;
        expect(inside.size + outside.size).toBe(all.length);
      }),
    );
  });

  test("no text throws, and offsets point at their parts", () => {
    fc.assert(
      fc.property(names, fc.string({ maxLength: 40 }), (all, text) => {
        for (const { part, offset } of select(text, all, GROUPS).unmatched) {
          expect(text.slice(offset, offset + part.length)).toBe(part);
        }
      }),
    );
  });
});
