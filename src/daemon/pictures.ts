// Pictures for mails and pages: SVG becomes PNG in a process of its own, which is over with it. What draws takes 80 MiB, which the
// daemon would keep. It is a program as those of plugins are, so it is nice, bounded in time and memory, and ends with us.

import type { Adopts } from "../client/leftovers.ts";
import {
  PICTURE_MEMORY_BYTES_MAX,
  PICTURE_MS_MAX,
  PICTURE_PNG_BYTES_MAX,
  PICTURE_SVG_BYTES_MAX,
  PICTURES_WAITING_MAX,
} from "../core/limits.ts";

export interface PictureOptions {
  /** Pixels for each of the SVG. */
  density?: number;
  /** The words that run dmon. */
  dmon?: readonly string[];
  /** As that of the daemon's plugins, unless it is a process that has none. */
  adopts?: Adopts | undefined;
}

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** The picture as PNG. One is drawn at a time. Rejects with a reason for the log when there is none: who asked goes without. */
export async function drawPng(svg: string, options: PictureOptions = {}): Promise<Uint8Array> {
  const input = Buffer.from(svg, "utf8");
  if (input.length > PICTURE_SVG_BYTES_MAX) {
    throw new Error(`no picture: its SVG has ${input.length} bytes, more than ${PICTURE_SVG_BYTES_MAX}`);
  }
  if (waiting >= PICTURES_WAITING_MAX) throw new Error(`no picture: ${waiting} others are waiting to be drawn`);
  waiting++;
  const drawn = last.then(() => run(input, options));
  last = drawn.catch(() => {});
  try {
    return await drawn;
  } finally {
    waiting--;
  }
}

async function run(input: Uint8Array, { density = 1, dmon = [process.execPath], adopts }: PictureOptions) {
  const { runProgram } = await import("../client/program.ts");
  const program = {
    argv: [...dmon, "draw-png", String(density)],
    input,
    timeout_s: PICTURE_MS_MAX / 1000,
    isBinary: true,
    output_bytes_max: PICTURE_PNG_BYTES_MAX,
    memory_bytes_max: PICTURE_MEMORY_BYTES_MAX,
  };
  const { code, signal, stdout, stderr, ended } = await runProgram(program, adopts ? { adopts } : {});
  if (code === 0 && !ended) return Buffer.from(stdout, "latin1");
  const [said = ""] = stderr.split("\n", 1);
  const why =
    ended === "late" ? `it took more than ${PICTURE_MS_MAX / 1000} s` : said || `draw-png ended by ${signal ?? code}`;
  throw new Error(`no picture: ${why}`);
}
