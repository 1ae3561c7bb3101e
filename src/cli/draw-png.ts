// dmon draw-png DENSITY: reads an SVG and writes it as PNG. For dmon's own use: the process that draws is large, so it is none that
// stays (daemon/pictures.ts).

import { PICTURE_SVG_BYTES_MAX } from "../core/limits.ts";
import { defineCli, UsageError } from "./command.ts";

/** More pixels for one of CSS has no screen. */
const DENSITY_MAX = 4;

export default defineCli({
  name: "draw-png",
  args: "DENSITY",
  count: [1, 1],
  doc: "Read an SVG on standard input, write a PNG of DENSITY pixels for each of its own to standard output.",
  async run({ args }) {
    const density = Number(args[0]);
    if (!(density > 0 && density <= DENSITY_MAX)) {
      throw new UsageError(`"${args[0]}" is no density; it is a number up to ${DENSITY_MAX}`);
    }
    const svg = await readInput();
    const { renderPng } = await import("../plot/png.ts");
    process.stdout.write(await renderPng(svg, density));
    return 0;
  },
});

async function readInput(): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of Bun.stdin.stream()) {
    length += part.length;
    if (length > PICTURE_SVG_BYTES_MAX) throw new Error(`the SVG has more than ${PICTURE_SVG_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
