// The socket of the pages: Bun.serve around handle().

import { HTTP_BODY_BYTES_MAX, HTTP_IDLE_S_MAX } from "../core/limits.ts";
import type { PageSource } from "./model.ts";

export interface PageServer {
  /** Where a browser on this host finds it, with the true port: `http://127.0.0.1:22080/`. */
  url: string;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** `address:port`; `[::1]:22080` for IPv6, `*:22080` for all addresses, port 0 for any free one. */
  listen: string;
  source: PageSource;
  log: (line: string) => void;
  /** Names beside those of the monitored hosts by which browsers may call this server. */
  names?: readonly string[];
}

export const LISTEN_FORM = "an address and a port such as 127.0.0.1:22080, [::1]:22080 or *:22080";

/** Serves the pages. Throws an Error that says why when it cannot listen. */
export function servePages({ listen, source, log, names = [] }: ServeOptions): PageServer {
  const at = parseListen(listen);
  if (!at) throw new Error(`"${listen}" is nothing to listen on; use ${LISTEN_FORM}`);
  const own = at.address === "::" ? names : [...names, at.address];
  try {
    const server = Bun.serve({
      hostname: at.address,
      port: at.port,
      development: false,
      idleTimeout: HTTP_IDLE_S_MAX,
      maxRequestBodySize: HTTP_BODY_BYTES_MAX,
      // Views and styles are loaded when somebody looks: most pagemakers are seldom looked at, and all are kept small.
      fetch: async (request) => (await import("./handle.ts")).handle(request, source, { log, names: own }),
      error(error) {
        log(`page: ${error.message}`);
        return new Response("dmon: this page could not be made; the log says more\n", { status: 500 });
      },
    });
    return { url: urlOf(at.address, server.port ?? at.port), stop: () => server.stop(true) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`pages cannot listen on ${listen}: ${why}`, { cause: error });
  }
}

/** `address:port` in its parts; undefined for anything else. */
export function parseListen(text: string): { address: string; port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  const address = match[1] ?? match[2] ?? "";
  return { address: address === "" || address === "*" ? "::" : address, port };
}

function urlOf(address: string, port: number): string {
  if (address === "0.0.0.0" || address === "::") return `http://localhost:${port}/`;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}/`;
}
