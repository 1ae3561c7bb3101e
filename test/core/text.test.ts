import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { compareText } from "../../src/core/text.ts";

/** The same as it is meant: run by run, of digits by number, of others by letters. */
function byRuns(a: string, b: string): number {
  const [x, y] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p = "", q = ""] = [x[i], y[i]];
    if (p === q) continue;
    const number = Number(p) - Number(q);
    return Number.isNaN(number) || number === 0 ? (p < q ? -1 : 1) : Math.sign(number);
  }
  return Math.sign(x.length - y.length);
}

test("names are ordered run by run, digits by their number", () => {
  const name = fc.string({ unit: fc.constantFrom("0", "1", "2", "9", "a", "b", "-", ".", "_", "Z"), maxLength: 8 });
  fc.assert(
    fc.property(name, name, (a, b) => expect(Math.sign(compareText(a, b))).toBe(byRuns(a, b))),
    { numRuns: 3000 },
  );
  expect(["web10", "web2", "web", "we", "web02"].sort(compareText)).toEqual(["we", "web", "web02", "web2", "web10"]);
});
