// Hands a mail to the local sendmail, which every mail system of Unix brings: its queue has it then.

import { existsSync } from "node:fs";
import { oneLine } from "../core/alert/short.ts";
import { SENDMAIL_MS_MAX, SENDMAIL_OUTPUT_BYTES_MAX } from "../core/limits.ts";
import { spareChild } from "../process/children.ts";
import { SendError } from "./channel.ts";
import type { Mail } from "./compose.ts";

/** Where systems have it (LSB, Debian; older ones; qmail and BSD). */
const PATHS = ["/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/sendmail", "/var/qmail/bin/sendmail"];
/** sysexits(3) of what no other attempt would change: the mail, its recipient, the recipient's host. */
const FOR_GOOD = new Map([
  [65, "a mistake in the mail"],
  [67, "no such recipient"],
  [68, "no such host"],
]);
/** What is still to be read when it has ended. */
const SAID_MS = 100;
/** From SIGTERM to SIGKILL. */
const END_MS = 2000;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface Attempt {
  signal: AbortSignal;
  /** Where to look; tests have their own. */
  paths?: readonly string[];
  timeout_ms?: number;
}

/** Resolves to what is to be told of it. Throws SendError. */
export async function sendBySendmail(mail: Mail, attempt: Attempt): Promise<string> {
  const { signal, paths = PATHS, timeout_ms = SENDMAIL_MS_MAX } = attempt;
  const file = paths.find((path) => existsSync(path));
  if (file === undefined)
    throw new SendError(
      `no sendmail at ${paths.join(", ")}: install a mail system, or give its server in dmon.conf as smtp`,
    );
  if (signal.aborted) throw new SendError("sendmail: given up");
  const child = start([file, "-i", "-f", mail.from, "--", mail.to], mail.raw);
  const said = firstOf(child.stderr);
  const outcome = await outcomeOf(child, signal, timeout_ms);
  // What goes on in the background may hold the pipe open.
  const words = await Promise.race([said, Bun.sleep(SAID_MS).then(() => "")]);
  if (outcome.code === 0) return "sendmail has it";
  const what = `sendmail: ${outcome.why}${words ? `: ${oneLine(words)}` : ""}`;
  throw new SendError(what, { isPermanent: FOR_GOOD.has(outcome.code ?? 0), isUnsure: outcome.code === undefined });
}

/** `code` is undefined when it was ended by us, so that nobody knows whether the mail is in its queue. */
function outcomeOf(child: ReturnType<typeof start>, signal: AbortSignal, timeout_ms: number) {
  return new Promise<{ code?: number; why: string }>((resolve) => {
    let ended: string | undefined;
    const end = (why: string) => {
      if (ended !== undefined) return;
      ended = why;
      child.kill("SIGTERM"); // it takes what it has of the mail out of its queue
      setTimeout(() => {
        child.kill("SIGKILL");
        resolve({ why }); // what waits for a dead disk does not even die
      }, END_MS).unref();
    };
    const timer = setTimeout(end, timeout_ms, `took more than ${Math.round(timeout_ms / 1000)} s`);
    const stop = () => end("given up");
    signal.addEventListener("abort", stop);
    void child.exited.then((code) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(
        ended === undefined
          ? { code, why: wordsOf(code, child.signalCode === null ? undefined : String(child.signalCode)) }
          : { why: ended },
      );
    });
  });
}

function start(argv: string[], raw: Uint8Array) {
  // Lines of programs end with LF alone; some would take CR for a part of the text.
  const input = Buffer.from(Buffer.from(raw).toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  try {
    const child = Bun.spawn(argv, {
      cwd: "/",
      env: { PATH, HOME: "/", LANG: "C.UTF-8" },
      stdio: [input, "ignore", "pipe"],
    });
    spareChild(child);
    return child;
  } catch (error) {
    throw new SendError(`${argv[0]} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wordsOf(code: number, signal: string | undefined): string {
  if (signal !== undefined) return `ended by ${signal}`;
  return FOR_GOOD.get(code) ?? (code === 75 ? "not now" : `ended with status ${code}`);
}

/** The beginning of what it says; the rest is read and dropped, lest it be held up. */
async function firstOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream)
    if (text.length < SENDMAIL_OUTPUT_BYTES_MAX) text += decoder.decode(piece, { stream: true });
  return text.slice(0, SENDMAIL_OUTPUT_BYTES_MAX);
}
