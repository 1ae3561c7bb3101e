// Keys by which links in mails and sessions of the pages are signed: kept for the owner alone, so that they outlive a restart.

import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "../process/files.ts";

const KEY_BYTES = 32;

/** One that is damaged is made anew; where none can be kept, what it signs (`links of mails`) lasts until the next start. */
export function keptKey(file: string, signs: string, log: { quiet(text: string): void }): Uint8Array {
  const made = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  try {
    const kept = readKey(file);
    if (kept) return kept;
    mkdirSync(dirname(file), { recursive: true });
    writeFileAtomic(file, `${Buffer.from(made).toString("hex")}\n`, 0o600);
  } catch (error) {
    log.quiet(`${file}: ${(error as Error).message}; ${signs} from now on end with the next start`);
  }
  return made;
}

function readKey(file: string): Uint8Array | undefined {
  try {
    const text = readFileSync(file, "utf8").trim();
    const key = Buffer.from(text, "hex");
    return key.length === KEY_BYTES && text.length === 2 * KEY_BYTES ? key : undefined;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
