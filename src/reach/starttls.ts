// What a mail server is told so that TLS begins: STARTTLS of SMTP (RFC 3207) and IMAP (RFC 9051), STLS of POP3 (RFC 2595).

import { SMTP_LINES_MAX } from "../core/limits.ts";
import type { Line } from "./line.ts";

export const START_TLS = ["smtp", "imap", "pop3"] as const;
type StartTls = (typeof START_TLS)[number];

/** Brings a line that was just connected to where TLS begins. Throws ProbeError when the server does not offer it. */
export async function startTls(line: Line, kind: StartTls): Promise<void> {
  if (kind === "smtp") {
    await smtpReply(line, 220, "greeting");
    await smtpAsk(line, `EHLO ${EHLO_NAME}`, 250);
    await smtpAsk(line, "STARTTLS", 220);
    return;
  }
  const [good, command] = kind === "imap" ? (["* OK", "a STARTTLS"] as const) : (["+OK", "STLS"] as const);
  const greeting = await line.readLine("greeting");
  if (!greeting.startsWith(good)) throw line.error(`the greeting is not ${good} but ${quoted(greeting)}`);
  line.write(`${command}\r\n`);
  for (let count = 0; count < SMTP_LINES_MAX; count++) {
    const answer = await line.readLine();
    if (kind === "imap" && answer.startsWith("* ")) continue; // tells of other things
    if (answer.startsWith(kind === "imap" ? "a OK" : "+OK")) return;
    throw line.error(`STARTTLS is refused: ${quoted(answer)}`);
  }
  throw line.error("no end of lines after STARTTLS");
}

/** The name that we say is ours: any host may say so (RFC 5321, 4.1.3). */
export const EHLO_NAME = "[127.0.0.1]";

/** Sends a command and reads the reply, whose code must be this. Returns its lines without the code. */
export async function smtpAsk(line: Line, command: string, code: number): Promise<string[]> {
  line.write(`${command}\r\n`);
  return smtpReply(line, code, `answer to ${command.split(" ", 1)[0]}`);
}

/** Reads a reply of one or more lines (RFC 5321, 4.2). */
export async function smtpReply(line: Line, code: number, what: string): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const text = await line.readLine(what);
    const match = /^(\d{3})([ -]?)(.*)$/.exec(text);
    if (!match) throw line.error(`the ${what} is no SMTP: ${quoted(text)}`);
    if (Number(match[1]) !== code) throw line.error(`the ${what} is not ${code} but ${quoted(text)}`);
    lines.push(match[3] ?? "");
    if (match[2] !== "-") return lines;
    if (lines.length >= SMTP_LINES_MAX) throw line.error(`the ${what} has more than ${SMTP_LINES_MAX} lines`);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
