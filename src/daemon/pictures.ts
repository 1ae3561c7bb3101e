// Pictures for mails and pages: SVG becomes PNG in a process of its own, which is over with it. What draws takes 100 MiB, and a
// third of that the daemon would keep. It is a program as those of plugins are, so it is nice, bounded in time and memory, and ends with us.

import type { Adopts } from "../client/leftovers.ts";
import {
  PAGE_PICTURES_WAITING_MAX,
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
  /** For a page, and not for a mail: those go first. */
  isForPage?: boolean;
  /** Nobody waits for it any more. */
  signal?: AbortSignal | undefined;
}

/**
 * For half a second the optimising compiler costs more than it gains: 0.2 s instead of 0.4. And of the address space for compiled
 * code, which counts as memory that it may write to, a little is enough; without any all would be interpreted, in 1.2 s.
 */
const ENGINE = { BUN_JSC_useOMGJIT: "0", BUN_JSC_jitMemoryReservationSize: String(64 * 2 ** 20) };

/** Of each kind so many wait, or are drawn. */
const lanes = {
  mail: { max: PICTURES_WAITING_MAX, count: 0, next: [] as (() => void)[] },
  page: { max: PAGE_PICTURES_WAITING_MAX, count: 0, next: [] as (() => void)[] },
};
let isDrawing = false;

/** The picture as PNG. One is drawn at a time. Rejects with a reason for the log when there is none: who asked goes without. */
export async function drawPng(svg: string, options: PictureOptions = {}): Promise<Uint8Array> {
  const bytes = Buffer.byteLength(svg, "utf8");
  if (bytes > PICTURE_SVG_BYTES_MAX) {
    throw new Error(`no picture: its SVG has ${bytes} bytes, more than ${PICTURE_SVG_BYTES_MAX}`);
  }
  const lane = lanes[options.isForPage ? "page" : "mail"];
  if (lane.count >= lane.max) throw new Error(`no picture: ${lane.count} others are waiting to be drawn`);
  lane.count++;
  try {
    await turn(lane, options.signal);
    try {
      return await run(svg, options);
    } finally {
      goOn();
    }
  } finally {
    lane.count--;
  }
}

/** Rejects for who goes away before. */
async function turn({ next }: (typeof lanes)["mail"], signal: AbortSignal | undefined): Promise<void> {
  const gone = () => new Error("no picture: nobody waits for it any more");
  if (signal?.aborted) throw gone();
  if (!isDrawing) {
    isDrawing = true;
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => {
    const at = next.indexOf(resolve);
    if (at < 0) return; // its turn has come already
    next.splice(at, 1);
    reject(gone());
  };
  next.push(resolve);
  signal?.addEventListener("abort", leave);
  try {
    await promise;
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

/** The turn goes on: to a mail, for somebody has to be told. */
function goOn(): void {
  const next = lanes.mail.next.shift() ?? lanes.page.next.shift();
  if (next) next();
  else isDrawing = false;
}

async function run(input: string, { density = 1, dmon = [process.execPath], adopts, signal: gone }: PictureOptions) {
  const { runProgram } = await import("../client/program.ts");
  const program = {
    argv: [...dmon, "draw-png", String(density)],
    env: ENGINE,
    input,
    timeout_s: PICTURE_MS_MAX / 1000,
    isBinary: true,
    output_bytes_max: PICTURE_PNG_BYTES_MAX,
    ...(gone ? { signal: gone } : {}),
  };
  const { code, signal, stdout, stderr, ended } = await runProgram(program, adopts ? { adopts } : {});
  if (code === 0 && !ended && stdout !== "") return Buffer.from(stdout, "latin1");
  throw new Error(
    `no picture: ${reasonOf(ended, code === 0 ? "wrote nothing" : `ended by ${signal ?? code}`, stderr)}`,
  );
}

function reasonOf(ended: "late" | "flood" | undefined, otherwise: string, stderr: string): string {
  if (ended === "late") return `it took more than ${PICTURE_MS_MAX / 1000} s`;
  if (ended === "flood") return `it has more than ${PICTURE_PNG_BYTES_MAX} bytes`;
  const [said = ""] = stderr.split("\n", 1);
  return said || `draw-png ${otherwise}`;
}
