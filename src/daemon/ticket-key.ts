// The key by which the links in mails are signed: kept for the owner alone, so that they outlive a restart.

import { readFileSync } from "node:fs";
import { writeFileAtomic } from "../process/files.ts";

const KEY_BYTES = 32;

/** One that is damaged is made anew; where none can be kept, links last until the next start. */
export function ticketKey(file: string, log: { quiet(text: string): void }): Uint8Array {
  const made = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  try {
    const kept = readKey(file);
    if (kept) return kept;
    writeFileAtomic(file, `${Buffer.from(made).toString("hex")}\n`, 0o600);
  } catch (error) {
    log.quiet(`${file}: ${(error as Error).message}; links of mails sent from now on end with the next start`);
  }
  return made;
}

function readKey(file: string): Uint8Array | undefined {
  try {
    const key = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
    return key.length === KEY_BYTES ? key : undefined;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
