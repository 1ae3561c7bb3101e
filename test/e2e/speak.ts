// A peer on the wire, written without any of dmon's own code.

import { connect, type Socket } from "node:net";

export interface Line {
  port: number;
  host?: string;
  /** Our own address. */
  from?: string;
  /** Close our half behind the words. */
  end?: boolean;
  timeout_ms?: number;
}

/** Opens a connection; rejects when nobody is there. */
export function dial({ port, host = "127.0.0.1", from }: Line): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, allowHalfOpen: true, ...(from ? { localAddress: from } : {}) });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined); // a reset ends the answer, as the close does
      resolve(socket);
    });
  });
}

/** Says words to a port as they are and returns all that comes until the peer closes. */
export async function speak(line: Line, words: string | Uint8Array): Promise<string> {
  const socket = await dial(line);
  const answer = hear(socket, line.timeout_ms);
  if (line.end) socket.end(words);
  else socket.write(words);
  return answer;
}

/** All that comes until the peer closes. */
export function hear(socket: Socket, timeout_ms = 15_000): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`not closed within ${timeout_ms} ms; heard ${JSON.stringify(text().slice(0, 200))}`));
    }, timeout_ms);
    const text = () => Buffer.concat(chunks).toString("utf8");
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text());
    };
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    socket.once("end", done);
    socket.once("close", done);
  });
}
