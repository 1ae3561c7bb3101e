import { describe, expect, test } from "bun:test";
import { isPossible, parseChange } from "../../src/core/change.ts";
import { DEFAULT_LEVELS } from "../../src/core/fitness.ts";

const ALL = ["fine", "soso", "sick", "crit", "dead"];
const BAD = ["sick", "crit", "dead"];

describe("a change", () => {
  test.each<[string, string[], string[]]>([
    ["any", ALL, ALL],
    ["sick", ALL, ["sick"]],
    [">=sick", ALL, BAD],
    [">soso", ALL, BAD],
    ["<sick", ALL, ["fine", "soso"]],
    ["<=soso", ALL, ["fine", "soso"]],
    ["!=fine", ALL, ["soso", ...BAD]],
    ["fine->*", ["fine"], ALL],
    [">=sick->fine", BAD, ["fine"]],
    ["*->=dead", ALL, ["dead"]],
  ])("%s", (text, from, to) => expect(parseChange(text, DEFAULT_LEVELS)).toEqual({ from, to }));

  test.each<[string, string, string]>([
    ["sik", 'there is no level "sik"', 'did you mean "sick"?'],
    [">=", 'there is no level ""', "levels are fine, soso, sick, crit, dead; or write any"],
    ["fine->bad", 'there is no level "bad"', "levels are"],
    ["a->b->c", '"a->b->c" is no change', "write a level that is entered"],
  ])("%s is wrong", (text, error, hint) =>
    expect(parseChange(text, DEFAULT_LEVELS)).toEqual({ error, hint: expect.stringContaining(hint) }),
  );

  test("that never comes", () => {
    const possible = (text: string) =>
      isPossible(parseChange(text, DEFAULT_LEVELS) as { from: string[]; to: string[] });
    for (const text of ["fine->fine", "<fine", ">dead", "dead->=dead"])
      expect([text, possible(text)]).toEqual([text, false]);
    for (const text of ["any", "dead", "fine->*"]) expect([text, possible(text)]).toEqual([text, true]);
  });
});
