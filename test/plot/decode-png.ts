// What our own PNG files show: a decoder for tests, which refuses what it does not know.

import { expect } from "bun:test";
import { crc32, inflateSync } from "node:zlib";

export interface Image {
  width: number;
  height: number;
  /** Red, green and blue in one number. */
  at(x: number, y: number): number;
  /** Pixels that are not of a colour, in a part of it. */
  inked(ground: number, from?: { x: number; y: number }, to?: { x: number; y: number }): number;
}

export const WHITE = 0xffffff;

export function decodePng(bytes: Uint8Array): Image {
  const file = Buffer.from(bytes);
  expect(file.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const typed = file.subarray(at + 4, at + 8 + length);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(typed));
    chunks.set(typed.subarray(0, 4).toString("latin1"), typed.subarray(4));
    at += length + 12;
  }
  const [header, palette, data] = ["IHDR", "PLTE", "IDAT"].map((type) => chunks.get(type) ?? Buffer.alloc(0));
  if (!header || !palette || !data || !chunks.has("IEND")) throw new Error("a part is missing");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0]); // a byte a pixel, of a palette; not interlaced
  const lines = inflateSync(data);
  expect(lines).toHaveLength(height * (width + 1));
  for (let y = 0; y < height; y++) expect(lines[y * (width + 1)]).toBe(0);
  const at = (x: number, y: number) => palette.readUIntBE((lines[y * (width + 1) + 1 + x] ?? 0) * 3, 3);
  const inked = (ground: number, from = { x: 0, y: 0 }, to = { x: width, y: height }) => {
    let count = 0;
    for (let y = from.y; y < to.y; y++) for (let x = from.x; x < to.x; x++) if (at(x, y) !== ground) count++;
    return count;
  };
  return { width, height, at, inked };
}
