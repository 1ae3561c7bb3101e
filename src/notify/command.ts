// A program of the administrator's own: the facts as JSON on its standard input, the most useful ones in its environment. It says
// by its exit status whether it took the message (sysexits.h).

import type { Message } from "../core/alert/message.ts";
import { brief, details, fitting, linesOf, oneLine, titleOf } from "../core/alert/short.ts";
import type { Finished } from "../core/host.ts";
import {
  CHAT_NOTICES_MAX,
  COMMAND_OUTPUT_BYTES_MAX,
  COMMAND_S_MAX,
  COMMAND_VARIABLE_CHARS_MAX,
  TEXT_CHARS_MAX,
} from "../core/limits.ts";
import { tellingLine } from "../core/plugin.ts";
import { ProbeError } from "../core/reading.ts";
import { type Delivery, defineChannel, SendError } from "./channel.ts";
import { factsOf } from "./facts.ts";
import { actionsOf, pageOf } from "./links.ts";
import { wordsOf } from "./words.ts";

export default defineChannel({
  name: "command",
  is: "path of a program",
  form: "an absolute path, and its arguments in quotes",
  doc: "A program of your own on the server, without a shell: it gets JSON on its standard input and DMON_* in its environment.",
  example: `channel sms command "/usr/local/bin/send-sms --from 'dmon on mars'"`,
  accepts: (url) => /^['"]?\//.test(url),
  fault: (url) => {
    const words = wordsOf(url);
    if (!Array.isArray(words)) return words;
    const [path = ""] = words;
    if (path.endsWith("/")) return { message: `"${path}" is a directory`, hint: "write the path of a program in it" };
    return undefined;
  },
  file: (url) => {
    const words = wordsOf(url);
    return Array.isArray(words) ? words[0] : undefined;
  },
  wantsAll: true,
  send: sendByCommand,
});

/** Refused for good: the message or its user is what is wrong (EX_USAGE, EX_DATAERR, EX_NOUSER). */
const REFUSED: ReadonlySet<number> = new Set([64, 65, 67]);

async function sendByCommand(message: Message, { url, signal, run }: Delivery): Promise<string> {
  const words = wordsOf(url);
  const [path = ""] = Array.isArray(words) ? words : [];
  if (!Array.isArray(words)) throw new SendError(words.message, { isPermanent: true });
  if (!run) throw new SendError(`${path}: no programs are run here`);
  const finished = await run({
    argv: words,
    env: variablesOf(message),
    input: `${JSON.stringify(factsOf(message))}\n`,
    timeout_s: COMMAND_S_MAX,
    output_bytes_max: COMMAND_OUTPUT_BYTES_MAX,
    signal,
  }).catch((error: unknown) => {
    throw error instanceof ProbeError ? new SendError(error.message) : error;
  });
  return judged(path, finished, signal);
}

function judged(path: string, finished: Finished, signal: AbortSignal): string {
  const { code, signal: killedBy, ended, stdout, stderr } = finished;
  const said = oneLine(tellingLine(stderr) || tellingLine(stdout), TEXT_CHARS_MAX);
  const fail = (what: string, options?: { isPermanent?: boolean; isUnsure?: boolean }): never => {
    throw new SendError(`${path}: ${said === "" ? what : `${what}: ${said}`}`, options);
  };
  // What it did until then nobody knows.
  if (ended === "flood") fail("it printed too much and was killed", { isUnsure: true });
  if (ended && signal.aborted) fail("it was killed, for dmon gave up or stops", { isUnsure: true });
  if (ended) fail(`it did not end within ${COMMAND_S_MAX} s and was killed`, { isUnsure: true });
  if (code === null) fail(`it was ended by ${killedBy ?? "a signal"}`, { isUnsure: true });
  if (code !== null && code !== 0) fail(`exit status ${code}`, { isPermanent: REFUSED.has(code) });
  return said === "" ? "exit status 0" : said;
}

/** What a script of a few lines needs. Those of the first notice, which is the worst, have the names of its fields. */
export function variablesOf(message: Message): Record<string, string> {
  const { id, server, user, notices, more, made_s } = message;
  const [first] = notices;
  const links = first ? actionsOf(first) : [];
  const variables: Record<string, string | number | null | undefined> = {
    ID: id,
    SERVER: server,
    USER: user.name,
    MAIL: user.mail,
    TITLE: titleOf(message),
    COUNT: notices.length + more,
    KIND: first?.kind,
    HOST: first?.host,
    TAG: first?.tag,
    ITEM: first?.item,
    LEVEL: first?.level,
    PREV: first?.prev,
    VALUE: first?.value,
    UNIT: first?.unit,
    REASON: first?.reason,
    RULE: first?.rule,
    PROBLEM: first?.problem,
    SINCE_S: first?.since_s,
    BRIEF: first && brief(first),
    DETAILS: first && details(first, made_s),
    PAGE: first && pageOf(first),
    ACK: links.find(({ label }) => label === "Acknowledge")?.url,
  };
  const options = Object.entries(user.options).map(([name, value]) => [`OPTION_${variableName(name)}`, value] as const);
  const lines = [...options, ...Object.entries(variables)].map(([name, value]) => {
    return [`DMON_${name}`, oneLine(String(value ?? ""), COMMAND_VARIABLE_CHARS_MAX)] as const;
  });
  const text = fitting(linesOf(message, CHAT_NOTICES_MAX), COMMAND_VARIABLE_CHARS_MAX); // the one with several lines
  return { ...Object.fromEntries(lines), DMON_TEXT: text };
}

function variableName(option: string): string {
  return option.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
