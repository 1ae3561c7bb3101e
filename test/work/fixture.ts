// A small work.conf, to which tests add what they are about.

import { SourceError } from "../../src/core/diagnostic.ts";
import { makeWorks, type Works } from "../../src/work/compile.ts";
import type { ReadIncluded } from "../../src/work/parse.ts";
import type { Site } from "../../src/work/site.ts";
import type { ItemWork } from "../../src/work/works.ts";

export const SERVER = "mars.example.org";

export const HOSTS = `host ${SERVER} mars
host www1.example.org www1
host www2.example.org www2
host ups.example.org ups via=mars snmp=v2c:public addr=192.0.2.9
`;

export function works(text: string, server = SERVER, readIncluded?: ReadIncluded, site?: Site): Works {
  return makeWorks("/etc/dmon/work.conf", text, server, readIncluded, site);
}

/** The work of one item, by default on the server itself. */
export function itemOf(made: Works, item: string, host = SERVER, client = host): ItemWork {
  const found = made.clients.get(client)?.hosts[host]?.items[item];
  if (!found) throw new Error(`${host} has no ${item}`);
  return found;
}

/** Errors as `line:column message`; none when the text is good. */
export function errorsOf(text: string, server = SERVER): string[] {
  try {
    works(text, server);
    return [];
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.diagnostics.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
  }
}

/** Warnings as `line:column message`. */
export function warningsOf(text: string): string[] {
  return works(text).warnings.map(({ place, message }) => `${place.line}:${place.column} ${message}`);
}

/** Warnings as `line message; hint`. */
export function told(text: string, site?: Site): string[] {
  return works(text, SERVER, undefined, site).warnings.map(
    ({ place, message, hint }) => `${place.line} ${message}; ${hint}`,
  );
}
