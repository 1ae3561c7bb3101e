// A line that nobody shall see: typed without echo on a terminal, or the first one of standard input.

import { PASSWORD_CHARS_MAX } from "../core/limits.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";

/** Somebody gave up typing. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Asks on a terminal. The prompt goes to stderr, as that of sudo. Rejects with Interrupted. */
export async function askHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let line = "";
      const take = (text: string) => {
        for (const sign of text) {
          if (sign === "\r" || sign === "\n" || (sign === CTRL_D && line !== "")) return end(() => resolve(line));
          if (sign === CTRL_C || sign === CTRL_D) return end(() => reject(new Interrupted("nothing was changed")));
          if (sign === "\u007f" || sign === "\b") line = Array.from(line).slice(0, -1).join("");
          else if (sign === CTRL_U) line = "";
          else if (line.length <= PASSWORD_CHARS_MAX) line += sign; // what is too long is refused, and needs no room
        }
      };
      const end = (settle: () => void) => {
        stdin.off("data", take);
        settle();
      };
      stdin.on("data", take);
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

/** The first line of standard input, for scripts. */
export async function readLine(): Promise<string> {
  let text = "";
  for await (const chunk of Bun.stdin.stream()) {
    text += Buffer.from(chunk).toString("utf8");
    if (text.includes("\n") || text.length > 4 * PASSWORD_CHARS_MAX) break;
  }
  return text.split("\n", 1)[0]?.replace(/\r$/, "") ?? "";
}
