// A web server that records what it is sent, and answers as the test wants: with a Response, or by misbehaving on the socket.

import { createServer } from "node:http";
import type { Socket } from "node:net";

export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export type Answer = { status: number; body?: string; headers?: Record<string, string> } | ((socket: Socket) => void);

/** `answers` are given in turn, the last one for good. */
export async function receiver(...answers: Answer[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method = "", url: path = "" } = request;
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ method, path, headers, body: Buffer.concat(pieces).toString("utf8") });
      const answer = answers[Math.min(received.length, answers.length) - 1] ?? { status: 200, body: "ok" };
      if (typeof answer === "function") answer(request.socket);
      else response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    received,
    port,
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
