// Whether an SSH server greets as one (RFC 4253, 4.2).

import { SMTP_LINES_MAX } from "../src/core/limits.ts";
import { defineProbe, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { hostOf, PORT, SERVER } from "../src/reach/address.ts";
import { deadlineOf } from "../src/reach/deadline.ts";
import { connect, type Line } from "../src/reach/line.ts";

const OPTIONS = { port: { form: PORT, doc: "where it listens", default: "22" } } satisfies Options;

export default defineProbe({
  name: "ssh",
  doc: "Whether an SSH server greets, and how long that takes; nobody logs in.",
  args: [{ name: "host", form: SERVER, doc: "The server; left out: the item's own host.", optional: true }],
  options: OPTIONS,
  values: {
    time: {
      item: "ssh",
      unit: "ms",
      kind: "gauge",
      fit: "soso >5000 for 10m",
      doc: "Time from the call to the greeting, which is the text. A host that swaps, or whose resolver is dead, still connects at once but greets late.",
    },
  },
  example: "get * ssh",
  nodata: "nowhere: a server that does not answer is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  read: async (_host, given) => {
    const start_ms = performance.now();
    const port = optionOf(OPTIONS, "port", given);
    const line = await connect({ host: hostOf(given), port, deadline: deadlineOf(given) });
    try {
      // Other lines may come before it.
      for (let count = 0; count < SMTP_LINES_MAX; count++) {
        const text = await said(line);
        if (/^SSH-(2\.0|1\.99)-/.test(text)) {
          line.write("SSH-2.0-dmon\r\n"); // else the server's log says that somebody did not identify himself
          return { time: { value: performance.now() - start_ms, text } };
        }
        if (text.startsWith("SSH-")) throw line.error(`an old version: ${JSON.stringify(text.slice(0, 40))}`);
        if (count === 0 && /^(220|HTTP|\* OK|\+OK)/.test(text))
          throw line.error(`that is no SSH: ${JSON.stringify(text.slice(0, 40))}`);
      }
      throw line.error(`no SSH greeting in ${SMTP_LINES_MAX} lines; it said ${line.heard}`);
    } finally {
      line.close();
    }
  },
});

/** A line of what comes; that none does is told with what came before, such as "Not allowed at this time". */
async function said(line: Line): Promise<string> {
  try {
    return await line.readLine("greeting");
  } catch (error) {
    if (!(error instanceof ProbeError) || line.heard === undefined) throw error;
    throw new ProbeError(`${error.message}; it said ${line.heard}`);
  }
}
