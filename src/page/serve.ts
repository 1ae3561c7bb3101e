// The socket of the pages: Bun.serve around handle().

import { type Endpoint, endpointUrl, formatEndpoint } from "../core/endpoint.ts";
import { HTTP_BODY_BYTES_MAX, HTTP_IDLE_S_MAX } from "../core/limits.ts";
import { Live } from "./live/live.ts";
import type { PageSource } from "./model.ts";
import type { Door } from "./session/guest.ts";

export interface PageServer {
  /** Where a browser on this host finds it, with the true port: `http://127.0.0.1:22080/`. */
  url: string;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Port 0 takes any free one. */
  endpoint: Endpoint;
  source: PageSource;
  log: (line: string) => void;
  /** Names beside those of the monitored hosts by which browsers may call this server. */
  names?: readonly string[];
  /** How people log in. */
  door?: Door;
}

/** Serves the pages. Throws an Error that says why when it cannot listen. */
export function servePages({ endpoint, source, log, names = [], door }: ServeOptions): PageServer {
  const { address, port } = endpoint;
  const own = address === "::" ? names : [...names, address];
  const live = liveOf(source, log);
  try {
    const server = Bun.serve({
      hostname: address,
      port,
      reusePort: false, // Bun's default would let two daemons share the port, each answering half of the requests
      development: false,
      idleTimeout: HTTP_IDLE_S_MAX,
      maxRequestBodySize: HTTP_BODY_BYTES_MAX,
      // Views and styles are loaded when somebody looks: most pagemakers are seldom looked at, and all are kept small.
      fetch: async (request, socket) => {
        const peer = socket.requestIP(request)?.address ?? ""; // now: it is gone when the request is
        const { handle } = await import("./handle.ts");
        const site = live ? { live } : {};
        return await handle(request, source, { log, names: own, peer, site, ...(door ? { door } : {}) });
      },
      error(error) {
        log(`page: ${error.message}`);
        return new Response("dmon: this page could not be made; the log says more\n", { status: 500 });
      },
    });
    return {
      url: endpointUrl({ address, port: server.port ?? port }),
      async stop() {
        live?.stop();
        await server.stop(true);
      },
    };
  } catch (error) {
    const inUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    const why = inUse ? "the port is in use" : error instanceof Error ? error.message : String(error);
    throw new Error(`pages cannot listen on ${formatEndpoint(endpoint)}: ${why}`, { cause: error });
  }
}

/** Who watches pages, where the source tells what becomes new. */
function liveOf(source: PageSource, log: (line: string) => void): Live | undefined {
  const { onChange } = source;
  if (!onChange) return undefined;
  const now_s = () => Date.now() / 1000;
  return new Live({ onChange, now_s, log });
}
