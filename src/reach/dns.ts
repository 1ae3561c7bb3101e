// Asks a DNS server (RFC 1035): by UDP from a port of chance, and again when nothing comes; by TCP when the answer is cut.

import { DNS_MESSAGE_BYTES_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import { type Address, shown } from "./address.ts";
import { before, type Deadline } from "./deadline.ts";
import { type DnsAnswer, decodeAnswer, encodeQuestion, type Question } from "./dns-message.ts";
import { connect } from "./line.ts";

/** A datagram that was lost is sent again after so long. */
const AGAIN_MS = 1000;

/** Asks one server. Throws ProbeError when it does not answer, or what it says is no answer. */
export async function askDns(
  server: Address,
  port: number,
  question: Question,
  deadline: Deadline,
): Promise<DnsAnswer> {
  const name = shown(server.address, port);
  const answer = await byUdp(server, port, question, deadline).catch((error) => {
    throw new ProbeError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return answer.truncated ? await byTcp(server.address, port, question, deadline) : answer;
}

async function byUdp(server: Address, port: number, question: Question, deadline: Deadline): Promise<DnsAnswer> {
  const id = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  const message = encodeQuestion(id, question);
  const { promise, resolve, reject } = Promise.withResolvers<DnsAnswer>();
  let strays = 0;
  promise.catch(() => undefined); // it may fail when nobody waits any more
  const socket = await Bun.udpSocket({
    hostname: server.version === 4 ? "0.0.0.0" : "::",
    connect: { hostname: server.address, port },
    socket: {
      data: (_, bytes) => {
        try {
          const answer = decodeAnswer(bytes, id, question);
          if (answer) resolve(answer);
          else strays++;
        } catch (error) {
          reject(error);
        }
      },
      // Bun 1.4.5 leaves out the socket that its types put first.
      error: (...words: unknown[]) => reject(new ProbeError(udpFault(words.at(-1)))),
    },
  });
  const send = () => {
    try {
      socket.send(message);
    } catch (error) {
      reject(new ProbeError(udpFault(error)));
    }
  };
  const timer = setInterval(send, AGAIN_MS);
  try {
    send();
    const answer = await before(deadline, promise);
    if (answer) return answer;
    const only = strays > 0 ? ", only packets that answer nothing we asked" : "";
    throw new ProbeError(`no answer within ${deadline.within}${only}`);
  } finally {
    clearInterval(timer);
    socket.close();
  }
}

function udpFault(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return "refused: no DNS server listens there";
  if (code === "ENETUNREACH" || code === "EHOSTUNREACH") return "no route to it";
  return error instanceof Error ? error.message : String(error);
}

async function byTcp(host: string, port: number, question: Question, deadline: Deadline): Promise<DnsAnswer> {
  const id = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  const message = encodeQuestion(id, question);
  const line = await connect({ host, port, deadline, bytes_max: DNS_MESSAGE_BYTES_MAX });
  try {
    line.write(Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 0xff), message]));
    let bytes = Buffer.alloc(0);
    for (;;) {
      const chunk = await line.read("answer by TCP");
      if (!chunk) throw line.error("the connection was closed before the answer came");
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) continue;
      const answer = decodeAnswer(bytes.subarray(2, 2 + bytes.readUInt16BE(0)), id, question);
      if (!answer || answer.truncated) throw line.error("what came by TCP is no answer to the question");
      return answer;
    }
  } finally {
    line.close();
  }
}
