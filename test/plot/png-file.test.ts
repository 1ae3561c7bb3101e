import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { encodePng } from "../../src/plot/png-file.ts";
import { decodePng } from "./decode-png.ts";

/** RGBA of colours, row by row. */
function pixels(colours: readonly number[]): Uint8Array {
  return Uint8Array.from(colours.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255]));
}

test("a dozen colours come back as they are, whatever the size", () => {
  const colour = fc.integer({ min: 0, max: 0xffffff });
  const image = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.array(colour, { minLength: 1, maxLength: 12 }))
    .map(([width, some]) => ({ width, height: Math.ceil(some.length / width) + 1, some }));
  fc.assert(
    fc.property(image, ({ width, height, some }) => {
      const all = Array.from({ length: width * height }, (_, i) => some[i % some.length] ?? 0);
      const decoded = decodePng(encodePng(pixels(all), width, height));
      expect([decoded.width, decoded.height]).toEqual([width, height]);
      expect(all.filter((rgb, i) => decoded.at(i % width, Math.floor(i / width)) !== rgb)).toEqual([]);
    }),
  );
});

test("many colours become near ones, and the ground stays what it is", () => {
  const all = [0xffffff, ...Array.from({ length: 64 * 64 }, (_, i) => (i * 4099) & 0xffffff)].slice(0, 64 * 64);
  const decoded = decodePng(encodePng(pixels(all), 64, 64));
  expect(decoded.at(0, 0)).toBe(0xffffff);
  const off = all.map((rgb, i) => {
    const got = decoded.at(i % 64, Math.floor(i / 64));
    return Math.max(...[16, 8, 0].map((bits) => Math.abs(((rgb >> bits) & 255) - ((got >> bits) & 255))));
  });
  expect(Math.max(...off)).toBeLessThan(128);
});
