// How a message is written, word by word (test/golden/mail-*.txt and .html), and what holds of any message whatsoever.

import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { htmlOf } from "../../../src/core/alert/html.ts";
import type { Message, Notice } from "../../../src/core/alert/message.ts";
import { subjectOf } from "../../../src/core/alert/subject.ts";
import { textOf } from "../../../src/core/alert/text.ts";
import { formatTime, listed, safeUrl } from "../../../src/core/alert/words.ts";
import { DEFAULT_LEVELS } from "../../../src/core/fitness.ts";
import { expectGolden } from "../../config/golden.ts";
import * as messages from "./messages.ts";

const { inBerlin, message, notice } = messages;

const { one, recovery, reminder, trial, digest, storm, hostile } = messages;
const written = Object.entries({ one, recovery, reminder, trial, digest, storm, hostile });

describe.each(written)("%s", (name, it) => {
  const subject = () => `Subject: ${subjectOf(it)}\n\n`;
  test("text", () => {
    expectGolden(`mail-${name}.txt`, subject() + textOf(it, inBerlin));
  });
  test("HTML", () => {
    const imageOf = ({ kind }: Notice) => (kind === "problem" && name === "one" ? { cid: "graph-1@x" } : undefined);
    expectGolden(`mail-${name}.html`, htmlOf(it, inBerlin, imageOf));
  });
});

const dead = notice({ level: "dead", item: "dmon", value: null, text: "no report for 11m" });
const on = (tag: string, changes: Partial<Notice> = {}) => notice({ tag, host: `${tag}.x`, ...changes });

test.each<[subject: string, message: Message]>([
  ["[dmon] crit mars root_usage 97%", message()],
  ["[dmon] fine mars root_usage 62%", messages.recovery],
  ["[dmon] reminder: crit mars root_usage 97%", messages.reminder],
  ["[dmon] test: crit mars root_usage 97%", messages.trial],
  ["[dmon] dead mars dmon: no report for 11m", message([dead])],
  ["[dmon] dead mars dmon", message([notice({ ...dead, text: undefined })])],
  ["[dmon] crit mars mem 1.5 GiB", message([notice({ item: "mem", value: 1.5 * 2 ** 30, unit: "B" })])],
  ["[dmon] 2 crit: mars root_usage and inodes", message([notice(), notice({ item: "inodes" })])],
  ["[dmon] 1 dead, 1 crit: mars dmon and root_usage", message([dead, notice()])],
  [
    "[dmon] 2 crit, 1 fine: mars, venus and luna",
    message([notice(), on("venus"), on("luna", { level: "fine", rank: 0, kind: "recovery" })]),
  ],
  ["[dmon] 4 crit: mars a, b and 2 more items", message(["a", "b", "c", "d"].map((item) => notice({ item })))],
  ["[dmon] 5 crit: a, b and 3 more hosts", message(["a", "b", "c", "d", "e"].map((tag) => on(tag)))],
  ["[dmon] 2 crit, 950 more: a, b and others", message([on("a"), on("b")], { more: 950 })],
  [
    "[dmon] reminder: 2 crit: mars and venus",
    message([notice({ kind: "reminder" }), on("venus", { kind: "reminder" })]),
  ],
  ["[dmon] 2 crit: mars and venus", message([notice(), on("venus", { kind: "reminder" })])],
])("%s", (subject, it) => {
  expect(subjectOf(it)).toBe(subject);
});

test("a storm of 1,000 is small, and all of it is counted", () => {
  const text = textOf(messages.storm, inBerlin);
  expect(Buffer.byteLength(text)).toBeLessThan(30_000);
  const shown = text.match(/^dead: http_/gm)?.length ?? 0;
  const left = /^and (\d+) more: (\d+) dead, (\d+) sick on /m.exec(text)?.slice(1).map(Number) ?? [];
  expect(shown).toBeGreaterThan(20);
  expect(left).toEqual([1000 - shown, 600 - shown, 400]);
  expect(Buffer.byteLength(htmlOf(messages.storm, inBerlin))).toBeLessThan(100_000);
});

test("small notices are told in full up to fifty", () => {
  const many = message(Array.from({ length: 60 }, (_, i) => notice({ item: `item${i}`, reason: undefined })));
  expect(textOf(many, inBerlin).match(/^critical: item/gm)).toHaveLength(50);
  expect(textOf(many, inBerlin)).toContain("and 10 more: 10 critical on mars\n");
});

