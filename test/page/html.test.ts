import { expect, test } from "bun:test";
import { html, raw } from "../../src/page/html.ts";
import { escapeText } from "../../src/plot/escape.ts";
import { EVIL } from "./fixture.ts";

test("what is interpolated is escaped, in content and in attributes", () => {
  for (const evil of EVIL) {
    const text = html`<a title="${evil}">${evil}</a>`.text;
    expect(text.match(/[<>]/g)).toHaveLength(4);
    expect(text.match(/"/g)).toHaveLength(2);
    expect(text).not.toMatch(/[\x00-\x1f\u202a-\u202e\u2066-\u2069]|'/);
    expect(text.isWellFormed()).toBe(true);
  }
});

test("Html is left alone, arrays are joined, nothing is nothing", () => {
  expect(html`${raw("<b>")}${html`<i>${"<"}</i>`}`.text).toBe("<b><i>&lt;</i>");
  expect(html`${["<", 1, [html`<br>`, null]]}`.text).toBe("&lt;1<br>");
  expect(html`[${null}${undefined}${false}${true}${""}${0}]`.text).toBe("[0]");
});

test("ordinary text of any script passes", () => {
  const text = "Käse, 東京, مرحبا, 🛰\ttab\nline";
  expect(escapeText(text)).toBe(text);
});
