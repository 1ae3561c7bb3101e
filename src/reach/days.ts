// How long a certificate is still good, and what it is, in words.

import type { X509Certificate } from "node:crypto";
import type { ProbeValue } from "../core/probe.ts";

const DAY_S = 86_400;

/** The value of a probe that shows how long a certificate is good. */
export const CERT_DAYS = {
  unit: "days",
  kind: "gauge",
  fit: "soso <21  sick <7  crit <1",
  doc: "Days until the certificate expires, negative when it has. Let's Encrypt renews 30 days before, so that below 21 its renewal has failed.",
} as const satisfies ProbeValue;

/** Days until a certificate expires, negative when it has, with whom it is for and when that is. */
export function daysLeft(certificate: X509Certificate, now_s: number, more = ""): { value: number; text: string } {
  const end_s = certificate.validToDate.getTime() / 1000;
  const day = new Date(end_s * 1000).toISOString().slice(0, 10); // in UTC, as the certificate has it
  const value = Math.floor(((end_s - now_s) / DAY_S) * 100) / 100;
  return { value, text: `${nameOf(certificate)}: ${value < 0 ? "expired" : "good until"} ${day}${more}` };
}

/** Its common name, or what else it is for. */
function nameOf({ subject, subjectAltName }: X509Certificate): string {
  const common = /^CN=(.+)$/m.exec(subject)?.[1];
  return (common ?? subjectAltName?.replace(/\b(DNS|IP Address):/g, "") ?? subject.replaceAll("\n", ", ")).slice(0, 80);
}
