// What is signed by the key of cgi-secret, each kind apart from the others; compared in constant time. Pure.

import { createHmac, timingSafeEqual } from "node:crypto";

/** `dmon session 1`: another text for each use, so that what was signed for one is good for no other. */
export function signature(key: Uint8Array, use: string, text: string): string {
  return createHmac("sha256", key).update(`${use}\0${text}`).digest("base64url");
}

/** Texts are compared, not the bytes that they stand for: base64 has several texts for the same bytes. */
export function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Nobody guesses it. */
export function newNonce(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
}
