// Peers on loopback for the probes of the network: servers that keep to a script, and certificates made by openssl(1).

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { createSecureContext, createServer as createTlsServer, TLSSocket } from "node:tls";
import { localHost } from "../../src/client/host.ts";
import type { Host, SelfStats } from "../../src/core/host.ts";
import type { Given } from "../../src/core/probe.ts";

/** This host, as probes see it. */
export const here: Host = localHost({ root: "", self: () => ({}) as SelfStats });

/** A reading of an item with these words; times out after `timeout_s`. */
export function asked(args: (string | number)[], options: Record<string, string> = {}, timeout_s = 5): Given {
  return { args: args.map(String), options, target: { host: "mars.example.org", addr: "127.0.0.1" }, timeout_s };
}

/** A server on a free port of loopback that does this with each connection. */
export function serve(talk: (socket: Socket) => void, host = "127.0.0.1"): Promise<number> {
  return listening(
    createServer((socket) => talk(kept(socket))),
    host,
  );
}

/** The same behind TLS. */
export function serveTls({ key, cert }: Certificate, talk: (socket: Socket) => void): Promise<number> {
  return listening(
    createTlsServer({ key, cert }, (socket) => talk(kept(socket))),
    "127.0.0.1",
  );
}

/** Begins TLS on the server's side of a connection. */
export function upgraded(socket: Socket, { key, cert }: Certificate): Socket {
  return kept(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key, cert }) }));
}

function kept(socket: Socket): Socket {
  socket.on("error", () => undefined);
  return socket;
}

async function listening(server: Server, host: string): Promise<number> {
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  server.unref();
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** Lines that a server answers, each to what begins so; the first is its greeting. */
export function scripted(greeting: string, answers: Readonly<Record<string, string>>): (socket: Socket) => void {
  return (socket) => {
    let text = "";
    if (greeting) socket.write(greeting);
    socket.on("data", (bytes) => {
      text += String(bytes);
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        const word = Object.keys(answers).find((each) => line.startsWith(each));
        if (word !== undefined) socket.write(answers[word] ?? "");
      }
    });
  };
}

/** What hostile servers do. */
export const hostile = {
  mute: () => undefined,
  closes: (socket: Socket) => void socket.end(),
  /** A byte every 20 ms, never a line's end. */
  drips: (socket: Socket) => {
    const timer = setInterval(() => socket.write("2"), 20);
    socket.on("close", () => clearInterval(timer));
  },
  /** As much as the socket takes, without a line's end. */
  floods: (socket: Socket) => {
    const much = Buffer.alloc(64 * 1024, "x");
    const pour = () => {
      for (let i = 0; i < 100 && !socket.destroyed; i++) if (!socket.write(much)) return;
    };
    socket.on("drain", pour);
    pour();
  },
  /** Lines without an end. */
  chatters: (socket: Socket) => {
    const much = "220-still here\r\n".repeat(4096);
    const pour = () => {
      for (let i = 0; i < 100 && !socket.destroyed; i++) if (!socket.write(much)) return;
    };
    socket.on("drain", pour);
    pour();
  },
};

export interface Certificate {
  key: string;
  cert: string;
}

/** A certificate for `names` (`DNS:a,IP:b`) that is good for so many days; signed by `by`, else by itself. */
export function certificate(names: string, days: number, by?: Certificate): Certificate {
  const directory = mkdtempSync(`${tmpdir()}/dmon-peers-`);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  const write = (name: string, text: string) => writeFileSync(`${directory}/${name}`, text);
  try {
    write("ca.cnf", CA_CONFIG.replace("EXTENSIONS", by ? "" : "basicConstraints=critical,CA:true"));
    write("index", "");
    write("serial", `1${crypto.randomUUID().replaceAll("-", "").slice(0, 15)}`);
    write("by.key", by?.key ?? "");
    write("by.pem", by?.cert ?? "");
    const [first = ""] = names.split(",");
    const subject = ["-subj", `/CN=${first.replace(/^\w+:/, "")}`, "-addext", `subjectAltName=${names}`];
    const made = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out csr".split(" ");
    openssl(...made, ...subject);
    const signer = by ? ["-cert", "by.pem", "-keyfile", "by.key"] : ["-selfsign", "-keyfile", "key"];
    const period = ["-startdate", asn1Time(-100), "-enddate", asn1Time(days)];
    openssl(..."ca -batch -config ca.cnf -in csr -out pem -notext".split(" "), ...signer, ...period);
    return { key: readFileSync(`${directory}/key`, "utf8"), cert: readFileSync(`${directory}/pem`, "utf8") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const CA_CONFIG = `[ca]
default_ca=d
[d]
database=index
serial=serial
new_certs_dir=.
default_md=sha256
policy=p
unique_subject=no
copy_extensions=copy
x509_extensions=x
[x]
EXTENSIONS
[p]
commonName=supplied
`;

function asn1Time(days: number): string {
  const text = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${text.replace(/[-:T]|\.\d+|Z/g, "")}Z`;
}
