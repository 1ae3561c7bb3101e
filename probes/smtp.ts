// Whether a mail server answers as one (RFC 5321), and how long its certificate is good (STARTTLS, RFC 3207).

import { anything, YES_OR_NO } from "../src/core/form.ts";
import { defineProbe, type Options, optionOf } from "../src/core/probe.ts";
import { hostOf, PORT, SERVER } from "../src/reach/address.ts";
import { CERT_DAYS, daysLeft } from "../src/reach/days.ts";
import { deadlineOf } from "../src/reach/deadline.ts";
import { connect, type Line, type Peer } from "../src/reach/line.ts";
import { EHLO_NAME, smtpAsk, smtpReply } from "../src/reach/starttls.ts";

/** Mail submission with TLS from the start (RFC 8314). */
const SMTPS_PORT = 465;

const OPTIONS = {
  port: { form: PORT, doc: `on ${SMTPS_PORT} TLS begins at once`, default: "25" },
  starttls: { form: YES_OR_NO, doc: "yes: TLS must be offered; no: it is not tried; left out: where it is offered" },
  expect: { form: anything(), doc: "what the greeting must have", default: "" },
} satisfies Options;

export default defineProbe({
  name: "smtp",
  doc: "Whether a mail server greets and takes commands, and how long that takes; no mail is sent.",
  args: [{ name: "host", form: SERVER, doc: "The mail server; left out: the item's own host.", optional: true }],
  options: OPTIONS,
  values: {
    time: {
      item: "smtp",
      unit: "ms",
      kind: "gauge",
      fit: "soso >5000 for 10m",
      doc: "Time from the call to the end of the talk, certificate included. Some servers let strangers wait for some seconds on purpose.",
    },
    cert_days: {
      ...CERT_DAYS,
      item: "smtp_cert_days",
      doc: `${CERT_DAYS.doc} No data where nothing is encrypted.`,
    },
  },
  example: "item mail smtp mail.example.org starttls=yes",
  nodata: "nowhere: a server that does not answer is a failure, for somebody asked for it",
  lane: "network",
  remote: true,
  read: async (host, given) => {
    const port = optionOf(OPTIONS, "port", given);
    const starttls = optionOf(OPTIONS, "starttls", given);
    const expect = optionOf(OPTIONS, "expect", given);
    const start_ms = performance.now();
    const line = await connect({ host: hostOf(given), port, deadline: deadlineOf(given) });
    try {
      const name = given.args.length > 0 ? hostOf(given) : given.target.host;
      const { greeting, peer } = await talk(line, { name, starttls, atOnce: port === SMTPS_PORT });
      if (!greeting.includes(expect)) throw line.error(`the greeting has no ${JSON.stringify(expect)}: ${greeting}`);
      const time = { value: performance.now() - start_ms, text: greeting };
      await smtpAsk(line, "QUIT", 221).catch(() => undefined); // some just hang up
      return {
        time,
        cert_days: peer ? daysLeft(peer.certificate, host.now(), peer.fault ? `, ${peer.fault}` : "") : null,
      };
    } finally {
      line.close();
    }
  },
});

interface Manner {
  name: string;
  starttls: string | undefined;
  atOnce: boolean;
}

async function talk(line: Line, { name, starttls, atOnce }: Manner): Promise<{ greeting: string; peer?: Peer }> {
  let peer = atOnce ? await line.secure(name) : undefined;
  const [greeting = ""] = await smtpReply(line, 220, "greeting");
  const offers = await smtpAsk(line, `EHLO ${EHLO_NAME}`, 250);
  const offered = offers.some((each) => /^STARTTLS\b/i.test(each));
  if (!offered && !atOnce && starttls === "yes") throw line.error("STARTTLS is not offered");
  if (offered && !atOnce && starttls !== "no") {
    await smtpAsk(line, "STARTTLS", 220);
    peer = await line.secure(name);
    await smtpAsk(line, `EHLO ${EHLO_NAME}`, 250); // what was said before does not count any more
  }
  return { greeting, ...(peer ? { peer } : {}) };
}
