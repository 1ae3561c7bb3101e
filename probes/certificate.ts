// How long certificates (X.509, RFC 5280) are still good: of a file, or those that a server shows.

import type { X509Certificate } from "node:crypto";
import { type Form, oneOf, WordError } from "../src/core/form.ts";
import type { Host } from "../src/core/host.ts";
import { CERTIFICATES_MAX } from "../src/core/limits.ts";
import { slug } from "../src/core/names.ts";
import { defineProbe, type Given, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { HOST, HOST_PORT } from "../src/reach/address.ts";
import { CERT_DAYS, daysLeft } from "../src/reach/days.ts";
import { deadlineOf } from "../src/reach/deadline.ts";
import { connect, type Peer } from "../src/reach/line.ts";
import { START_TLS, startTls } from "../src/reach/starttls.ts";
import { expand, FILES, isGlob, wake } from "./file.ts";

const LETSENCRYPT = "/etc/letsencrypt/live";
const OWN = "/etc/ssl";
/** More in one file are the authorities that a host trusts: nobody renews those. */
const OWN_CHAIN_MAX = 5;
const TLS_PORT = 443;

/** Where certificates are: `/etc/ssl/www.pem`, `www.example.org:443`. */
const SOURCE: Form<{ path: string } | { host: string; port?: number }> = {
  is: `the path of a file, * ? and [a-z] in it; ${HOST_PORT.is}`,
  parse: (word) => {
    if (word.startsWith("/")) return { path: FILES.parse(word) };
    if (/\.(pem|crt|cer|der)$|^[.~]/.test(word)) return { path: FILES.parse(word) }; // which says what is wrong with it
    return HOST_PORT.parse(word);
  },
};

const OPTIONS = {
  name: { form: HOST, doc: "whose certificate a server is asked for (SNI), where that is not its host" },
  starttls: { form: oneOf(START_TLS), doc: "how TLS begins; left out: at once" },
} satisfies Options;

export default defineProbe({
  name: "certificate",
  doc: "How long a certificate is still good: the first to expire in a file, or that of a server.",
  args: [
    {
      name: "source",
      form: SOURCE,
      doc: "Files (PEM or DER), or a server, by default its port 443. Of those that a pattern means the ones with a key alone do not count. Left out: the item's own host.",
      optional: true,
    },
  ],
  options: OPTIONS,
  check: ({ args: [source], options }) => {
    const given = Object.keys(options)[0];
    if (source !== undefined && given !== undefined && "path" in SOURCE.parse(source))
      throw new WordError(`${given}= is for servers, and ${source} is a file`, "leave it out", given);
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
    const [word] = given.args;
    const source = word === undefined ? { host: undefined } : SOURCE.parse(word);
    if ("path" in source) return { days: firstToExpire(await readFiles(host, source.path), host.now()) };
    const { certificate, fault } = await ask(source, given);
    return { days: daysLeft(certificate, host.now(), fault ? `, ${fault}` : "") };
  },
});

/** The certificate that a server shows, whether it is to be trusted or not. */
async function ask(
  { host, port = TLS_PORT }: { host: string | undefined; port?: number },
  given: Given,
): Promise<Peer> {
  const { target } = given;
  const starttls = optionOf(OPTIONS, "starttls", given);
  const name = optionOf(OPTIONS, "name", given) ?? host ?? target.host;
  const line = await connect({ host: host ?? target.addr ?? target.host, port, deadline: deadlineOf(given) });
  try {
    if (starttls !== undefined) await startTls(line, starttls);
    return await line.secure(name);
  } finally {
    line.close();
  }
}

/** The certificates of a file, or of all that a pattern means. */
async function readFiles(host: Host, path: string): Promise<X509Certificate[]> {
  await wake(host, path);
  if (!isGlob(path)) return readFile(host, path);
  const files = (await expand(host, path)).filter((each) => host.stat(each)?.kind === "file");
  if (files.length === 0) throw new ProbeError(`no file matches ${path}`);
  const found: X509Certificate[] = [];
  for (const each of files) {
    const bytes = bytesOf(host, each);
    if (isKey(bytes)) continue; // Let's Encrypt has them side by side
    found.push(...(await parseCertificates(bytes, each)));
    if (found.length > CERTIFICATES_MAX) throw new ProbeError(`${path}: more than ${CERTIFICATES_MAX} certificates`);
  }
  if (found.length === 0) throw new ProbeError(`${path}: no certificate but private keys`);
  return found;
}

function readFile(host: Host, path: string): Promise<X509Certificate[]> {
  return parseCertificates(bytesOf(host, path), path);
}

function bytesOf(host: Host, path: string): Uint8Array {
  const bytes = host.readBytes(path);
  if (!bytes) throw new ProbeError(`${path} is missing`);
  return bytes;
}

const BEGIN = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

function isKey(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString("latin1");
  return text.includes("PRIVATE KEY-----") && !BEGIN.test(text);
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
