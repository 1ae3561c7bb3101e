// What is wrong with a certificate, or with what should be TLS, in words.

import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

const CERTIFICATE_FAULTS: Record<string, string> = {
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate's authority is not trusted here (self-signed certificate in its chain)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's issuer is not trusted here, or an intermediate one is missing",
  UNABLE_TO_GET_ISSUER_CERT: "the certificate's issuer is not trusted here, or an intermediate one is missing",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's issuer is not trusted here, or an intermediate one is missing",
};

/** What is wrong with a certificate that a host called `name` showed, or undefined; `error` is what the handshake found. */
export function faultOf(certificate: X509Certificate, name: string, error: Error | undefined): string | undefined {
  const code = error && "code" in error ? String(error.code) : "";
  if (error && code !== "ERR_TLS_CERT_ALTNAME_INVALID") return CERTIFICATE_FAULTS[code] ?? error.message;
  const own = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  if (own !== undefined) return undefined;
  const names = certificate.subjectAltName?.replace(/\b(DNS|IP Address):/g, "") ?? certificate.subject;
  return `the certificate is not for ${name} but for ${names.slice(0, 100)}`;
}

/** Why there was no handshake. */
export function handshakeWords(error: Error | undefined): string {
  const message = error?.message ?? "no certificate was shown";
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST/.test(message)) return "what answers does not speak TLS";
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/i.test(message)) return "it speaks only an old version of TLS";
  const alert = /SSLV3_ALERT_(\w+)|TLSV1_ALERT_(\w+)/.exec(message);
  if (alert) return `it ended the handshake (${(alert[1] ?? alert[2] ?? "").toLowerCase().replaceAll("_", " ")})`;
  return /socket disconnected|closed|reset/.test(message) ? "it closed the connection in the handshake" : message;
}
