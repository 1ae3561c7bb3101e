// Pixels as a PNG file (W3C PNG, third edition). A graph has few colours, so each pixel is one byte of a palette, and that is
// a third of what the colours themselves would take. Opaque. Pure.

import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PALETTE_MAX = 256;
const DEPTH_BITS = 8;
const INDEXED = 3;

/** A PNG of RGBA pixels, whose alpha is not looked at. Colours beyond 256 become those nearest to them in a coarser scale. */
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
  // A bit less of each colour until there are few enough; with two bits of each there are 64.
  for (let dropped = 0; ; dropped++) {
    const mask = (0xff << dropped) & 0xff;
    const places = new Map<number, number>();
    const colours: number[] = [];
    const indices = new Uint8Array(count);
    let pixel = 0;
    for (; pixel < count; pixel++) {
      const at = pixel * 4;
      const [r, g, b] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
      const key = ((r & mask) << 16) | ((g & mask) << 8) | (b & mask);
      let place = places.get(key);
      if (place === undefined) {
        if (places.size === PALETTE_MAX) break;
        place = places.size;
        places.set(key, place);
        colours.push(r, g, b); // the first of those that are one: pure white stays white
      }
      indices[pixel] = place;
    }
    if (pixel === count) return { palette: Uint8Array.from(colours), indices };
  }
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
