// dmon send: the built-in nc.

import { clientCommands } from "../commands/client/index.ts";
import { serverCommands } from "../commands/server/index.ts";
import { call } from "../wire/dial.ts";
import { defineCli, UsageError } from "./command.ts";

export default defineCli({
  name: "send",
  args: "HOST[:PORT] COMMAND…",
  count: [2, Number.POSITIVE_INFINITY],
  verbatim: true,
  doc: "Send a command to the dmon of a host and show its answer.",
  more: `Without a port a command of the client goes to the client's port, one that only the server has to the server's.

Examples:
  dmon send localhost STATE
  dmon send mars.example.org HIST hour
  dmon send localhost CLIENTS
  dmon send localhost:22007 HELP`,
  async run({ args, settings, err }) {
    const [where = "", ...words] = args;
    const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(where);
    if (!match || Number(match[2] ?? 1) > 65_535 || Number(match[2] ?? 1) === 0) {
      throw new UsageError(`"${where}" is no HOST or HOST:PORT; a port is from 1 to 65535`);
    }
    const host = (match[1] ?? "").replace(/^\[|\]$/g, "");
    const port = match[2] ? Number(match[2]) : await portOf(words[0] ?? "", settings);
    let head = "";
    for await (const chunk of call({ host, port }, words.join(" "))) {
      const text = Buffer.from(chunk);
      if (head.length < 20) head += text.toString("latin1", 0, 20);
      process.stdout.write(text);
    }
    if (head === "") err(`[error] dmon: ${host}:${port} closed without an answer\n`);
    else if (!head.startsWith("COMMAND ")) err(`[error] dmon: ${host}:${port} does not answer as a dmon does\n`);
    return head.startsWith("COMMAND ") && !head.startsWith("COMMAND ERROR") ? 0 : 1;
  },
});

async function portOf(word: string, settings: () => Promise<{ conf: { PORT: number } }>): Promise<number> {
  const { PORT } = (await settings()).conf;
  const name = word.toUpperCase();
  const forServer = serverCommands.some((c) => c.name === name) && !clientCommands.some((c) => c.name === name);
  return forServer ? PORT : PORT + 1;
}
