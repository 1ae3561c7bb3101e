// SVG becomes PNG, by resvg as WebAssembly and with a font of our own. It takes 100 MiB of memory
// and keeps a third of it: only the process of `dmon draw-png` does that (cli/draw-png.ts), which is over with its picture.

import regularFile from "@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2" with { type: "file" };
import boldFile from "@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff2" with { type: "file" };
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import wasmFile from "@resvg/resvg-wasm/index_bg.wasm" with { type: "file" };
import { PICTURE_PIXELS_MAX } from "../core/limits.ts";
import { encodePng } from "./png-file.ts";

const FONT = "DejaVu Sans";
/** Where an SVG has no ground of its own: what its ink is made for. */
const GROUND = "#fff";

let ready: Promise<Uint8Array[]> | undefined;

/** The picture, `density` pixels for each pixel of CSS. Throws PictureError for what is no SVG, or too large. */
export async function renderPng(svg: string, density = 1): Promise<Uint8Array> {
  ready ??= load();
  const font = {
    fontBuffers: await ready,
    loadSystemFonts: false,
    defaultFontFamily: FONT,
    sansSerifFamily: FONT,
    serifFamily: FONT,
    monospaceFamily: FONT,
  };
  let drawing: InstanceType<typeof Resvg>;
  try {
    drawing = new Resvg(svg, { font, background: GROUND, fitTo: { mode: "zoom", value: density } });
  } catch (error) {
    throw new PictureError(`this is no SVG: ${error instanceof Error ? error.message : String(error)}`);
  }
  const pixels = drawing.width * density * (drawing.height * density);
  if (!(pixels <= PICTURE_PIXELS_MAX)) {
    throw new PictureError(
      `${Math.round(drawing.width)} × ${Math.round(drawing.height)} at density ${density} are ${Math.round(pixels)} pixels; at most ${PICTURE_PIXELS_MAX} are drawn`,
    );
  }
  const image = drawing.render();
  return encodePng(image.pixels, image.width, image.height);
}

async function load(): Promise<Uint8Array[]> {
  const [wasm, ...fonts] = await Promise.all([wasmFile, regularFile, boldFile].map((file) => Bun.file(file).bytes()));
  await initWasm(wasm ?? new Uint8Array());
  return fonts;
}

/** What cannot be drawn. */
export class PictureError extends Error {
  override name = "PictureError";
}
