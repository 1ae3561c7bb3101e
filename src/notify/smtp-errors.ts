// What it means that a mail server did not take a mail: whether trying again helps, and whether it may have been taken all the same.

import { oneLine } from "../core/alert/short.ts";
import { SendError } from "./channel.ts";
import type { MailServer } from "./mail-server.ts";

/** How far an attempt has come. */
export interface Progress {
  /** What was sent last, or is waited for: connect, greeting, EHLO, STARTTLS, AUTH, MAIL FROM, RCPT TO, DATA. */
  command: string;
  /** The message was sent to its end: from here on the server may have taken it. */
  isWhole: boolean;
  /** The server's last answer; undefined from the end of the message on, until there is one to it. */
  answer?: string;
}

/** Those of nodemailer. */
interface Failure extends Error {
  responseCode?: number;
  response?: string;
  command?: string;
  code?: string;
}

/**
 * 5xx is for good where it is said of this recipient or this message. What is said of ourselves (a login, a sender, TLS) is for
 * somebody to mend in dmon.conf or on the mail server, and what waits is sent then: it must not be thrown away meanwhile.
 */
export function sendErrorOf(error: Error, progress: Progress, { host, port }: MailServer): SendError {
  const { responseCode, response, command } = error as Failure;
  const at = command === undefined || command === "CONN" || command === "API" ? progress.command : command;
  const where = progress.isWhole ? "message" : at;
  if (responseCode !== undefined && responseCode >= 400) {
    const isOfThisMail = progress.isWhole || where === "RCPT TO" || where === "DATA";
    const isPermanent = isOfThisMail && responseCode >= 500 && responseCode !== 503 && responseCode !== 530;
    return new SendError(`${host}: ${where}: ${oneLine(response ?? error.message)}`, { isPermanent });
  }
  const why = reasonOf(error);
  if (progress.isWhole)
    return new SendError(`${host}: message: sent to its end, then ${why}: it may have been taken`, { isUnsure: true });
  return new SendError(where === "connect" ? `${host} port ${port}: ${why}` : `${host}: ${where}: ${why}`);
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no route to it",
  ETIMEDOUT: "no answer",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be resolved now",
};

function reasonOf(error: Error): string {
  const { originalCode, code = "" }: Failure & { originalCode?: string } = error;
  const first = error instanceof AggregateError ? (error.errors[0] as Failure | undefined) : undefined;
  const word = WORDS[originalCode ?? ""] ?? WORDS[code] ?? WORDS[first?.code ?? ""];
  if (word) return word;
  const text = oneLine(first?.message ?? error.message);
  if (text.startsWith("Connection closed unexpectedly")) return "the connection ended";
  if (/certificate|altname|issuer|unable to verify/i.test(`${text} ${originalCode ?? ""}`))
    return `${text.replace(/^Error initiating TLS - /, "")} (write ?ca=/FILE behind the URL of smtp to trust its authority)`;
  return text;
}
