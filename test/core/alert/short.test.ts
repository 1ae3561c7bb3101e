import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Notice } from "../../../src/core/alert/message.ts";
import {
  brief,
  details,
  fitting,
  gravity,
  linesOf,
  oneLine,
  othersLine,
  titleOf,
} from "../../../src/core/alert/short.ts";
import { TEXT_CHARS_MAX } from "../../../src/core/limits.ts";
import { MADE_S, message, notice } from "./messages.ts";

describe("titles", () => {
  const dead = (tag: string) => notice({ tag, level: "dead", item: "dmon", value: null, unit: "" });
  test.each<[string, Partial<Notice>[], number, string]>([
    ["one notice", [{}], 0, "crit mars root_usage 97%"],
    ["without a value", [dead("mars")], 0, "dead mars dmon"],
    ["a reminder", [{ kind: "reminder" }], 0, "still crit mars root_usage 97%"],
    ["a recovery", [{ kind: "recovery", level: "fine", value: 12 }], 0, "fine mars root_usage 12%"],
    ["a test", [{ kind: "test" }], 0, "test: crit mars root_usage 97%"],
    ["two of one host", [{}, { level: "sick", item: "load1" }], 0, "1 crit, 1 sick on mars"],
    [
      "many",
      [dead("a"), dead("b"), { tag: "c" }, { tag: "c", kind: "recovery", level: "fine" }],
      0,
      "2 dead, 1 crit, 1 well again on 3 hosts",
    ],
    ["more than are listed", [dead("a"), dead("b")], 40, "2 dead on 2 hosts, 40 more"],
    ["one of many", [dead("a")], 2, "1 dead on a, 2 more"],
    ["none", [], 0, "nothing to tell"],
  ])("%s", (_, notices, more, title) => {
    expect(titleOf(message(notices.map(notice), { more }))).toBe(title);
  });
});

describe("details", () => {
  test.each<[string, Partial<Notice>, string]>([
    [
      "what it was, for how long, why",
      { text: "3.2 GiB free" },
      "was sick, for 12m 5s, >95% (work.conf:41), 3.2 GiB free",
    ],
    ["a reminder was nothing else", { kind: "reminder", prev: "crit" }, "for 12m 5s, >95% (work.conf:41)"],
    ["a clock that was ahead", { since_s: MADE_S + 5 }, "was sick, >95% (work.conf:41)"],
  ])("%s", (_, fields, wanted) => {
    expect(details(notice(fields), MADE_S)).toBe(wanted);
  });
});

test("gravity is the place in the scale, however long that is", () => {
  const levels = ["ok", "bad"].map((name) => ({ name, label: name }));
  expect(gravity({ rank: 1 }, { levels })).toBe(1);
  expect(gravity({ rank: 3 }, message())).toBe(0.75);
  expect(gravity({ rank: 9 }, message())).toBe(1); // of work that was newer
  expect(gravity({ rank: 0 }, { levels: levels.slice(0, 1) })).toBe(0);
});

test("lines are as many as asked for, and the last one counts the rest", () => {
  const lines = linesOf(
    message([notice(), notice({ level: "sick", prev: "fine" }), notice({ level: "soso" })], { more: 7 }),
    2,
  );
  expect(lines).toEqual([
    "crit mars root_usage 97%: was sick, for 12m 5s, >95% (work.conf:41)",
    "sick mars root_usage 97%: was fine, for 12m 5s, >95% (work.conf:41)",
    "… and 8 more",
  ]);
});

test("other trouble is one line", () => {
  const item = { level: "sick", rank: 2, value: 23, unit: "", since_s: 0 };
  const items = ["load1", "a", "b", "c", "d", "e", "f"].map((name) => ({ ...item, item: name }));
  const line = othersLine({ host: "mars.example.org", tag: "mars", items, more: 3 });
  expect(line).toBe("also on mars: sick load1 23, sick a 23, sick b 23, sick c 23, sick d 23, 5 more");
});

describe("what comes from hosts is harmless", () => {
  test.each([
    ["lines\r\nof\ntext", "lines of text"],
    ["\u001b[31mred\u001b[0m\u0007", "[31mred [0m"],
    ["abc\u202edcba\u2066x", "abc dcba x"],
    ["pay\u200bpal\u00ad", "pay pal"],
    ["half \ud83d", "half"],
    ["Größe 中 👍🏽", "Größe 中 👍🏽"],
  ])("%j", (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test("whatever it is, all of it is one bounded line of valid characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
        const hostile = notice({ tag: text, item: text, text, reason: text, level: text });
        for (const line of [
          brief(hostile),
          details(hostile, MADE_S),
          titleOf(message([hostile, notice()])),
          oneLine(text),
        ]) {
          expect(line.length).toBeLessThanOrEqual(2 * TEXT_CHARS_MAX);
          expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
          expect(line.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

test("what fits into a bound of bytes is whole lines", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 40, max: 200 }), (texts, bytes_max) => {
      const lines = texts.map((text) => text.replaceAll("\n", " "));
      const text = fitting(lines, bytes_max);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes_max);
      if (text === lines.join("\n")) return;
      const shown = text.split("\n");
      expect(lines.slice(0, shown.length - 1)).toEqual(shown.slice(0, -1));
      expect(shown.at(-1)).toBe(`… and ${lines.length - shown.length + 1} lines more`);
    }),
  );
});
