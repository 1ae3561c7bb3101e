// How long certificates (X.509, RFC 5280) are still good: of a file, or those that a server shows.

import type { X509Certificate } from "node:crypto";
import { CERTIFICATES_MAX } from "../src/core/limits.ts";
import { slug } from "../src/core/names.ts";
import { defineProbe, type Given, type Host } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { splitHostPort } from "../src/reach/address.ts";
import { CERT_DAYS, daysLeft } from "../src/reach/days.ts";
import { deadlineOf } from "../src/reach/deadline.ts";
import { connect, type Peer } from "../src/reach/line.ts";
import { isStartTls, START_TLS, startTls } from "../src/reach/starttls.ts";

const LETSENCRYPT = "/etc/letsencrypt/live";
const OWN = "/etc/ssl";
/** More in one file are the authorities that a host trusts: nobody renews those. */
const OWN_CHAIN_MAX = 5;
const TLS_PORT = 443;

export default defineProbe({
  name: "certificate",
  doc: "How long a certificate is still good: the first to expire in a file, or that of a server.",
  args: [
    {
      name: "source",
      doc: "A file (PEM or DER), or HOST:PORT. Left out: port 443 of the item's own host.",
      optional: true,
    },
  ],
  options: {
    name: "whose certificate a server is asked for (SNI), where that is not its host",
    starttls: `how TLS begins: ${START_TLS.join(" or ")}; left out: at once`,
  },
  values: {
    days: { ...CERT_DAYS, item: "certificate" },
  },
  example: "item cert_www certificate www.example.org:443",
  nodata: "nowhere: a certificate that is not there is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  suggest: (host) => suggested(host),
  read: async (host, given) => {
    const [source] = given.args;
    if (source?.startsWith("/")) return { days: firstToExpire(await readFile(host, source), host.now()) };
    const { certificate, fault } = await ask(given);
    return { days: daysLeft(certificate, host.now(), fault ? `, ${fault}` : "") };
  },
});

/** The certificate that a server shows, whether it is to be trusted or not. */
async function ask(given: Given): Promise<Peer> {
  const { args, options, target } = given;
  const { starttls } = options;
  if (starttls !== undefined && !isStartTls(starttls))
    throw new ProbeError(`starttls=${starttls} is not known; there are ${START_TLS.join(", ")}`);
  const [source] = args;
  const { host, port = TLS_PORT } = source === undefined ? { host: target.addr ?? target.host } : splitHostPort(source);
  const line = await connect({ host, port, deadline: deadlineOf(given) });
  try {
    if (starttls !== undefined) await startTls(line, starttls);
    return await line.secure(options.name ?? (source === undefined ? target.host : host));
  } finally {
    line.close();
  }
}

function readFile(host: Host, path: string): Promise<X509Certificate[]> {
  const bytes = host.readBytes(path);
  if (!bytes) throw new ProbeError(`${path} is missing`);
  return parseCertificates(bytes, path);
}

/** All certificates of a file, PEM (also between keys and comments) or DER. Throws ProbeError when there is none. */
export async function parseCertificates(bytes: Uint8Array, path: string): Promise<X509Certificate[]> {
  const text = Buffer.from(bytes).toString("latin1");
  const blocks = text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*-----/g);
  const form = "a certificate in PEM or DER";
  if (!blocks && bytes[0] !== 0x30)
    throw new ProbeError(
      `${path} has no certificate${text.includes("PRIVATE KEY") ? " but a private key" : `: expected ${form}`}`,
    );
  if (blocks && blocks.length > CERTIFICATES_MAX)
    throw new ProbeError(`${path} has more than ${CERTIFICATES_MAX} certificates`);
  const { X509Certificate } = await import("node:crypto"); // a host that asks for none never has it in memory
  return (blocks ?? [bytes]).map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new ProbeError(`${path}: ${blocks ? "a certificate in it is damaged" : `it is not ${form}`}`);
    }
  });
}

/** The days of the one that expires first. */
export function firstToExpire(
  certificates: readonly X509Certificate[],
  now_s: number,
): { value: number; text: string } {
  const days = certificates.map((certificate) => daysLeft(certificate, now_s));
  return days.reduce((first, each) => (each.value < first.value ? each : first));
}

/** Let's Encrypt's certificates, and what lies in /etc/ssl as *.pem and is no bundle of authorities. */
async function suggested(host: Host): Promise<string[]> {
  const found = new Map<string, string>();
  const add = (name: string, file: string) => {
    const item = `cert_${slug(name)}`;
    if (!found.has(item) && !/[\s"#]/.test(file)) found.set(item, file);
  };
  for (const name of host.list(LETSENCRYPT)) {
    const file = `${LETSENCRYPT}/${name}/cert.pem`;
    if (host.stat(file)?.kind === "file") add(name, file);
  }
  for (const name of host.list(OWN).filter((each) => each.endsWith(".pem"))) {
    if (await isOwn(host, `${OWN}/${name}`)) add(name.slice(0, -".pem".length), `${OWN}/${name}`);
  }
  return [...found].map(([item, file]) => `${item} certificate ${file}`);
}

async function isOwn(host: Host, file: string): Promise<boolean> {
  try {
    return (await readFile(host, file)).length <= OWN_CHAIN_MAX;
  } catch {
    return false; // a key, or what dmon may not read
  }
}