test.each<[time_s: number, offset_s: number, is: string]>([
  [0, 0, "1970-01-01 00:00 +00:00"],
  [1_795_365_600, 3600, "2026-11-22 17:40 +01:00"],
  [1_795_365_600, -12_600, "2026-11-22 13:10 -03:30"],
  [Number.NaN, 0, "–"],
  [9e15, 0, "–"],
])("the time %p at offset %p", (time_s, offset_s, is) => {
  expect(formatTime(time_s, () => offset_s)).toBe(is);
});

test.each<[names: string[], is: string]>([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
  [["a", "b", "c", "d"], "a, b and 2 more hosts"],
])("listed %j", (names, is) => {
  expect(listed(names, 2, "host")).toBe(is);
});

test.each<[url: string, isSafe: boolean]>([
  ["https://dmon.example.org/ack?t=a.b-c_d", true],
  ["http://[::1]:22080/", true],
  ["javascript:alert(1)", false],
  ["https://x/ y", false],
  ['https://x/"', false],
  ["https://x/\n", false],
])("a link to %j", (url, isSafe) => {
  expect(safeUrl(url) === url).toBe(isSafe);
});

// Any text anywhere: pieces that break something in one place or the other, and whatever else there is.
const nasty = fc.oneof(
  fc.constantFrom(
    "<script>x</script>",
    '" onload="x',
    "'",
    "&",
    "\r\nBcc: x",
    "\n.\n",
    "\u202e",
    "\u0000",
    "\ud800",
    "\u2028",
    "]]>",
    "--",
  ),
  fc.string({ unit: "binary" }),
);
const words = fc.array(nasty, { maxLength: 6 }).map((all) => all.join(""));
const anyNotice: fc.Arbitrary<Notice> = fc.record(
  {
    kind: fc.constantFrom("problem", "change", "recovery", "reminder", "test"),
    host: words,
    tag: words,
    item: words,
    level: fc.oneof(fc.constantFrom(...DEFAULT_LEVELS.map(({ name }) => name)), words),
    prev: words,
    rank: fc.nat(4),
    since_s: fc.double(),
    time_s: fc.double(),
    value: fc.option(fc.double(), { nil: null }),
    unit: words,
    text: words,
    reason: words,
    rule: words,
    problem: words,
    links: fc.record({ page: words, ack: fc.webUrl(), downtime: words }, { requiredKeys: [] }),
  },
  {
    requiredKeys: [
      "kind",
      "host",
      "tag",
      "item",
      "level",
      "prev",
      "rank",
      "since_s",
      "time_s",
      "value",
      "unit",
      "rule",
      "problem",
    ],
  },
);
const anyMessage = fc
  .record({
    notices: fc.array(anyNotice, { minLength: 1, maxLength: 80 }),
    more: fc.nat(2000),
    name: words,
    server: words,
  })
  .map(({ notices, more, name, server }) =>
    message(notices, { more, server, user: { name, mail: "a@b.c", options: {} } }),
  );

const UNSEEN = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]/;

test("whatever it says, a subject is one line, and a text has only characters that people see", () => {
  fc.assert(
    fc.property(anyMessage, (it) => {
      expect(subjectOf(it)).not.toMatch(/\n/);
      for (const text of [subjectOf(it), textOf(it, inBerlin), htmlOf(it, inBerlin)])
        expect(text.replace(/[\u{10000}-\u{10ffff}]/gu, "")).not.toMatch(UNSEEN);
      expect(textOf(it, inBerlin).length).toBeLessThan(30_000);
    }),
    { numRuns: 60 },
  );
});

test("whatever it says, its HTML has the elements that we wrote, and nothing is fetched or run", async () => {
  await fc.assert(
    fc.asyncProperty(anyMessage, async (it) => {
      const seen = new Set<string>();
      const attributes: [string, string][] = [];
      const rewriter = new HTMLRewriter().on("*", {
        element(element) {
          seen.add(element.tagName);
          attributes.push(...([...element.attributes] as [string, string][]));
        },
      });
      await rewriter.transform(new Response(htmlOf(it, inBerlin, () => ({ cid: 'x"@y' })))).text();
      const known = new Set("html head meta title body p b h2 bdi span br a img".split(" "));
      expect([...seen].filter((name) => !known.has(name))).toEqual([]);
      for (const [name, value] of attributes) {
        expect(["lang", "charset", "name", "content", "style", "href", "src", "alt"]).toContain(name);
        if (name === "href") expect(value).toMatch(/^https?:\/\//);
        if (name === "src") expect(value).toStartWith("cid:");
        if (name === "style") expect(value).not.toMatch(/url|expression|import/);
      }
    }),
    { numRuns: 60 },
  );
});
