// Hosts and ports as items name them.

import { isIP } from "node:net";
import { type Form, quoted, WordError } from "../core/form.ts";
import { isHostname } from "../core/names.ts";
import type { Given } from "../core/probe.ts";

const PORT_MAX = 65_535;

export type IpVersion = 4 | 6;

export interface Address {
  address: string;
  version: IpVersion;
}

/** The host that a reading is about: what its item says, else the host whose item it is. */
export function hostOf({ args, target }: Given): string {
  const [word] = args;
  return word === undefined ? unbracketed(target.addr ?? target.host) : HOST.parse(word);
}

export const PORT: Form<number> = {
  is: `a port, 1 to ${PORT_MAX}`,
  parse: (word) => {
    const port = /^\d+$/.test(word) ? Number(word) : 0;
    if (port >= 1 && port <= PORT_MAX) return port;
    const known = SERVICES[word.toLowerCase()];
    throw new WordError(`${quoted(word)} is no port`, `write ${known ?? `a number from 1 to ${PORT_MAX}`}`);
  },
};

/** Services that people call by their names; /etc/services of another host may have others. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  dns: 53,
  http: 80,
  pop3: 110,
  imap: 143,
  ldap: 389,
  https: 443,
  smtps: 465,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  mysql: 3306,
  rdp: 3389,
  postgresql: 5432,
  redis: 6379,
};

export const IP_VERSION: Form<IpVersion> = {
  is: "4 or 6",
  parse: (word) => {
    if (word === "4" || word === "6") return word === "4" ? 4 : 6;
    throw new WordError(`${quoted(word)} is no version of IP`, "write 4 or 6");
  },
};

/** A name or an address; what is given back has no brackets. */
export const HOST = hostForm((host) => host);

/** The same where the port is an option. */
export const SERVER = hostForm((host, port) => `${host} port=${port}`);

function hostForm(withPort: (host: string, port: string) => string): Form<string> {
  const is = "a name or an address";
  return {
    is,
    parse: (word) => {
      const host = unbracketed(word);
      if (isIP(host.replace(/%.*/, "")) !== 0 || isName(host)) return host;
      if (/^[\d.]+$/.test(word)) throw new WordError(`${quoted(word)} is no address`, "write four numbers up to 255");
      if (word.includes("{host}"))
        throw new WordError(`${quoted(word)} means nothing here`, "leave it out: then it is the item's own host");
      const [, within, port] = AROUND_HOST.exec(word) ?? [];
      const remedy = port === undefined ? within : withPort(within ?? "", port);
      throw new WordError(`${quoted(word)} is no host`, `write ${remedy ?? is}`);
    },
  };
}

/** What is a URL, or has a user or a port. */
const AROUND_HOST = /^(?=.*[:/@])(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/\s]+)(?::(\d+))?(?:\/.*)?$/i;

/** `HOST:PORT`, `[v6]:PORT` or `HOST`; undefined for the port when there is none. */
export const HOST_PORT: Form<{ host: string; port?: number }> = {
  is: "HOST or HOST:PORT",
  parse: (word) => {
    const [, host, port] = /^(\[[^\]]+\]|[^:/]+):([^:/]*)$/.exec(word) ?? [];
    if (host === undefined || port === undefined) return { host: HOST.parse(word) };
    return { host: HOST.parse(host), port: PORT.parse(port) };
  },
};

/** An address has a version of its own. Throws WordError where `ip=` asks for the other one. */
export function checkVersion(host: string, version: IpVersion | undefined): void {
  const own = isIP(host.replace(/%.*/, ""));
  if (own !== 0 && version && own !== version)
    throw new WordError(`${host} is no address of IPv${version}`, "leave ip= out", "ip");
}

/** A name as resolvers take it, also one in another script. Digits alone are an address that was mistyped. */
function isName(host: string): boolean {
  const name = host.replace(/\.$/, "").toLowerCase();
  if (/[^\0-\x7f]/.test(name)) return !/[\s/:@?#[\]]/.test(name);
  return isHostname(name) && !/^[\d.]+$/.test(name);
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.+)\]$/, "$1");
}

/** A name and a port as people write them. */
export function shown(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
