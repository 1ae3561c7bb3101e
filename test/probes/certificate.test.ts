// The probe certificate with real ones made by openssl(1): files, and servers that show them.

import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import certificateProbe, { parseCertificates } from "../../probes/certificate.ts";
import { authorities } from "../../src/reach/trust.ts";
import { fakeHost, GARBAGE, probeErrorOf } from "./fake-host.ts";
import { asked, certificate, here, hostile, scripted, serve, serveTls, upgraded } from "./peers.ts";

const ca = certificate("DNS:ca.example.org", 3000);
const soon = certificate("DNS:www.example.org,DNS:example.org", 12, ca);
const later = certificate("DNS:later.example.org", 80, ca);
const gone = certificate("DNS:gone.example.org", -2);

async function days(words: (string | number)[], options: Record<string, string> = {}) {
  const { days: found } = await certificateProbe.read(here, asked(words, options, 0.7));
  return found as { value: number; text: string };
}

describe("files", () => {
  test("PEM, with others and a key beside it: the first that expires", async () => {
    const text = `${later.key}# note\n${later.cert}${soon.cert}${ca.cert}`;
    const host = fakeHost({ "/etc/x.pem": text, "/etc/y.pem": gone.cert }, { now: () => Date.now() / 1000 });
    const { days: found } = await certificateProbe.read(host, asked(["/etc/x.pem"]));
    expect(found).toEqual({
      value: expect.any(Number),
      text: expect.stringMatching(/^www.example.org: good until 20/),
    });
    expect((found as { value: number }).value).toBeWithin(11.9, 12);
    const { days: past } = await certificateProbe.read(host, asked(["/etc/y.pem"]));
    expect(past).toMatchObject({ text: expect.stringMatching(/^gone.example.org: expired 20/) });
    expect((past as { value: number }).value).toBeWithin(-2.1, -1.9);
  });

  test("several by a pattern: the first of all that expires; and none", async () => {
    const files = {
      "/etc/live/a/cert.pem": later.cert,
      "/etc/live/b/cert.pem": soon.cert,
      "/etc/live/c/key.pem": ca.key,
    };
    const host = fakeHost(files, { now: () => Date.now() / 1000 });
    const read = (path: string) => certificateProbe.read(host, asked([path]));
    expect(await read("/etc/live/*/cert.pem")).toMatchObject({
      days: { text: expect.stringMatching(/^www.example.org/) },
    });
    expect(await probeErrorOf(() => read("/etc/live/*/*.crt"))).toBe("no file matches /etc/live/*/*.crt");
    expect(await read("/etc/live/*/*.pem")).toMatchObject({
      days: { text: expect.stringMatching(/^www.example.org/) },
    });
    expect(await probeErrorOf(() => read("/etc/live/c/*.pem"))).toBe(
      "/etc/live/c/*.pem: no certificate but private keys",
    );
  });

  test("DER", async () => {
    const der = execFileSync("openssl", ["x509", "-outform", "DER"], { input: soon.cert });
    expect((await parseCertificates(der, "x")).map(({ subject }) => subject)).toEqual(["CN=www.example.org"]);
    for (const cut of [1, 50, der.length - 1])
      expect(await probeErrorOf(() => parseCertificates(der.subarray(0, cut), "x"))).toMatch(/^x: /);
  });

  test("none, a key, damage, garbage", async () => {
    expect(await probeErrorOf(() => days(["/nosuch.pem"]))).toBe("/nosuch.pem is missing");
    const parse = (text: string) => probeErrorOf(() => parseCertificates(Buffer.from(text), "x"));
    expect(await parse(soon.key)).toBe("x has no certificate but a private key");
    expect(await parse(soon.cert.replace(/\n./, "\nA"))).toBe("x: a certificate in it is damaged");
    expect(await parse(soon.cert.repeat(1001))).toBe("x has more than 1000 certificates");
    for (const text of GARBAGE) expect(await parse(text)).toStartWith("x has no certificate: expected");
  });

  test("the authorities of this host are certificates, and no suggestion", async () => {
    const bundle = authorities();
    if (bundle) expect((await parseCertificates(Buffer.from(bundle), "x")).length).toBeGreaterThan(50);
    const host = fakeHost({
      "/etc/letsencrypt/live/www.example.org/cert.pem": soon.cert,
      "/etc/letsencrypt/live/README": "text",
      "/etc/ssl/mail.pem": later.cert,
      "/etc/ssl/www.example.org.pem": later.cert,
      "/etc/ssl/two words.pem": later.cert,
      "/etc/ssl/key.pem": later.key,
      "/etc/ssl/cert.pem": soon.cert.repeat(20),
    });
    expect(await certificateProbe.suggest?.(host)).toEqual([
      "cert_www_example_org certificate /etc/letsencrypt/live/www.example.org/cert.pem",
      "cert_mail certificate /etc/ssl/mail.pem",
    ]);
  });
});

describe("servers", () => {
  test("what is wrong with one that is not trusted is in the text", async () => {
    const port = await serveTls(soon, hostile.mute);
    const { value, text } = await days([`127.0.0.1:${port}`], { name: "www.example.org" });
    expect(value).toBeWithin(11.9, 12);
    expect(text).toMatch(/^www.example.org: good until .*, the certificate's issuer is not trusted here/);
    const expired = await days([`localhost:${await serveTls(gone, hostile.mute)}`]);
    expect(expired.value).toBeWithin(-2.1, -1.9);
    expect(expired.text).toMatch(/: expired .*, the certificate has expired$/);
  });

  test.each(["smtp", "imap", "pop3"])("starttls=%s", async (starttls) => {
    const port = await serve((socket) => {
      const answers = { EHLO: "250 x\r\n", STARTTLS: "220 go\r\n", a: "* note\r\na OK go\r\n", STLS: "+OK go\r\n" };
      const greeting = { smtp: "220 x\r\n", imap: "* OK x\r\n", pop3: "+OK x\r\n" }[starttls] ?? "";
      const talk = (bytes: Buffer) => {
        if (!/STARTTLS|STLS/.test(String(bytes))) return;
        socket.removeAllListeners("data");
        upgraded(socket, later);
      };
      scripted(greeting, answers)(socket);
      socket.on("data", talk);
    });
    const { text } = await days([`127.0.0.1:${port}`], { starttls });
    expect(text).toStartWith("later.example.org: good until ");
  });

  test("refused, no TLS, no such starttls", async () => {
    expect(await probeErrorOf(() => days(["127.0.0.1:1"]))).toStartWith("127.0.0.1:1: connection refused");
    expect(await probeErrorOf(() => days([]))).toStartWith("127.0.0.1:443: connection refused");
    const port = await serve(scripted("* BYE\r\n", {}));
    expect(await probeErrorOf(() => days([`127.0.0.1:${port}`]))).toEndWith(
      "no TLS there: what answers does not speak TLS",
    );
    expect(await probeErrorOf(() => days([`127.0.0.1:${port}`], { starttls: "imap" }))).toEndWith(
      'the greeting is not * OK but "* BYE"',
    );
    expect(await probeErrorOf(() => days(["x:1"], { starttls: "ftp" }))).toBe(
      '"ftp" is not known here; write smtp, imap or pop3',
    );
  });
});
