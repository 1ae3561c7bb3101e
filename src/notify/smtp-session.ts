// A connection to a mail server by nodemailer: how it is dialled, whom it trusts, and how far a mail has come on it.

import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { MAIL_ANSWER_BYTES_MAX } from "../core/limits.ts";
import { authorities } from "../reach/trust.ts";
import { SendError } from "./channel.ts";
import type { MailServer } from "./mail-server.ts";
import { type Progress, sendErrorOf } from "./smtp-errors.ts";

/** How far the mail has come for which a connection is used now. */
export interface Session {
  connection: SMTPConnection;
  progress: Progress;
  /** Called when the message was sent to its end, and when the connection fails. */
  onWhole?: () => void;
  onError?: (error: Error) => void;
}

/** By so much they are later. */
const LATER_MS = 1000;
const COMMAND = /^(EHLO|HELO|STARTTLS|AUTH|MAIL FROM|RCPT TO|DATA|RSET|QUIT)\b/;

interface Opening {
  /** What we call ourselves. */
  name: string;
  signal: AbortSignal;
  /** nodemailer's own deadlines, behind those of who opens it, who knows for what it waits. */
  connect_ms: number;
  silence_ms: number;
}

/** Dials, no more. Throws SendError. */
export async function openSession(server: MailServer, opening: Opening): Promise<Session> {
  const ca = trusted(server);
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const progress: Progress = { command: "connect", isWhole: false };
  // Dialled here: nodemailer asks DNS itself and would not know the names in /etc/hosts, and keeps what it was told.
  const socket = connect({ host: server.host, port: server.port });
  await connected(socket, server, opening);
  const observe = (entry: { tnx?: string }, text?: unknown) => follow(session, entry, text);
  const connection = new Connection({
    connection: socket,
    host: server.host,
    name: opening.name.replace(/[^A-Za-z0-9.-]+/g, "-"), // names of hosts may have underscores, which servers refuse (RFC 5321)
    secure: server.tls === "start",
    requireTLS: server.tls === "required",
    ignoreTLS: server.tls === "off",
    tls: { rejectUnauthorized: server.isVerified, ca },
    maxResponseSize: MAIL_ANSWER_BYTES_MAX,
    greetingTimeout: opening.connect_ms + LATER_MS,
    connectionTimeout: opening.connect_ms + LATER_MS,
    socketTimeout: opening.silence_ms + LATER_MS,
    transactionLog: true,
    logger: { debug: observe, info: observe, warn() {}, error() {}, trace() {} },
  });
  progress.command = server.tls === "start" ? "TLS" : "greeting";
  const session: Session = { connection, progress };
  connection.on("error", (error) => session.onError?.(error));
  return session;
}

/** What nodemailer would log tells how far it is. It hides passwords itself; we take only the first words. */
function follow(session: Session, { tnx }: { tnx?: string }, text: unknown): void {
  const { progress } = session;
  if (tnx === "server") progress.answer = String(text);
  if (tnx === "client") progress.command = COMMAND.exec(String(text))?.[0] ?? progress.command;
  if (tnx === "message") {
    progress.isWhole = true;
    progress.answer = undefined;
    session.onWhole?.();
  }
}

function connected(socket: ReturnType<typeof connect>, server: MailServer, { signal, connect_ms }: Opening) {
  return new Promise<void>((resolve, reject) => {
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.removeListener("error", end);
      if (!error) return resolve();
      socket.on("error", () => {}); // what still comes of it
      socket.destroy();
      reject(sendErrorOf(error, { command: "connect", isWhole: false }, server));
    };
    const stop = () => end(new Error("given up"));
    const timer = setTimeout(
      () => end(new Error(`no connection within ${Math.round(connect_ms / 1000)} s`)),
      connect_ms,
    );
    socket.once("connect", () => end());
    socket.once("error", end);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
}

/** Undefined: those that the runtime brings. */
function trusted({ ca }: MailServer): string[] | undefined {
  const known = authorities();
  if (ca === undefined) return known === undefined ? undefined : [known];
  try {
    return [...(known === undefined ? [] : [known]), readFileSync(ca, "utf8")];
  } catch (error) {
    throw new SendError(`smtp: ca=${ca} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
