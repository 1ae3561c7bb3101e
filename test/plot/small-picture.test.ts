import { describe, expect, test } from "bun:test";
import { renderPng } from "../../src/plot/png.ts";
import { SMALL_PICTURE, SMALL_PICTURE_DENSITY, type SmallPicture, smallPicture } from "../../src/plot/small-picture.ts";
import { expectGolden } from "../config/golden.ts";
import { EVIL } from "../page/fixture.ts";
import { bare, filling, flapping, noisy, silent } from "./days.ts";
import { decodePng, WHITE } from "./decode-png.ts";

const days: [string, SmallPicture][] = [
  ["filling", filling],
  ["bare", bare],
  ["silent", silent],
  ["flapping", flapping],
  ["noisy", noisy],
];
/** What a mail may weigh more by it. */
const MAIL_BYTES_MAX = 20_000;

test("what it looks like", () => {
  expectGolden("small-picture.svg", `${smallPicture(filling).replace(/></g, ">\n<")}\n`);
});

test("gaps are gaps, levels have their strip, changes their lines and the newest its name", () => {
  const svg = smallPicture(filling);
  expect(svg.match(/class="p-line"/g)).toHaveLength(2);
  expect(svg.match(/class="p-band"/g)).toHaveLength(2);
  expect(svg.match(/class="p-level p-/g)).toHaveLength(4);
  expect([...svg.matchAll(/class="p-change p-(\w+)"/g)].map(([, look]) => look).toReversed()).toEqual([
    "soso",
    "sick",
    "crit",
  ]);
  // There is no room behind the line of the newest, so its name is before it.
  expect(svg).toMatch(/class="p-change-label p-crit" x="[\d.]+" text-anchor="end" y="\d+">critical</);
});

test("an item that flaps has no more lines and names than there is room for", () => {
  const svg = smallPicture(flapping);
  const xs = [...svg.matchAll(/class="p-change [^"]*" d="M([\d.]+)/g)].map(([, x]) => Number(x)).sort((a, b) => a - b);
  expect(Math.min(...xs.slice(1).map((x, i) => x - (xs[i] ?? 0)))).toBeGreaterThanOrEqual(11.9);
  expect(xs.length).toBeWithin(1, 9);
  expect(svg.match(/class="p-change-label/g)).toHaveLength(1);
});

test("times are those of who reads it, and which these are is said", () => {
  const svg = smallPicture({ ...filling, offsetAt: () => -5 * 3600 });
  expect(svg).toContain(">mars root_usage, UTC-5<");
  expect(svg).toContain(">12:00<");
  expect(svg).toMatch(/<text class="p-strong"[^>]*>Sun 22 Nov</);
});

test("hostile names do no harm", async () => {
  for (const evil of EVIL) {
    const stretches = filling.stretches?.map((each) => ({ ...each, label: evil }));
    const svg = smallPicture({ ...filling, title: evil, unit: evil, ...(stretches ? { stretches } : {}) });
    expect(svg).not.toMatch(/<script|<img|\x00/);
    expect(decodePng(await renderPng(svg)).width).toBe(SMALL_PICTURE.width);
  }
});

describe("as PNG", () => {
  test.each(days)("it has more pixels, its own ground, and is small: %s", async (_, day) => {
    const png = await renderPng(smallPicture(day), SMALL_PICTURE_DENSITY);
    expect(png.length).toBeLessThan(MAIL_BYTES_MAX);
    const image = decodePng(png);
    expect([image.width, image.height]).toEqual([900, 270]);
    for (const [x, y] of [
      [0, 0],
      [899, 0],
      [0, 269],
      [899, 269],
    ] as const)
      expect(image.at(x, y)).toBe(WHITE);
    // The title above on the right, and times below: there is text.
    expect(image.inked(WHITE, { x: 450, y: 0 }, { x: 900, y: 30 })).toBeGreaterThan(300);
    expect(image.inked(WHITE, { x: 0, y: 240 }, { x: 900, y: 270 })).toBeGreaterThan(300);
  });

  test("curve, limits and levels have their colours", async () => {
    const image = decodePng(await renderPng(smallPicture(filling), SMALL_PICTURE_DENSITY));
    const found = new Set<number>();
    for (let y = 0; y < image.height; y++) for (let x = 0; x < image.width; x++) found.add(image.at(x, y));
    for (const colour of [0x1d5fb8, 0x1a7f4b, 0x8a6100, 0xb8450a, 0xc1121f]) {
      const near = [...found].some((rgb) =>
        [16, 8, 0].every((at) => Math.abs(((rgb >> at) & 255) - ((colour >> at) & 255)) < 40),
      );
      expect([colour.toString(16), near]).toEqual([colour.toString(16), true]);
    }
  });
});
