// Pixels as a PNG file (W3C PNG, third edition). A graph has few colours, so each pixel is one byte of a palette, and that is
// a third of what the colours themselves would take. Opaque. Pure.

import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Enough for the shades at the edges of lines and letters; more would take more bytes. */
const PALETTE_MAX = 64;
/** So many are never given up for a similar one: tints are near to white. */
const EXACT = 12;
/** How far apart the others are at least, of 442 from black to white, and how much more in each further try. */
const APART_LEAST = 56;
const APART_STEP = 8;
const DEPTH_BITS = 8;
const INDEXED = 3;

/** A PNG of RGBA pixels, whose alpha is not looked at. Beyond 64 colours, the rare ones become the nearest of the others. */
export function encodePng(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const { palette, indices } = indexed(rgba, width * height);
  const lines = new Uint8Array(height * (width + 1)); // before each line its filter: none, which is best for palettes
  for (let y = 0; y < height; y++) lines.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([DEPTH_BITS, INDEXED], 8);
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** The palette, three bytes a colour, and the place in it of each pixel. */
function indexed(rgba: Uint8Array, count: number): { palette: Uint8Array; indices: Uint8Array } {
  const pixels = new Uint32Array(count);
  const counts = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const rgb = ((rgba[4 * i] ?? 0) << 16) | ((rgba[4 * i + 1] ?? 0) << 8) | (rgba[4 * i + 2] ?? 0);
    pixels[i] = rgb;
    counts.set(rgb, (counts.get(rgb) ?? 0) + 1);
  }
  const colours = [...counts].sort(([, a], [, b]) => b - a).map(([rgb]) => rgb);
  const palette = paletteOf(colours);
  const places = new Map(colours.map((rgb) => [rgb, nearest(palette, rgb).place]));
  return {
    palette: Uint8Array.from(palette.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255])),
    indices: Uint8Array.from(pixels, (rgb) => places.get(rgb) ?? 0),
  };
}

/** Of colours, the most frequent first, some of which one is near to each. Those of areas and lines are among them as they are. */
function paletteOf(colours: readonly number[]): number[] {
  for (let apart = APART_LEAST; ; apart += APART_STEP) {
    const palette: number[] = [];
    for (const rgb of colours) {
      if (palette.length >= EXACT && nearest(palette, rgb).distance <= apart) continue;
      palette.push(rgb);
      if (palette.length > PALETTE_MAX) break;
    }
    if (palette.length <= PALETTE_MAX) return palette;
  }
}

function nearest(palette: readonly number[], rgb: number): { place: number; distance: number } {
  let found = { place: 0, distance: Infinity };
  for (const [place, other] of palette.entries()) {
    const distance = Math.hypot(
      (rgb >> 16) - (other >> 16),
      ((rgb >> 8) & 255) - ((other >> 8) & 255),
      (rgb & 255) - (other & 255),
    );
    if (distance < found.distance) found = { place, distance };
  }
  return found;
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
