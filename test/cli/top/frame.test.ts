import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { frame } from "../../../src/cli/top/frame.ts";
import type { Ink } from "../../../src/cli/top/ink.ts";
import { KEYS, press } from "../../../src/cli/top/keys.ts";
import { FIRST, ORDERS, placeOf, type State, VIEWS } from "../../../src/cli/top/state.ts";
import { cellsOf } from "../../../src/core/cells.ts";
import { judge } from "../../../src/page/fleet.ts";
import { expectGolden } from "../../config/golden.ts";
import { allFine, hostile, seenTo, troubled } from "../../page/fixture.ts";
import { bare, pictures } from "./pictures.ts";

const INK: Ink = { ascii: false, colours: 256 };
const fleets = [troubled(), allFine(), seenTo(), hostile(), { ...troubled(), hosts: [] }].map(judge);
const [fleet = judge(troubled()), , , evil = judge(hostile())] = fleets;

test("the screens of dmon top, as they are in Berlin", () => {
  const script = `import { pictures } from "${import.meta.dir}/pictures.ts"; process.stdout.write(pictures());`;
  const child = Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ: "Europe/Berlin" } });
  expect(child.stderr.toString()).toBe("");
  expectGolden("top.txt", child.stdout.toString());
  expect(Math.max(...(pictures().split("== once")[0]?.split("\n").map(cellsOf) ?? []))).toBeLessThanOrEqual(120);
});

const anyState: fc.Arbitrary<State> = fc
  .record({
    view: fc.constantFrom(...VIEWS),
    order: fc.constantFrom(...ORDERS),
    filter: fc.constantFrom("", "web", "usage", "\x1b[2J", "日本"),
    help: fc.boolean(),
    places: fc.constant(FIRST.places),
  })
  .chain((state) =>
    fc
      .constantFrom(undefined, ...fleets.flatMap(({ hosts }) => hosts.map(({ view }) => view.host)), "nobody")
      .map((host) => (host === undefined ? state : { ...state, host })),
  );
const anySize = fc.record({ width: fc.integer({ min: 1, max: 250 }), height: fc.integer({ min: 1, max: 60 }) });
const anyInk: fc.Arbitrary<Ink> = fc.record({ ascii: fc.boolean(), colours: fc.constantFrom(0, 16, 256) });

test("whatever is shown of whom: as many lines as the screen has, none wider, and nothing that a terminal obeys but ours", () => {
  fc.assert(
    fc.property(anyState, anySize, anyInk, fc.constantFrom(...fleets), (state, size, ink, of) => {
      const { lines } = frame(state, of, size, ink, "why\x1b]0;x\x07");
      expect(lines).toHaveLength(size.height);
      for (const line of lines) {
        const text = line.replace(/\x1b\[(?:[\d;]*m|\d+G)/g, "");
        expect(text).not.toMatch(/[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
        expect(cellsOf(text)).toBeLessThanOrEqual(size.width);
        if (ink.ascii) expect(text).toMatch(/^[ -~]*$/);
        if (ink.colours === 0) expect(line).not.toMatch(/\x1b\[(?:\d+;)*(?:3\d|9\d)[;m]/);
      }
    }),
    { numRuns: 300 },
  );
});

test("whatever is pressed, and whoever comes and goes: what is chosen is in the list, and is seen", () => {
  const names = [...KEYS.flatMap((key) => key.names), "x", "web", "Ctrl-U", "F1"].filter(
    (name) => name !== "q" && name !== "Ctrl-C",
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...fleets), anySize), {
        minLength: 1,
        maxLength: 30,
      }),
      (steps) => {
        let state = FIRST;
        let seen = frame(state, fleet, { width: 80, height: 24 }, INK).seen;
        for (const [name, of, size] of steps) {
          const outcome = press(state, name, seen);
          if (outcome === "quit") throw new Error(`${name} quits`);
          const shown = frame(outcome === "redraw" ? state : outcome, of, size, INK);
          ({ state, seen } = shown);
          const { at, top, key } = placeOf(state);
          const { rows, height } = seen;
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThan(Math.max(1, rows.length));
          expect(key).toBe(rows[at]?.key as string);
          const from = rows.slice(0, at).reduce((sum, row) => sum + row.height, 0);
          expect(top).toBeLessThanOrEqual(from);
          expect(from).toBeLessThan(top + height + (rows.length === 0 ? 1 : 0));
          const isListed = !state.help && size.height > 8;
          if (isListed && rows.length > 0)
            expect(shown.lines.filter((line) => bare(line).startsWith("▸"))).toHaveLength(1);
        }
      },
    ),
    { numRuns: 200 },
  );
});

describe("what is chosen", () => {
  const size = { width: 80, height: 24 };
  const pressed = (...names: string[]) => {
    let state: State = FIRST;
    for (const name of names) {
      const { seen, state: settled } = frame(state, fleet, size, INK);
      const outcome = press(settled, name, seen);
      if (typeof outcome === "string") throw new Error(outcome);
      state = outcome;
    }
    return frame(state, fleet, size, INK).state;
  };

  test("is the same one when others come above it", () => {
    const state = pressed("2", "j", "j", "j");
    expect(placeOf(state).key).toBe("mail.example.org");
    const without = { ...troubled(), hosts: troubled().hosts.filter(({ tag }) => tag !== "db1") };
    expect(placeOf(frame(state, judge(without), size, INK).state)).toMatchObject({ key: "mail.example.org", at: 2 });
  });

  test("is whoever comes in its place when it leaves", () => {
    const state = pressed("2", "G");
    expect(placeOf(state).key).toBe("web10.example.org");
    const without = { ...troubled(), hosts: troubled().hosts.filter(({ tag }) => tag !== "web10") };
    expect(placeOf(frame(state, judge(without), size, INK).state).key).toBe("web2.example.org");
  });

  test("is opened, and found again behind it", () => {
    expect(pressed("j", "Enter").host).toBe("web10.example.org");
    expect(placeOf(pressed("j", "Enter", "G", "Escape")).key).toBe("web10.example.org\0http_shop");
  });

  test.each([
    [["/", "d", "b"], "db"],
    [["/", "d", "b", "Backspace"], "d"],
    [["/", "d", "Enter"], "d"],
    [["/", "d", "Escape"], ""],
    [["/", "q", "2", "Enter"], "q2"],
    [["/", "d", "Enter", "Escape"], ""],
    [["/", "d", "Enter", "/", "b", "Escape"], "d"],
    [["/", "d", "Ctrl-U", "PageUp", "x"], "x"],
  ])("%j looks for %p", (names, filter) => {
    expect(pressed(...names)).toMatchObject({ filter, view: "alerts" });
  });
});

test("every key is declared once, and each that is shown does what it says", () => {
  const names = KEYS.flatMap((key) => key.names);
  expect(new Set(names).size).toBe(names.length);
  expect(press(FIRST, "q", { rows: [], height: 9 })).toBe("quit");
  expect(press({ ...FIRST, before: "" }, "Ctrl-C", { rows: [], height: 9 })).toBe("quit");
});

test("a hostile name is one line, and what stands behind wide characters is put in its column", () => {
  const { lines } = frame({ ...FIRST, view: "hosts" }, evil, { width: 120, height: 40 }, INK);
  expect(lines.join("\n")).not.toMatch(/\x1b(?!\[)/);
});
