// The renderer in this process; the process that dmon has for it is in test/e2e/pictures.test.ts.

import { describe, expect, test } from "bun:test";
import { PictureError, renderPng } from "../../src/plot/png.ts";
import { decodePng, WHITE } from "./decode-png.ts";

const svg = (inner: string, width = 60, height = 40) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${inner}</svg>`;
const drawn = async (inner: string) => decodePng(await renderPng(svg(inner)));

test("what has no ground is white, and density makes it larger", async () => {
  const image = decodePng(await renderPng(svg('<rect x="10" y="10" width="5" height="5" fill="#123456"/>'), 2));
  expect([image.width, image.height]).toEqual([120, 80]);
  expect(image.at(0, 0)).toBe(WHITE);
  expect(image.at(24, 24)).toBe(0x123456);
  expect(image.inked(WHITE)).toBe(100);
});

describe("letters are drawn, none is the box that stands for what a font does not have", () => {
  const letter = (text: string, weight = 400) =>
    renderPng(svg(`<text x="8" y="30" font-size="28" font-weight="${weight}">${text}</text>`));
  const written = "Aaz09%_/.,:()<>-–−…“”µ°²→←↑↓äéßñčžłőşЖдΩλ€±×≤≥";

  test.each([400, 600])("weight %d", async (weight) => {
    const box = Buffer.from(await letter("\u{10fffd}", weight)); // of nobody's alphabet
    expect(decodePng(box).inked(WHITE)).toBeGreaterThan(0);
    const seen = new Map<string, string>();
    for (const each of written) {
      const png = Buffer.from(await letter(Bun.escapeHTML(each), weight));
      expect([each, png.equals(box)]).toEqual([each, false]);
      expect([each, decodePng(png).inked(WHITE) > 0]).toEqual([each, true]);
      expect([each, seen.get(png.toString("base64"))]).toEqual([each, undefined]);
      seen.set(png.toString("base64"), each);
    }
  });

  test("bold is bolder, and whatever family is asked for there is one", async () => {
    const [normal, bold] = await Promise.all(
      [400, 600].map(async (weight) => decodePng(await letter("m", weight)).inked(WHITE)),
    );
    expect(bold ?? 0).toBeGreaterThan((normal ?? 0) * 1.1);
    const other = await drawn('<text x="8" y="30" font-family="Helvetica, serif" font-size="28">A</text>');
    expect(other.inked(WHITE)).toBeGreaterThan(50);
  });
});

describe("what cannot be drawn is said", () => {
  test.each([
    ["nothing", "", "this is no SVG"],
    ["no SVG", "root:x:0:0", "this is no SVG"],
    ["half of one", svg("<g>").slice(0, -8), "this is no SVG"],
    ["no size", '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="5"/>', "this is no SVG"],
    [
      "a large one",
      svg("", 100_000, 100_000),
      "100000 × 100000 at density 1 are 10000000000 pixels; at most 2500000 are drawn",
    ],
  ])("%s", async (_, text, said) => {
    const error = await renderPng(text).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PictureError);
    expect(String(error)).toContain(said);
  });
});
