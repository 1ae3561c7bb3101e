// Hands a mail to a mail server (RFC 5321). nodemailer speaks; here is what its errors mean, how long each part may take, and that
// several mails in a row go over one connection.

import { oneLine } from "../core/alert/short.ts";
import { MAIL_ACCEPT_MS_MAX, MAIL_ASK_MS_MAX, MAIL_IDLE_MS_MAX } from "../core/limits.ts";
import type { Mail } from "./compose.ts";
import type { MailServer } from "./mail-server.ts";
import { sendErrorOf } from "./smtp-errors.ts";
import { openSession, type Session } from "./smtp-session.ts";

/** How long the parts of an attempt may take; tests are less patient. */
export interface Patience {
  /** Until the server wants the message. */
  ask_ms: number;
  /** From the message's end to the answer. */
  accept_ms: number;
  /** How long a connection is kept for the next message. */
  idle_ms: number;
}

const PATIENCE: Patience = { ask_ms: MAIL_ASK_MS_MAX, accept_ms: MAIL_ACCEPT_MS_MAX, idle_ms: MAIL_IDLE_MS_MAX };

export interface Attempt {
  /** What we call ourselves: the server's canonical name. */
  name: string;
  signal: AbortSignal;
  patience?: Patience;
}

/** Connections that wait for the next mail: one for each server and login. */
const idle = new Map<string, { session: Session; timer: Timer }>();

/** Resolves to the server's words when it has taken the mail. Throws SendError. */
export async function sendBySmtp(mail: Mail, server: MailServer, attempt: Attempt): Promise<string> {
  const { idle_ms } = attempt.patience ?? PATIENCE;
  const key = JSON.stringify([server, attempt.name]);
  const waiting = take(key);
  if (waiting) {
    try {
      return await sendAndKeep(waiting, mail, server, attempt, key, idle_ms);
    } catch (error) {
      // A server ends a connection that waits when it likes. Nothing was sent then, so another one may try at once.
      const { isWhole, answer = "421" } = waiting.progress;
      if (isWhole || !answer.startsWith("421") || attempt.signal.aborted) throw error;
    }
  }
  return sendAndKeep(undefined, mail, server, attempt, key, idle_ms);
}

async function sendAndKeep(
  waiting: Session | undefined,
  mail: Mail,
  server: MailServer,
  attempt: Attempt,
  key: string,
  idle_ms: number,
): Promise<string> {
  const session = waiting ?? (await dial(server, attempt));
  try {
    const answer = await within(session, server, attempt, (done) => {
      if (waiting) transmit(session, mail, done);
      else greet(session, server, (error) => (error ? done(error) : transmit(session, mail, done)));
    });
    keep(key, session, idle_ms);
    return oneLine(answer);
  } catch (error) {
    session.connection.close();
    throw error;
  }
}

type Done = (error: Error | null | undefined, answer?: string) => void;

/** Runs one exchange to its answer, its deadline, or the signal, whichever comes first. */
function within(session: Session, server: MailServer, attempt: Attempt, run: (done: Done) => void): Promise<string> {
  const { ask_ms, accept_ms } = attempt.patience ?? PATIENCE;
  const { signal } = attempt;
  return new Promise((resolve, reject) => {
    let timer: Timer;
    const done: Done = (error, answer = "") => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      session.onWhole = undefined;
      session.onError = undefined;
      if (error) reject(sendErrorOf(error, session.progress, server));
      else resolve(answer);
    };
    const stop = () => done(new Error("given up"));
    const late = (ms: number) => done(new Error(`no answer within ${Math.round(ms / 1000)} s`));
    timer = setTimeout(late, ask_ms, ask_ms);
    session.onWhole = () => {
      clearTimeout(timer);
      timer = setTimeout(late, accept_ms, accept_ms);
    };
    session.onError = done;
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    else run(done);
  });
}

/** Greeting, EHLO, TLS and login. */
function greet(
  { connection, progress }: Session,
  { user, password }: MailServer,
  done: (error?: Error | null) => void,
) {
  connection.connect((error) => {
    if (error || user === undefined) return done(error);
    if (!connection.allowsAuth) {
      // Else the mail would go out without a login, to be refused for a reason that leads astray.
      progress.command = "AUTH";
      return done(new Error("the server offers no login"));
    }
    connection.login({ user, pass: password }, done);
  });
}

function transmit({ connection, progress }: Session, { from, to, raw }: Mail, done: Done): void {
  progress.isWhole = false;
  progress.answer = undefined;
  connection.send({ from, to: [to] }, raw, (error, info) => done(error, info?.response));
}

function dial(server: MailServer, { name, signal, patience }: Attempt): Promise<Session> {
  const { ask_ms, accept_ms } = patience ?? PATIENCE;
  return openSession(server, { name, signal, connect_ms: ask_ms, silence_ms: Math.max(ask_ms, accept_ms) });
}

/** For the next mail, if it comes soon. */
function keep(key: string, session: Session, idle_ms: number): void {
  if (idle.has(key)) hangUp(session);
  else {
    const timer = setTimeout(() => {
      idle.delete(key);
      hangUp(session);
    }, idle_ms);
    idle.set(key, { session, timer });
  }
}

function take(key: string): Session | undefined {
  const kept = idle.get(key);
  if (!kept) return undefined;
  idle.delete(key);
  clearTimeout(kept.timer);
  return kept.session.connection.destroyed ? undefined : kept.session;
}

/** Politely, but without waiting for the answer. */
function hangUp({ connection }: Session): void {
  connection.quit();
  connection.close();
}
