// Which certificates this host trusts: those of the system, which has an organisation's own authorities too.

import { readFileSync } from "node:fs";

// Debian and its kin, Red Hat and its kin, SUSE, Alpine.
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
/** An authority that was added is known after so long. */
const KEPT_MS = 3600_000;

let kept: { bundle: string | undefined; read_ms: number } | undefined;

/** The system's authorities as PEM; undefined where there are none: Mozilla's, which the runtime brings, hold then. */
export function authorities(now_ms = performance.now()): string | undefined {
  if (!kept || now_ms - kept.read_ms > KEPT_MS) kept = { bundle: firstOf(BUNDLES), read_ms: now_ms };
  return kept.bundle;
}

function firstOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // The next one.
    }
  }
  return undefined;
}
