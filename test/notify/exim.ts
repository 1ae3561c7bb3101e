// Debian's exim on loopback, with everything in a directory of its own: a real mail server, and mailboxes that are read back.

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { lacks, lacksRoot } from "../skips.ts";

const EXIM = "/usr/sbin/exim4";
export const lacksExim = lacks("exim4") || lacks("openssl") || lacksRoot("a mail server of its own");

const READY_MS_MAX = 20_000;
export const LOGIN = { user: "dmon@example.org", password: "ge:h/e@im#1" };

interface Options {
  /** Whether it offers STARTTLS, and wants a login behind it. */
  tls?: boolean;
}

export class Exim implements AsyncDisposable {
  readonly port: number;
  readonly dir: string;
  private readonly child: Bun.Subprocess;

  private constructor(port: number, child: Bun.Subprocess, dir: string) {
    this.port = port;
    this.child = child;
    this.dir = dir;
  }

  static async start({ tls = false }: Options = {}): Promise<Exim> {
    const dir = mkdtempSync(join(tmpdir(), "dmon-exim-"));
    const owner = ownerOf("Debian-exim");
    for (const name of [".", "spool", "log", "mail"]) {
      mkdirSync(join(dir, name), { recursive: true });
      chownSync(join(dir, name), owner.uid, owner.gid);
    }
    chmodSync(dir, 0o755); // exim gives its rights away before it reads some files
    if (tls) makeCertificate(dir, owner);
    const conf = join(dir, "conf");
    writeFileSync(conf, configuration(dir, tls));
    const port = await freePort();
    const child = Bun.spawn([EXIM, "-C", conf, "-bdf", "-oX", String(port)], {
      stdout: "ignore",
      stderr: "pipe",
      detached: true,
    });
    const exim = new Exim(port, child, dir);
    const end = performance.now() + READY_MS_MAX;
    while (!exim.log().includes("listening for SMTP")) {
      if (performance.now() < end && child.exitCode === null) {
        await Bun.sleep(20);
        continue;
      }
      const said = child.exitCode === null ? exim.log() : await new Response(child.stderr).text();
      await exim[Symbol.asyncDispose]();
      throw new Error(`exim does not answer: ${said}`);
    }
    return exim;
  }

  /** The authority of its certificate. */
  get ca(): string {
    return join(this.dir, "cert.pem");
  }

  /** The mails in a mailbox, parsed, as soon as there are so many. */
  async mails(user: string, count: number): Promise<Email[]> {
    const end = performance.now() + READY_MS_MAX;
    for (;;) {
      const raw = this.mailbox(user);
      if (raw.length >= count) return Promise.all(raw.map((mail) => PostalMime.parse(mail)));
      if (performance.now() > end) throw new Error(`${raw.length} mails for ${user}: ${this.log()}`);
      await Bun.sleep(20);
    }
  }

  log(): string {
    const file = join(this.dir, "log/mainlog");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** A sendmail that belongs to it. */
  sendmail(): string {
    const file = join(this.dir, "sendmail");
    writeFileSync(file, `#!/bin/sh\nexec ${EXIM} -C ${join(this.dir, "conf")} "$@"\n`, { mode: 0o755 });
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What delivers in the background would make the directory anew.
    const count = (word: string) => this.log().split(word).length;
    const end = performance.now() + READY_MS_MAX;
    while (count(" <= ") > count(" Completed\n") && performance.now() < end) await Bun.sleep(20);
    // With its group: whoever serves a connection that still waits would log into it, too.
    process.kill(-this.child.pid, "SIGKILL");
    await this.child.exited;
    rmSync(this.dir, { recursive: true, force: true });
  }

  private mailbox(user: string): string[] {
    const file = join(this.dir, "mail", user);
    if (!existsSync(file)) return [];
    return readFileSync(file, "latin1")
      .split(/^From \S+ .*\n/m)
      .slice(1)
      .map((mail) => mail.replace(/^>From /gm, "From "));
  }
}

// Nobody is asked who we are, and no name is looked up: the test's machine may be alone.
function configuration(dir: string, tls: boolean): string {
  const { user, password } = LOGIN;
  return `primary_hostname = mail.example.org
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/pid
local_interfaces = 127.0.0.1
keep_environment =
log_selector = +millisec +msg_id
deliver_drop_privilege = true
trusted_users = root
host_lookup =
rfc1413_hosts =
smtp_accept_keepalive = false
acl_smtp_rcpt = rcpt
tls_advertise_hosts = ${tls ? "*" : ""}
${tls ? `tls_certificate = ${dir}/cert.pem\ntls_privatekey = ${dir}/key.pem` : ""}
begin acl
rcpt:
${tls ? "  deny message = a login is wanted\n       !authenticated = *" : ""}
  accept verify = recipient
  deny message = no such user
begin routers
local:
  driver = accept
  domains = example.org
  local_parts = anna : bob
  transport = box
begin transports
box:
  driver = appendfile
  file = ${dir}/mail/$local_part_data
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if def:tls_in_cipher}
  server_prompts = :
  server_condition = \${if and {{eq{$auth2}{${user}}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2
`;
}

/** Of this host's own name, and of no known authority. */
function makeCertificate(dir: string, owner: { uid: number; gid: number }): void {
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const files = ["-keyout", `${dir}/key.pem`, "-out", `${dir}/cert.pem`];
  const { success, stderr } = Bun.spawnSync(
    [
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-addext",
      names,
      ...files,
    ],
    { stderr: "pipe" },
  );
  if (!success) throw new Error(`openssl: ${stderr.toString()}`);
  for (const name of ["key.pem", "cert.pem"]) chownSync(join(dir, name), owner.uid, owner.gid);
}

function ownerOf(user: string): { uid: number; gid: number } {
  // Its spool is the user's that the package has made.
  const { uid, gid } = statSync("/var/spool/exim4");
  if (uid === 0) throw new Error(`/var/spool/exim4 is not ${user}'s`);
  return { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return typeof address === "object" && address ? address.port : 0;
}
