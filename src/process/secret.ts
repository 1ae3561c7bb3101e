// The stop-secret: who can read it owns the daemon.

import { timingSafeEqual } from "node:crypto";
import { writeFileAtomic } from "./files.ts";

/** A new secret, 48 hexadecimal digits. */
export function makeSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("hex");
}

/** Stores a secret for the owner alone. */
export function storeSecret(file: string, secret: string): void {
  writeFileAtomic(file, `${secret}\n`, 0o600);
}

/** Compares in constant time. */
export function isSecret(secret: string, given: string): boolean {
  const a = Buffer.from(secret);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
