// Whether a port answers: the time of a TCP handshake (RFC 9293), and if asked for what is said there.

import { anything, type Form, quoted, WordError } from "../src/core/form.ts";
import { defineProbe, type Options, optionOf } from "../src/core/probe.ts";
import { HOST_PORT, hostOf, PORT } from "../src/reach/address.ts";
import { deadlineOf } from "../src/reach/deadline.ts";
import { connect, type Line } from "../src/reach/line.ts";

/** An error quotes what was said only up to here. */
const QUOTED_CHARS_MAX = 80;

/** A host, its port, or both. */
const GOAL: Form<{ host?: string; port?: number }> = {
  is: "HOST, HOST:PORT or PORT",
  parse: (word) => (/^\d+$/.test(word) ? { port: PORT.parse(word) } : HOST_PORT.parse(word)),
};

const OPTIONS = {
  send: { form: anything(), doc: "what to say first; \\r \\n \\t \\\\ and \\x00 mean what they mean in C" },
  expect: { form: anything(), doc: "what must come as answer, or as greeting where nothing is sent" },
} satisfies Options;

export default defineProbe({
  name: "tcp",
  doc: "Whether a TCP port takes connections, and how long that takes.",
  args: [
    { name: "host", form: GOAL, doc: "The host. Left out, and only the port given: the item's own host." },
    { name: "port", form: PORT, doc: "The port, where it does not stand behind the host.", optional: true },
  ],
  options: OPTIONS,
  check: ({ args }) => void goalOf(args, "host"),
  values: {
    time: {
      unit: "ms",
      kind: "gauge",
      doc: "Time to connect, the lookup of the name not counted; with an expected text, until that came. Fails when it cannot be connected.",
    },
  },
  example: "item imap_port tcp mail.example.org 143 expect=OK",
  nodata: "nowhere: a port that does not answer is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  read: async (_host, given) => {
    const { host, port } = goalOf(given.args, hostOf({ ...given, args: [] }));
    const send = optionOf(OPTIONS, "send", given);
    const expect = optionOf(OPTIONS, "expect", given);
    const start_ms = performance.now();
    const line = await connect({ host, port, deadline: deadlineOf(given) });
    try {
      if (send !== undefined) line.write(unescaped(send));
      if (expect === undefined || expect === "") return { time: line.connect_ms };
      const text = await expected(line, unescaped(expect));
      return { time: { value: performance.now() - start_ms, text } };
    } finally {
      line.close();
    }
  },
});

/** `HOST PORT`, `HOST:PORT`, or the port of the item's own host. Throws WordError. */
export function goalOf([first = "", second]: readonly string[], own: string): { host: string; port: number } {
  const { host, port } = GOAL.parse(first);
  if (port !== undefined && second !== undefined)
    throw new WordError(`two ports, ${port} and ${quoted(second)}`, "leave one out", "port");
  if (second !== undefined) return { host: host ?? own, port: PORT.parse(second) };
  if (port === undefined) throw new WordError("no port", `write tcp ${first} PORT`, "host");
  return { host: host ?? own, port };
}

// The line of the answer that has the text.
async function expected(line: Line, text: string): Promise<string> {
  const answer = await line.readUntil(text, `answer with ${JSON.stringify(text)}`);
  const at = answer.indexOf(text);
  if (at >= 0)
    return `${answer.slice(answer.lastIndexOf("\n", at) + 1, at)}${text}${after(answer.slice(at + text.length))}`;
  const said = answer === "" ? "nothing" : JSON.stringify(answer.slice(0, QUOTED_CHARS_MAX));
  throw line.error(`it closed the connection without ${JSON.stringify(text)}; it said ${said}`);
}

function after(text: string): string {
  return text.split("\n", 1)[0]?.trimEnd() ?? "";
}

/** A text with the escapes of C that `send=` may have. */
export function unescaped(text: string): string {
  const plain: Record<string, string> = { r: "\r", n: "\n", t: "\t", "\\": "\\" };
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt\\]))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (plain[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
