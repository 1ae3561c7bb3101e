// One UDP socket for all devices that are asked, of each version of IP. A packet goes to whoever expects one from where it
// came from; any other is dropped unread.

import { isIPv6 } from "node:net";
import { ProbeError } from "../core/reading.ts";

/** Who expects packets from an address and port. */
interface Expecting {
  hear: (packet: Buffer) => void;
}

type Socket = Bun.udp.Socket<"buffer">;

const expecting = new Map<string, Set<Expecting>>();
const sockets: Partial<Record<"udp4" | "udp6", Promise<Socket>>> = {};

/** A way to one address and port, over the socket that all share. */
export interface Way {
  /** Throws an Error with the `code` of the system call. What the socket cannot take is lost, as UDP may lose anything. */
  send(packet: Buffer): void;
  close(): void;
}

/** Opens the way to an address; `hear` is called with each packet that comes from there, until it is closed. */
export async function wayTo(address: string, port: number, hear: (packet: Buffer) => void): Promise<Way> {
  const version = isIPv6(address.replace(/%.*/, "")) ? "udp6" : "udp4";
  const socket = await socketOf(version);
  const key = keyOf(address, port);
  const mine: Expecting = { hear };
  const all = expecting.get(key) ?? new Set();
  expecting.set(key, all.add(mine));
  return {
    send: (packet) => sendBy(socket, packet, port, address),
    close: () => {
      all.delete(mine);
      if (all.size === 0) expecting.delete(key);
    },
  };
}

/** Errors that a socket holds for others: each is told once, to the next one who sends, whose packet then was not sent. */
const HELD_ERRORS_MAX = 4;

// "Port unreachable" that came from one device is told to whoever sends next (ip(7), IP_RECVERR, which the runtime sets).
function sendBy(socket: Socket, packet: Buffer, port: number, address: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      socket.send(packet, port, address);
      return;
    } catch (error) {
      if (attempt > HELD_ERRORS_MAX) throw error;
    }
  }
}

// All who come at once wait for the same one. One that could not be opened, or was closed, is nobody's any more.
async function socketOf(version: "udp4" | "udp6"): Promise<Socket> {
  const open = sockets[version] ?? openSocket(version);
  sockets[version] = open;
  const forget = () => {
    if (sockets[version] === open) delete sockets[version];
  };
  try {
    const socket = await open;
    if (!socket.closed) return socket;
  } catch (error) {
    forget();
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new ProbeError(`this host opens no UDP socket for IPv${version === "udp6" ? 6 : 4}: ${code}`);
  }
  forget();
  return socketOf(version);
}

async function openSocket(version: "udp4" | "udp6"): Promise<Socket> {
  const socket = await Bun.udpSocket({
    hostname: version === "udp6" ? "::" : "0.0.0.0",
    socket: {
      data: (_, packet, port, address) => {
        for (const { hear } of expecting.get(keyOf(address, port)) ?? []) hear(packet);
      },
      error: () => {}, // of one packet, which is lost
    },
  });
  socket.unref(); // who waits for an answer has a timer that keeps the process alive
  return socket;
}

/** IPv6 addresses have many forms: by the one that URLs have. A zone is this host's own name for an interface. */
function keyOf(address: string, port: number): string {
  const plain = address.replace(/%.*/, "");
  return `${isIPv6(plain) ? new URL(`http://[${plain}]`).hostname : plain} ${port}`;
}
