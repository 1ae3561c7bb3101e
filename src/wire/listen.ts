// The listening end of the wire: one request line in, one answer out, then the connection closes [seed].
// Every netcat works, the half-closing and the other kind; no peer costs more than the bounds in core/limits.

import type { Socket, TCPSocketListener } from "bun";
import { ANSWER_FIRST_BYTES, LAST_ANSWERS_MS_MAX } from "../core/limits.ts";
import { Connection, type DoorOptions, type Shared } from "./connection.ts";
import { Making } from "./making.ts";

export interface ListenOptions extends DoorOptions {
  /** Addresses to bind; none means all. Port 0 takes a free one (with one address). */
  addresses: readonly string[];
  port: number;
}

export interface Listener {
  port: number;
  /** How many peers were refused: strangers, and those who were too many. */
  readonly refused: number;
  /** Takes nobody new, gives answers that are being made a moment to end, and closes all. */
  stop(): Promise<void>;
}

/** Binds the port on all addresses. Throws the system's error (EADDRINUSE, EACCES, …). */
export function listen(options: ListenOptions): Listener {
  const log = refusedLog(options.log);
  let refused = 0;
  const shared: Shared = {
    counts: new Map(),
    refused: (address, why) => {
      refused++;
      log(address, why);
    },
    making: new Making(ANSWER_FIRST_BYTES),
    relaying: new Making(ANSWER_FIRST_BYTES / 2),
  };
  const connections = new Set<Connection>();
  const handlers = {
    open(socket: Socket<Connection>) {
      const connection = new Connection(socket, options, shared, () => connections.delete(connection));
      socket.data = connection;
      connections.add(connection);
      connection.open();
    },
    data: (socket: Socket<Connection>, bytes: Buffer) => socket.data.receive(bytes),
    end: (socket: Socket<Connection>) => socket.data.peerEnded(),
    drain: (socket: Socket<Connection>) => socket.data.drained(),
    close: (socket: Socket<Connection>) => socket.data?.closed(),
    error: (socket: Socket<Connection>) => socket.data?.closed(),
  };
  const bind = (hostname: string) =>
    Bun.listen<Connection>({ hostname, port: options.port, allowHalfOpen: true, socket: handlers });
  const listeners: TCPSocketListener<Connection>[] = [];
  try {
    if (options.addresses.length > 0) for (const address of options.addresses) listeners.push(bind(address));
    else listeners.push(bindAll(bind));
  } catch (error) {
    for (const listener of listeners) listener.stop(true);
    throw error;
  }
  return {
    port: listeners[0]?.port ?? options.port,
    get refused() {
      return refused;
    },
    stop: async () => {
      for (const listener of listeners) listener.stop();
      for (const connection of connections) connection.hurry();
      const deadline = performance.now() + LAST_ANSWERS_MS_MAX;
      while (performance.now() < deadline && [...connections].some((each) => each.isAnswering)) await Bun.sleep(5);
      for (const listener of listeners) listener.stop(true);
      for (const connection of connections) connection.closed();
    },
  };
}

// `::` takes IPv4 too; a kernel without IPv6 refuses it with another error than a port in use.
function bindAll<T>(bind: (address: string) => T): T {
  try {
    return bind("::");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw error;
    return bind("0.0.0.0");
  }
}

/** Says that a stranger came, once a minute each, not a line per try. */
function refusedLog(log: ListenOptions["log"]): (address: string, why: string) => void {
  const last = new Map<string, number>();
  return (address, why) => {
    const now = performance.now();
    if (now - (last.get(address) ?? -Infinity) < 60_000) return;
    if (last.size > 1000) last.clear();
    last.set(address, now);
    log.quiet(`refused ${address}: ${why}`);
  };
}
